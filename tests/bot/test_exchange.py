"""One act per message: however often, wherever and however closely its deliveries come, each gets the same answer."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.phrases import EXPIRED
from models.conversations import Message
from tests.bot.rehearsal import APP_ID, Rehearsal, acted
from tests.phone import Phone

UMBRELLA = ("借伞", "1", "李秀英", "确认")
BALLOT = ("投票", "1", "确认")
READING, COMMITTING = ("看看",), ("报数",)
STORIES = [READING, COMMITTING, UMBRELLA, UMBRELLA[:2], BALLOT[:2], BALLOT, ("长单", "下一页"), ("借伞", "救命")]


async def phones(rehearsal: Rehearsal) -> tuple[Phone, Phone]:
    """One resident on two bots, as when the platform's deliveries reach two processes."""
    one, other = await rehearsal.bot(), await rehearsal.bot()
    return Phone(one, APP_ID, "oAnna"), Phone(other, APP_ID, "oAnna")


async def tell(phone: Phone, words: tuple[str, ...]) -> None:
    for said in words:
        await phone.say(said)


@pytest.mark.parametrize("story", STORIES, ids=" ".join)
async def test_three_deliveries_one_after_another_act_once(rehearsal: Rehearsal, story: tuple[str, ...]) -> None:
    one, other = await phones(rehearsal)
    await tell(one, story[:-1])
    answers = [await phone.say(story[-1], msg_id=7) for phone in (one, other, one)]
    assert len(set(answers)) == 1
    assert answers[0]
    assert len(await acted()) == (story in {UMBRELLA, BALLOT, COMMITTING})
    assert await Message.all().count() == len(story)


@pytest.mark.parametrize("story", STORIES, ids=" ".join)
async def test_deliveries_at_once_in_two_processes_act_once(rehearsal: Rehearsal, story: tuple[str, ...]) -> None:
    one, other = await phones(rehearsal)
    await tell(one, story[:-1])
    answers = await asyncio.gather(*(phone.say(story[-1], msg_id=7) for phone in (one, other, one, other)))
    assert len(set(answers)) == 1
    assert answers[0]
    assert len(await acted()) == (story in {UMBRELLA, BALLOT, COMMITTING})
    assert await Message.all().count() == len(story)


@pytest.mark.parametrize("story", STORIES, ids=" ".join)
async def test_after_a_crash_before_the_session_was_kept_a_retry_answers_and_restores_it(
    rehearsal: Rehearsal, redis: "Redis", story: tuple[str, ...]
) -> None:
    one, other = await phones(rehearsal)
    await tell(one, story[:-1])
    key = f"session:{APP_ID}:oAnna"
    before = await redis.get(key)
    first = await one.say(story[-1], msg_id=7)
    after = one.bot.sessions._opened(await redis.get(key))
    await (redis.set(key, before) if before else redis.delete(key))
    assert await other.say(story[-1], msg_id=7) == first
    assert other.bot.sessions._opened(await redis.get(key)) == after
    assert len(await acted()) == (story in {UMBRELLA, BALLOT, COMMITTING})


async def test_after_a_crash_the_next_message_goes_on_from_the_right_step(rehearsal: Rehearsal, redis: "Redis") -> None:
    one, other = await phones(rehearsal)
    await tell(one, ("借伞", "1"))
    before = await redis.get(f"session:{APP_ID}:oAnna")
    await one.say("李秀英", msg_id=7)
    await redis.set(f"session:{APP_ID}:oAnna", before)
    await other.say("李秀英", msg_id=7)
    assert "借好了" in await other.say("确认")
    assert await acted() == ["李秀英:big"]


@pytest.mark.parametrize("story", [UMBRELLA, BALLOT, UMBRELLA[:2], COMMITTING], ids=" ".join)
async def test_a_retry_gets_its_answer_though_redis_forgot_everything(
    rehearsal: Rehearsal, redis: "Redis", story: tuple[str, ...]
) -> None:
    one, other = await phones(rehearsal)
    await tell(one, story[:-1])
    first = await one.say(story[-1], msg_id=7)
    await redis.flushdb()
    assert await other.say(story[-1], msg_id=7) == first
    assert len(await acted()) == (story in {UMBRELLA, BALLOT, COMMITTING})


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_a_redis_that_forgets_between_steps_loses_the_dialogue_and_submits_nothing(
    rehearsal: Rehearsal, redis: "Redis", steps: int
) -> None:
    anna = await rehearsal.phone()
    await tell(anna, UMBRELLA[:steps])
    await redis.flushdb()
    await anna.say(UMBRELLA[steps])
    assert EXPIRED in await anna.say("确认")
    assert await acted() == []
    await tell(anna, UMBRELLA)
    assert await acted() == ["李秀英:big"]


async def test_a_retry_that_comes_after_the_next_message_changes_nothing(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    await anna.say("借伞")
    first = await anna.say("1", msg_id=7)
    await anna.say("李秀英")
    assert await anna.say("1", msg_id=7) == first
    await anna.say("确认", msg_id=8)
    assert await anna.say("1", msg_id=7) == first
    await anna.say("投票")
    assert "借好了" in await anna.say("确认", msg_id=8)
    assert await acted() == ["李秀英:big"]


async def test_a_retry_while_the_first_still_runs_waits_for_its_answer(rehearsal: Rehearsal) -> None:
    one, other = await phones(rehearsal)
    first = asyncio.create_task(one.say("慢办", msg_id=7))
    await rehearsal.moods.waiting()
    again = asyncio.create_task(other.say("慢办", msg_id=7))
    assert not (await asyncio.wait([again], timeout=0.1))[0]
    rehearsal.moods.gate.set()
    assert await first == await again
    assert len(await acted()) == 1


async def test_a_retry_acts_where_the_first_was_undone(rehearsal: Rehearsal) -> None:
    one, other = await phones(rehearsal)
    first = asyncio.create_task(one.say("慢办", msg_id=7))
    await rehearsal.moods.waiting()
    again = asyncio.create_task(other.say("慢办", msg_id=7))
    first.cancel()
    rehearsal.moods.gate.set()
    assert "办了" in await again
    assert len(await acted()) == 1


async def test_twenty_messages_of_one_person_are_answered_in_order_over_two_processes(rehearsal: Rehearsal) -> None:
    one, other = await phones(rehearsal)
    first = asyncio.create_task(one.say("慢办"))
    await rehearsal.moods.waiting()
    queue = f"turn:{APP_ID}:oAnna"
    waiting: list[asyncio.Task[str]] = []
    for number in range(20):
        waiting.append(asyncio.create_task((one, other)[number % 2].say("报数")))
        async with asyncio.timeout(5):
            while await rehearsal.redis.zcard(queue) < number + 2:  # noqa: ASYNC110, another server
                await asyncio.sleep(0.001)
    rehearsal.moods.gate.set()
    numbers = [int(answer.partition("编号")[2]) for answer in await asyncio.gather(first, *waiting)]
    assert numbers == sorted(numbers)
    assert len(await acted()) == 21


async def test_a_slow_one_does_not_delay_others(rehearsal: Rehearsal) -> None:
    bot = await rehearsal.bot()
    slow = asyncio.create_task(Phone(bot, APP_ID, "oSlow").say("慢办"))
    await rehearsal.moods.waiting()
    async with asyncio.timeout(3):
        answers = await asyncio.gather(*(Phone(bot, APP_ID, f"o{number}").say("报数") for number in range(30)))
    assert all("办了" in answer for answer in answers)
    assert not slow.done()
    rehearsal.moods.gate.set()
    await slow


async def test_two_events_in_one_second_both_act_and_a_repeated_one_does_not(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    first = await anna.event("CLICK", EventKey="count", CreateTime="1700000000")
    assert await anna.event("CLICK", EventKey="count", CreateTime="1700000000") == first
    await anna.event("SCAN", EventKey="gate", CreateTime="1700000000")
    await anna.event("SCAN", EventKey="door", CreateTime="1700000000")
    await anna.event("scan", EventKey="door", CreateTime="1700000000")
    await anna.event("SCAN", EventKey="door", CreateTime="1700000001")
    assert await acted() == ["count", "gate", "door", "door"]


async def test_the_same_event_of_two_people_acts_for_both(rehearsal: Rehearsal) -> None:
    bot = await rehearsal.bot()
    for openid in ("oAnna", "oBert"):
        await Phone(bot, APP_ID, openid).event("SCAN", EventKey="gate", CreateTime="1700000000")
    assert len(await acted()) == 2


@pytest.mark.parametrize("words", ["坏看", "坏办"])
async def test_a_handler_that_raises_leaves_nothing_and_a_retry_tries_again(rehearsal: Rehearsal, words: str) -> None:
    anna = await rehearsal.phone()
    await anna.say("借伞")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await anna.say(words, msg_id=7)
    assert await acted() == []
    assert await Message.all().count() == 1
    assert "选了big" in await anna.say("1")


async def test_a_refusal_is_the_answer_and_what_the_action_wrote_is_undone(rehearsal: Rehearsal) -> None:
    anna = await rehearsal.phone()
    assert await anna.say("拒办", msg_id=7) == "这个不能办。"
    assert await anna.say("拒办", msg_id=7) == "这个不能办。"
    assert await acted() == []
    assert await Message.all().count() == 1


async def test_a_very_long_openid_is_nobody_else_and_disturbs_nobody(rehearsal: Rehearsal) -> None:
    bot = await rehearsal.bot()
    odd, anna = Phone(bot, APP_ID, "o" * 128), Phone(bot, APP_ID, "oAnna")
    answers = await asyncio.gather(odd.say("看看"), anna.say("看看"), odd.say("报数"))
    assert all(answers)
