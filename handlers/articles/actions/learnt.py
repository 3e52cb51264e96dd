"""What was learnt from the articles, kept for all processes."""

import json
from typing import Any

from handlers.articles.knowledge import LEARNT
from models.database import rows

_KEEP = """
INSERT INTO shared (name, value) VALUES ($1, $2::jsonb)
ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name
"""


async def keep_learnt(revision: str, learnt: dict[str, Any] | None) -> None:
    """Let every process judge by it.

    Args:
        revision: of the articles that it was learnt from.
        learnt: nothing where they are too few; the formula stays in use.
    """
    await rows(_KEEP, LEARNT, json.dumps((learnt or {"meaning": None}) | {"revision": revision}))
