"""Processes take over the clock's shift, also after an engine was away."""

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis
from tortoise.exceptions import OperationalError

import scheduling
from scheduling import CLOCK_CHANNEL


async def test_a_database_error_does_not_end_the_following(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    read = asyncio.Event()
    failures = [OperationalError("the database is restarting")]

    async def read_clock() -> None:
        if failures:
            raise failures.pop()
        read.set()

    monkeypatch.setattr(scheduling, "read_clock", read_clock)
    following = asyncio.create_task(scheduling.follow_clock(redis))
    await asyncio.wait_for(read.wait(), 5)
    read.clear()
    await redis.publish(CLOCK_CHANNEL, 60)
    await asyncio.wait_for(read.wait(), 5)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
