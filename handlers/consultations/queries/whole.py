"""One consultation as page and panel show it: timeline, meetings, tasks, appraisals, and what it was joined to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.consultations.addressees import IS_PUBLIC, backed
from handlers.consultations.rules import ROAD
from handlers.undertakings.queries import Owed, Progress, owed, progress, undertakings_of
from handlers.votes import outcomes
from models.consultations import Consultation, ConsultationStep, Meeting, MeetingFile
from models.database import rows
from models.deliberation import Stage, StepKind
from models.states import FilePurpose, PollState
from models.votes import Poll

FEW = 5
"""Stars are shown from so many voices on: fewer could be told apart by neighbours."""
_APPRAISED = """
SELECT round, count(*) AS voices, count(*) FILTER (WHERE carried_out) AS carried_out,
       array_agg(stars) FILTER (WHERE stars IS NOT NULL) AS stars
FROM appraisal WHERE consultation_id = $1 GROUP BY round ORDER BY round
"""
_PUBLIC = f"SELECT c.id FROM consultation c LEFT JOIN post ON post.id = c.post_id WHERE c.id = $1 AND {IS_PUBLIC}"


@dataclass(frozen=True, slots=True)
class Appraised:
    """What a round's appraisal says; `stars` counts by number of stars, none under five voices."""

    round: int
    voices: int
    carried_out: int
    stars: tuple[int, ...]

    @property
    def not_carried_out(self) -> int:
        return self.voices - self.carried_out

    @property
    def mean(self) -> str:
        """「4.2」, half up to one place; empty where stars are not shown."""
        given = sum(self.stars)
        total = sum(star * count for star, count in enumerate(self.stars, 1))
        tenths = (total * 20 + given) // (2 * given) if given else 0
        return f"{tenths // 10}.{tenths % 10}" if given else ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting with its papers: all of them, and those that everybody may see."""

    meeting: Meeting
    files: Sequence[MeetingFile]

    @property
    def public_files(self) -> list[MeetingFile]:
        return [one for one in self.files if one.file.purpose == FilePurpose.MINUTES]


@dataclass(frozen=True, slots=True)
class Mark:
    """A step of the road as the bar above a page shows it."""

    stage: Stage
    passed: bool
    here: bool
    skipped: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A consultation with all that belongs to it; `result` is the outcome of its vote once that is posted."""

    consultation: Consultation
    steps: Sequence[ConsultationStep]
    sittings: Sequence[Sitting]
    owed: Sequence[Owed]
    progress: Progress
    appraised: Sequence[Appraised]
    backed: int
    parts: Sequence[Consultation]
    joined: Sequence[Consultation]
    into: Consultation | None
    origin: Consultation | None
    poll: Poll | None
    result: str
    road: Sequence[Mark]


async def whole_of(consultation: Consultation, today: date) -> Whole:
    """All that belongs to a consultation, which the caller has found to be the reader's to see."""
    number = consultation.id
    steps = await ConsultationStep.filter(consultation_id=number).order_by("id")
    tasks = await undertakings_of(consultation_id=number)
    poll = await Poll.get_or_none(id=consultation.poll_id) if consultation.poll_id else None
    return Whole(
        consultation=consultation,
        steps=steps,
        sittings=await _sittings(number),
        owed=owed(tasks, today),
        progress=progress(tasks),
        appraised=[_appraised(row) for row in await rows(_APPRAISED, number)],
        backed=await backed(consultation),
        parts=await _shown(await Consultation.filter(split_from_id=number).order_by("id")),
        joined=await _shown(await Consultation.filter(merged_into_id=number).order_by("id")),
        into=await _other(consultation.merged_into_id),
        origin=await _other(consultation.split_from_id),
        poll=poll,
        result=outcomes.outcome(poll) if poll and posted(poll) else "",
        road=_road(consultation, steps),
    )


def posted(poll: Poll) -> bool:
    """Whether a vote's result is there for all to read."""
    return poll.state in {PollState.PUBLISHED, PollState.ARCHIVED}


async def _sittings(number: int) -> list[Sitting]:
    meetings = await Meeting.filter(consultation_id=number).order_by("held_at", "id")
    files = await MeetingFile.filter(meeting__consultation_id=number).order_by("id").select_related("file")
    return [Sitting(meeting, [one for one in files if one.meeting_id == meeting.id]) for meeting in meetings]


async def _shown(found: Sequence[Consultation]) -> list[Consultation]:
    return [one for one in found if await is_public(one.id)]


async def _other(number: int | None) -> Consultation | None:
    return await Consultation.get_or_none(id=number) if number else None


async def is_public(number: int) -> bool:
    """Whether anybody may see a consultation."""
    return bool(await rows(_PUBLIC, number))


def _appraised(row: dict[str, Any]) -> Appraised:
    given: list[int] = row["stars"] or []
    counted = tuple(given.count(star) for star in range(1, 6)) if len(given) >= FEW else ()
    return Appraised(row["round"], row["voices"], row["carried_out"], counted)


def _road(consultation: Consultation, steps: Sequence[ConsultationStep]) -> list[Mark]:
    """The road as this topic went it: what it has been through, where it is, and what was left out."""
    been = [step.stage for step in steps if step.stage in ROAD and step.kind is not StepKind.SKIPPED]
    skipped = {step.stage for step in steps if step.kind is StepKind.SKIPPED}
    stage = consultation.stage
    at = ROAD.index(stage) if stage in ROAD else max((ROAD.index(one) for one in been), default=0) + 1
    at = len(ROAD) if stage is Stage.CLOSED else at
    return [
        Mark(
            one,
            passed=number < at and one not in skipped,
            here=one is stage,
            skipped=one in skipped and one is not stage,
        )
        for number, one in enumerate(ROAD)
    ]
