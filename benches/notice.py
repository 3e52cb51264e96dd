"""`linli bench notice`: a notice to 100,000 people fanned out and sent to a platform that answers at once.

The floor is bare httpx with as many connections and the same bodies, in the same run, rounds taken in turn.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import httpx
import psutil
import uvloop
from redis.asyncio import Redis

from benches.district import DISTRICT, District, settle, take_figures
from benches.load import until_listening
from benches.pages import arrive, open_pages
from benches.residency import TOO_SLOW, Timing
from bot.client import WeChatClient, WeChatConfig
from campaigns.actions.launch import Message, launch_due, pause, resume, start_campaign
from campaigns.actions.templates import map_template
from campaigns.audience import Audience
from campaigns.channels import Channel, Outgoing, Result
from campaigns.jobs import AT_ONCE, drive
from channels import platform_channels
from clock import clock
from engines import Engines, start_engines
from models.campaigns import Attempt, Delivery, SendBudget
from models.database import connect, disconnect, migrate
from models.reach import DeliveryState, Purpose, TemplateKind
from models.reach import Path as Way
from models.sealed import seal, unseal
from sms import HttpGateway

ROOT = Path(__file__).parent.parent
PORT = 8797
ADDRESS = f"http://127.0.0.1:{PORT}"
APP_ID = "wxBench"
DWELLINGS = 50_000
"""About 100,000 people of 14 and more live in them."""
ROUNDS = 5
SHARE = 4_000
"""Deliveries of a round."""
LEAST = 0.5
WITHOUT_END = 1_000_000_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Calls a second, ours and bare, by round; how many were fanned out in how many seconds; MB grown while sending.

    `pages` are those of the panel about the notice, once it has arrived.
    """

    ours: tuple[float, ...]
    bare: tuple[float, ...]
    people: int
    seconds: float
    memory: float
    sent: int
    attempts: int
    pages: Sequence[Timing]

    @property
    def ratio(self) -> float:
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))

    @property
    def good(self) -> bool:
        fast = all(page.p50 <= TOO_SLOW for page in self.pages)
        return self.ratio >= LEAST and self.sent == self.attempts and fast


class Counting:
    """A path that counts what it sends, and pauses the campaign when a round is over."""

    def __init__(self, channel: Channel, tally: "Tally") -> None:
        self._channel = channel
        self._tally = tally

    async def send(self, message: Outgoing) -> Result:
        await self._tally.count(message.campaign_id)
        return await self._channel.send(message)


class Tally:
    def __init__(self, share: int) -> None:
        self._share = share
        self.sent = 0

    async def count(self, campaign_id: int) -> None:
        self.sent += 1
        if self.sent % self._share == 0:
            await pause(campaign_id)


def bench_notice(say: Say, dwellings: int = DWELLINGS, share: int = SHARE) -> Outcome:
    """Draw up a district in a temporary database, write a notice to all, and send."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=True)
        options = ["--port", str(PORT), "--no-access-log", "--log-level", "warning"]
        server = subprocess.Popen([sys.executable, "-m", "uvicorn", "benches.instant:app", *options], cwd=ROOT)
        try:
            outcome = uvloop.run(_measure(engines, District(dwellings), share, say))
        finally:
            server.terminate()
            server.wait(15)
            engines.release()
    say(f"分发 {outcome.people:,} 人用了 {outcome.seconds:.1f} 秒")
    say(f"发了 {outcome.sent:,} 条，多占内存 {outcome.memory:.0f} MB")
    say(f"每秒送出数：相当于同样连接数的 httpx 空发的 {outcome.ratio:.2f}")
    return outcome


async def _measure(engines: Engines, district: District, share: int, say: Say) -> Outcome:
    await migrate(engines.database_url)
    await settle(engines.database_url, district, lambda _: None)
    await take_figures(engines.database_url)
    await until_listening(PORT)
    await connect(engines.database_url)
    redis = Redis.from_url(engines.redis_url)  # pyright: ignore[reportUnknownMemberType]
    try:
        campaign, seconds = await _fan_out()
        people = await Delivery.filter(campaign_id=campaign).count()
        say(f"一条语句分发给 {people:,} 人：{seconds:.1f} 秒")
        await take_figures(engines.database_url)
        outcome = await _rounds(redis, campaign, people, seconds, share, say)
        await arrive(campaign)
        await take_figures(engines.database_url)
        return replace(outcome, pages=await open_pages(redis, say))
    finally:
        await redis.aclose()
        await disconnect()


async def _fan_out() -> tuple[int, float]:
    """The campaign, and the seconds that its audience took."""
    now = clock.now()
    await map_template(APP_ID, Purpose.NOTICE, TemplateKind.TEMPLATE, "T1", {"thing1": "title", "thing2": "owner"})
    for app_id, way in ((APP_ID, Way.TEMPLATE), ("", Way.SMS)):
        await SendBudget.create(
            app_id=app_id,
            path=way,
            per_second=WITHOUT_END,
            burst=WITHOUT_END,
            per_day=WITHOUT_END,
            tokens=WITHOUT_END,
            filled_at=now,
            day=now.date(),
        )
    content = {"title": "明天停水", "owner": "测速区"}
    message = Message("明天停水", "明天停水。", "明天停水。", "/notices/1", content)
    ways = (Way.TEMPLATE, Way.SMS)
    campaign = await start_campaign(
        "notice:1:1", Purpose.NOTICE, DISTRICT, message, Audience((DISTRICT,)), ways, now, urgent=True
    )
    began = time.monotonic()
    await launch_due({}, now)
    return campaign, time.monotonic() - began


async def _rounds(redis: Redis, campaign: int, people: int, seconds: float, share: int, say: Say) -> Outcome:
    config = WeChatConfig(APP_ID, "bench", ADDRESS)
    client = WeChatClient(config, redis, lambda text: seal(text, "bench"), lambda sealed: unseal(sealed, "bench"))
    gateway = HttpGateway(f"{ADDRESS}/sms", "bench", "测速区")
    tally = Tally(share)

    async def find(_: str) -> WeChatClient:
        return client

    channels = {way: Counting(one, tally) for way, one in platform_channels(find, lambda _: ADDRESS, gateway).items()}
    before = psutil.Process().memory_info().rss
    ours, bare = list[float](), list[float]()
    for number in range(ROUNDS + 1):
        if number:
            await resume(campaign)
        mine, theirs = await _drained(channels, tally), await _bare(share)
        if number:  # the first round warms up
            ours.append(mine)
            bare.append(theirs)
        say(f"第{number}轮  通知 {mine:6.0f} 条/秒   httpx {theirs:6.0f} 次/秒   {mine / theirs:.2f}")
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    await client.aclose()
    await gateway.aclose()
    sent = await Delivery.filter(campaign_id=campaign, state=DeliveryState.SENT).count()
    attempts = await Attempt.all().count()
    return Outcome(tuple(ours), tuple(bare), people, seconds, grown, sent, attempts, ())


async def _drained(channels: dict[Way, Counting], tally: Tally) -> float:
    """Deliveries a second until the campaign is paused."""
    before, began = tally.sent, time.monotonic()
    await drive(channels, {}, clock.now())
    return (tally.sent - before) / (time.monotonic() - began)


async def _bare(share: int) -> float:
    """Calls a second of httpx alone, by as many connections."""
    body = {"touser": "oBench", "template_id": "T1", "data": {"thing1": {"value": "明天停水"}}}
    waiting = iter(range(share))
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=ADDRESS, limits=limits) as http:

        async def post() -> None:
            for _ in waiting:
                (await http.post("/cgi-bin/message/template/send", json=body)).json()

        began = time.monotonic()
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))
        return share / (time.monotonic() - began)
