"""Consultations as staff list them, and as anybody with the link may read one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.expressions import Q

from errors import NotFound
from handlers.consultations.queries.whole import is_public
from handlers.consultations.rules import ENDED, ROAD
from handlers.staff.rules import Permission, Viewer
from models.consultations import Consultation, Meeting
from models.deliberation import PostState, Stage
from models.interviews import Undertaking

MOST = 300
_LOOKED_AT = Q(post_id=None) | Q(post__state=PostState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A topic on the board; `waits` says what is overdue, empty where nothing is."""

    consultation: Consultation
    waits: str


async def consultation_of(viewer: Viewer, number: int) -> Consultation:
    """One consultation of the viewer's part of the tree, with its organisation and its proposal's text.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.CONSULTATIONS_VIEW)
    found = await Consultation.get_or_none(id=number).select_related("organisation", "post")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found


async def meeting_of(viewer: Viewer, number: int) -> Meeting:
    """One meeting of a consultation of the viewer's.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    found = await Meeting.get_or_none(id=number)
    if found is None:
        raise NotFound
    await consultation_of(viewer, found.consultation_id)
    return found


async def public_consultation(number: int) -> Consultation:
    """One that anybody with the link may read.

    Raises:
        NotFound: there is none, or nobody has looked at its text, or it was taken from sight.
    """
    if not await is_public(number):
        raise NotFound
    return await Consultation.get(id=number).select_related("organisation")


async def board(viewer: Viewer, place: str, now: datetime, today: date) -> list[Listed]:
    """The viewer's topics that were looked at: what is overdue first, then along the road, the latest first.

    Args:
        place: code of a body within the viewer's part of the tree; empty for all of it.
    """
    viewer.require(Permission.CONSULTATIONS_VIEW)
    within = place if viewer.sees(place) else viewer.code
    found = Consultation.filter(_LOOKED_AT, organisation__code__startswith=within)
    listed = await found.order_by("-id").limit(MOST).select_related("organisation")
    late = await _late_tasks([one.id for one in listed], today)
    lines = [Listed(one, _waits(one, now, today, late=one.id in late)) for one in listed]
    return sorted(lines, key=lambda line: (not line.waits, _along(line.consultation.stage)))


def _along(stage: Stage) -> int:
    return ROAD.index(stage) if stage in ROAD else len(ROAD)


def _waits(one: Consultation, now: datetime, today: date, *, late: bool) -> str:
    due: date | None = one.review_due_on
    over = one.ends_at is not None and one.ends_at <= now
    if one.stage is Stage.REVIEW and due and due < today:
        return "审题超期"
    if one.stage is Stage.DELIBERATING and over:
        return "计划的协商时间已过"
    if late and one.stage not in ENDED:
        return "有任务超期"
    return "公示期满，可以请居民评议" if one.stage is Stage.CARRYING_OUT and over else ""


async def _late_tasks(numbers: Sequence[int], today: date) -> set[int]:
    found = Undertaking.filter(consultation_id__in=list(numbers), done_at=None, due_on__lt=today)
    return {one.consultation_id for one in await found.only("id", "consultation_id") if one.consultation_id}


async def mergeable(viewer: Viewer, consultation: Consultation, stages: Sequence[Stage]) -> list[Consultation]:
    """Other topics of the same body that this one could be joined to."""
    viewer.require(Permission.CONSULTATIONS_DECIDE)
    found = Consultation.filter(_LOOKED_AT, organisation_id=consultation.organisation_id, stage__in=list(stages))
    return await found.exclude(id=consultation.id).order_by("-id").limit(50)


async def count_reviews(viewer: Viewer, today: date) -> tuple[int, int]:
    """How many topics wait for their review, and how many of them are overdue."""
    viewer.require(Permission.CONSULTATIONS_VIEW)
    waiting = Consultation.filter(_LOOKED_AT, organisation__code__startswith=viewer.code, stage=Stage.REVIEW)
    return await waiting.count(), await waiting.filter(review_due_on__lt=today).count()


async def of_poll(poll_id: int) -> Consultation | None:
    """The public consultation that a vote decides."""
    found = await Consultation.get_or_none(poll_id=poll_id)
    return found if found and await is_public(found.id) else None
