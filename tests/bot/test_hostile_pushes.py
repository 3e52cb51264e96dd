"""Pushes that mean harm, at the door: refused with a 4xx, in time, and without a trace anywhere."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from bot import webhook
from bot.envelope import MAX_BYTES
from models.conversations import Message
from tests.bot.caller import XML, Answer, Caller, calling, text, xml_of
from tests.bot.platform_side import (
    PLAIN,
    encrypted,
    padded,
    plain_query,
    sealed_query,
    signature,
    xml_envelope,
)
from tests.bot.rehearsal import Rehearsal

GOOD = xml_of(text("报数"))
SEALED = encrypted(padded(GOOD))
QUERY = sealed_query(SEALED)
TAGS = b"<a>" * 1_000_000
DEEP = b"<xml>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</xml>"
TWICE = GOOD.replace(b"</xml>", b"<Content>two</Content></xml>")
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e "' + b"x" * 1000 + b'">]>' + GOOD.replace(b"<![CDATA[oAnna]]>", b"&e;")


def sealed(encrypt: str, **changed: str) -> Callable[[Caller], Awaitable[Answer]]:
    """A push whose envelope is signed as it should be, around whatever it holds."""
    return lambda caller: caller.call(sealed_query(encrypt) | changed, xml_envelope(encrypt))


def posted(*chunks: bytes, **options: Any) -> Callable[[Caller], Awaitable[Answer]]:
    """A rightly signed request with another body, method, length or type."""
    return lambda caller: caller.call(QUERY, *(chunks or (xml_envelope(SEALED),)), **options)


def headers(**named: str) -> dict[str, str]:
    return XML | {name.replace("_", "-"): value for name, value in named.items()}


BAD_PADDING = padded(GOOD)[:-1] + b"\x00"
LONG_PADDING = padded(GOOD)[:-1] + b"\x21"
HARM: dict[str, tuple[int, Callable[[Caller], Awaitable[Answer]]]] = {
    "put": (405, posted(method="PUT")),
    "head": (405, posted(method="HEAD")),
    "form": (415, posted(headers={"content-type": "application/x-www-form-urlencoded"})),
    "html": (415, posted(headers={"content-type": "text/html"})),
    "declared too long": (413, posted(headers=headers(content_length=str(MAX_BYTES + 1)))),
    "declared beyond measure": (413, posted(headers=headers(content_length="9" * 5_000))),
    "declared nonsense": (413, posted(headers=headers(content_length="-1"))),
    "1 MB declared short": (413, posted(b"x" * 2**20, headers=headers(content_length="10"))),
    "1 MB in chunks": (413, posted(*[b"x" * 1024] * 1024)),
    "1 byte too many and no end": (413, posted(b"x" * MAX_BYTES, b"x", ends=False)),
    "empty": (400, posted(b"")),
    "a million tags": (413, posted(TAGS)),
    "deep": (400, posted(DEEP)),
    "not utf-8": (400, posted(b"<xml><Encrypt>\xff\xfe</Encrypt></xml>")),
    "unsigned": (403, lambda caller: caller.call({}, xml_envelope(SEALED))),
    "plain in safe mode": (403, lambda caller: caller.call(plain_query(), GOOD)),
    "old signature, other content": (403, lambda caller: caller.call(QUERY, xml_envelope(encrypted(padded(TWICE))))),
    "signed with another token": (403, sealed(SEALED, msg_signature=signature("t", "1700000000", "nonce1", SEALED))),
    "duplicate nonce changed": (403, sealed(SEALED, nonce="nonce2")),
    "padding 0": (400, sealed(encrypted(BAD_PADDING))),
    "padding 33": (400, sealed(encrypted(LONG_PADDING))),
    "not base64": (400, sealed("!!!!")),
    "half a block": (400, sealed(b64encode(b"x" * 17).decode())),
    "another appid": (403, sealed(encrypted(padded(GOOD, app_id="wxsomebodyelse0000")))),
    "length past the end": (400, sealed(encrypted(padded(GOOD, length=1 << 30)))),
    "sealed: duplicate tags": (400, sealed(encrypted(padded(TWICE)))),
    "sealed: deep": (400, sealed(encrypted(padded(DEEP[:45_000])))),
    "sealed: not utf-8": (400, sealed(encrypted(padded(b"<xml>\xff</xml>")))),
    "sealed: document type": (400, sealed(encrypted(padded(DOCTYPE)))),
    "sealed: nobody": (400, sealed(encrypted(padded(b"<xml><MsgType>text</MsgType></xml>")))),
    "sealed: endless openid": (400, sealed(encrypted(padded(xml_of(text("报数", sender="o" * 129)))))),
    "sealed: not xml": (400, sealed(encrypted(padded(b"hello")))),
}


@pytest.fixture
async def caller(rehearsal: Rehearsal) -> AsyncGenerator[Caller]:
    async with calling(await rehearsal.bot()) as caller:
        yield caller


async def traces(rehearsal: Rehearsal) -> list[str]:
    """What a push left in Redis and in the table; the process's heartbeat is none."""
    keys = [key.decode() async for key in rehearsal.redis.scan_iter()]
    stored = [str(row.key) for row in await Message.all()]
    return [key for key in keys if not key.startswith("alive:")] + stored


async def test_every_harmful_push_is_refused_at_once_and_leaves_no_trace(rehearsal: Rehearsal, caller: Caller) -> None:
    for name, (status, call) in HARM.items():
        began = time.process_time()
        answer = await call(caller)
        assert (name, answer.status) == (name, status)
        assert answer.media_type == "text/plain"
        assert b"oAnna" not in answer.body
        assert time.process_time() - began < 0.5, name
    assert await traces(rehearsal) == []
    assert "办了" in (await caller.say("报数")).heard
    assert len(await traces(rehearsal)) == 2


async def test_a_replayed_push_gets_its_answer_and_does_not_act_again(rehearsal: Rehearsal, caller: Caller) -> None:
    answers = [await caller.call(QUERY, xml_envelope(SEALED)) for _ in range(3)]
    assert len({answer.heard for answer in answers}) == 1
    assert await Message.all().count() == 1


async def test_a_replayed_signature_in_plain_mode_carries_no_sealed_body(rehearsal: Rehearsal) -> None:
    async with calling(await rehearsal.bot(), PLAIN) as caller:
        assert (await caller.call(plain_query(), xml_envelope(SEALED))).status == 403
        assert (await caller.call(plain_query() | {"nonce": "x"}, GOOD)).status == 403
    assert await traces(rehearsal) == []


@pytest.mark.parametrize("chunks", [(), (b"<xml>",), (b"<",) * 50], ids=["nothing", "a beginning", "drops"])
async def test_a_body_that_never_ends_is_given_up(
    rehearsal: Rehearsal, caller: Caller, monkeypatch: pytest.MonkeyPatch, chunks: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_WITHIN", 0.2)
    answer = await asyncio.wait_for(caller.call(QUERY, *chunks, ends=False), 5)
    assert answer.status == 408
    assert await traces(rehearsal) == []


async def test_a_body_that_trickles_leaves_its_handler_only_the_rest_of_the_time(
    rehearsal: Rehearsal, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_WITHIN", 1)
    began = time.monotonic()
    slow = text("慢办")
    encrypt = encrypted(padded(xml_of(slow)))
    answer = await caller.call(sealed_query(encrypt), *_drops(xml_envelope(encrypt)), pause=0.2)
    assert answer.body == b"success"
    assert 0.9 < time.monotonic() - began < 1.4
    rehearsal.moods.gate.set()


def _drops(body: bytes) -> list[bytes]:
    third = len(body) // 3
    return [body[:third], body[third : 2 * third], body[2 * third :]]


async def test_who_hangs_up_in_the_middle_of_a_body_is_not_heard(rehearsal: Rehearsal, caller: Caller) -> None:
    answer = await caller.call(QUERY, xml_envelope(SEALED)[:100], hangs_up=True)
    assert answer.status == 400
    assert await traces(rehearsal) == []


async def test_a_query_with_many_fields_more_is_read_all_the_same(rehearsal: Rehearsal, caller: Caller) -> None:
    many = {f"x{number}": "" for number in range(500)}
    assert (await caller.call(QUERY | many, xml_envelope(SEALED))).status == 200
