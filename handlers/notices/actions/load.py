"""Taking over notices from a folder: `notices.yaml`, day offsets counted from the day of import; nothing is pushed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from campaigns.audience import Audience
from campaigns.delivery import bits_of
from clock import BEIJING
from errors import DomainError, Invalid
from handlers.audit.actions import record
from handlers.notices import rules
from handlers.notices.actions.drafts import check_audience, scope_of
from handlers.notices.rules import LONGEST_BODY, LONGEST_PERSON, LONGEST_RESPONSIBLE, LONGEST_TITLE, Wording
from handlers.residency.ledgers import NOTICES
from handlers.residency.ledgers.sheets import BadCell, Flaw, Row, items
from models.database import rows
from models.notices import Notice
from models.organisations import Organisation
from models.reach import NoticeClass, NoticeState, Path
from models.states import MemberRole

CLASSES = {topic.label: topic for topic in NoticeClass}
BY_PEOPLE = {"短信": Path.SMS, "电话名单": Path.CALL, "公示栏": Path.PAPER}
"""Ways of telling that a class does not take by itself, as the file calls them."""
BY = "import"
MORNING = time(8)
_BODY = """
SELECT id FROM organisation o
WHERE NOT EXISTS (SELECT FROM unnest($1::text[]) place WHERE NOT starts_with(place, o.code))
ORDER BY length(o.code) DESC LIMIT 1
"""


@dataclass(slots=True)
class Loaded:
    """How many notices were added and how many were there, and the rows that were left out, with the reason."""

    new: int = 0
    known: int = 0
    left_out: list[Flaw] = field(default_factory=list[Flaw])


async def load_notices(district: str, records: Sequence[Row], now: datetime) -> Loaded:
    """Add the notices that are not there yet as sent ones; those that are stay as they are.

    Args:
        district: code of the folder's district; with the notice's id it makes the key.
        records: entries of `notices.yaml`, each with its line.
    """
    loaded = Loaded()
    for row in records:
        try:
            key = f"{district}:{row.text('id', 40, needed=True)}"
            if await Notice.exists(key=key):
                loaded.known += 1
            else:
                await _add(key, row, now)
                loaded.new += 1
        except (BadCell, DomainError) as refusal:
            loaded.left_out.append(Flaw(NOTICES, row.line, f"未装载，{refusal}"))
    return loaded


async def _add(key: str, row: Row, now: datetime) -> None:
    audience = _audience(row)
    organisation = await _body(audience.places)
    wording = _wording(row, organisation, now.astimezone(BEIJING).date())
    rules.check_wording(wording, wording.starts_on)
    check_audience(audience, organisation)
    rules.check_work(wording.topic, audience.tags)
    begins = min(datetime.combine(wording.starts_on, MORNING, BEIJING), now)
    notice = await Notice.create(
        key=key,
        organisation=organisation,
        state=NoticeState.SENT,
        title=wording.title,
        topic=wording.topic,
        body=wording.body,
        body_responsible=wording.body_responsible,
        person_responsible=wording.person_responsible,
        phone=wording.phone,
        starts_on=wording.starts_on,
        ends_on=wording.ends_on,
        wants_receipt=row.text("need_ack", 5) == "true",
        audience=audience.as_json(),
        scope=await scope_of(audience.places),
        paths=bits_of(_paths(row, wording.topic)),
        launch_at=begins,
        created_by=BY,
        sent_by=BY,
        created_at=now,
        sent_at=begins,
    )
    await record("cli", "notice.load", f"notice:{notice.id}", place=organisation.code, after=notice.state)


def _wording(row: Row, organisation: Organisation, today: date) -> Wording:
    phone = row.text("phone", rules.LONGEST_PHONE)
    days, until = row.whole("from"), row.whole("to")
    return Wording(
        topic=_topic(row),
        title=row.text("title", LONGEST_TITLE, needed=True),
        body="\n".join(_paragraphs(row)),
        body_responsible=row.text("owner", LONGEST_RESPONSIBLE, needed=True),
        person_responsible=row.text("owner_person", LONGEST_PERSON, needed=True),
        phone=phone if any(letter.isdecimal() for letter in phone) else organisation.phone or phone,
        starts_on=today + timedelta(days=days or 0),
        ends_on=None if until is None else today + timedelta(days=until),
    )


def _paragraphs(row: Row) -> list[str]:
    written = (row.cells or {}).get("body")
    lines = written.strip().split("\n") if isinstance(written, str) else []
    return [Row(row.line, {"body": line}).text("body", LONGEST_BODY) for line in lines]


def _topic(row: Row) -> NoticeClass:
    words = row.text("cls", 20, needed=True)
    if words not in CLASSES:
        raise BadCell(f"没有「{words}」这类通知")
    return CLASSES[words]


def _audience(row: Row) -> Audience:
    roles = _words(row, "roles")
    if not set(roles) <= set(MemberRole):
        raise BadCell(f"roles 应是 {'、'.join(MemberRole)}")
    return Audience(
        places=_words(row, "places"),
        roles=roles,
        age_min=row.whole("age_min"),
        age_max=row.whole("age_max"),
        tags=_words(row, "tags"),
    )


def _words(row: Row, column: str) -> tuple[str, ...]:
    found: list[Any] = items((row.cells or {}).get(column))
    if not all(isinstance(word, str) for word in found):
        raise BadCell(f"{column} 应为词的列表")
    return tuple(found)


def _paths(row: Row, topic: NoticeClass) -> frozenset[Path]:
    """The usual ones of the class; SMS, phone and paper only where the file names them."""
    named = {path for words, path in BY_PEOPLE.items() if words in _words(row, "channels")}
    return (rules.usual_paths(topic) - set(BY_PEOPLE.values())) | (named & rules.allowed_paths(topic))


async def _body(places: Sequence[str]) -> Organisation:
    """The smallest body that answers for every place: its code begins all of theirs."""
    found = await rows(_BODY, list(places)) if places else []
    if not found:
        raise Invalid("places 不在已有的单位里")
    return await Organisation.get(id=found[0]["id"])
