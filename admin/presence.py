"""Who of the staff has a conversation open right now, or writes in it; in Redis, and forgotten within half a minute."""

import time
from typing import cast

from redis.asyncio import Redis

LIVES = 25
"""Seconds; a page says that it is still open every ten."""
KEY = "inbox:here"
WRITES, READS = b"w", b"r"


class Presence:
    """A hash for each conversation: login → when it is forgotten, and whether that colleague writes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def here(self, enquiry_id: int, login: str, *, writing: bool) -> bool:
        """Note that somebody has the page open; whether colleagues should be told, since it was not so before."""
        key, said = f"{KEY}:{enquiry_id}", WRITES if writing else READS
        before = _read(cast(bytes | None, await self._redis.hget(key, login)))  # pyright: ignore[reportGeneralTypeIssues]
        until = b"%d" % (time.time() + LIVES)
        async with self._redis.pipeline() as pipe:
            pipe.hset(key, login, said + until)  # pyright: ignore[reportUnusedCoroutine]
            pipe.expire(key, LIVES)
            await pipe.execute()
        return before != said

    async def others(self, enquiry_id: int, login: str) -> dict[str, bool]:
        """Logins of colleagues who have it open, and whether they write."""
        found = cast(dict[bytes, bytes], await self._redis.hgetall(f"{KEY}:{enquiry_id}"))  # pyright: ignore[reportGeneralTypeIssues]
        states = {who.decode(): _read(said) for who, said in found.items()}
        return {who: said == WRITES for who, said in states.items() if said and who != login}


def _read(said: bytes | None) -> bytes:
    """What was said last, empty once it is forgotten."""
    return said[:1] if said and int(said[1:]) > time.time() else b""
