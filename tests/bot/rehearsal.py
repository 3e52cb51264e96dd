"""Bots to rehearse with: each as in a process of its own, storing in memory or in PostgreSQL, with a clock by hand."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from bot.exchange import Bot
from bot.inbox import Earlier, Inbox, Record
from bot.router import Router
from clock import clock
from main import compose_sessions
from models.events import Event
from tests.bot.umbrellas import Act, Moods, danger, echo, human, menu, routes_of
from tests.phone import Phone

APP_ID = "wx0123456789abcdef"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **time: int) -> None:
        self.moment += timedelta(**time)


class MemoryInbox:
    """The Inbox protocol in memory, for transcripts that are not about storing."""

    def __init__(self) -> None:
        self.records: dict[UUID, Record] = {}

    async def keep(self, record: Record) -> Earlier | None:
        if known := self.records.get(record.key):
            return Earlier(known.answer, known.after)
        self.records[record.key] = record
        return None

    @asynccontextmanager
    async def act(self, record: Record) -> AsyncGenerator[Earlier | None]:
        if known := self.records.get(record.key):
            yield Earlier(known.answer, known.after)
            return
        yield None
        self.records[record.key] = record


async def act_in_database(words: str) -> int:
    """One row for each act, with nothing that would keep out a second one."""
    return (await Event.create(name="acted", payload={"words": words}, created_at=clock.now())).id


async def acted() -> list[str]:
    """What was done and committed, in order."""
    return [event.payload["words"] for event in await Event.filter(name="acted").order_by("id")]


async def nobody(app_id: str, openid: str) -> None:
    return None


class Resident(Phone):
    """A phone on a bot that stores and acts in memory, and what there is to see behind it."""

    def __init__(self, bot: Bot, rehearsal: "Rehearsal", acts: list[str], records: dict[UUID, Record]) -> None:
        super().__init__(bot, APP_ID, "oAnna")
        self.redis = rehearsal.redis
        self.clock = rehearsal.clock
        self.moods = rehearsal.moods
        self.acts = acts
        self.records = records


class Rehearsal:
    """Any number of bots, each as in a process of its own, with one capability behind them."""

    def __init__(self, redis: "Redis[Any]", inbox: Callable[[], Inbox], act: Act) -> None:
        self.redis = redis
        self.clock = Hand()
        self.moods = Moods(act)
        self._inbox = inbox
        self._act = act
        self._bots: list[Bot] = []

    async def bot(self) -> Bot:
        routes = routes_of(self._act, self.moods)
        router = Router([routes], menu=menu, human=human, fallback=echo, danger=danger)
        bot = Bot(router, self._inbox(), compose_sessions(self.redis), nobody, nobody, self.clock)
        await bot.sessions.start()
        self._bots.append(bot)
        return bot

    async def phone(self, openid: str = "oAnna") -> Phone:
        """One resident's phone, on the first of the bots."""
        return Phone(self._bots[0] if self._bots else await self.bot(), APP_ID, openid)

    async def close(self) -> None:
        for bot in self._bots:
            await bot.sessions.stop()
