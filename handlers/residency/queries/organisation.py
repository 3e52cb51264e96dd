"""The tree of bodies and places with its figures: what lies under an organisation; one estate and its buildings."""

from dataclasses import dataclass
from datetime import date

from errors import NotFound
from handlers.residency.queries.coverage import Part, coverage_by_grid, coverage_by_organisation
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Estate, Organisation
from models.states import Level

_LEVELS = tuple(Level)
_DIGITS = {Level.CITY: 4, Level.DISTRICT: 6, Level.SUBDISTRICT: 9, Level.COMMUNITY: 12}  # domain.md §2.1
_GRIDS = """
SELECT grid.id, grid.code, grid.name, coalesce(now.worker, '') AS worker, coalesce(now.phone, '') AS phone,
       (SELECT count(*) FROM building WHERE building.grid_id = grid.id) AS buildings
FROM grid LEFT JOIN grid_assignment now ON now.grid_id = grid.id AND daterange(now.since, now.until) @> $2::date
WHERE starts_with(grid.code, $1) ORDER BY grid.code
"""
_ESTATES = """
SELECT estate.id, estate.name, estate.kind, array(SELECT jsonb_array_elements_text(estate.aliases)) AS aliases,
       (SELECT count(*) FROM building WHERE building.estate_id = estate.id) AS buildings,
       (SELECT count(*) FROM dwelling WHERE dwelling.estate_id = estate.id) AS dwellings
FROM estate WHERE estate.community_id = $1 ORDER BY estate.code
"""
_BUILDINGS = """
SELECT building.id, building.number, building.grid_id, grid.name AS grid,
       (SELECT count(*) FROM dwelling WHERE dwelling.building_id = building.id) AS dwellings
FROM building JOIN grid ON grid.id = building.grid_id
WHERE building.estate_id = $1 ORDER BY length(building.number), building.number
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree: an organisation so many levels further down, and its figures."""

    id: int
    code: str
    name: str
    level: Level
    depth: int
    figures: Part | None


@dataclass(frozen=True, slots=True)
class GridLine:
    """One grid with who answers for it today and its figures, None while no dwelling lies in it."""

    id: int
    code: str
    name: str
    worker: str
    phone: str
    buildings: int
    figures: Part | None


@dataclass(frozen=True, slots=True)
class EstateLine:
    id: int
    name: str
    kind: str
    aliases: list[str]
    buildings: int
    dwellings: int


@dataclass(frozen=True, slots=True)
class EstateBuilding:
    id: int
    number: str
    grid_id: int
    grid: str
    dwellings: int


async def organisation(viewer: Viewer, organisation_id: int | None = None) -> Organisation:
    """One organisation of the viewer's, by default their own.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.ORGANISATION_VIEW)
    found = await (
        Organisation.get_or_none(id=organisation_id) if organisation_id else Organisation.get_or_none(code=viewer.code)
    )
    if found is None or not viewer.sees(found.code):
        raise NotFound
    return found


async def path_to(viewer: Viewer, code: str) -> list[Organisation]:
    """The viewer's organisations above a code, from the top down."""
    above = await Organisation.filter(code__in=[code[:digits] for digits in _DIGITS.values()]).order_by("code")
    return [one for one in above if viewer.sees(one.code) and one.code != code]


async def branches(top: Organisation) -> list[Branch]:
    """The organisations of the next two levels under one, with their figures, in the order of their codes."""
    depth = _LEVELS.index(top.level)
    levels = _LEVELS[depth + 1 : depth + 3]
    figures = {
        part.id: part for part in await coverage_by_organisation(top.code, *(_DIGITS[level] for level in levels))
    }
    below = await Organisation.filter(code__startswith=top.code, level__in=levels).order_by("code")
    return [
        Branch(one.id, one.code, one.name, one.level, levels.index(one.level), figures.get(one.id)) for one in below
    ]


async def grid_lines(community: Organisation, today: date) -> list[GridLine]:
    """The grids of a community as they stand on a day."""
    figures = {part.id: part for part in await coverage_by_grid(community.code)}
    return [GridLine(**line, figures=figures.get(line["id"])) for line in await rows(_GRIDS, community.code, today)]


async def estate_lines(community: Organisation) -> list[EstateLine]:
    return [EstateLine(**line) for line in await rows(_ESTATES, community.id)]


async def estate(viewer: Viewer, estate_id: int) -> Estate:
    """One estate of the viewer's, with its community.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.ORGANISATION_VIEW)
    found = await Estate.get_or_none(id=estate_id).select_related("community")
    if found is None or not viewer.sees(found.community.code):
        raise NotFound
    return found


async def estate_buildings(estate_id: int) -> list[EstateBuilding]:
    return [EstateBuilding(**line) for line in await rows(_BUILDINGS, estate_id)]
