"""Of which topics an account wants no messages; what is urgent has no topic, and so can't be closed."""

from collections.abc import Iterable
from datetime import datetime

from models.database import rows

_CLOSE = """
INSERT INTO opt_out (account_id, topic, since) SELECT $1, topic, $3 FROM unnest($2::text[]) AS topic
ON CONFLICT DO NOTHING RETURNING id
"""
_OPEN = "DELETE FROM opt_out WHERE account_id = $1 AND topic = ANY($2::text[]) RETURNING id"


async def close_topics(account_id: int, topics: Iterable[str], now: datetime) -> int:
    """Send an account nothing more of these topics; twice is once. How many were open."""
    return len(await rows(_CLOSE, account_id, list(topics), now))


async def open_topics(account_id: int, topics: Iterable[str]) -> int:
    """Send an account messages of these topics again; how many were closed."""
    return len(await rows(_OPEN, account_id, list(topics)))
