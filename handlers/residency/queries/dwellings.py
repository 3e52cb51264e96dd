"""Dwellings for the panel, cut to the viewer's part of the tree, and how many claims to them wait."""

from dataclasses import dataclass
from decimal import Decimal

from handlers.residency.queries.coverage import COMMUNITY_DIGITS
from handlers.residency.queries.grids import Choice
from handlers.search.queries import matching
from handlers.search.rules import query
from handlers.staff.rules import Viewer
from models.database import rows, rows_planned_anew

# First the ids of a page, for which indexes are enough, then what its lines say.
_PAGE = """
SELECT dwelling.id FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id
WHERE {conditions} ORDER BY dwelling.id LIMIT $3
"""
_LINES = """
SELECT dwelling.id, dwelling.code, dwelling.address, dwelling.area, dwelling.kind, dwelling.occupancy,
       organisation.name AS community, grid.name AS grid,
       (SELECT count(*) FROM membership WHERE membership.dwelling_id = dwelling.id AND until IS NULL) AS residents,
       (SELECT count(*) FROM binding WHERE binding.dwelling_id = dwelling.id AND state = 'active') AS accounts
FROM ({page}) page JOIN dwelling ON dwelling.id = page.id
JOIN organisation ON organisation.id = dwelling.community_id JOIN grid ON grid.id = dwelling.grid_id
ORDER BY dwelling.id
"""
_OF_ONE = "dwelling.community_id = (SELECT id FROM organisation WHERE code = $1)"
"""The scope of a community, which the index walks in order; that of those above it reaches most of the table anyway."""
_OF_MANY = "starts_with(organisation.code, $1)"
_PENDING = """
SELECT count(*) AS claims FROM binding
JOIN dwelling ON dwelling.id = binding.dwelling_id JOIN organisation ON organisation.id = dwelling.community_id
WHERE binding.state = 'pending' AND starts_with(organisation.code, $1)
"""
_BOUND = "EXISTS (SELECT FROM binding WHERE binding.dwelling_id = dwelling.id AND binding.state = 'active')"
_COMMUNITIES = "SELECT id, name FROM organisation WHERE level = 'community' AND starts_with(code, $1) ORDER BY code"
_GRIDS = """
SELECT grid.id, grid.name FROM grid JOIN organisation ON organisation.id = grid.community_id
WHERE starts_with(organisation.code, $1) AND organisation.id = $2 ORDER BY grid.code
"""
_ESTATES = """
SELECT estate.id, estate.name FROM estate JOIN organisation ON organisation.id = estate.community_id
WHERE starts_with(organisation.code, $1) AND organisation.id = $2 ORDER BY estate.code
"""
_BUILDINGS = """
SELECT building.id, building.number || '号楼' AS name FROM building
JOIN estate ON estate.id = building.estate_id JOIN organisation ON organisation.id = estate.community_id
WHERE starts_with(organisation.code, $1) AND estate.id = $2 ORDER BY length(building.number), building.number
"""


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


@dataclass(frozen=True, slots=True)
class Filters:
    """Which dwellings are meant: ids of the places they lie in, whether somebody is bound, how they are lived in.

    None asks for nothing; so does an empty `occupancy`.
    """

    community: int | None = None
    grid: int | None = None
    estate: int | None = None
    building: int | None = None
    bound: bool | None = None
    occupancy: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters can be set to, narrowed by those that are set."""

    communities: list[Choice]
    grids: list[Choice]
    estates: list[Choice]
    buildings: list[Choice]


async def dwellings(
    viewer: Viewer, search: str = "", after_id: int = 0, limit: int = 50, filters: Filters | None = None
) -> list[DwellingLine]:
    """Dwellings of the viewer whose address holds each word of `search`, in the order of the ledger from `after_id`."""
    wanted = filters or Filters()
    values: list[object] = [viewer.code, after_id, limit]
    conditions = [_OF_ONE if len(viewer.code) == COMMUNITY_DIGITS else _OF_MANY, "dwelling.id > $2"]
    if wanted.bound is not None:
        conditions.append(_BOUND if wanted.bound else f"NOT {_BOUND}")
    for column in ("community_id", "grid_id", "estate_id", "building_id"):
        if (value := getattr(wanted, column.removesuffix("_id"))) is not None:
            values.append(value)
            conditions.append(f"dwelling.{column} = ${len(values)}")
    if words := query(search):
        values.append(words)
        conditions.append(f"dwelling.id {matching('dwelling', f'${len(values)}')}")
    if wanted.occupancy:
        values.append(wanted.occupancy)
        conditions.append(f"dwelling.occupancy = ${len(values)}")
    sql = _LINES.format(page=_PAGE.format(conditions=" AND ".join(conditions)))
    return [DwellingLine(**line) for line in await rows_planned_anew(sql, *values)]


async def choices(viewer: Viewer, filters: Filters) -> Choices:
    """What can be chosen: grids and estates of the community chosen, or of the only one; buildings of the estate."""
    communities = await _chosen(_COMMUNITIES, viewer.code)
    community = filters.community or (communities[0].id if len(communities) == 1 else 0)
    return Choices(
        communities,
        await _chosen(_GRIDS, viewer.code, community),
        await _chosen(_ESTATES, viewer.code, community),
        await _chosen(_BUILDINGS, viewer.code, filters.estate or 0),
    )


async def _chosen(sql: str, *values: object) -> list[Choice]:
    return [Choice(**line) for line in await rows(sql, *values)]


async def count_pending(viewer: Viewer) -> int:
    """How many claims to dwellings in the viewer's scope wait for a worker."""
    return (await rows_planned_anew(_PENDING, viewer.code))[0]["claims"]
