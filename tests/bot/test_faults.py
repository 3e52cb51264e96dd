"""Handlers that hang or raise, and answers that come too late: within the time, one kind sentence or `success`."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from bot import webhook
from bot.phrases import SORRY
from models.conversations import Message
from tests.bot.caller import Caller, calling, event
from tests.bot.poll import until
from tests.bot.rehearsal import Rehearsal, acted

SOON = 0.1


@pytest.fixture
async def caller(rehearsal: Rehearsal) -> AsyncGenerator[Caller]:
    async with calling(await rehearsal.bot()) as caller:
        yield caller
        rehearsal.moods.gate.set()


@contextmanager
def little_patience() -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook, "ANSWER_WITHIN", SOON)
        yield


async def say_in_vain(caller: Caller, words: str, msg_id: int = 0) -> None:
    """Say something to a door of little patience, which has no answer in time."""
    with little_patience():
        assert (await caller.say(words, msg_id)).body == b"success"


async def sent(caller: Caller) -> list[str]:
    """What went out as customer messages, once everything under way has ended."""
    await asyncio.wait_for(caller.door.drain(), 10)
    return [said for _, said in caller.sent]


@pytest.mark.parametrize("words", ["慢看", "慢办"])
async def test_a_late_answer_goes_out_once_as_a_customer_message(
    rehearsal: Rehearsal, caller: Caller, words: str
) -> None:
    await say_in_vain(caller, words, 7)
    rehearsal.moods.gate.set()
    [said] = await sent(caller)
    assert caller.sent[0][0] == "oAnna"
    assert (await caller.say(words, 7)).heard == said
    assert await sent(caller) == [said]
    assert len(await acted()) == (words == "慢办")


async def test_the_real_patience_ends_before_the_platform_hangs_up(rehearsal: Rehearsal, caller: Caller) -> None:
    began = time.monotonic()
    assert (await caller.say("慢办")).body == b"success"
    assert 4 < time.monotonic() - began < 4.5
    rehearsal.moods.gate.set()
    assert len(await sent(caller)) == 1


async def test_a_delivery_that_is_waiting_when_the_answer_comes_gets_it_and_nothing_is_sent(
    rehearsal: Rehearsal, caller: Caller
) -> None:
    await say_in_vain(caller, "慢办", 7)
    again = asyncio.create_task(caller.say("慢办", 7))
    await asyncio.wait([again], timeout=0.05)
    rehearsal.moods.gate.set()
    assert "办了" in (await again).heard
    assert await sent(caller) == []


async def test_every_delivery_of_a_slow_message_is_answered_in_time(rehearsal: Rehearsal, caller: Caller) -> None:
    for _ in range(3):
        began = time.monotonic()
        await say_in_vain(caller, "慢办", 7)
        assert time.monotonic() - began < SOON + 1
    rehearsal.moods.gate.set()
    assert len(await sent(caller)) == 1
    assert len(await acted()) == 1


async def test_an_answer_of_nothing_is_not_sent_late(rehearsal: Rehearsal, caller: Caller) -> None:
    await say_in_vain(caller, "慢看")
    with little_patience():
        await caller.push(event("VIEW", "http://x"))
    rehearsal.moods.gate.set()
    assert await sent(caller) == ["看了1次"]


@pytest.mark.parametrize("words", ["慢看", "慢办"])
async def test_a_handler_that_hangs_for_ever_is_undone_and_the_resident_told(
    rehearsal: Rehearsal, caller: Caller, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(webhook, "ACT_WITHIN", 4 * SOON)
    await say_in_vain(caller, words)
    assert await sent(caller) == [SORRY]
    assert await acted() == []
    assert await Message.all().count() == 0
    assert "办了" in (await caller.say("报数")).heard


async def test_one_who_waits_behind_a_hanging_handler_is_answered_late_and_in_order(
    rehearsal: Rehearsal, caller: Caller
) -> None:
    await say_in_vain(caller, "慢办")
    await say_in_vain(caller, "报数")
    rehearsal.moods.gate.set()
    assert [said[:2] for said in await sent(caller)] == ["办了", "办了"]
    assert await acted() == ["慢办", "报数"]


@pytest.mark.parametrize("words", ["坏看", "坏办"])
async def test_a_handler_that_raises_says_sorry_and_stores_nothing(
    rehearsal: Rehearsal, caller: Caller, words: str
) -> None:
    await caller.say("借伞")
    for _ in range(2):
        assert (await caller.say(words, 7)).heard == SORRY
    assert await acted() == []
    assert await Message.all().count() == 1
    assert "选了big" in (await caller.say("1")).heard
    assert await sent(caller) == []


async def test_after_an_event_only_who_expects_an_answer_hears_sorry(rehearsal: Rehearsal, caller: Caller) -> None:
    assert (await caller.push(event("CLICK", "broken"))).heard == SORRY
    rehearsal.moods.breaks = True
    assert (await caller.push(event("SCAN", "gate"))).heard == SORRY
    assert (await caller.push(event("unsubscribe"))).body == b"success"


async def test_a_failure_is_logged_without_who_and_what(rehearsal: Rehearsal, caller: Caller) -> None:
    with capture_logs() as logs:
        await caller.say("坏办", 7)
    [told] = [entry for entry in logs if entry["event"] == "message not answered"]
    assert told["failure"] == "RuntimeError"
    assert not {"oAnna", "坏办"} & set(map(str, told.values()))


async def test_a_late_answer_that_cannot_be_sent_is_logged_and_forgotten(
    rehearsal: Rehearsal, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(openid: str, said: str) -> None:
        raise RuntimeError("45015")

    monkeypatch.setattr(caller.door, "_send_later", refuse)
    await say_in_vain(caller, "慢看")
    rehearsal.moods.gate.set()
    with capture_logs() as logs:
        await sent(caller)
    assert [entry["event"] for entry in logs] == ["late answer not sent"]


async def test_hanging_handlers_of_some_do_not_keep_others_waiting(rehearsal: Rehearsal, caller: Caller) -> None:
    with little_patience():
        late = await asyncio.gather(*(caller.say("慢看", sender=f"oSlow{number}") for number in range(50)))
    assert {answer.body for answer in late} == {b"success"}
    answers = await asyncio.gather(*(caller.say("看看", sender=f"o{number}") for number in range(50)))
    assert all("看了" in answer.heard for answer in answers)
    rehearsal.moods.gate.set()
    await until(lambda: all_sent(caller, 50))


async def all_sent(caller: Caller, count: int) -> bool:
    return len(caller.sent) == count
