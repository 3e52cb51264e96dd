"""Brakes against guessing passwords: after five failures each further one costs a longer wait."""

import hashlib
from typing import Any, cast

from redis.asyncio import Redis

FREE_TRIES = 5
FIRST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 15 * 60
REMEMBERED_SECONDS = 3600

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
