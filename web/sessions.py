"""Who is there: server-side sessions in Redis, and the messages that wait for a session's next page.

Redis knows only digests of the ids, so that a copy of it lets nobody in. Time here is the machine's own, not the
product's clock: moving that in a demonstration signs nobody out.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from web.forgery import new_id

FLASH_SECONDS = 600
MOST_FLASHES = 20


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is what the cookie holds, `who` what the surface calls the person; `ends_at` counts seconds since 1970."""

    id: str
    who: str
    ends_at: float


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence for the next page; `bad` when something was not done, `path` where it leads to."""

    text: str
    bad: bool = False
    path: str = ""


def handle_of(session_id: str) -> str:
    """How Redis names a session: nobody gets in with it."""
    return hashlib.sha256(session_id.encode()).hexdigest()


class Sessions:
    """The sessions of one surface.

    Args:
        kind: of the surface, as its keys begin.
        idle_seconds: after which a session ends in which nothing is done.
        longest_seconds: after which it ends in any case.
    """

    def __init__(self, redis: Redis, kind: str, idle_seconds: int, longest_seconds: int) -> None:
        self._redis = redis
        self._kind = kind
        self._idle = idle_seconds
        self._longest = longest_seconds

    def _key(self, what: str, session_id: str) -> str:
        return f"{self._kind}:{what}:{handle_of(session_id)}"

    async def begin(self, who: str) -> Session:
        """A session under a new id, whatever id the browser had before."""
        session = Session(new_id(), who, time.time() + self._longest)
        content = json.dumps({"who": who, "ends_at": session.ends_at})
        await self._redis.set(self._key("session", session.id), content, ex=self._idle)
        return session

    async def find(self, session_id: str, *, renew: bool = True) -> Session | None:
        """The live session of a cookie.

        Args:
            renew: False where nobody acts, as when a page refreshes itself: the idle time runs on.
        """
        content = await self._redis.get(self._key("session", session_id)) if session_id else None
        if content is None:
            return None
        session = Session(session_id, **json.loads(content))
        left = int(session.ends_at - time.time())
        if left <= 0:
            await self.end(session_id)
            return None
        if renew:
            await self._redis.expire(self._key("session", session_id), min(self._idle, left))
        return session

    async def end(self, session_id: str) -> None:
        await self._redis.delete(self._key("session", session_id), self._key("flash", session_id))

    async def leave_flash(self, session_id: str, flash: Flash) -> None:
        key = self._key("flash", session_id)
        await self._redis.rpush(key, json.dumps([flash.text, flash.bad, flash.path]))
        await self._redis.expire(key, FLASH_SECONDS)

    async def take_flashes(self, session_id: str) -> list[Flash]:
        """The messages that wait, which are then gone."""
        waiting = cast(list[bytes] | None, await self._redis.lpop(self._key("flash", session_id), MOST_FLASHES))
        return [Flash(*json.loads(flash)) for flash in waiting or ()]
