"""Turns on Redis: one message of a person after another, across processes, whatever dies meanwhile."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import partial

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot import sessions
from bot.dialogue import Choice
from bot.sessions import Session, Sessions
from main import compose_sessions
from tests.bot.poll import until

TOLD = Session(
    "umbrella", "called", {"called": "李秀英"}, (Choice("大伞", "big"),), "选了大伞", list_id="l1", last="m1"
)


@asynccontextmanager
async def running(redis: Redis) -> AsyncGenerator[Sessions]:
    """The sessions of one process."""
    one = compose_sessions(redis)
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def one(redis: Redis) -> AsyncGenerator[Sessions]:
    async with running(redis) as sessions:
        yield sessions


@pytest.fixture
async def other(redis: Redis, one: Sessions) -> AsyncGenerator[Sessions]:
    async with running(redis) as sessions:
        yield sessions


async def keep(sessions: Sessions, person: str, session: Session, seconds: int = 60) -> None:
    async with sessions.turn(person) as held:
        held.keep(session.packed(), seconds)


async def found(sessions: Sessions, person: str) -> Session:
    async with sessions.turn(person) as held:
        return held.session


async def test_what_is_kept_is_found_by_another_process(one: Sessions, other: Sessions) -> None:
    await keep(one, "a", TOLD)
    assert await found(other, "a") == TOLD
    assert await found(other, "b") == Session()


async def test_a_turn_that_keeps_nothing_leaves_the_session_as_it_was(one: Sessions) -> None:
    await keep(one, "a", TOLD)
    async with one.turn("a"):
        pass
    assert await found(one, "a") == TOLD


async def test_a_turn_that_fails_leaves_the_session_and_frees_the_person(one: Sessions) -> None:
    async def fail() -> None:
        async with one.turn("a") as held:
            held.keep(Session().packed(), 60)
            raise RuntimeError

    await keep(one, "a", TOLD)
    with pytest.raises(RuntimeError):
        await fail()
    assert await found(one, "a") == TOLD


async def test_no_word_of_a_session_lies_in_redis_in_clear(one: Sessions, redis: Redis) -> None:
    await keep(one, "a", TOLD)
    async with one.turn("a"):
        values = [await redis.dump(key) async for key in redis.scan_iter()]
    stored = b"".join(values)
    assert len(values) == 3
    assert all(word.encode() not in stored for word in ("李秀英", "大伞", "umbrella", "called", "l1", "big"))
    assert b"\\u" not in stored


@pytest.mark.parametrize("state", [b"", b"\x07not sealed", b"\xff" * 80])
async def test_a_state_that_cannot_be_opened_is_an_empty_session(one: Sessions, redis: Redis, state: bytes) -> None:
    await redis.set("session:a", state)
    assert await found(one, "a") == Session()


def test_a_state_of_another_version_is_an_empty_session() -> None:
    values = json.loads(TOLD.packed())
    for other in ([*values, "one more"], [*values[:3], 7, *values[4:]], {"step": 1}, 7, None):
        assert Session.unpacked(json.dumps(other).encode()) == Session()
    assert Session.unpacked(json.dumps(values[:-1]).encode()) == TOLD
    assert len(values) == len(fields(Session))


async def test_messages_of_one_person_take_turns_in_order_of_arrival(one: Sessions, other: Sessions) -> None:
    begun: list[int] = []
    under_way = 0

    async def take(number: int) -> None:
        nonlocal under_way
        async with (one, other)[number % 2].turn("a"):
            under_way += 1
            assert under_way == 1
            begun.append(number)
            await asyncio.sleep(0)
            under_way -= 1

    async with one.turn("a"):
        takers: list[asyncio.Task[None]] = []
        for number in range(20):
            takers.append(asyncio.create_task(take(number)))
            await until(partial(queued, one, number + 2))
    await asyncio.gather(*takers)
    assert begun == list(range(20))


async def queued(sessions: Sessions, count: int) -> bool:
    return await sessions._redis.zcard("turn:a") == count


async def test_messages_that_arrive_in_one_moment_keep_their_order(one: Sessions) -> None:
    begun: list[int] = []

    async def take(number: int) -> None:
        async with one.turn("a"):
            begun.append(number)

    await asyncio.gather(*(take(number) for number in range(20)))
    assert begun == list(range(20))


async def test_two_processes_never_hold_a_turn_together_though_they_come_in_one_moment(
    one: Sessions, other: Sessions
) -> None:
    under_way: set[int] = set()

    async def take(sessions: Sessions, person: int) -> None:
        async with sessions.turn(str(person)):
            assert person not in under_way
            under_way.add(person)
            await asyncio.sleep(0.01)
            under_way.remove(person)

    for order in ((one, other), (other, one)) * 10:
        await asyncio.gather(*(take(sessions, person) for sessions in order for person in range(3)))


async def test_different_people_do_not_wait_for_each_other(one: Sessions) -> None:
    async with one.turn("a"), one.turn("b"), asyncio.timeout(1):
        assert await found(one, "c") == Session()


async def test_one_who_gives_up_waiting_holds_nobody_up(one: Sessions) -> None:
    async with one.turn("a"):
        waiting = asyncio.create_task(found(one, "a"))
        await until(lambda: queued(one, 2))
        waiting.cancel()
        await asyncio.wait([waiting])
    async with asyncio.timeout(2):
        assert await found(one, "a") == Session()
    await until(lambda: queued(one, 0))


async def test_turns_of_a_process_that_was_killed_pass_to_others(
    one: Sessions, other: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "HEARTBEAT_MS", 100)
    async with one.turn("a"):
        await one.stop()
        async with asyncio.timeout(4):
            await keep(other, "a", TOLD)
    assert await found(other, "a") == TOLD


async def test_one_who_was_passed_over_does_not_overwrite_what_was_kept_since(
    one: Sessions, other: Sessions, redis: Redis
) -> None:
    async with one.turn("a") as held:
        await redis.delete("turn:a")
        await keep(other, "a", TOLD)
        held.keep(Session(dialogue="older").packed(), 60)
    assert await found(other, "a") == TOLD


async def test_queues_and_heartbeats_do_not_outlive_their_processes(one: Sessions, redis: Redis) -> None:
    async with one.turn("a"):
        left = [await redis.pttl(key) async for key in redis.scan_iter()]
    assert len(left) == 2
    assert all(0 < milliseconds <= sessions.LONGEST_TURN_MS for milliseconds in left)


async def test_a_redis_that_forgot_everything_still_gives_turns_one_by_one(
    one: Sessions, other: Sessions, redis: Redis
) -> None:
    await redis.flushall()
    async with one.turn("a"):
        waiting = asyncio.create_task(found(other, "a"))
        await until(lambda: queued(one, 2))
        for _ in range(5):
            await asyncio.sleep(sessions.POLL_SECONDS)
        assert not waiting.done()
    await waiting


class Flaky:
    """A Redis that can be made to fail or to hang."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.mood = "well"

    async def eval(self, *values: object) -> object:
        if self.mood == "gone":
            raise RedisError("gone")
        if self.mood == "hangs":
            await asyncio.sleep(60)
        return await self._redis.eval(*values)

    async def set(self, *values: object, **options: object) -> None:
        if self.mood != "well":
            raise RedisError("gone")
        await self._redis.set(*values, **options)


@pytest.mark.parametrize("mood", ["gone", "hangs"])
async def test_a_turn_that_could_not_be_given_back_is_given_back_later_with_its_session(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(sessions, "REDIS_WITHIN", 0.05)
    monkeypatch.setattr(sessions, "HEARTBEAT_MS", 400)
    flaky = Flaky(redis)
    async with running(flaky) as one:
        async with one.turn("a") as held:
            held.keep(TOLD.packed(), 60)
            flaky.mood = mood
        flaky.mood = "well"
        async with asyncio.timeout(3):
            assert await found(one, "a") == TOLD


@pytest.mark.parametrize("mood", ["gone", "hangs"])
async def test_without_redis_there_are_no_turns_and_soon_afterwards_there_are(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(sessions, "REDIS_WITHIN", 0.05)
    monkeypatch.setattr(sessions, "HEARTBEAT_MS", 400)
    flaky = Flaky(redis)
    flaky.mood = mood
    async with running(flaky) as one:
        with pytest.raises((RedisError, TimeoutError)):
            await found(one, "a")
        flaky.mood = "well"
        async with asyncio.timeout(3):
            assert await found(one, "a") == Session()
