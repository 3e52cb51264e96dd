"""One dwelling for the panel: its facts, who lives there and owns it, which accounts are bound to it."""

from dataclasses import dataclass
from datetime import date, datetime

from clock import clock
from errors import NotFound
from handlers.residency.people import masked_name
from handlers.staff.rules import Permission, Viewer
from models.organisations import GridAssignment
from models.residency import Binding, Dwelling, Membership, Ownership
from models.states import BindingState, MemberRole


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the household, now or once; names are masked."""

    resident_id: int
    name: str
    role: str
    relation: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Owner:
    """A holder of the dwelling by the owners' register; `resident_id` where the holder is on the residents' one."""

    resident_id: int | None
    name: str
    share: str
    company: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """A WeChat account's claim to the dwelling."""

    id: int
    name: str
    role: MemberRole
    state: BindingState
    verified: bool
    represents: bool
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DwellingSheet:
    """All of one dwelling that its viewer may see; people only for those who look after residents."""

    dwelling: Dwelling
    worker: GridAssignment | None
    members: list[Member]
    owners: list[Owner]
    bindings: list[Bound]

    @property
    def bound(self) -> int:
        return sum(one.state is BindingState.ACTIVE for one in self.bindings)


async def own_dwelling(viewer: Viewer, dwelling_id: int) -> Dwelling:
    """One dwelling of the viewer's with where it lies.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.DWELLINGS_VIEW)
    found = await Dwelling.get_or_none(id=dwelling_id).select_related("community", "grid", "estate", "building")
    if found is None or not viewer.sees(found.community.code):
        raise NotFound
    return found


async def dwelling_sheet(viewer: Viewer, dwelling_id: int) -> DwellingSheet:
    """One dwelling of the viewer's.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    dwelling = await own_dwelling(viewer, dwelling_id)
    today = clock.today()
    assignments = await GridAssignment.filter(grid_id=dwelling.grid_id, since__lte=today).order_by("-since", "-id")
    worker = next((one for one in assignments if one.until is None or one.until > today), None)
    people = viewer.may(Permission.RESIDENTS_VIEW)
    return DwellingSheet(
        dwelling,
        worker,
        await _members(dwelling.id) if people else [],
        await _owners(dwelling.id) if people else [],
        await _bindings(dwelling.id),
    )


async def _members(dwelling_id: int) -> list[Member]:
    """Those who live there first, then those who left, the latest first."""
    found = await Membership.filter(dwelling_id=dwelling_id).select_related("resident").order_by("id")
    members = [
        Member(one.resident_id, masked_name(one.resident.name), one.role, one.relation, one.since, one.until)
        for one in found
    ]
    return sorted(members, key=lambda one: (one.until is not None, -(one.until or date.min).toordinal()))


async def _owners(dwelling_id: int) -> list[Owner]:
    """A company's name is no personal data and is shown whole."""
    found = await Ownership.filter(dwelling_id=dwelling_id).order_by("id")
    return [
        Owner(one.resident_id, one.name if company else masked_name(one.name), one.share, company)
        for one in found
        for company in [one.holder != "person"]
    ]


async def _bindings(dwelling_id: int) -> list[Bound]:
    """Claims under way and granted first, then those that are over; of these the name is forgotten."""
    found = await Binding.filter(dwelling_id=dwelling_id).order_by("-id")
    order = (BindingState.PENDING, BindingState.ACTIVE, BindingState.REFUSED, BindingState.ENDED)
    return [
        Bound(
            one.id,
            masked_name(one.name) if one.name else "已删除",
            one.role,
            one.state,
            one.verified,
            one.represents,
            one.decided_at or one.created_at,
            one.ended_at,
        )
        for one in sorted(found, key=lambda one: order.index(one.state))
    ]
