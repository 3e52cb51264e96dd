"""Grids as a ledger tells them: who answers for each from now on, and in which one a new building lies."""

from collections.abc import Sequence
from datetime import date

from handlers.residency.ledgers.records import GridRecord
from models.database import rows

_LEAVE = """
UPDATE grid_assignment SET until = $3 FROM grid, unnest($1::text[], $2::text[]) AS told (code, worker)
WHERE grid.id = grid_assignment.grid_id AND grid.code = told.code AND told.worker <> ''
  AND grid_assignment.until IS NULL AND grid_assignment.worker <> told.worker AND grid_assignment.since < $3
RETURNING grid_assignment.id
"""
_RENAME = """
UPDATE grid_assignment SET worker = told.worker, login = ''
FROM grid, unnest($1::text[], $2::text[]) AS told (code, worker)
WHERE grid.id = grid_assignment.grid_id AND grid.code = told.code AND told.worker <> ''
  AND grid_assignment.until IS NULL AND grid_assignment.worker <> told.worker AND grid_assignment.since = $3
RETURNING grid_assignment.id
"""
_ENTER = """
INSERT INTO grid_assignment (grid_id, worker, phone, login, since)
SELECT grid.id, told.worker, '', '', $3
FROM grid JOIN unnest($1::text[], $2::text[]) AS told (code, worker) USING (code)
WHERE told.worker <> ''
  AND NOT EXISTS (SELECT FROM grid_assignment a WHERE a.grid_id = grid.id AND (a.until IS NULL OR a.until > $3))
RETURNING id
"""
_PLACE = """
INSERT INTO grid_placement (building_id, grid_id, since)
SELECT building.id, building.grid_id, $2 FROM building JOIN grid ON grid.id = building.grid_id
WHERE starts_with(grid.code, $1) AND NOT EXISTS (SELECT FROM grid_placement p WHERE p.building_id = building.id)
RETURNING id
"""


_BY_HAND = """
SELECT DISTINCT grid.code FROM grid JOIN grid_assignment ON grid_assignment.grid_id = grid.id
WHERE grid_assignment.by_hand AND grid.code = ANY($1::text[])
"""
_KEPT = """
SELECT grid.name AS grid, told.worker AS told, coalesce(now.worker, '') AS kept
FROM unnest($1::text[], $2::text[]) AS told (code, worker) JOIN grid USING (code)
LEFT JOIN grid_assignment now ON now.grid_id = grid.id AND daterange(now.since, now.until) @> $3::date
WHERE told.worker <> '' AND told.worker IS DISTINCT FROM now.worker
  AND EXISTS (SELECT FROM grid_assignment a WHERE a.grid_id = grid.id AND a.by_hand)
ORDER BY grid.code
"""


async def assign_as_told(grids: Sequence[GridRecord], today: date) -> int:
    """Let the workers of a ledger answer for their grids from today on, where it names one; how many are new.

    A grid whose worker was arranged in the panel keeps that arrangement; `workers_kept` tells which.
    """
    by_hand = {row["code"] for row in await rows(_BY_HAND, [grid.code for grid in grids])}
    told = _told([grid for grid in grids if grid.code not in by_hand])
    await rows(_LEAVE, *told, today)
    renamed = await rows(_RENAME, *told, today)
    return len(renamed) + len(await rows(_ENTER, *told, today))


async def workers_kept(grids: Sequence[GridRecord], today: date) -> list[str]:
    """A line for each grid whose worker was arranged in the panel and differs from the ledger's."""
    kept = await rows(_KEPT, *_told(grids), today)
    return [
        f"{one['grid']}：台账写的网格员是{one['told']}，后台安排的是{one['kept'] or '空缺'}，按后台的不变"
        for one in kept
    ]


def _told(grids: Sequence[GridRecord]) -> tuple[list[str], list[str]]:
    return [grid.code for grid in grids], [grid.worker for grid in grids]


async def place_new_buildings(district: str, today: date) -> None:
    """Note from when on a building of a ledger lies in its grid."""
    await rows(_PLACE, district, today)
