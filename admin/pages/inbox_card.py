"""The household's card beside a conversation: where they live, what waits for them, what was asked before; masked."""

from dataclasses import dataclass, replace

from admin.access import Visit
from clock import clock
from handlers.enquiries.askers import homes_of
from handlers.enquiries.queries.desk import EnquiryEntry, earlier
from handlers.notices.queries.residents import unread_count
from handlers.residency.people import masked_phone
from handlers.residency.queries.households import dwelling_people
from handlers.residency.visitors import Home, visitor_of
from handlers.staff.rules import Permission
from handlers.votes.queries.concerns import open_polls
from models.enquiries import Enquiry
from models.residency import Dwelling, Resident


@dataclass(frozen=True, slots=True)
class CardHome:
    """One home in the viewer's scope: who lives there by number, and who goes round there."""

    dwelling_id: int
    address: str
    grid: str
    grid_worker: str
    role: str
    people: int


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """`polls` are open votes not cast by this home, `unread` notices; both None without an account that follows."""

    homes: tuple[CardHome, ...]
    phone: str
    resident_id: int | None
    polls: int | None
    unread: int | None
    earlier: tuple[EnquiryEntry, ...]


async def household_card(visit: Visit, enquiry: Enquiry) -> HouseholdCard:
    """What may be shown of a conversation's household to this viewer."""
    viewer = visit.viewer
    visitor = await visitor_of(enquiry.account_id) if enquiry.account_id else None
    if visitor:
        visitor = replace(visitor, claims=tuple(home for home in visitor.claims if viewer.sees(home.community_code)))
    claims = {home.dwelling_id: home for home in visitor.claims} if visitor else {}
    found = Dwelling.filter(id__in=list(await homes_of(enquiry)), community__code__startswith=viewer.code)
    dwellings = await found.select_related("grid").order_by("id")
    own = Resident.get_or_none(id=enquiry.resident_id) if enquiry.resident_id and dwellings else None
    resident = await own if own else None
    phone = enquiry.caller_phone or (resident.phone if resident else None)
    return HouseholdCard(
        tuple([await _home(dwelling, claims.get(dwelling.id)) for dwelling in dwellings]),
        masked_phone(phone) if phone else "",
        resident.id if resident and viewer.may(Permission.RESIDENTS_VIEW) else None,
        sum(not one.done for one in await open_polls(visitor, clock.now())) if visitor else None,
        await unread_count(visitor) if visitor else None,
        tuple(await earlier(viewer, enquiry)),
    )


async def _home(dwelling: Dwelling, claim: Home | None) -> CardHome:
    return CardHome(
        dwelling.id,
        dwelling.address,
        dwelling.grid.name,
        claim.grid_worker if claim else "",
        claim.role.label if claim else "",
        await dwelling_people(dwelling.id),
    )
