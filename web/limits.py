"""How often something may be done: so many times in a span of time, counted for all processes together."""

import hashlib
from typing import Any, cast

from redis.asyncio import Redis

# The count and its end are set in one step: a process that dies between the two would else lock somebody out for good.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class Limits:
    def __init__(self, redis: Redis, kind: str) -> None:
        self._redis = redis
        self._kind = kind

    async def within(self, deed: str, who: str, most: int, seconds: int) -> bool:
        """Count one try of `who` at `deed`; whether it is among the first `most` of the span that the first began."""
        key = f"{self._kind}:limit:{deed}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
        return int(await cast(Any, self._redis.eval(_COUNT, 1, key, seconds))) <= most
