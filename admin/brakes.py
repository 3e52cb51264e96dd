"""Brakes against guessing passwords, where each failure after five costs a longer wait, and against hasty buttons."""

import hashlib
from typing import Any, cast

from redis.asyncio import Redis

from errors import DomainError

FREE_TRIES = 5
FIRST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 15 * 60
REMEMBERED_SECONDS = 3600
MOST_PRESSES = 30
PRESSES_A_SECOND = 1

# Tries are counted before the password is looked at: a hundred at once are a hundred, not one.
_TRY = """
for _, key in ipairs(KEYS) do
  local wait = redis.call('TTL', key .. ':wait')
  if wait > 0 then return wait end
end
for _, key in ipairs(KEYS) do
  local tries = redis.call('INCR', key)
  redis.call('EXPIRE', key, ARGV[4])
  if tries >= tonumber(ARGV[1]) then
    local wait = math.min(ARGV[2] * 2 ^ math.min(tries - ARGV[1], 20), ARGV[3])
    redis.call('SET', key .. ':wait', 1, 'EX', wait)
  end
end
return 0
"""

# A bucket of presses per session, which fills up by one each second.
_PRESS = """
local now = redis.call('TIME')[1]
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(ARGV[1], (bucket[1] or ARGV[1]) + (now - (bucket[2] or now)) * ARGV[2])
redis.call('HSET', KEYS[1], 'left', math.max(left - 1, 0), 'at', now)
redis.call('EXPIRE', KEYS[1], 300)
return left >= 1 and 1 or 0
"""


class TooHasty(DomainError):
    code = "too_hasty"
    status = 429
    message = "点得太快了，刚才这一下没有办。请等十秒再试。"


class Brakes:
    """Counts of one login and of one address; an office that shares an address waits seconds, a guesser hours."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def attempt(self, login: str, address: str) -> int:
        """Count one try. Returns how many seconds to wait; 0 when the password may be looked at."""
        limits = (FREE_TRIES, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, REMEMBERED_SECONDS)
        keys = (_key("login", login), _key("address", address))
        return int(await cast(Any, self._redis.eval(_TRY, 2, *keys, *limits)))

    async def forgive(self, login: str, address: str, tries: int = 1) -> None:
        """It was right: the login starts afresh, and the address has these tries (password, code) less against it."""
        key = _key("login", login)
        await self._redis.delete(key, f"{key}:wait")
        await self._redis.decrby(_key("address", address), tries)

    async def press(self, session_id: str) -> None:
        """Count one button of a session: thirty in a row, and one a second, which no honest hand gets through.

        Raises:
            TooHasty: none is left.
        """
        pressed = self._redis.eval(_PRESS, 1, _key("press", session_id), MOST_PRESSES, PRESSES_A_SECOND)
        if not int(await cast(Any, pressed)):
            raise TooHasty

    async def release(self, login: str) -> None:
        """Lift the wait of a login; its address keeps what is counted against it."""
        key = _key("login", login)
        await self._redis.delete(key, f"{key}:wait")

    async def waits(self, login: str) -> int:
        """Seconds that a login must still wait, 0 when it need not."""
        return max(0, await self._redis.ttl(f"{_key('login', login)}:wait"))


def _key(kind: str, value: str) -> str:
    return f"panel:tries:{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def spoken(seconds: int) -> str:
    """A wait in words."""
    return f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"
