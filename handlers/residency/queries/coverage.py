"""How many dwellings have somebody on WeChat, for each part of the tree."""

from dataclasses import dataclass

from handlers.staff.rules import Viewer
from models.database import rows
from models.states import Level

_COVERAGE = """
SELECT count(*) AS dwellings,
       count(*) FILTER (
           WHERE EXISTS (SELECT FROM binding WHERE binding.dwelling_id = dwelling.id AND binding.state = 'active')
       ) AS bound
FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id
WHERE starts_with(organisation.code, $1)
"""
_COVERAGE_BY_PART = """
SELECT part.name, count(*) AS dwellings,
       count(*) FILTER (
           WHERE EXISTS (SELECT FROM binding WHERE binding.dwelling_id = dwelling.id AND binding.state = 'active')
       ) AS bound
FROM dwelling
JOIN organisation ON organisation.id = dwelling.community_id
JOIN grid ON grid.id = dwelling.grid_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN $2 THEN grid.code ELSE organisation.code END AS code,
           CASE WHEN $2 THEN grid.name ELSE organisation.name END AS name
) part
WHERE starts_with(organisation.code, $1) GROUP BY part.code, part.name ORDER BY part.code
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Dwellings of one part of the tree, and those of them where somebody is bound."""

    name: str
    dwellings: int
    bound: int


async def coverage(code: str) -> tuple[int, int]:
    """Dwellings with at least one active binding, and all dwellings (vacant ones too), under an organisation's code."""
    counted = (await rows(_COVERAGE, code))[0]
    return counted["bound"], counted["dwellings"]


async def coverage_by_part(viewer: Viewer) -> list[Part]:
    """Coverage of each community in the viewer's scope, for a community itself of each of its grids."""
    found = await rows(_COVERAGE_BY_PART, viewer.code, viewer.level is Level.COMMUNITY)
    return [Part(**line) for line in found]
