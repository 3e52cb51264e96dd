"""A small capability to put through the door: it lends umbrellas, takes secret ballots, waits, breaks and refuses."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from bot.dialogue import ONE_DAY, Choice, Dialogue, Reply, Turn, asks, commits
from bot.exchange import Bot
from bot.inbox import Earlier, Inbox, Record
from bot.messages import Kind
from bot.router import Router, Routes
from clock import clock
from errors import DomainError
from main import compose_sessions
from models.events import Event
from tests.phone import Phone

APP_ID = "wx0123456789abcdef"
LONG_LIST = tuple(f"第{number}号楼的楼道灯要不要换成声控灯" for number in range(1, 61))


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


Act = Callable[[str], Awaitable[int]]
"""Writes that something was done; gives its number."""


async def act_in_database(words: str) -> int:
    """One row for each act, with nothing that would keep out a second one."""
    return (await Event.create(name="acted", payload={"words": words}, created_at=clock.now())).id


async def acted() -> list[str]:
    """What was done and committed, in order."""
    return [event.payload["words"] for event in await Event.filter(name="acted").order_by("id")]


@dataclass
class Umbrella(Dialogue):
    """Three questions and a confirmation; two options are called like commands."""

    name: ClassVar[str] = "umbrella"
    act: Act

    @asks()
    async def start(self, turn: Turn) -> Reply:
        options = (Choice("大伞", "big"), Choice("小伞", "small"), Choice("取消", "off"), Choice("投票", "vote"))
        return turn.ask("which", "借哪一把？", *options)

    @asks()
    async def which(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again("请回复数字，选一把伞。")
        return turn.ask("called", f"选了{turn.choice}，请发送姓名", which=turn.choice)

    @asks()
    async def called(self, turn: Turn) -> Reply:
        return turn.ask("confirm", f"{turn.words}要借，回复「确认」", Choice("确认", numbered=False), called=turn.words)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice != "确认":
            return turn.again("请回复「确认」。")
        number = await self.act(f"{turn.data['called']}:{turn.data['which']}")
        return Reply(f"借好了，编号{number}", finished=True)


@dataclass
class Ballot(Dialogue):
    """What is chosen and confirmed is secret."""

    name: ClassVar[str] = "ballot"
    act: Act

    @asks()
    async def start(self, turn: Turn) -> Reply:
        return turn.ask("choose", "装不装扶手？", "赞成安装", "反对安装")

    @asks(secret=True)
    async def choose(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again("请回复数字。")
        return turn.ask(
            "confirm", f"您选择{turn.words}，回复「确认」", Choice("确认", numbered=False), picked=turn.choice
        )

    @commits(secret=True)
    async def confirm(self, turn: Turn) -> Reply:
        if turn.choice != "确认":
            return turn.again("请回复「确认」。")
        number = await self.act("票")
        return Reply(f"投票成功，凭证号{number:04}")


class Moving(Dialogue):
    """An application that is remembered for a day."""

    name: ClassVar[str] = "moving"
    lasts: ClassVar[timedelta] = ONE_DAY

    @asks()
    async def start(self, turn: Turn) -> Reply:
        return turn.ask("where", "搬到哪里？")

    @asks()
    async def where(self, turn: Turn) -> Reply:
        return turn.ask("when", f"搬到{turn.words}，哪天？")

    @asks()
    async def when(self, turn: Turn) -> Reply:
        return Reply(f"{turn.words}搬，记下了")


@dataclass
class Moods:
    """Commands that act, wait at the gate, break, or refuse."""

    act: Act
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    looks: int = 0
    _entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def waiting(self) -> None:
        """Return as soon as somebody waits at the gate."""
        await asyncio.wait_for(self._entered.wait(), 10)

    @asks()
    async def look(self, turn: Turn) -> Reply:
        self.looks += 1
        return Reply(f"看了{self.looks}次")

    @commits()
    async def count(self, turn: Turn) -> Reply:
        return Reply(f"办了，编号{await self.act(turn.message.event_key or turn.words)}")

    @asks()
    async def look_slowly(self, turn: Turn) -> Reply:
        await self._wait()
        return await self.look(turn)

    @commits()
    async def count_slowly(self, turn: Turn) -> Reply:
        reply = await self.count(turn)
        await self._wait()
        return reply

    @asks()
    async def look_broken(self, turn: Turn) -> Reply:
        raise RuntimeError("broken")

    @commits()
    async def count_broken(self, turn: Turn) -> Reply:
        await self.act("坏办")
        raise RuntimeError("broken")

    @commits()
    async def refuse(self, turn: Turn) -> Reply:
        """As actions do: what they write and what they refuse are in one transaction of their own."""
        async with in_transaction():
            await self.act("拒办")
            raise DomainError("这个不能办。")

    async def _wait(self) -> None:
        self._entered.set()
        await self.gate.wait()


def routes_of(act: Act, moods: Moods) -> Routes:
    routes = Routes()
    umbrella, ballot, moving = Umbrella(act), Ballot(act), Moving()
    for dialogue, word in ((umbrella, "借伞"), (ballot, "投票"), (moving, "搬家")):
        routes.dialogue(dialogue)
        routes.command(dialogue.start, word, dialogue=dialogue)
    routes.command(moods.look, "看看", key="look")
    routes.command(moods.count, "报数", key="count")
    routes.command(moods.look_slowly, "慢看")
    routes.command(moods.count_slowly, "慢办")
    routes.command(moods.look_broken, "坏看", key="broken")
    routes.command(moods.count_broken, "坏办")
    routes.command(moods.refuse, "拒办")
    routes.command(long_list, "长单")
    routes.command(put_off, "先借伞再投票")
    routes.pattern(moods.look, r"查[0-9]+")
    routes.event(moods.count, "scan")
    routes.kind(listen, Kind.IMAGE)
    return routes


@asks()
async def long_list(turn: Turn) -> Reply:
    return Reply(
        "请选一盏灯：", tuple(Choice(words, str(at)) for at, words in enumerate(LONG_LIST)), tail="选一盏就行。"
    )


@asks()
async def put_off(turn: Turn) -> Reply:
    return Reply("请先借伞。", (Choice("借伞"),), resume="投票")


@asks()
async def listen(turn: Turn) -> Reply:
    return Reply("图片收到了")


@asks()
async def menu(turn: Turn) -> Reply:
    return Reply("您好，请选一项：", (Choice("借伞"), Choice("投票")))


@asks()
async def human(turn: Turn) -> Reply:
    return Reply("已请工作人员来。")


@asks()
async def echo(turn: Turn) -> Reply:
    return Reply(f"您说：{turn.message.text}")


def danger(words: str) -> str | None:
    return "请马上拨打「120」！" if "救命" in words else None


async def nobody(app_id: str, openid: str) -> None:
    return None


class Resident(Phone):
    """A phone on a bot that stores and acts in memory, and what there is to see behind it."""

    def __init__(
        self, bot: Bot, redis: "Redis[Any]", clock: Hand, acts: list[str], records: dict[UUID, Record]
    ) -> None:
        super().__init__(bot, APP_ID, "oAnna")
        self.redis = redis
        self.clock = clock
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
