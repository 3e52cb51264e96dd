"""One person's dialogue state in Redis, taken in turn: messages of one person one after another, across processes.

A turn is a place in a queue of tokens. The head holds the turn; tokens of a process whose heartbeat has stopped are
passed over, so that a killed process delays its people by three seconds and not for ever.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from batches import Batch
from bot.dialogue import Choice

HEARTBEAT_MS = 3_000
LONGEST_TURN_MS = 40_000
MOST_GIVEN_BACK = 256
POLL_SECONDS = 0.03
REDIS_WITHIN = 1.5
"""Seconds for one call, short enough that a message which waited for a failing one fails inside the door's time."""

# KEYS per person: queue, state. ARGV: process, its heartbeat and the longest turn in ms, then per person its token.
# A token is `process:number`; answers 0 while somebody else is at the head, else the state or an empty string.
# Who asks is alive, also when Redis has just forgotten it. Whoever comes in the same millisecond stands behind.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answers = {}
redis.call('SET', 'alive:' .. ARGV[1], 1, 'PX', ARGV[2])
for i = 1, #KEYS, 2 do
  local queue, token = KEYS[i], ARGV[(i + 1) / 2 + 3]
  local last = redis.call('ZRANGE', queue, -1, -1, 'WITHSCORES')
  redis.call('ZADD', queue, 'NX', math.max(now, (last[2] or 0) + 1), token)
  redis.call('PEXPIRE', queue, ARGV[3])
  local head = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
  while head[1] ~= token and (now - head[2] > tonumber(ARGV[3])
      or redis.call('EXISTS', 'alive:' .. string.match(head[1], '^[^:]+')) == 0) do
    redis.call('ZREM', queue, head[1])
    head = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
  end
  if head[1] == token then
    answers[#answers + 1] = redis.call('GET', KEYS[i + 1]) or ''
  else
    answers[#answers + 1] = 0
  end
end
return answers
"""

# KEYS as above. ARGV per person: token, state (empty: leave as it is), seconds to keep it.
# Whoever was passed over meanwhile has lost the turn, and must not overwrite what was kept since.
_GIVE = """
for i = 1, #KEYS, 2 do
  local at = (i - 1) / 2 * 3
  if redis.call('ZREM', KEYS[i], ARGV[at + 1]) == 1 and ARGV[at + 2] ~= '' then
    redis.call('SET', KEYS[i + 1], ARGV[at + 2], 'EX', ARGV[at + 3])
  end
end
return 0
"""


Given = tuple[str, str, bytes, int]
"""A turn that is over: person, token, state to keep (empty: as it was), seconds to keep it."""


@dataclass(slots=True)
class Session:
    """Which dialogue a person is in, at which step, what it remembers, and the list it offers."""

    dialogue: str = ""
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    offered: tuple[Choice, ...] = ()
    text: str = ""
    tail: str = ""
    list_id: str = ""
    page: int = 0
    misses: int = 0
    expires_at: float = 0.0
    resume: str = ""
    last: str = ""
    before: str = ""
    answer: str | None = None

    def open_at(self, now: datetime) -> bool:
        """Whether a dialogue or list is still remembered."""
        return bool(self.dialogue or self.offered or self.list_id) and now.timestamp() < self.expires_at

    def packed(self) -> bytes:
        """The state as it is kept; of a session that does not change any more."""
        values = [getattr(self, name) for name in self.__slots__]
        values[3] = [(choice.words, choice.value, choice.note, choice.numbered) for choice in self.offered]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Session":
        """The session that was packed; an empty one where another version packed it: dialogue state may be lost."""
        with suppress(ValueError, TypeError, LookupError):
            values: list[Any] = json.loads(packed)
            values[3] = tuple(Choice(*choice) for choice in values[3])
            return cls(*values)
        return cls()


@dataclass(slots=True)
class Held:
    """A turn that is held: the session as it was found, and what shall be kept of it."""

    session: Session
    packed: bytes = b""
    seconds: int = 0

    def keep(self, packed: bytes, seconds: int) -> None:
        """Keep this state for so long, and a minute more for repeated deliveries."""
        self.packed, self.seconds = packed, max(seconds, 0) + 60


class Sessions:
    """The turns and sessions of one official account.

    Args:
        redis: answers in bytes.
        seal, unseal: encryption of the state; a name said in a dialogue never lies in Redis in clear. `unseal` gives
            None for what it can't read, as after a change of key: dialogue state may be lost.
    """

    def __init__(self, redis: Redis, seal: Callable[[bytes], bytes], unseal: Callable[[bytes], bytes | None]) -> None:
        self._redis = redis
        self._seal = seal
        self._unseal = unseal
        self._process = secrets.token_hex(6)
        self._number = 0
        self._take: Batch[tuple[str, str], bytes | None] = Batch(self._take_many)
        self._give: Batch[Given, None] = Batch(self._give_many)
        self._owed: list[Given] = []
        self._heart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin the heartbeat; Redis may still be away."""
        with suppress(RedisError, OSError):
            await self._beat()
        self._heart = asyncio.create_task(self._beat_on())

    async def stop(self) -> None:
        if self._heart:
            self._heart.cancel()
            with suppress(asyncio.CancelledError):
                await self._heart

    @asynccontextmanager
    async def turn(self, person: str) -> AsyncGenerator[Held]:
        """Wait for this person's turn, hold it, and give it back together with what was kept."""
        self._number += 1
        token = f"{self._process}:{self._number}"
        try:
            while (state := await self._take((person, token))) is None:  # noqa: ASYNC110, given back elsewhere
                await asyncio.sleep(POLL_SECONDS)
        except BaseException:
            # The token may stand in the queue all the same; waiting for Redis now would only delay the bad news.
            self._owed.append((person, token, b"", 0))
            raise
        held = Held(self._opened(state))
        try:
            yield held
        except BaseException:
            await asyncio.shield(self._give_back((person, token, b"", 0)))
            raise
        await self._give_back((person, token, held.packed and self._seal(held.packed), held.seconds))

    def _opened(self, state: bytes) -> Session:
        packed = self._unseal(state) if state else None
        return Session.unpacked(packed) if packed else Session()

    async def _give_back(self, given: Given) -> None:
        """What was done is done: where Redis is away, the turn is given back with a later heartbeat."""
        try:
            await self._give(given)
        except (RedisError, OSError):
            self._owed.append(given)

    async def _take_many(self, items: Sequence[tuple[str, str]]) -> list[bytes | None]:
        keys = [key for person, _ in items for key in _keys(person)]
        timing = (self._process, HEARTBEAT_MS, LONGEST_TURN_MS)
        answers = await self._script(_TAKE, keys, [*timing, *(token for _, token in items)])
        return [None if answer == 0 else answer for answer in answers]

    async def _give_many(self, items: Sequence[Given]) -> list[None]:
        keys = [key for person, *_ in items for key in _keys(person)]
        values = [value for _, *rest in items for value in rest]
        await self._script(_GIVE, keys, values)
        return [None] * len(items)

    async def _script(self, script: str, keys: list[str], values: list[Any]) -> Any:
        async with asyncio.timeout(REDIS_WITHIN):
            return await self._redis.eval(script, len(keys), *keys, *values)  # pyright: ignore

    async def _beat(self) -> None:
        async with asyncio.timeout(REDIS_WITHIN):
            await self._redis.set(f"alive:{self._process}", 1, px=HEARTBEAT_MS)
        while owed := self._owed[:MOST_GIVEN_BACK]:
            await self._give_many(owed)
            del self._owed[: len(owed)]

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_MS / 4000)
            with suppress(RedisError, OSError):
                await self._beat()


def _keys(person: str) -> tuple[str, str]:
    return f"turn:{person}", f"session:{person}"
