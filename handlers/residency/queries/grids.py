"""Grids over time: in which one a building lay on a day, who answered for each, what lies in it now."""

from dataclasses import dataclass
from datetime import date

from errors import NotFound
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Grid, GridAssignment

_GRID_OF = """
SELECT grid_id FROM grid_placement WHERE building_id = $1 AND daterange(since, until) @> $2::date
"""
_HISTORY = """
SELECT p.since, p.until, grid.id AS grid_id, grid.name AS grid FROM grid_placement p JOIN grid ON grid.id = p.grid_id
WHERE p.building_id = $1 AND NOT isempty(daterange(p.since, p.until)) ORDER BY p.since DESC
"""
_BUILDINGS = """
SELECT building.id, building.number, estate.name AS estate, count(dwelling.id) AS dwellings,
       count(dwelling.id) FILTER (WHERE dwelling.grid_id = building.grid_id) AS here
FROM building JOIN estate ON estate.id = building.estate_id LEFT JOIN dwelling ON dwelling.building_id = building.id
WHERE building.grid_id = $1 GROUP BY building.id, estate.name ORDER BY estate.name, length(number), number
"""
_SIBLINGS = "SELECT id, name FROM grid WHERE community_id = $1 AND id <> $2 ORDER BY code"


@dataclass(frozen=True, slots=True)
class Placed:
    """From when until the day before when a building lay in a grid."""

    since: date
    until: date | None
    grid_id: int
    grid: str


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building of a grid: its dwellings, and how many of them lie in the building's own grid."""

    id: int
    number: str
    estate: str
    dwellings: int
    here: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from a list."""

    id: int
    name: str

    @property
    def pair(self) -> tuple[int, str]:
        """What a form sends, and what stands in the list."""
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class GridSheet:
    """All that is known of a grid: its workers from the latest on, its buildings, and the community's other grids."""

    grid: Grid
    workers: list[GridAssignment]
    buildings: list[BuildingLine]
    others: list[Choice]

    def worker(self, day: date) -> GridAssignment | None:
        """Who answers for the grid on a day."""
        return next((one for one in self.workers if one.since <= day and (one.until is None or day < one.until)), None)

    @property
    def newest(self) -> int:
        """The id of the arrangement made last, 0 if there is none."""
        return max((one.id for one in self.workers), default=0)


async def grid_of(building_id: int, on: date) -> int | None:
    """The id of the grid in which a building lay on a day; None where nothing was recorded of that day."""
    found = await rows(_GRID_OF, building_id, on)
    return found[0]["grid_id"] if found else None


async def placements(building_id: int) -> list[Placed]:
    """In which grids a building has lain, the latest first."""
    return [Placed(**line) for line in await rows(_HISTORY, building_id)]


async def grid_sheet(viewer: Viewer, grid_id: int) -> GridSheet:
    """One grid of the viewer's.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.ORGANISATION_VIEW)
    grid = await Grid.get_or_none(id=grid_id).select_related("community")
    if grid is None or not viewer.sees(grid.code):
        raise NotFound
    return GridSheet(
        grid,
        await GridAssignment.filter(grid_id=grid.id).order_by("-since", "-id"),
        [BuildingLine(**line) for line in await rows(_BUILDINGS, grid.id)],
        await other_grids(grid.community_id, grid.id),
    )


async def other_grids(community_id: int, but: int) -> list[Choice]:
    """The grids of a community but one."""
    return [Choice(**line) for line in await rows(_SIBLINGS, community_id, but)]
