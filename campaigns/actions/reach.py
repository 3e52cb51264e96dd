"""What people did by hand: a home was told at its door or by phone, where no message could reach it."""

from collections.abc import Iterable
from datetime import datetime

from models.database import rows
from models.reach import Path

_TOLD = """
UPDATE delivery SET reached_at = $4, reached_by = $3, path = $2 WHERE id IN (
  SELECT id FROM delivery WHERE id = ANY($1::bigint[]) AND reached_at IS NULL ORDER BY id FOR UPDATE
) RETURNING id
"""
_NOT_TOLD = """
UPDATE delivery SET reached_at = NULL, reached_by = '', path = NULL
WHERE campaign_id = $1 AND dwelling_id = ANY($2::bigint[]) AND reached_at IS NOT NULL RETURNING id
"""


async def reached(delivery_ids: Iterable[int], path: Path, by: str, now: datetime) -> int:
    """Note that people were told by phone or at the door; twice is once. How many were noted.

    Args:
        path: CALL or PAPER.
        by: a login, or `link` of a building's list.
    """
    return len(await rows(_TOLD, list(delivery_ids), path.value, by, now))


async def not_reached(campaign_id: int, dwelling_ids: Iterable[int]) -> int:
    """Take such a note back: these homes stand on the list again."""
    return len(await rows(_NOT_TOLD, campaign_id, list(dwelling_ids)))
