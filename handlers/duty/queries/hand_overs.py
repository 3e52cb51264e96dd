"""Hand-overs as staff read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from errors import NotFound
from handlers.staff.queries import names
from handlers.staff.rules import Permission, Viewer
from models.duty import HandOver

SHOWN = 30


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A hand-over with the names of places and people."""

    note: HandOver
    organisation: str
    taken_by: str


async def hand_overs(viewer: Viewer) -> list[HandedOver]:
    """The latest of the viewer's organisations."""
    viewer.require(Permission.INBOX_VIEW)
    found = HandOver.filter(organisation__code__startswith=viewer.code).select_related("organisation")
    return await _named(await found.order_by("-ends_at", "-id").limit(SHOWN))


async def hand_over(viewer: Viewer, number: int) -> HandedOver:
    """One of them.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.INBOX_VIEW)
    found = await HandOver.get_or_none(id=number).select_related("organisation")
    if found is None or not viewer.sees(found.organisation.code):
        raise NotFound
    return (await _named([found]))[0]


async def _named(found: Sequence[HandOver]) -> list[HandedOver]:
    called = await names(one.taken_by for one in found if one.taken_by)
    return [HandedOver(one, one.organisation.name, called.get(one.taken_by, one.taken_by)) for one in found]
