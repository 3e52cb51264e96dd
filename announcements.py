"""What changed, told to open pages of every process once it is committed: through Redis, lost where nobody listens."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError
from tortoise.transactions import in_transaction

CHANNEL = "announcements"
AGAIN = 1.0
"""Seconds until a broken connection is tried anew."""
MOST_WAITING = 100
"""Announcements that a slow page may leave unread; it reads everything anew anyway."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """That a thing changed: `topic` as `enquiry`, its number, and the codes of the branches whom it concerns.

    An empty code stands for what belongs to no branch, which districts see.
    """

    topic: str
    number: int
    places: tuple[str, ...]


_gathered: ContextVar[dict[Announcement, None] | None] = ContextVar("gathered", default=None)


class _Press:
    """The Redis that this process publishes by; none in commands that nobody watches."""

    redis: Redis | None = None


def publish_by(redis: Redis | None) -> None:
    """Say by which Redis this process announces from now on."""
    _Press.redis = redis


def announce(topic: str, number: int, *places: str) -> None:
    """Tell open pages of a change, as soon as the transaction of `telling` under way is committed."""
    gathered = _gathered.get()
    if gathered is None:
        raise RuntimeError("announce() needs a transaction opened by telling()")
    gathered[Announcement(topic, number, places)] = None


@asynccontextmanager
async def telling() -> AsyncGenerator[None]:
    """A transaction whose announcements go out after the outermost one is committed, and not if it fails."""
    if _gathered.get() is not None:
        async with in_transaction():
            yield
        return
    gathered: dict[Announcement, None] = {}
    token = _gathered.set(gathered)
    try:
        async with in_transaction():
            yield
    finally:
        _gathered.reset(token)
    await _publish(gathered)


async def _publish(gathered: dict[Announcement, None]) -> None:
    if _Press.redis is None:
        return
    with suppress(RedisError, OSError, asyncio.TimeoutError):
        for one in gathered:
            await _Press.redis.publish(CHANNEL, json.dumps(asdict(one)))  # pyright: ignore[reportUnknownMemberType]


class Board:
    """Where the open pages of this process wait; it follows Redis while there is one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: set[asyncio.Queue[Announcement | None]] = set()
        self._following: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def waiting(self) -> AsyncGenerator[asyncio.Queue[Announcement | None]]:
        """A queue of what is announced from now on; None means that something may have been missed."""
        queue: asyncio.Queue[Announcement | None] = asyncio.Queue(MOST_WAITING)
        self._waiting.add(queue)
        if self._following is None:
            self._following = asyncio.create_task(self._follow())
        try:
            yield queue
        finally:
            self._waiting.discard(queue)
            if not self._waiting and self._following:
                self._following.cancel()
                self._following = None

    async def _follow(self) -> None:
        while True:
            with suppress(RedisError, OSError, asyncio.TimeoutError):
                async with self._redis.pubsub() as heard:  # pyright: ignore[reportUnknownMemberType]
                    await heard.subscribe(CHANNEL)  # pyright: ignore[reportUnknownMemberType]
                    async for message in heard.listen():  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                        self._hand_out(_read(cast(dict[str, Any], message)))
            await asyncio.sleep(AGAIN)

    def _hand_out(self, announcement: Announcement | None) -> None:
        for queue in self._waiting:
            with suppress(asyncio.QueueFull):
                queue.put_nowait(announcement)


def _read(message: dict[str, Any]) -> Announcement | None:
    """What a message tells; that one is heard again now tells None."""
    if message["type"] != "message":
        return None
    told = json.loads(message["data"])
    return Announcement(told["topic"], told["number"], tuple(told["places"]))
