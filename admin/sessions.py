"""Who is signed in: server-side sessions in Redis, and the messages that wait for a session's next page.

Redis knows only digests of the ids, so that a copy of it lets nobody in. Time here is the machine's own, not the
product's clock: moving that in a demonstration signs nobody out.
"""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
FLASH_SECONDS = 600
MOST_FLASHES = 20


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is what the cookie holds; `ends_at` counts seconds since 1970."""

    id: str
    login: str
    ends_at: float


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence for the next page; `bad` when something was not done."""

    text: str
    bad: bool = False


def new_id() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def form_token(secret_key: str, session_id: str) -> str:
    """What a form of this session must carry: nobody else can make it, and it fits no other session."""
    return hmac.digest(secret_key.encode(), f"form:{session_id}".encode(), hashlib.sha256).hex()


def _key(kind: str, session_id: str) -> str:
    return f"panel:{kind}:{hashlib.sha256(session_id.encode()).hexdigest()}"


class Sessions:
    """Sessions end after 30 idle minutes, and after 8 hours in any case."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, login: str) -> Session:
        """A session under a new id, whatever id the browser had before."""
        session = Session(new_id(), login, time.time() + LONGEST_SECONDS)
        content = json.dumps({"login": login, "ends_at": session.ends_at})
        await self._redis.set(_key("session", session.id), content, ex=IDLE_SECONDS)
        return session

    async def find(self, session_id: str, *, renew: bool = True) -> Session | None:
        """The live session of a cookie.

        Args:
            renew: False where nobody acts, as when a page refreshes itself: the idle time runs on.
        """
        content = await self._redis.get(_key("session", session_id)) if session_id else None
        if content is None:
            return None
        session = Session(session_id, **json.loads(content))
        left = int(session.ends_at - time.time())
        if left <= 0:
            await self.end(session_id)
            return None
        if renew:
            await self._redis.expire(_key("session", session_id), min(IDLE_SECONDS, left))
        return session

    async def end(self, session_id: str) -> None:
        await self._redis.delete(_key("session", session_id), _key("flash", session_id))

    async def leave_flash(self, session_id: str, flash: Flash) -> None:
        key = _key("flash", session_id)
        await self._redis.rpush(key, json.dumps([flash.text, flash.bad]))
        await self._redis.expire(key, FLASH_SECONDS)

    async def take_flashes(self, session_id: str) -> list[Flash]:
        """The messages that wait, which are then gone."""
        waiting = cast(list[bytes] | None, await self._redis.lpop(_key("flash", session_id), MOST_FLASHES))
        return [Flash(*json.loads(flash)) for flash in waiting or ()]
