"""How many dwellings have somebody on WeChat, for each part of the tree: of all, and of those where people live."""

from dataclasses import dataclass

from errors import NotFound
from handlers.staff.rules import Viewer
from models.database import rows_planned_anew
from models.organisations import Organisation

CITY_DIGITS, DISTRICT_DIGITS, COMMUNITY_DIGITS = 4, 6, 12  # domain.md §2.1
_FIGURES = """
count(*) AS dwellings, count(bound.dwelling_id) AS bound,
count(*) FILTER (WHERE dwelling.occupancy <> '空置') AS occupied,
count(bound.dwelling_id) FILTER (WHERE dwelling.occupancy <> '空置') AS occupied_bound
"""
_COVERAGE = """
SELECT count(*) AS dwellings, count(bound.dwelling_id) AS bound FROM dwelling
LEFT JOIN (SELECT DISTINCT dwelling_id FROM binding WHERE state = 'active') bound ON bound.dwelling_id = dwelling.id
WHERE dwelling.community_id IN (SELECT id FROM organisation WHERE starts_with(code, $1))
"""
# By communities first, whose ids are quick to compare; what lies above them is summed from these few rows.
_BY_ORGANISATION = f"""
WITH counted AS MATERIALIZED (
    SELECT dwelling.community_id, {_FIGURES} FROM dwelling
    LEFT JOIN (SELECT DISTINCT dwelling_id FROM binding WHERE state = 'active') bound
        ON bound.dwelling_id = dwelling.id
    WHERE dwelling.community_id IN (SELECT id FROM organisation WHERE starts_with(code, $1))
    GROUP BY 1
)
SELECT part.id, part.code, part.name, sum(dwellings)::bigint AS dwellings, sum(bound)::bigint AS bound,
       sum(occupied)::bigint AS occupied, sum(occupied_bound)::bigint AS occupied_bound
FROM counted JOIN organisation community ON community.id = counted.community_id
CROSS JOIN unnest($2::int[]) AS digits
JOIN organisation part ON part.code = left(community.code, digits)
GROUP BY part.id ORDER BY part.code
"""
# One community's dwellings are few: one look at the index for each.
_BY_GRID = f"""
SELECT grid.id, grid.code, grid.name, {_FIGURES}
FROM dwelling JOIN grid ON grid.id = dwelling.grid_id
LEFT JOIN LATERAL (
    SELECT dwelling_id FROM binding WHERE binding.dwelling_id = dwelling.id AND state = 'active' LIMIT 1
) bound ON true
WHERE dwelling.community_id = (SELECT id FROM organisation WHERE code = $1) GROUP BY grid.id ORDER BY grid.code
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
    counted = (await rows_planned_anew(_COVERAGE, code))[0]
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


async def coverage_by_organisation(code: str, *digits: int) -> list[Part]:
    """Coverage of the organisations under a code whose own codes have so many digits; those without dwellings miss."""
    return [Part(**line) for line in await rows_planned_anew(_BY_ORGANISATION, code, list(digits))]


async def coverage_by_grid(community: str) -> list[Part]:
    """Coverage of each grid in which dwellings of a community lie, by the community's code."""
    return [Part(**line) for line in await rows_planned_anew(_BY_GRID, community)]
