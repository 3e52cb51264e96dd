"""Dwellings for the panel, and how many of them have somebody on WeChat, cut to the viewer's part of the tree."""

from dataclasses import dataclass
from decimal import Decimal

from handlers.staff.rules import Viewer
from models.database import rows
from models.residency import Binding
from models.states import BindingState, Level

_COVERAGE = """
SELECT count(*) AS dwellings,
       count(*) FILTER (
           WHERE EXISTS (SELECT FROM binding WHERE binding.dwelling_id = dwelling.id AND binding.state = 'active')
       ) AS bound
FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id
WHERE starts_with(organisation.code, $1)
"""
_DWELLINGS = """
SELECT dwelling.id, dwelling.code, dwelling.address, dwelling.area, dwelling.kind, dwelling.occupancy,
       organisation.name AS community, grid.name AS grid,
       (SELECT count(*) FROM membership WHERE membership.dwelling_id = dwelling.id AND until IS NULL) AS residents,
       (SELECT count(*) FROM binding WHERE binding.dwelling_id = dwelling.id AND state = 'active') AS accounts
FROM dwelling
JOIN organisation ON organisation.id = dwelling.community_id
JOIN grid ON grid.id = dwelling.grid_id
WHERE starts_with(organisation.code, $1) AND dwelling.id > $2
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) word WHERE strpos(dwelling.address, word) = 0)
ORDER BY dwelling.id LIMIT $4
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


@dataclass(frozen=True, slots=True)
class DwellingLine:
    """One line of the panel's list: how many are registered there, and how many WeChat accounts are bound to it."""

    id: int
    code: str
    address: str
    area: Decimal | None
    kind: str
    occupancy: str
    community: str
    grid: str
    residents: int
    accounts: int

    @property
    def bound(self) -> bool:
        return self.accounts > 0


async def coverage(code: str) -> tuple[int, int]:
    """Dwellings with at least one active binding, and all dwellings (vacant ones too), under an organisation's code."""
    counted = (await rows(_COVERAGE, code))[0]
    return counted["bound"], counted["dwellings"]


async def dwellings(viewer: Viewer, search: str = "", after_id: int = 0, limit: int = 50) -> list[DwellingLine]:
    """Dwellings of the viewer whose address holds each word of `search`, in the order of the ledger from `after_id`."""
    return [DwellingLine(**line) for line in await rows(_DWELLINGS, viewer.code, after_id, search.split(), limit)]


async def coverage_by_part(viewer: Viewer) -> list[Part]:
    """Coverage of each community in the viewer's scope, for a community itself of each of its grids."""
    found = await rows(_COVERAGE_BY_PART, viewer.code, viewer.level is Level.COMMUNITY)
    return [Part(**line) for line in found]


async def count_pending(viewer: Viewer) -> int:
    """How many claims to dwellings in the viewer's scope wait for a worker."""
    return await Binding.filter(state=BindingState.PENDING, dwelling__community__code__startswith=viewer.code).count()
