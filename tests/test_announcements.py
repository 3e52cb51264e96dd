"""Announcements: told once the outermost transaction is committed, to every process that listens, and never before."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from redis.asyncio import Redis

import announcements
from admin.pages.live import concerns
from announcements import Announcement, Board, announce, telling
from clock import clock
from handlers.staff.rules import Viewer
from models.residency import Account
from models.states import Level, StaffRole

TOLD = Announcement("enquiry", 7, ("880412001001",))
Queue = asyncio.Queue[Announcement | None]


@pytest.fixture
async def heard(redis: "Redis", database: str) -> AsyncGenerator[Queue]:
    announcements.publish_by(redis)
    async with Board(redis).waiting() as queue:
        assert await asyncio.wait_for(queue.get(), 5) is None
        yield queue
    announcements.publish_by(None)


async def quiet(queue: Queue) -> bool:
    await asyncio.sleep(0.1)
    return queue.empty()


async def test_it_is_told_after_the_outermost_transaction_and_once(heard: Queue) -> None:
    async with telling():
        async with telling():
            announce("enquiry", 7, "880412001001")
        announce("enquiry", 7, "880412001001")
        assert await quiet(heard)
    assert await asyncio.wait_for(heard.get(), 5) == TOLD
    assert await quiet(heard)


async def test_what_failed_is_neither_kept_nor_told(heard: Queue) -> None:
    async def fail() -> None:
        async with telling():
            await Account.create(app_id="wxA", openid="oA", created_at=clock.now())
            announce("enquiry", 7, "880412001001")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await quiet(heard)
    assert await Account.all().count() == 0


async def test_a_redis_that_is_gone_breaks_no_deed(database: str) -> None:
    announcements.publish_by(Redis(host="127.0.0.1", port=1))
    async with telling():
        await Account.create(app_id="wxA", openid="oA", created_at=clock.now())
        announce("enquiry", 7, "")
    assert await Account.all().count() == 1
    announcements.publish_by(None)


def test_only_whom_it_concerns_is_told() -> None:
    def viewer(code: str, level: Level) -> Viewer:
        return Viewer("a", "a", StaffRole.WORKER, code, level)

    assert concerns(viewer("880412001001", Level.COMMUNITY), TOLD)
    assert concerns(viewer("880412001", Level.SUBDISTRICT), TOLD)
    assert not concerns(viewer("880412001002", Level.COMMUNITY), TOLD)
    nobodys = Announcement("enquiry", 8, ("",))
    assert concerns(viewer("880412", Level.DISTRICT), nobodys)
    assert not concerns(viewer("880412001", Level.SUBDISTRICT), nobodys)
