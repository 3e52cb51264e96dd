"""Which dwelling an address means: exactly one, one of several, or none that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clock import clock
from handlers.residency import texts
from handlers.residency.addresses import AddressParts, house_number, parse
from handlers.residency.matching import EstateName, match_estates, nearest_rooms
from models.accounts import OfficialAccount
from models.database import rows
from models.organisations import Building, Estate
from models.residency import Dwelling

MOST_OPTIONS = 12
ESTATE, DWELLING = "estate", "dwelling"


class Outcome(StrEnum):
    FOUND = "found"
    UNREADABLE = "unreadable"
    ESTATE_MISSING = "estate_missing"
    ESTATE_UNKNOWN = "estate_unknown"
    WHICH_ESTATE = "which_estate"
    NEAR_ESTATES = "near_estates"
    INCOMPLETE = "incomplete"
    WHICH_DWELLING = "which_dwelling"
    NEAR_DWELLINGS = "near_dwellings"
    UNKNOWN_DWELLING = "unknown_dwelling"


@dataclass(frozen=True, slots=True)
class Option:
    """One place among several: `value` is `estate:7` or `dwelling:12`."""

    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What an address may mean; estate, community and phone are known where the estate is."""

    outcome: Outcome
    dwelling_id: int = 0
    options: tuple[Option, ...] = ()
    estate: str = ""
    community: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A dwelling with those who answer for it."""

    dwelling_id: int
    address: str
    kind: str
    community: str
    community_code: str
    phone: str
    grid_worker: str


_PLACE = """
SELECT d.id AS dwelling_id, d.address, d.kind, o.name AS community, o.code AS community_code, o.phone,
       coalesce(w.worker, '') AS grid_worker
FROM dwelling d JOIN organisation o ON o.id = d.community_id JOIN grid g ON g.id = d.grid_id
LEFT JOIN grid_assignment w ON w.grid_id = g.id AND daterange(w.since, w.until) @> $2::date
WHERE d.id = $1
"""


async def served_by(app_id: str, community_code: str) -> str | None:
    """Which other official account serves a community, empty where none is known; None where this one does.

    An account without a row of its own is the settings', which serves everything.
    """
    accounts = await OfficialAccount.filter(active=True).select_related("organisation")
    own = [account for account in accounts if account.app_id == app_id]
    if not own or community_code.startswith(own[0].organisation.code):
        return None
    serving = [account for account in accounts if community_code.startswith(account.organisation.code)]
    return max(serving, key=lambda account: len(account.organisation.code)).name if serving else ""


async def place(dwelling_id: int) -> Place | None:
    found = await rows(_PLACE, dwelling_id, clock.today())
    return Place(**found[0]) if found else None


_SAID = {
    Outcome.UNREADABLE: texts.ADDRESS_EXPECTED,
    Outcome.ESTATE_MISSING: texts.ESTATE_MISSING,
    Outcome.ESTATE_UNKNOWN: texts.ESTATE_UNKNOWN,
    Outcome.WHICH_ESTATE: texts.WHICH_ESTATE,
    Outcome.NEAR_ESTATES: texts.NEAR_ESTATES,
    Outcome.WHICH_DWELLING: texts.WHICH_DWELLING,
    Outcome.NEAR_DWELLINGS: texts.NEAR_DWELLINGS,
}


def explained(finding: Finding) -> str:
    """What is said of an address that does not mean one dwelling."""
    if finding.outcome is Outcome.INCOMPLETE:
        return texts.incomplete(finding.estate)
    if finding.outcome is Outcome.UNKNOWN_DWELLING:
        return texts.unknown_dwelling(finding.estate, finding.community, finding.phone)
    return _SAID[finding.outcome]


async def find(text: str) -> Finding:
    """Look an address up as it was typed (domain.md §2.1)."""
    parts = parse(text)
    if parts is None:
        return Finding(Outcome.UNREADABLE)
    estates = {estate.code: estate for estate in await Estate.all().order_by("id").select_related("community")}
    names = [EstateName(code, estate.name, tuple(estate.aliases)) for code, estate in estates.items()]
    match = match_estates(parts.estate, names)
    meant = [estates[name.code] for name in match.estates]
    if match.exact and len(meant) == 1:
        return await _find_within(meant[0], parts)
    if not meant:
        return Finding(Outcome.ESTATE_UNKNOWN)
    options = _estate_options(meant) if len(meant) <= MOST_OPTIONS else ()
    if not options or (len(meant) == len(estates) and not match.exact):
        return Finding(Outcome.ESTATE_MISSING, options=options)
    return Finding(Outcome.WHICH_ESTATE if match.exact else Outcome.NEAR_ESTATES, options=options)


async def find_within(estate_id: int, text: str) -> Finding:
    """Look an address up in the estate that was chosen, whatever name was typed."""
    parts = parse(text)
    estate = await Estate.get_or_none(id=estate_id).select_related("community")
    return await _find_within(estate, parts) if parts and estate else Finding(Outcome.UNREADABLE)


def _estate_options(estates: Sequence[Estate]) -> tuple[Option, ...]:
    names = [estate.name for estate in estates]
    return tuple(
        Option(
            estate.name if names.count(estate.name) == 1 else f"{estate.name}（{estate.community.name}）",
            f"{ESTATE}:{estate.id}",
        )
        for estate in estates
    )


async def _find_within(estate: Estate, parts: AddressParts) -> Finding:
    buildings = await Building.filter(estate_id=estate.id)
    if parts.building:
        buildings = [building for building in buildings if house_number(building.number) == parts.building]
    complete = len(buildings) == 1 and (parts.room or parts.entrance)
    if buildings and not complete:
        return Finding(Outcome.INCOMPLETE, estate=estate.name)
    dwellings = await Dwelling.filter(building_id__in=[building.id for building in buildings]).order_by("id")
    exact = [dwelling for dwelling in dwellings if _is_meant(dwelling, parts)]
    if len(exact) == 1:
        return Finding(Outcome.FOUND, exact[0].id)
    if exact:
        return Finding(Outcome.WHICH_DWELLING, options=_dwelling_options(exact))
    if not parts.room and any(dwelling.entrance for dwelling in dwellings):
        return Finding(Outcome.INCOMPLETE, estate=estate.name)
    if near := _near(dwellings, parts):
        return Finding(Outcome.NEAR_DWELLINGS, options=_dwelling_options(near))
    community = estate.community
    return Finding(Outcome.UNKNOWN_DWELLING, estate=estate.name, community=community.name, phone=community.phone)


def _is_meant(dwelling: Dwelling, parts: AddressParts) -> bool:
    """Where a building has no entrances, one that was typed is overlooked, or is the room itself (「3-12」)."""
    entrance, room = house_number(dwelling.entrance), house_number(dwelling.room)
    if parts.room:
        return room == parts.room and (not entrance or parts.entrance in (None, entrance))
    return not entrance and room == parts.entrance


def _near(dwellings: Sequence[Dwelling], parts: AddressParts) -> list[Dwelling]:
    """The same room at other entrances, else rooms that look alike at the entrance that was typed."""
    if parts.room is None:
        return []
    if elsewhere := [dwelling for dwelling in dwellings if house_number(dwelling.room) == parts.room]:
        return elsewhere
    here = [dwelling for dwelling in dwellings if parts.entrance in (None, house_number(dwelling.entrance))]
    alike = nearest_rooms(parts.room, [dwelling.room for dwelling in here])
    return sorted(
        (dwelling for dwelling in here if dwelling.room in alike), key=lambda dwelling: alike.index(dwelling.room)
    )


def _dwelling_options(dwellings: Sequence[Dwelling]) -> tuple[Option, ...]:
    return tuple(Option(dwelling.address, f"{DWELLING}:{dwelling.id}") for dwelling in dwellings[:MOST_OPTIONS])
