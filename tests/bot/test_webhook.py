"""The door as the platform meets it: verification, every mode and form, every kind, one act and its one answer."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.envelope import Credentials
from models.conversations import Message
from models.sealed import unseal
from tests.bot.caller import Caller, calling, event, text
from tests.bot.platform_side import COMPATIBLE, OWN, PLAIN, plain_query
from tests.bot.rehearsal import Rehearsal, Resident, acted

PAYLOADS = [
    pytest.param(path.read_bytes(), id=path.stem) for path in sorted((Path(__file__).parent / "payloads").iterdir())
]
MODES = [PLAIN, COMPATIBLE, OWN]


@pytest.fixture
async def caller(anna: Resident) -> AsyncGenerator[Caller]:
    """Calls a door whose bot stores in memory."""
    async with calling(anna.bot) as caller:
        yield caller


async def test_the_address_is_verified_by_sending_back_the_echostr(caller: Caller) -> None:
    answer = await caller.call(plain_query() | {"echostr": "4375120948345356249"}, method="GET")
    assert (answer.status, answer.body, answer.media_type) == (200, b"4375120948345356249", "text/plain")


async def test_a_wrong_signature_does_not_verify_the_address(caller: Caller) -> None:
    answer = await caller.call(plain_query() | {"echostr": "1", "nonce": "other"}, method="GET")
    assert answer.status == 403
    assert answer.body != b"1"


@pytest.mark.parametrize("as_json", [False, True], ids=["xml", "json"])
@pytest.mark.parametrize("credentials", MODES, ids=["plain", "compatible", "safe"])
async def test_a_message_is_answered_in_its_own_mode_and_form(
    anna: Resident, credentials: Credentials, as_json: bool
) -> None:
    async with calling(anna.bot, credentials) as caller:
        answer = await caller.push(text("菜单"), as_json=as_json)
    assert answer.status == 200
    assert "请选一项" in answer.heard
    assert answer.media_type == ("application/json" if as_json else "application/xml")
    assert (b"Encrypt" in answer.body) == (credentials is not PLAIN)


async def test_the_answer_goes_to_who_wrote_from_the_account(anna: Resident) -> None:
    async with calling(anna.bot, PLAIN) as caller:
        answer = await caller.push(text("菜单"), as_json=True)
    told = json.loads(answer.body)
    assert (told["ToUserName"], told["FromUserName"], told["MsgType"]) == ("oAnna", "gh_town", "text")


async def test_the_answer_quotes_the_nonce_of_its_delivery(caller: Caller) -> None:
    answer = await caller.say("菜单")
    assert b"<Nonce><![CDATA[nonce1]]></Nonce>" in answer.body


@pytest.mark.parametrize("credentials", MODES, ids=["plain", "compatible", "safe"])
async def test_where_nothing_is_said_the_answer_is_success_in_clear(anna: Resident, credentials: Credentials) -> None:
    async with calling(anna.bot, credentials) as caller:
        answer = await caller.push(event("VIEW", "http://x"))
    assert (answer.status, answer.body, answer.media_type) == (200, b"success", "text/plain")


@pytest.mark.parametrize("credentials", MODES, ids=["plain", "compatible", "safe"])
async def test_deliveries_at_once_and_afterwards_act_once_and_are_answered_alike(
    rehearsal: Rehearsal, credentials: Credentials
) -> None:
    message = text("报数")
    async with calling(await rehearsal.bot(), credentials) as one, calling(await rehearsal.bot(), credentials) as other:
        answers = await asyncio.gather(*(caller.push(message) for caller in (one, other, one, other)))
        answers += [await one.push(message), await other.push(message)]
    assert len({answer.heard for answer in answers}) == 1
    assert "办了" in answers[0].heard
    assert await acted() == ["报数"]
    assert await Message.all().count() == 1
    assert one.sent == other.sent == []


async def test_a_delivery_while_the_first_is_under_way_shares_its_answer(anna: Resident, caller: Caller) -> None:
    first = asyncio.create_task(caller.say("慢办", 7))
    await anna.moods.waiting()
    again = asyncio.create_task(caller.say("慢办", 7))
    assert not (await asyncio.wait([again], timeout=0.05))[0]
    anna.moods.gate.set()
    assert (await first).heard == (await again).heard
    assert len(anna.acts) == 1
    assert caller.sent == []


async def test_what_strangers_write_stays_inside_its_section(caller: Caller) -> None:
    answer = await caller.push(text("]]></Content><a href='http://x'>"), as_json=True)
    assert answer.heard == "您说：]]＞＜/Content＞＜a href='http://x'＞"


async def test_unknown_kinds_and_events_are_stored_as_they_came_and_answered_success(rehearsal: Rehearsal) -> None:
    odd = [
        text("", MsgType="hologram", Depth="3"),
        event("wxa_levitation", "high"),
        text("", MsgType="link", Title="李秀英"),
    ]
    async with calling(await rehearsal.bot()) as caller:
        assert [(await caller.push(fields)).body for fields in odd] == [b"success"] * 3
    rows = await Message.all().order_by("received_at")
    assert [json.loads(unseal(row.content, "message:content")) for row in rows] == odd
    assert [row.kind for row in rows] == ["unknown", "wxa_levitation", "link"]


@pytest.mark.parametrize("body", PAYLOADS)
async def test_every_push_the_platform_is_known_to_send_is_answered_and_kept(anna: Resident, body: bytes) -> None:
    async with calling(anna.bot, PLAIN) as caller:
        answer = await caller.call(plain_query(), body)
        again = await caller.call(plain_query(), body)
    assert answer.status == 200
    assert again.heard == answer.heard
    assert len(anna.records) == 1


async def test_what_is_under_way_at_shutdown_is_finished(anna: Resident, caller: Caller) -> None:
    under_way = asyncio.create_task(caller.say("慢办"))
    await anna.moods.waiting()
    draining = asyncio.create_task(caller.door.drain())
    assert not (await asyncio.wait([draining], timeout=0.05))[0]
    anna.moods.gate.set()
    await asyncio.wait_for(draining, 5)
    assert "办了" in (await under_way).heard
