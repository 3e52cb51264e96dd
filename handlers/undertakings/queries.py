"""Tasks and promises as they stand: of a topic, of an interview, and those of a place that are overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from errors import NotFound
from handlers.staff.rules import Permission, Viewer
from handlers.undertakings.rules import Standing, percent_done, standing
from models.interviews import Undertaking


@dataclass(frozen=True, slots=True)
class Owed:
    """A task on a day: how it stands, and whether it was put off."""

    undertaking: Undertaking
    standing: Standing

    @property
    def put_off(self) -> bool:
        return self.undertaking.due_on != self.undertaking.first_due_on


@dataclass(frozen=True, slots=True)
class Progress:
    """How many are done of how many, and the whole per cent of that."""

    done: int
    promised: int

    @property
    def percent(self) -> int:
        return percent_done(self.done, self.promised)


async def undertakings_of(*, consultation_id: int | None = None, interview_id: int | None = None) -> list[Undertaking]:
    """Of one topic or one interview, the soonest to be done first."""
    asked = {"consultation_id": consultation_id} if consultation_id else {"interview_id": interview_id}
    return await Undertaking.filter(**asked).order_by("due_on", "id")


def owed(undertakings: Sequence[Undertaking], today: date) -> list[Owed]:
    """How each stands today."""
    return [Owed(one, standing(one.due_on, done=one.done_at is not None, today=today)) for one in undertakings]


def progress(undertakings: Sequence[Undertaking]) -> Progress:
    return Progress(sum(one.done_at is not None for one in undertakings), len(undertakings))


async def overdue_in(viewer: Viewer, today: date, limit: int = 100) -> list[Undertaking]:
    """What is overdue in the viewer's part of the tree, the longest first."""
    viewer.require(Permission.CONSULTATIONS_VIEW)
    found = Undertaking.filter(organisation__code__startswith=viewer.code, done_at=None, due_on__lt=today)
    return await found.order_by("due_on", "id").limit(limit).select_related("organisation")


async def count_overdue(viewer: Viewer, today: date) -> int:
    """How many of them there are."""
    viewer.require(Permission.CONSULTATIONS_VIEW)
    return await Undertaking.filter(organisation__code__startswith=viewer.code, done_at=None, due_on__lt=today).count()


async def undertaking_of(viewer: Viewer, number: int) -> Undertaking:
    """One task or promise of the viewer's part of the tree.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    found = await Undertaking.get_or_none(id=number).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return found
