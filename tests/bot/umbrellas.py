"""What is put through the door in tests: umbrellas to borrow, secret ballots, and handlers that wait, break, refuse."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from tortoise.transactions import in_transaction

from bot.dialogue import ONE_DAY, Choice, Dialogue, Reply, Turn, asks, commits
from bot.messages import Kind
from bot.router import Routes
from errors import DomainError

LONG_LIST = tuple(f"第{number}号楼的楼道灯要不要换成声控灯" for number in range(1, 61))

Act = Callable[[str], Awaitable[int]]
"""Writes that something was done; gives its number."""


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
class Confiding(Dialogue):
    """Listens in silence, to voice as well, and has parting words of its own."""

    name: ClassVar[str] = "confiding"
    takes: ClassVar[frozenset[Kind]] = frozenset({Kind.VOICE})
    act: Act

    def leaving(self, step: str) -> str:
        return f"在{step}这步离开了"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        return turn.ask("listen", "请说")

    @commits()
    async def listen(self, turn: Turn) -> Reply:
        await self.act(turn.words or turn.message.kind.value)
        return turn.ask("listen", "")


@dataclass
class Moods:
    """Commands that act, wait at the gate, break, or refuse."""

    act: Act
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    looks: int = 0
    breaks: bool = False
    _entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def waiting(self) -> None:
        """Return as soon as somebody waits at the gate."""
        await asyncio.wait_for(self._entered.wait(), 10)

    @asks()
    async def look(self, turn: Turn) -> Reply:
        self.looks += 1
        return Reply(f"看了{self.looks}次")

    @commits()
    async def follow(self, turn: Turn) -> Reply:
        if self.breaks:
            raise RuntimeError("broken")
        return await self.count(turn)

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
    umbrella, ballot, moving, confiding = Umbrella(act), Ballot(act), Moving(), Confiding(act)
    for dialogue, word in ((umbrella, "借伞"), (ballot, "投票"), (moving, "搬家"), (confiding, "倾诉")):
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
    routes.event(moods.follow, "scan", "unsubscribe")
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
