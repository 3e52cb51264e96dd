"""What a page proves itself with to WeChat's own script in the browser (JS-SDK), and the ticket behind it."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha1

from pydantic import Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.token import Token
from bot.wire import Filled

FETCHING_SECONDS = 25
"""How long a process that died while it fetched keeps the others waiting."""
WAIT_SECONDS = 3


class Ticket(Token):
    """The ticket of the JS-SDK, granted as a token is."""

    access_token: Filled = Field(repr=False, validation_alias="ticket")


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What `wx.config` takes."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


def sign_page(app_id: str, ticket: str, url: str) -> PageSignature:
    """Sign the page at `url`, as the browser shows it, without its fragment (wechat-platform §3.11)."""
    nonce, timestamp = secrets.token_hex(8), int(time.time())
    return PageSignature(app_id, timestamp, nonce, signature(ticket, nonce, timestamp, url))


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The hexadecimal SHA-1 over ticket, nonce, seconds and address in the platform's order (§3.11)."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return sha1(signed.encode(), usedforsecurity=False).hexdigest()


@asynccontextmanager
async def one_at_a_time(redis: Redis, name: str) -> AsyncGenerator[None]:
    """Only one process at a time is in here; without Redis, or after some seconds, everybody may be."""
    lock = redis.lock(f"fetching:{name}", timeout=FETCHING_SECONDS, blocking_timeout=WAIT_SECONDS)
    held = False
    with suppress(RedisError):
        held = await lock.acquire()
    try:
        yield
    finally:
        if held:
            with suppress(RedisError):
                await lock.release()
