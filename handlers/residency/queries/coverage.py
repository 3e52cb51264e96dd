"""How many dwellings have somebody on WeChat, for each part of the tree: of all, and of those where people live."""

from dataclasses import dataclass, fields
from typing import Any

from errors import NotFound
from handlers.staff.rules import Viewer
from models.database import rows
from models.organisations import Organisation

CITY_DIGITS, DISTRICT_DIGITS, COMMUNITY_DIGITS = 4, 6, 12  # domain.md §2.1
_FIGURES = """
count(*) AS dwellings, count(bound.dwelling_id) AS bound,
count(*) FILTER (WHERE dwelling.occupancy <> '空置') AS occupied,
count(bound.dwelling_id) FILTER (WHERE dwelling.occupancy <> '空置') AS occupied_bound
"""
_BOUND = """
LEFT JOIN (SELECT DISTINCT dwelling_id FROM binding WHERE state = 'active') bound ON bound.dwelling_id = dwelling.id
"""
_COVERAGE = f"""
SELECT {_FIGURES} FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id {_BOUND}
WHERE starts_with(organisation.code, $1)
"""
_BY_ORGANISATION = f"""
SELECT part.id, part.code, part.name, counted.* FROM (
    SELECT left(organisation.code, $2::int) AS above, {_FIGURES}
    FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id {_BOUND}
    WHERE starts_with(organisation.code, $1) GROUP BY 1
) counted JOIN organisation part ON part.code = counted.above ORDER BY part.code
"""
_BY_GRID = f"""
SELECT grid.id, grid.code, grid.name, {_FIGURES}
FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id
JOIN grid ON grid.id = dwelling.grid_id {_BOUND}
WHERE starts_with(organisation.code, $1) GROUP BY grid.id ORDER BY grid.code
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Dwellings of one part of the tree, those with somebody bound, and the same without vacant ones."""

    id: int
    code: str
    name: str
    dwellings: int
    bound: int
    occupied: int
    occupied_bound: int


async def coverage(code: str) -> tuple[int, int]:
    """Dwellings with at least one active binding, and all dwellings (vacant ones too), under an organisation's code."""
    counted = (await rows(_COVERAGE, code))[0]
    return counted["bound"], counted["dwellings"]


async def part_of_tree(viewer: Viewer, code: str) -> Organisation:
    """An organisation of the viewer's by its code.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    found = await Organisation.get_or_none(code=code) if viewer.sees(code) else None
    if found is None:
        raise NotFound
    return found


async def coverage_by_part(viewer: Viewer, within: str = "") -> list[Part]:
    """Coverage of the parts of a place in the order of their codes: of a city its districts, of a district or street
    its communities, of a community its grids.

    Args:
        within: an organisation's code in the viewer's scope; empty means the viewer's own.

    Raises:
        NotFound: the place is not the viewer's.
    """
    if within and not viewer.sees(within):
        raise NotFound
    code = within or viewer.code
    if len(code) >= COMMUNITY_DIGITS:
        return await coverage_by_grid(code)
    return await coverage_by_organisation(code, DISTRICT_DIGITS if len(code) == CITY_DIGITS else COMMUNITY_DIGITS)


async def coverage_by_organisation(code: str, digits: int) -> list[Part]:
    """Coverage of the organisations under a code whose own codes have so many digits; those without dwellings miss."""
    return [_part(line) for line in await rows(_BY_ORGANISATION, code, digits)]


async def coverage_by_grid(code: str) -> list[Part]:
    """Coverage of each grid under an organisation's code."""
    return [_part(line) for line in await rows(_BY_GRID, code)]


def _part(line: dict[str, Any]) -> Part:
    return Part(**{column.name: line[column.name] for column in fields(Part)})
