"""JSON records in Redis under the prefix `sim:`, so that several web processes share one platform."""

import json
from typing import Any

from redis.asyncio import Redis

Record = dict[str, Any]


def key(*parts: str) -> str:
    """The Redis key of one thing: `sim:` and its parts joined by colons."""
    return ":".join(("sim", *parts))


def pack(record: Record) -> str:
    """A record as the text that is stored."""
    return json.dumps(record, ensure_ascii=False)


def unpack(stored: bytes | str) -> Record:
    """The record in a stored text."""
    return json.loads(stored)


def words(stored: bytes | str) -> str:
    """A stored name as text."""
    return stored.decode() if isinstance(stored, bytes) else stored


async def save(redis: Redis, name: str, record: Record, seconds: int | None = None) -> None:
    """Store a record under a key, for so many seconds or for good."""
    await redis.set(name, pack(record), ex=seconds)


async def load(redis: Redis, name: str) -> Record | None:
    """The record under a key, or None."""
    stored = await redis.get(name)
    return None if stored is None else unpack(stored)
