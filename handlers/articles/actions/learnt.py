"""What was learnt from the articles, kept for all processes; or when it is tried again."""

import json
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from handlers.articles.knowledge import FAILED, LEARNT, MEANINGS
from handlers.articles.rules import next_try
from models.database import rows

_KEEP = """
INSERT INTO shared (name, value) VALUES ($1, $2::jsonb)
ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name
"""
_DROP = "DELETE FROM shared WHERE name = $1 RETURNING name"


async def keep_learnt(
    revision: str, learnt: dict[str, Any] | None, meanings: dict[str, str] | None, *, meaning: bool
) -> None:
    """Let every process judge by it.

    Args:
        revision: of the articles that it was learnt from.
        learnt: nothing where they are too few; the formula stays in use.
        meanings: what their texts mean, where that is installed (`meaning`).
    """
    async with in_transaction():
        await _keep(LEARNT, {"revision": revision, "meaning": meaning, "learnt": learnt})
        if meanings:
            await _keep(MEANINGS, meanings)
        await rows(_DROP, FAILED)


async def put_off(now: datetime, times: int) -> None:
    """Learn again later, after it failed for so many times; what was learnt before stays in use."""
    await _keep(FAILED, {"times": times, "again_at": next_try(now, times).isoformat()})


async def _keep(name: str, value: Any) -> None:
    await rows(_KEEP, name, json.dumps(value))
