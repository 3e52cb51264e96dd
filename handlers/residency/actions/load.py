"""Loading the ledgers of a district in one go: its tree, its dwellings, and who lives in and owns them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Invalid
from handlers.audit.actions import record as audit
from handlers.residency.actions.enrol import load_owners, load_residents
from handlers.residency.actions.findable import index_written
from handlers.residency.actions.grids import assign_as_told, place_new_buildings
from handlers.residency.actions.locks import LOAD_LOCK
from handlers.residency.actions.tables import BUILDING, DWELLING, ESTATE, GRID, ORGANISATION
from handlers.residency.actions.upsert import Counts, Values, ids, write_records
from handlers.residency.addresses import house_number
from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS, OWNERS, RESIDENTS
from handlers.residency.ledgers.records import (
    BuildingRecord,
    DwellingRecord,
    EstateRecord,
    GridRecord,
    Ledgers,
    OrganisationRecord,
    Tree,
)
from handlers.residency.ledgers.sheets import BadCell
from handlers.residency.people import dwelling_code
from models.database import rows
from models.organisations import Building, Estate, Grid, GridPlacement, Organisation
from models.states import Level

_GRID_DIGITS = 15
_COMMUNITY_DIGITS = 12
_CITY_DIGITS = 4
Key = TypeVar("Key")
Found = TypeVar("Found")


async def load_ledgers(ledgers: Ledgers, now: datetime, *, actor: str = "cli") -> dict[str, Counts]:
    """Write all registers of a folder in one transaction; the same folder again changes nothing.

    Rows that a file no longer holds stay, but a dwelling's owners become those of the file, and whoever is
    registered elsewhere now has moved there.

    Returns:
        counts by file name.

    Raises:
        FlawedSheets: rows that name what does not exist.
        Conflict: another import is under way.
    """
    async with in_transaction():
        if not (await rows("SELECT pg_try_advisory_xact_lock($1) AS mine", LOAD_LOCK))[0]["mine"]:
            raise Conflict("另一个导入正在进行，请稍后再试。")
        counts: dict[str, Counts] = {}
        if ledgers.tree:
            counts[ORGANISATIONS] = await load_organisations(ledgers.tree, now.astimezone(BEIJING).date())
        district = ledgers.tree.district if ledgers.tree else await the_district()
        if ledgers.dwellings is not None:
            counts[DWELLINGS] = await load_dwellings(district, ledgers.dwellings)
        if ledgers.residents is not None:
            counts[RESIDENTS] = await load_residents(district, ledgers.residents, now)
        if ledgers.owners is not None:
            counts[OWNERS] = await load_owners(district, ledgers.owners)
        detail = {file: [count.new, count.updated, count.unchanged] for file, count in counts.items()}
        await audit(actor, "residency.load", f"organisation:{district}", place=district, detail=detail)
    return counts


async def the_district() -> str:
    """The code of the only district there is: whose ids a folder without org.yaml means.

    Raises:
        Invalid: there is none, or more than one.
    """
    districts = await Organisation.filter(level=Level.DISTRICT).limit(2)
    if len(districts) != 1:
        raise Invalid("文件夹里没有 org.yaml，无法判断属于哪个区。")
    return districts[0].code


async def load_organisations(tree: Tree, today: date) -> Counts:
    """Write a district's bodies from the top down, then grids, estates and buildings."""
    total = Counts()
    for level in Level:
        records = [record for record in tree.organisations if record.level is level]
        parents = await ids(ORGANISATION, (_above(record) for record in records))
        total += await write_records(ORGANISATIONS, ORGANISATION, records, partial(_organisation, parents))
    communities = (await _places(tree.district)).communities
    total += await write_records(ORGANISATIONS, GRID, tree.grids, partial(_grid, communities))
    total += await write_records(ORGANISATIONS, ESTATE, tree.estates, partial(_estate, communities))
    places = await _places(tree.district)
    total += await write_records(ORGANISATIONS, BUILDING, tree.buildings, partial(_building, places))
    await place_new_buildings(tree.district, today)
    assigned = await assign_as_told(tree.grids, today)
    return total + Counts(updated=assigned if not total.new else 0)


async def load_dwellings(district: str, records: list[DwellingRecord]) -> Counts:
    """Write the dwellings of a district whose tree is loaded; a code of another district is kept apart from theirs."""
    places = await _places(district)
    communities = {community: code for code, community in places.communities.items()}
    make, then = partial(_dwelling, district, places), partial(index_written, communities)
    return await write_records(DWELLINGS, DWELLING, records, make, then)


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


def _dwelling(district: str, places: _Places, record: DwellingRecord) -> Values:
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
