"""Grids over time: who answers for each, and in which one a building lies."""

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


async def assign_as_told(grids: Sequence[GridRecord], today: date) -> int:
    """Let the workers of a ledger answer for their grids from today on, where it names one; how many are new."""
    told = [grid.code for grid in grids], [grid.worker for grid in grids]
    await rows(_LEAVE, *told, today)
    renamed = await rows(_RENAME, *told, today)
    return len(renamed) + len(await rows(_ENTER, *told, today))


async def place_new_buildings(district: str, today: date) -> None:
    """Note from when on a building of a ledger lies in its grid."""
    await rows(_PLACE, district, today)
