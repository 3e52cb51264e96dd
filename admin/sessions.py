"""Who is signed in at the panel, for how long, and where else; half-way sign-ins, codes just given, searches."""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis

from models.sealed import seal, unseal
from web.sessions import Session, Sessions, handle_of

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
HALF_SECONDS = 5 * 60
STEP_UP_SECONDS = 5 * 60
ONCE_SECONDS = 10 * 60
_SEALED_FOR = "panel:once"


@dataclass(frozen=True, slots=True)
class Seat:
    """A session as its owner sees it: `handle` names it and lets nobody in; times count seconds since 1970."""

    handle: str
    since: float
    seen: float
    address: str
    browser: str


class PanelSessions(Sessions):
    """Sessions of staff, by their login: they end after 30 idle minutes, after 8 hours, and when they are revoked."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis, "panel", IDLE_SECONDS, LONGEST_SECONDS)

    async def begin(self, who: str, address: str = "", browser: str = "") -> Session:
        """A session under a new id, which the login's list holds until it ends.

        Args:
            address, browser: shortened, enough for its owner to recognise the place.
        """
        session = await super().begin(who)
        now, seats = time.time(), f"panel:seats:{who}"
        async with self._redis.pipeline() as together:
            place = json.dumps([now, address, browser])
            together.set(self._key("place", session.id), place, ex=LONGEST_SECONDS)
            together.zadd(seats, {handle_of(session.id): now})
            together.expire(seats, LONGEST_SECONDS)
            await together.execute()
        return session

    async def find(self, session_id: str, *, renew: bool = True) -> Session | None:
        session = await super().find(session_id, renew=renew)
        if session and renew:
            await self._redis.zadd(f"panel:seats:{session.who}", {handle_of(session_id): time.time()}, xx=True)
        return session

    async def end(self, session_id: str) -> None:
        await self._end(handle_of(session_id))

    async def _end(self, handle: str) -> None:
        kinds = ("session", "flash", "place", "half", "step", "once", "search")
        await self._redis.delete(*(f"panel:{kind}:{handle}" for kind in kinds))

    async def seats(self, login: str) -> list[Seat]:
        """The live sessions of a login, the one seen last first; those that ended by themselves leave the list."""
        key, redis = f"panel:seats:{login}", cast(Any, self._redis)
        listed: list[tuple[bytes, float]] = await redis.zrange(key, 0, -1, desc=True, withscores=True)
        seats: list[Seat] = []
        for handle, seen in ((handle.decode(), seen) for handle, seen in listed):
            live, place = await redis.mget(f"panel:session:{handle}", f"panel:place:{handle}")
            if live and place:
                since, address, browser = json.loads(place)
                seats.append(Seat(handle, since, seen, address, browser))
            else:
                await redis.zrem(key, handle)
        return seats

    async def revoke(self, login: str, *, handle: str = "", but: str = "") -> int:
        """End sessions of a login: the one of this handle, or all but that of the session id `but`. Tells how many."""
        kept = handle_of(but)
        seats = await self.seats(login)
        ended = [seat for seat in seats if (seat.handle == handle if handle else seat.handle != kept)]
        for seat in ended:
            await self._end(seat.handle)
        return len(ended)

    async def wait_for_code(self, session_id: str, login: str) -> None:
        """The password was right: for five minutes this id opens the page that asks for a code, and nothing else."""
        await self._redis.set(self._key("half", session_id), login, ex=HALF_SECONDS)

    async def waiting_for_code(self, session_id: str) -> str:
        """The login whose password was right, empty after five minutes."""
        login = cast(bytes | None, await self._redis.get(self._key("half", session_id)))
        return login.decode() if login else ""

    async def step_up(self, session_id: str) -> None:
        """A code was given in this session just now."""
        await self._redis.set(self._key("step", session_id), 1, ex=STEP_UP_SECONDS)

    async def stepped_up(self, session_id: str) -> bool:
        """Whether a code was given in this session within the last five minutes."""
        return bool(await self._redis.exists(self._key("step", session_id)))

    async def keep_search(self, session_id: str, words: str) -> str:
        """Remember what was looked for, encrypted, so that no name stands in an address; what stands there instead."""
        key, name = self._key("search", session_id), secrets.token_hex(4)
        await cast(Any, self._redis).hset(key, name, seal(words, _SEALED_FOR))
        await self._redis.expire(key, LONGEST_SECONDS)
        return name

    async def search(self, session_id: str, name: str) -> str | None:
        """What was looked for under this name in this session; None when nothing was."""
        sealed = cast(bytes | None, await cast(Any, self._redis).hget(self._key("search", session_id), name))
        return unseal(sealed, _SEALED_FOR) if sealed else None

    async def leave_once(self, session_id: str, secret: str) -> None:
        """Something to be shown on the next page and never again, encrypted until then."""
        await self._redis.set(self._key("once", session_id), seal(secret, _SEALED_FOR), ex=ONCE_SECONDS)

    async def take_once(self, session_id: str) -> str:
        """What was left, which is then gone; empty when nothing waits."""
        sealed = cast(bytes | None, await self._redis.getdel(self._key("once", session_id)))
        return unseal(sealed, _SEALED_FOR) if sealed else ""


def shortened(address: str) -> str:
    """Enough of an address to recognise one's own: `192.0.*.*`, `2001:db8:*`."""
    if ":" in address:
        return ":".join([*address.split(":")[:2], "*"])
    return ".".join([*address.split(".")[:2], "*", "*"]) if "." in address else ""


def browser_word(agent: str) -> str:
    """What people call the browser that signed in: `手机微信`, `电脑 Edge`; empty when it is none that is known."""
    kinds = {"MicroMessenger": "微信", "Edg": " Edge", "Firefox": " 火狐", "Chrome": " Chrome", "Safari": " Safari"}
    name = next((word for sign, word in kinds.items() if sign in agent), "")
    return f"{'手机' if 'Mobile' in agent else '电脑'}{name}" if name else ""
