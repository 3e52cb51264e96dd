"""A day at the desk: residents at the webhooks of two processes, workers at the panel, and one process is killed.

Each resident behaves as the platform does: a message without an answer is delivered again, three times in all.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import httpx
from redis.asyncio import Redis

from admin.layout import COOKIE
from admin.sessions import PanelSessions
from bot.envelope import Credentials, Mode
from models.desk import Fetched
from models.enquiries import EnquiryLine
from settings import DEMO_AES_KEY, DEMO_APP_ID, DEMO_TOKEN
from tests.admin.browser import forms
from tests.enquiries.servers import Server, StandIn, free_ports
from tests.journeys.platform_push import Platform

CREDENTIALS = Credentials(DEMO_APP_ID, DEMO_TOKEN, DEMO_AES_KEY, Mode.SAFE)
DELIVERIES = 3
PATIENCE = 5.0
"""Seconds in which the platform wants its answer."""
HANDED_OVER, ADDED, PASSED_ON = "已转人工", "已补充", "已转给工作人员"
AT_ONCE = 24
_numbers = count(time.time_ns() // 1000)


class Resident:
    """One openid and what it sent in order: `said` was certainly put to a worker, `silent` if no answer is late.

    A message that takes the service longer than the platform waits is answered later, and in silence at first.
    """

    def __init__(self, openid: str, servers: list[Server], client: httpx.AsyncClient, chance: random.Random) -> None:
        self.openid, self.sent, self.dangers = openid, list[str](), 0
        self.said, self.silent = set[str](), set[str]()
        self._doors = [Platform(server.url, CREDENTIALS, openid) for server in servers]
        self._client, self._chance = client, chance

    async def words(self, text: str, *, line: bool = False) -> str:
        """Say something; `line` is whether it is for a worker, to whom it goes unless the answer says otherwise."""
        answer = await self._deliver(text, f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content>")
        if HANDED_OVER in answer or (line and ADDED in answer):
            self.said.add(text)
        elif line and not answer:
            self.silent.add(text)
        return answer

    async def file(self, kind: str, label: str) -> str:
        media = f"{kind}-{self.openid}-{len(self.sent)}"
        what, content = f"{label} {media}", f"<MsgType>{kind}</MsgType><MediaId>{media}</MediaId><Format>amr</Format>"
        answer = await self._deliver(what, content)
        (self.said if PASSED_ON in answer else self.silent).add(what)
        return answer

    async def _deliver(self, what: str, content: str) -> str:
        self.sent.append(what)
        number = next(_numbers)
        first = self._chance.randrange(len(self._doors))
        if self._chance.random() < 0.05:  # slow enough to be delivered again while the first is under way
            both = [self._attempt(door, content, number) for door in self._doors]
            answers = {answer for answer in await asyncio.gather(*both) if answer is not None}
            assert len(answers - {""}) <= 1, answers
            if answers:
                return max(answers)
        for attempt in range(DELIVERIES):
            door = self._doors[(first + attempt) % len(self._doors)]
            if (answer := await self._attempt(door, content, number)) is not None:
                return answer
            await asyncio.sleep(0.5)
        raise AssertionError("three deliveries, no answer")

    async def _attempt(self, door: Platform, content: str, number: int) -> str | None:
        with suppress(httpx.TransportError):
            return await door.deliver(self._client, content, number)
        return None


Script = Callable[[Resident, int], Awaitable[None]]


async def converses(one: Resident, number: int) -> None:
    await one.words("人工")
    await one.words(f"{number}号住户楼道的灯不亮", line=True)
    await one.words(f"{number}号住户再说一句", line=True)


async def shows(one: Resident, number: int) -> None:
    await one.file("image", "图片")
    await one.words(f"这是{number}号住户门口的照片", line=True)
    await one.words("结束")


async def speaks(one: Resident, number: int) -> None:
    await one.file("voice", "语音")
    await one.words(f"{number}号住户补一句", line=True)


async def asks(one: Resident, number: int) -> None:
    """An answer, guesses or a person, as the articles have it."""
    answer = await one.words(f"办居住证要带什么材料 {number}")
    if HANDED_OVER not in answer:
        await one.words("谢谢")
    await one.words("菜单")


async def wonders(one: Resident, number: int) -> None:
    answer = await one.words(f"紫藤架下第{number}只花猫归谁管")
    await one.words(f"{number}号住户等着", line=HANDED_OVER in answer)
    await one.words("结束")
    await one.words("人工")
    await one.words(f"{number}号住户换一件事", line=True)


async def cries(one: Resident, number: int) -> None:
    one.dangers += 1
    assert "119" in (await one.words("我家着火了") or "119")
    await one.words("菜单")


SCRIPTS: tuple[tuple[Script, int], ...] = (
    (converses, 40),
    (shows, 12),
    (speaks, 3),
    (asks, 20),
    (wonders, 20),
    (cries, 5),
)


class Worker:
    """A login that answers whatever it finds on the desk until the day is over; a form that failed is sent again."""

    def __init__(self, login: str, servers: list[Server], redis: Redis, chance: random.Random) -> None:
        self._login, self._servers, self._redis, self._chance = login, servers, redis, chance
        self.pressed = 0

    async def work(self, over: asyncio.Event) -> None:
        cookies = {COOKIE: (await PanelSessions(self._redis).begin(self._login)).id}
        async with httpx.AsyncClient(cookies=cookies, timeout=PATIENCE) as browser:
            while not over.is_set():
                with suppress(httpx.TransportError):
                    await self._answer(browser)
                await asyncio.sleep(self._chance.uniform(0.1, 0.4))

    async def _answer(self, browser: httpx.AsyncClient) -> None:
        at = self._chance.choice(self._servers).url
        listed = (await browser.get(f"{at}/admin/inbox")).text
        addresses = sorted({part.split('"')[0] for part in listed.split('href="/admin/inbox/')[1:]})
        numbers = [address for address in addresses if address.isdigit()]
        if not numbers:
            return
        page = (await browser.get(f"{at}/admin/inbox/{self._chance.choice(numbers)}")).text
        button = "回复" if self._chance.random() < 0.85 else "结束"
        form = next((form for form in forms(page) if button in form.buttons), None)
        if form is None:
            return
        self.pressed += 1
        sent = form.values | {"text": f"答复{self._login}-{self.pressed}"}
        for attempt in range(DELIVERIES):
            to = at if attempt == 0 else self._chance.choice(self._servers).url
            with suppress(httpx.TransportError):
                await browser.post(f"{to}{form.action}", data=sent, headers={"Origin": to})
                return
            await asyncio.sleep(0.5)


@dataclass
class Day:
    """What came of a replayed day."""

    residents: list[Resident]
    standing: StandIn
    seconds: float
    pressed: int

    @property
    def messages(self) -> int:
        return sum(len(one.sent) for one in self.residents)


async def live(residents: list[Resident], chance: random.Random) -> None:
    """Each by a script of chance, so many at once."""
    scripts = chance.choices(*zip(*SCRIPTS, strict=True), k=len(residents))
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, resident: Resident, script: Script) -> None:
        async with at_once:
            await script(resident, number)

    await asyncio.gather(*(one(number, *both) for number, both in enumerate(zip(residents, scripts, strict=True))))


async def replay(environment: dict[str, str], redis: Redis, openids: list[str], logins: list[str]) -> Day:
    """The whole day; the second process dies in the middle of it and is started again."""
    chance, standing = random.Random(20261123), StandIn()
    async with standing.open() as address, httpx.AsyncClient(timeout=PATIENCE) as client:
        shared = environment | {"LINLI_WECHAT_API_BASE": address, "LINLI_WECHAT_MODE": "safe"}
        servers = [Server(shared, port) for port in free_ports(2)]
        for server in servers:
            server.start()
        try:
            for server in servers:
                await server.ready()
            residents = [Resident(openid, servers, client, chance) for openid in openids]
            workers = [Worker(login, servers, redis, chance) for login in logins]
            over, began = asyncio.Event(), time.monotonic()
            working = [asyncio.create_task(worker.work(over)) for worker in workers]
            dying = asyncio.create_task(_die_once(servers[1], residents))
            await live(residents, chance)
            await dying
            over.set()
            await asyncio.gather(*working)
            await _all_fetched()
            return Day(residents, standing, time.monotonic() - began, sum(worker.pressed for worker in workers))
        finally:
            for server in servers:
                server.stop()


async def _die_once(server: Server, residents: list[Resident]) -> None:
    """Killed when a third of the day's messages have been sent; two seconds later somebody starts it again."""
    while sum(len(one.sent) for one in residents) < len(residents):  # noqa: ASYNC110 -- residents offer no event
        await asyncio.sleep(0.05)
    server.kill()
    await asyncio.sleep(2)
    server.start()
    await server.ready()


async def _all_fetched() -> None:
    """Wait for the clock to fetch what was sent last."""
    for _ in range(240):
        if not await EnquiryLine.filter(fetched=Fetched.WAITING).exists():
            return
        await asyncio.sleep(0.5)
    raise AssertionError("files were never fetched")
