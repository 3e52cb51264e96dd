"""Loading places as a ledger tells them: bodies, grids, estates, buildings, and the dwellings in them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Protocol, TypeVar

from handlers.residency.actions.clashes import dwellings_within, taken_rooms
from handlers.residency.actions.findable import index_written
from handlers.residency.actions.grids import assign_as_told, place_new_buildings
from handlers.residency.actions.tables import BUILDING, DWELLING, ESTATE, GRID, ORGANISATION
from handlers.residency.actions.taking import FOREIGN, Taking
from handlers.residency.actions.upsert import Counts, Values, ids, write_records
from handlers.residency.addresses import house_number
from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS
from handlers.residency.ledgers.records import (
    BuildingRecord,
    DwellingRecord,
    EstateRecord,
    GridRecord,
    OrganisationRecord,
    Tree,
)
from handlers.residency.ledgers.sheets import BadCell, Clash, Lined
from handlers.residency.people import dwelling_code
from models.organisations import Building, Estate, Grid, GridPlacement, Organisation
from models.states import Level

_GRID_DIGITS = 15
_COMMUNITY_DIGITS = 12
_CITY_DIGITS = 4
Key = TypeVar("Key")
Found = TypeVar("Found")


class _Coded(Lined, Protocol):
    """A record of something that has a code."""

    @property
    def code(self) -> str: ...


Coded = TypeVar("Coded", bound=_Coded)


async def load_organisations(taking: Taking, tree: Tree, today: date) -> Counts:
    """Write a district's bodies from the top down, then grids, estates and buildings."""
    total = Counts()
    write = partial(write_records, taking, ORGANISATIONS)
    for level in Level:
        records = [record for record in tree.organisations if record.level is level]
        parents = await ids(ORGANISATION, (_above(record) for record in records))
        total += await write(ORGANISATION, records, _within(taking, partial(_organisation, parents)))
    communities = (await _places(tree.district)).communities
    total += await write(GRID, tree.grids, _within(taking, partial(_grid, communities)))
    total += await write(ESTATE, tree.estates, _within(taking, partial(_estate, communities)))
    places = await _places(tree.district)
    total += await write(BUILDING, tree.buildings, _within(taking, partial(_building, places)))
    await place_new_buildings(tree.district, today)
    own = [grid for grid in tree.grids if grid.code in places.grids and grid.code.startswith(taking.terms.place)]
    assigned = await assign_as_told(own, today)
    return total + Counts(updated=assigned if not total.new else 0)


def _within(taking: Taking, make: Callable[[Coded], Values]) -> Callable[[Coded], Values]:
    """`make`, but for records whose code lies in the bounds only."""

    def made(record: Coded) -> Values:
        taking.check_within(record.code)
        return make(record)

    return made


async def load_dwellings(taking: Taking, district: str, records: list[DwellingRecord]) -> Counts:
    """Write the dwellings of a district whose tree is loaded; a code of another district is kept apart from theirs."""
    places = await _places(district)
    communities = {community: code for code, community in places.communities.items()}
    make, then = partial(_dwelling, taking, district, places), partial(index_written, communities)
    rooms: dict[tuple[int, str, str], str] = {}

    async def in_the_way(values: list[Values]) -> dict[str, BadCell]:
        """Rooms that another code has, here or further up in the file, and dwellings of other communities."""
        taken = await taken_rooms(values)
        for value in values:
            if (
                rooms.setdefault((value["building_id"], value["entrance"], value["room"]), value["code"])
                != value["code"]
            ):
                taken.add(value["code"])
        _, elsewhere = await dwellings_within((value["code"] for value in values), taking.terms.place)
        clash, foreign = Clash("这个房号已登记在另一个户室编码下"), BadCell(FOREIGN)
        return dict.fromkeys(taken, clash) | dict.fromkeys(elsewhere, foreign)

    return await write_records(taking, DWELLINGS, DWELLING, records, make, in_the_way, then)


@dataclass(frozen=True, slots=True)
class _Places:
    """Ids by what the files call things: communities and grids by code, estates by name, buildings by number.

    `lying` says in which grid the building of a code lies; `left` holds the grids that a building was moved out of in
    the panel, which a file may still name.
    """

    communities: dict[str, int]
    grids: dict[str, int]
    estates: dict[tuple[str, str], int]
    buildings: dict[tuple[int, str], Building]
    lying: dict[str, int]
    left: dict[int, set[int]]


async def _places(district: str) -> _Places:
    communities = await Organisation.filter(level=Level.COMMUNITY, code__startswith=district)
    grids = await Grid.filter(code__startswith=district)
    codes = {community.id: community.code for community in communities}
    estates = await Estate.filter(community_id__in=list(codes))
    buildings = await Building.filter(estate_id__in=[estate.id for estate in estates])
    left: dict[int, set[int]] = defaultdict(set)
    for placement in await GridPlacement.filter(grid__code__startswith=district, until__not_isnull=True):
        left[placement.building_id].add(placement.grid_id)
    return _Places(
        communities={community.code: community.id for community in communities},
        grids={grid.code: grid.id for grid in grids},
        estates={(codes[estate.community_id], estate.name): estate.id for estate in estates},
        buildings={(building.estate_id, house_number(building.number)): building for building in buildings},
        lying={building.code: building.grid_id for building in buildings},
        left=left,
    )


def _known(found: Mapping[Key, Found], key: Key, column: str) -> Found:
    if key not in found:
        raise BadCell(f"{column} 所指的不在 org.yaml 中")
    return found[key]


def _above(record: OrganisationRecord) -> str:
    """The code of the organisation above; of a district whose file names none, of the city whose code it has."""
    return record.parent or (record.code[:_CITY_DIGITS] if record.level is Level.DISTRICT else "")


def _organisation(parents: dict[str, int], record: OrganisationRecord) -> Values:
    return {
        "code": record.code,
        "name": record.name,
        "level": record.level,
        "parent_id": _known(parents, record.parent, "street") if record.parent else parents.get(_above(record)),
        "phone": record.phone,
        "hall": record.hall,
    }


def _grid(communities: dict[str, int], record: GridRecord) -> Values:
    community = _known(communities, record.community, "community")
    return {"code": record.code, "name": record.name, "community_id": community}


def _estate(communities: dict[str, int], record: EstateRecord) -> Values:
    community = _known(communities, record.community, "community")
    aliases = list(record.aliases)
    return {
        "code": record.code,
        "name": record.name,
        "aliases": aliases,
        "kind": record.kind,
        "community_id": community,
    }


def _building(places: _Places, record: BuildingRecord) -> Values:
    """A building's code names the grid it began in; where one lies that is known already is not for a file to say."""
    known = places.lying.get(record.code)
    return {
        "code": record.code,
        "number": record.number,
        "estate_id": _known(places.estates, (record.code[:_COMMUNITY_DIGITS], record.estate), "compound"),
        "grid_id": known or _known(places.grids, record.code[:_GRID_DIGITS], "code"),
    }


def _grid_of(places: _Places, building: Building, told: str) -> int:
    """The grid of a dwelling: one that its building has been moved out of means the one the building lies in now."""
    grid = _known(places.grids, told, "grid") if told else building.grid_id
    return building.grid_id if grid in places.left.get(building.id, ()) else grid


def _dwelling(taking: Taking, district: str, places: _Places, record: DwellingRecord) -> Values:
    taking.check_within(record.community)
    estate = _known(places.estates, (record.community, record.estate), "compound")
    building = _known(places.buildings, (estate, house_number(record.building)), "building")
    if not record.grid.startswith(record.community) and record.grid:
        raise BadCell("grid 不属于这个社区")
    return {
        "code": dwelling_code(district, record.code),
        "community_id": _known(places.communities, record.community, "community"),
        "grid_id": _grid_of(places, building, record.grid),
        "estate_id": estate,
        "building_id": building.id,
        "entrance": record.entrance,
        "floor": record.floor,
        "room": record.room,
        "address": record.address,
        "area": record.area,
        "kind": record.kind,
        "occupancy": record.occupancy,
    }
