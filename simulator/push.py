"""The push: a message or event on its way to the webhook, up to three times, one person's in order (§1.2, §1.5)."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from simulator.config import SimulatorConfig
from simulator.envelope import BadEnvelope, Field, encrypt, sign, to_xml
from simulator.replies import read_reply
from simulator.store import Record, key, words

DELIVERIES = 3
SLACK = 10
GLANCE = 0.02

_TLS = ssl.create_default_context()

# KEYS[1] the last MsgId; ARGV: now in microseconds. Grows for ever, also when Redis starts empty.
_NEXT_ID = """
local id = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%d', id))
return id
"""


@dataclass(frozen=True)
class Delivery:
    """How a push ended: after how many deliveries, and the reply's bubbles; None when there was no fit answer."""

    attempts: int
    bubbles: list[Record] | None


async def next_message_id(config: SimulatorConfig) -> int:
    """A MsgId larger than every one before it (16 digits)."""
    return int(await config.redis.eval(_NEXT_ID, 1, key("msgid"), int(config.now() * 1_000_000)))


async def push(config: SimulatorConfig, openid: str, fields: Mapping[str, Field]) -> Delivery:
    """Deliver one message when the person's earlier ones are answered, and read the reply.

    The same body goes out up to three times, `deadline` seconds each; a body that is no reply ends it at once.
    """
    body, encrypted = _sealed(config, fields)
    async with _turn(config, openid):
        is_identical = await config.redis.exists(key("identical")) == 1
        query = _query(config, openid, encrypted)
        for attempt in range(1, DELIVERIES + 1):
            if attempt > 1 and not is_identical:
                query = _query(config, openid, encrypted)
            answer = await _post(config, query, body)
            if answer is not None:
                return await _read(config, openid, attempt, answer)
    return Delivery(DELIVERIES, None)


async def verify(config: SimulatorConfig) -> bool:
    """What saving the account's settings does: GET with an echostr that must come back as it is (§1.1)."""
    echostr = str(secrets.randbits(62))
    query = _stamps(config) | {"echostr": echostr}
    try:
        async with _client(config) as client:
            answer = await client.get(config.webhook_url, params=query)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.text == echostr


async def _read(config: SimulatorConfig, openid: str, attempt: int, answer: bytes) -> Delivery:
    try:
        return Delivery(attempt, await read_reply(config, openid, answer))
    except BadEnvelope:
        return Delivery(attempt, None)


def _sealed(config: SimulatorConfig, fields: Mapping[str, Field]) -> tuple[str, str]:
    """The body to send, and its encrypted part ("" in plain mode)."""
    plain = to_xml(fields)
    if config.mode == "plain":
        return plain, ""
    encrypted = encrypt(plain, config.aes_key, config.app_id)
    shown = {"ToUserName": fields["ToUserName"]} if config.mode == "safe" else fields
    return to_xml({**shown, "Encrypt": encrypted}), encrypted


def _stamps(config: SimulatorConfig) -> dict[str, str]:
    timestamp, nonce = str(int(config.now())), str(secrets.randbelow(10**9) + 10**9)
    return {"signature": sign(config.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}


def _query(config: SimulatorConfig, openid: str, encrypted: str) -> dict[str, str]:
    query = _stamps(config) | {"openid": openid}
    if not encrypted:
        return query
    signature = sign(config.token, query["timestamp"], query["nonce"], encrypted)
    return query | {"encrypt_type": "aes", "msg_signature": signature}


def _client(config: SimulatorConfig) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_TLS, trust_env=False, timeout=config.deadline)


async def _post(config: SimulatorConfig, query: dict[str, str], body: str) -> bytes | None:
    """One delivery: the answer's body, or None when it failed or took longer than the deadline."""
    try:
        async with asyncio.timeout(config.deadline), _client(config) as client:
            answer = await client.post(
                config.webhook_url, params=query, content=body.encode(), headers={"Content-Type": "text/xml"}
            )
    except (httpx.HTTPError, TimeoutError):
        return None
    return answer.content if answer.status_code == 200 else None


@asynccontextmanager
async def _turn(config: SimulatorConfig, openid: str) -> AsyncGenerator[None]:
    """Wait until this person's earlier pushes are over, in whatever process; one whose process died is passed over."""
    ticket = secrets.token_hex(8)
    await _show_alive(config, ticket)
    await config.redis.rpush(key("turn", openid), ticket)
    try:
        while not await _is_first(config, openid, ticket):  # noqa: ASYNC110 -- the others may be in other processes
            await asyncio.sleep(GLANCE)
        yield
    finally:
        await config.redis.lrem(key("turn", openid), 1, ticket)


async def _is_first(config: SimulatorConfig, openid: str, ticket: str) -> bool:
    """Look who is first, show that this ticket is alive, and drop a first one that no longer is."""
    queue = key("turn", openid)
    await _show_alive(config, ticket)
    stored = await config.redis.lindex(queue, 0)
    first = ticket if stored is None else words(stored)
    if first != ticket and not await config.redis.exists(key("alive", first)):
        await config.redis.lrem(queue, 1, first)
    return first == ticket


async def _show_alive(config: SimulatorConfig, ticket: str) -> None:
    await config.redis.set(key("alive", ticket), 1, ex=int(DELIVERIES * config.deadline) + SLACK)
