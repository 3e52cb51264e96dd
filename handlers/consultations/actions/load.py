"""Taking over consultations from a folder: `consultations.yaml`, day offsets counted from the day of import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import DomainError, Invalid
from handlers.audit.actions import record
from handlers.calendar.queries import add_working_days
from handlers.consultations import rules
from handlers.consultations.actions.consultations import subject, write_lines
from handlers.consultations.registers import Scope, households_in, scope_named, terms_at
from handlers.consultations.rules import ENDED, ROAD, Line
from handlers.moderation.actions.posting import put_up
from handlers.residency.ledgers import CONSULTATIONS
from handlers.residency.ledgers.sheets import BadCell, Flaw, Row, items, mapping
from handlers.staff.rules import Viewer
from models.consultations import Consultation, Meeting
from models.deliberation import DecisionKind, PostKind, Stage, StepKind
from models.interviews import Undertaking
from models.statements import Statement
from models.states import Level, StaffRole

STAGES = {stage.label: stage for stage in Stage}
BY, BEFORE = "import", "导入前已走过"
EVENING = time(19)
DONE = "导入前已完成"
LONGEST_LINE = 200


@dataclass(slots=True)
class Loaded:
    """How many consultations were added and how many were there, and the rows that were left out, with the reason."""

    new: int = 0
    known: int = 0
    left_out: list[Flaw] = field(default_factory=list[Flaw])


async def load_consultations(district: str, records: Sequence[Row], now: datetime) -> Loaded:
    """Add the consultations that are not there yet, at the stage they have reached; those that are stay as they are.

    Args:
        district: code of the folder's district; with the consultation's id it makes the key.
        records: entries of `consultations.yaml`, each with its line.
    """
    loaded = Loaded()
    for row in records:
        try:
            key = f"{district}:{row.text('id', 40, needed=True)}"
            if await Consultation.exists(key=key):
                loaded.known += 1
            else:
                async with in_transaction():
                    await _add(key, district, row, now)
                loaded.new += 1
        except (BadCell, DomainError) as refusal:
            loaded.left_out.append(Flaw(CONSULTATIONS, row.line, f"未装载，{refusal}"))
    return loaded


async def _add(key: str, district: str, row: Row, now: datetime) -> None:
    words = row.text("scope", 60, needed=True)
    scope = await scope_named(district, words)
    if scope is None:
        raise Invalid(f"范围「{words}」不在已有的小区、楼栋和社区里")
    stage = STAGES.get(row.text("stage", 20, needed=True))
    if stage is None or stage not in ROAD:
        raise BadCell(f"stage 应是 {'、'.join(one.label for one in ROAD)}")
    consultation = await _create(key, scope, stage, row, now)
    place = scope.organisation.code
    await record("cli", "consultation.load", subject(consultation), place=place, after=stage)
    passed = ROAD[1 : ROAD.index(stage) + 1]
    first = Line(StepKind.PROPOSED, Stage.COLLECTING)
    await write_lines(consultation, [first], consultation.proposer, now)
    for one in passed:
        await write_lines(consultation, [Line(StepKind.ADVANCED, one)], scope.organisation.name, now, BEFORE)
    await _meeting(consultation, row, now)
    await _talk(consultation, row, now)
    await _tasks(consultation, row, now)


async def _create(key: str, scope: Scope, stage: Stage, row: Row, now: datetime) -> Consultation:
    title, problem = row.text("title", rules.LONGEST_TITLE, needed=True), row.text("problem", rules.LONGEST_PROBLEM)
    options, parties = row.words("options", rules.LONGEST_OPTION), row.words("parties", rules.LONGEST_PARTY)
    rules.check_topic(title, problem)
    rules.check_lists(options, parties)
    terms = await terms_at(scope.organisation.code)
    need = row.whole("endorse_need") or terms.need(await households_in(scope.places))
    days, today = terms.days(stage), now.astimezone(BEIJING).date()
    return await Consultation.create(
        key=key,
        organisation=scope.organisation,
        stage=stage,
        title=title,
        problem=problem,
        options=list(options),
        parties=list(parties),
        places=list(scope.places),
        scope=scope.name,
        contact=scope.organisation.phone,
        proposer=row.text("proposer", 60) or "居民",
        created_by=BY,
        created_at=now,
        terms=terms.stored(),
        endorse_need=need,
        endorsed_before=row.whole("endorsed") or 0,
        review_due_on=await add_working_days(today, terms.review_days) if stage is Stage.REVIEW else None,
        stage_since=now,
        ends_at=now + timedelta(days=days) if days is not None and stage not in ENDED else None,
        **_decided(row, stage, now),
    )


def _decided(row: Row, stage: Stage, now: datetime) -> dict[str, Any]:
    """What the meeting agreed on is the decision of a topic that is carried out."""
    met = mapping((row.cells or {}).get("meeting"))
    if ROAD.index(stage) <= ROAD.index(Stage.DECIDING) or not met:
        return {}
    meeting = Row(row.line, met)
    return {
        "decision": DecisionKind.CONSENSUS,
        "resolution": "；".join(meeting.words("agree", LONGEST_LINE)),
        "dissent": "；".join(meeting.words("dissent", LONGEST_LINE)) or "无",
        "decided_by": BY,
        "decided_at": _evening(meeting, "day", now),
    }


async def _meeting(consultation: Consultation, row: Row, now: datetime) -> None:
    met = mapping((row.cells or {}).get("meeting"))
    if met:
        meeting = Row(row.line, met)
        await Meeting.create(
            consultation=consultation,
            held_at=_evening(meeting, "day", now),
            place=meeting.text("place", 60, needed=True),
            present=meeting.whole("present") or 0,
            points=list(meeting.words("agree", LONGEST_LINE)),
            dissent=list(meeting.words("dissent", LONGEST_LINE)),
            following=meeting.text("next", LONGEST_LINE),
            recorded_by=BY,
            recorded_at=now,
        )


async def _talk(consultation: Consultation, row: Row, now: datetime) -> None:
    """What was said before, each idea a statement with its speaker's tag."""
    organisation = consultation.organisation
    importer = Viewer(BY, "批量导入", StaffRole.ADMIN, organisation.code, Level.COMMUNITY, organisation.name)
    for said in _mappings(row, "posts"):
        tag, text = said.text("role", 20, needed=True), said.text("text", 140, needed=True)
        about = subject(consultation)
        post = await put_up(importer, PostKind.STATEMENT, organisation.id, about, text, tag, now)
        await Statement.create(consultation=consultation, post=post)


async def _tasks(consultation: Consultation, row: Row, now: datetime) -> None:
    today = now.astimezone(BEIJING).date()
    for task in _mappings(row, "tasks"):
        due_on = today + timedelta(days=task.whole("due") or 0)
        done = task.text("done", 5) in ("true", "1")
        await Undertaking.create(
            organisation=consultation.organisation,
            consultation=consultation,
            what=task.text("what", 120, needed=True),
            owner=task.text("owner", 40, needed=True),
            due_on=due_on,
            first_due_on=due_on,
            done_at=now if done else None,
            done_by=BY if done else "",
            outcome=DONE if done else "",
            created_by=BY,
            created_at=now,
        )


def _mappings(row: Row, column: str) -> list[Row]:
    found = [mapping(one) for one in items((row.cells or {}).get(column))]
    if not all(found):
        raise BadCell(f"{column} 应为列表，每项一条")
    return [Row(row.line, one) for one in found]


def _evening(row: Row, column: str, now: datetime) -> datetime:
    day = now.astimezone(BEIJING).date() + timedelta(days=row.whole(column) or 0)
    return datetime.combine(day, EVENING, BEIJING)
