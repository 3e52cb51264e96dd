"""What somebody writes in a draft, looked up: parts of a place to hold a vote in, and people for a list of voters."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from handlers.residency import places
from handlers.residency.addresses import AddressParts, house_number, parse
from handlers.residency.matching import EstateName, match_estates
from handlers.residency.people import name_key
from handlers.residency.places import Outcome
from models.database import rows
from models.organisations import Estate
from models.residency import Dwelling, Membership
from models.sealed import blind_index
from models.votes import Poll

MOST_LINES = 200
_WITHIN = """
SELECT d.code, b.number, d.entrance, e.name AS estate FROM dwelling d
JOIN building b ON b.id = d.building_id JOIN estate e ON e.id = d.estate_id
WHERE starts_with(d.code, $1) AND (e.code = $2 OR starts_with(d.code, $2)) ORDER BY d.code
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a place: an estate, a building or an entrance, by the code that it or its dwellings begin with."""

    code: str
    name: str


async def part_of(place: str, words: str) -> Part | None:
    """The part of a place (code of a community or estate) that a line means: a name, an address, or a code itself.

    A building is a part where its dwellings' codes begin alike and no other's do; None where nothing fits.
    """
    estates = await Estate.filter(code__startswith=place).order_by("code")
    if named := [estate for estate in estates if words in (estate.code, estate.name, *estate.aliases)]:
        return Part(named[0].code, named[0].name) if len(named) == 1 else None
    if words.startswith(place):
        return await _by_code(place, words)
    read = parse(words)
    estate = _estate(estates, read) if read and not read.room else None
    return await _building(estate, read) if estate and read else None


def _estate(estates: Sequence[Estate], read: AddressParts) -> Estate | None:
    names = [EstateName(estate.code, estate.name, tuple(estate.aliases)) for estate in estates]
    match = match_estates(read.estate, names)
    if not match.exact or len(match.estates) != 1:
        return None
    return next(estate for estate in estates if estate.code == match.estates[0].code)


async def _building(estate: Estate, read: AddressParts) -> Part | None:
    found = await Dwelling.filter(estate_id=estate.id).select_related("building").order_by("code")
    meant = [
        dwelling
        for dwelling in found
        if house_number(dwelling.building.number) == read.building
        and read.entrance in (None, house_number(dwelling.entrance))
    ]
    if not meant:
        return None
    ends = zip(meant[0].code, meant[-1].code, strict=False)
    code = "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    if await Dwelling.filter(code__startswith=code).count() != len(meant):
        return None
    return Part(code, _words(estate.name, meant[0].building.number, meant[0].entrance if read.entrance else ""))


async def _by_code(place: str, code: str) -> Part | None:
    found = await rows(_WITHIN, code, place)
    if not found:
        return None
    buildings = {(row["estate"], row["number"]) for row in found}
    entrances = {row["entrance"] for row in found}
    if len(buildings) > 1:
        return Part(code, f"{found[0]['estate']}（{len(buildings)}栋）")
    return Part(code, _words(found[0]["estate"], found[0]["number"], entrances.pop() if len(entrances) == 1 else ""))


def _words(estate: str, building: str, entrance: str) -> str:
    return f"{estate}{building}号楼" + (f"{entrance}单元" if entrance else "")


async def elector_of(place: str, line: str) -> int | None:
    """The resident whom a line 「姓名 地址」 means: somebody of this name who lives there now; else None.

    Args:
        place: code that the dwelling's community begins with.
    """
    name, _, address = line.partition(" ")
    found = await places.find(address) if address else None
    if found is None or found.outcome is not Outcome.FOUND:
        return None
    lives = [
        stay.resident_id
        for stay in await Membership.filter(
            dwelling_id=found.dwelling_id,
            dwelling__community__code__startswith=place,
            until=None,
            resident__name_index=blind_index(name_key(name), "name"),
        )
    ]
    return lives[0] if len(lives) == 1 else None


async def written_place(poll: Poll) -> tuple[str, list[str]]:
    """The place of a draft as its form has it: a community or an estate, and the codes that narrow it."""
    whole = await Estate.exists(code__in=poll.places) or poll.organisation.code in poll.places
    if len(poll.places) == 1 and whole:
        return poll.places[0], []
    return poll.organisation.code, list(poll.places)
