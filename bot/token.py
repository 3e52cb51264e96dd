"""The account's access_token: one for all processes, kept in Redis, renewed before it runs out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import structlog
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.wire import Call, Filled, Wire, shaped

LONGEST_LIFE = 7200
MARGIN_SECONDS = 300
MEMORY_SECONDS = 60

log = structlog.get_logger()


class Token(BaseModel):
    """A token as the platform grants it; `expires_in` is seconds."""

    access_token: Filled = Field(repr=False)
    expires_in: int = Field(gt=0)


async def fetch_stable_token(wire: Wire, app_id: str, secret: str) -> Token:
    """Ask for the token in normal mode: everybody who asks gets the same one until its last five minutes.

    Raises TechnicalError for a wrong AppID or secret or a caller outside the IP list. Source: wechat-platform §3.1.
    """
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    call = Call("POST", "/cgi-bin/stable_token", body=body)
    return shaped(Token, call, await wire.exchange(call))


@dataclass(frozen=True, slots=True)
class _Remembered:
    token: str = field(repr=False)
    until: float


class TokenStore:
    """The token of `app_id`, sealed in Redis and for a minute in memory; without Redis it is fetched directly.

    `seal` and `unseal` encrypt and decrypt it; `monotonic` tells seconds. `redis` wants its own socket time-outs.
    `alone` keeps other processes from fetching meanwhile, where each fetch would bring another one.
    """

    def __init__(
        self,
        redis: Redis,
        app_id: str,
        fetch: Callable[[], Awaitable[Token]],
        seal: Callable[[str], bytes],
        unseal: Callable[[bytes], str],
        monotonic: Callable[[], float] = time.monotonic,
        alone: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    ) -> None:
        self._redis = redis
        self._key = f"token:{app_id}"
        self._fetch = fetch
        self._seal = seal
        self._unseal = unseal
        self._monotonic = monotonic
        self._alone = alone
        self._remembered: _Remembered | None = None
        self._refreshing = asyncio.Lock()

    async def get(self) -> str:
        """The token to use now. Raises what `fetch` raises."""
        return self._recall() or await self._renew()

    async def invalidate(self, token: str) -> None:
        """Drop `token` after the platform refused it, unless another process has already replaced it."""
        if self._remembered and self._remembered.token == token:
            self._remembered = None
        if await self._stored() == token:
            # A newer token stored in this very moment is lost too: it costs one call, which returns the same token.
            await self._drop()

    async def _renew(self) -> str:
        async with self._refreshing:
            if token := self._recall() or await self._take_over():
                return token
            if self._alone is None:
                return await self._fetched()
            async with self._alone():
                return await self._take_over() or await self._fetched()

    async def _take_over(self) -> str:
        """What another process has fetched."""
        if token := await self._stored():
            self._remember(token, MEMORY_SECONDS)
        return token

    async def _fetched(self) -> str:
        granted = await self._fetch()
        self._remember(granted.access_token, min(MEMORY_SECONDS, granted.expires_in / 2))
        await self._store(granted)
        return granted.access_token

    def _recall(self) -> str:
        held = self._remembered
        return held.token if held and self._monotonic() < held.until else ""

    def _remember(self, token: str, seconds: float) -> None:
        self._remembered = _Remembered(token, self._monotonic() + seconds)

    async def _stored(self) -> str:
        try:
            sealed = await self._redis.get(self._key)
        except RedisError as error:
            log.warning("token_store_unreachable", kind=type(error).__name__)
            return ""
        return self._open(sealed) if isinstance(sealed, bytes) else ""

    def _open(self, sealed: bytes) -> str:
        try:
            return self._unseal(sealed)
        except Exception as error:  # sealed with another key, or damaged: as good as none
            log.warning("token_unreadable", kind=type(error).__name__)
            return ""

    async def _store(self, granted: Token) -> None:
        seconds = max(min(granted.expires_in, LONGEST_LIFE) - MARGIN_SECONDS, 1)
        try:
            await self._redis.set(self._key, self._seal(granted.access_token), ex=seconds)
        except RedisError as error:
            log.warning("token_store_unreachable", kind=type(error).__name__)

    async def _drop(self) -> None:
        try:
            await self._redis.delete(self._key)
        except RedisError as error:
            log.warning("token_store_unreachable", kind=type(error).__name__)
