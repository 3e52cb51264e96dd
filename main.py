"""Composition root: settings, ORM, Redis, platform, routes, jobs. Imports everyone; only the CLI imports it."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

import structlog
from cryptography.exceptions import InvalidTag
from fastapi import FastAPI
from redis import asyncio as aioredis
from starlette.types import Receive, Scope, Send

import announcements
import handlers.consultations.chat as consultations
import handlers.delegations.chat as delegations
import handlers.duty.chat as duty
import handlers.enquiries.chat as enquiries
import handlers.files.actions as files
import handlers.interviews.chat as interviews
import handlers.moderation.chat as moderation
import handlers.notices.chat as notices
import handlers.residency.chat as residency
import handlers.subscriptions.chat as subscriptions
import handlers.votes.chat as votes
from accounts import Accounts, Doors, panel_platform, residents_platform
from admin.app import create_panel
from bot.exchange import Bot
from bot.router import Router
from bot.sessions import Sessions
from bot.webhook import Door
from campaigns.audience import Resolvers
from campaigns.jobs import Driver
from channels import platform_channels
from clock import clock
from handlers.articles.knowledge import Knowledge
from handlers.consultations.actions.proposing import begin_collecting
from handlers.conversations.chat import news_first
from handlers.conversations.inbox import PostgresInbox
from handlers.enquiries.chat import Entry, Menu
from handlers.moderation.actions.forgetting import forget_account
from handlers.notices.queries.residents import pushed_choices
from handlers.notices.queries.resolvers import not_read
from handlers.residency.actions.unbind import CLOSED
from handlers.residency.visitors import visitor, visitor_within
from handlers.votes.queries.standing import not_voted
from health import health_routes
from logs import RequestLog, configure_logs, keep_logs
from miniprogram.app import create_residents_pages
from miniprogram.layout import RESIDENT
from models.database import connect, disconnect
from models.sealed import seal_bytes, unseal_bytes
from ringing import ringing
from scheduling import Job, Subscriber, follow_clock, schedule
from settings import Settings, get_settings
from simulator.app import SimulatorConfig, create_simulator
from sms import Gateway, gateway, receipt_routes
from timetable import clock_jobs
from upkeep import Upkeep
from web.limits import Limits

log = structlog.get_logger("clock")

SESSION = "session:state"
WEBHOOK = "/wechat"
FURTHER = "/wechat/"

SUBSCRIPTIONS: dict[str, Sequence[Subscriber]] = {
    files.FORGOTTEN: (files.shred,),
    CLOSED: (forget_account,),
    "PostDecided": (begin_collecting,),
}
"""Which event is told to whom."""

RESOLVERS: Resolvers = {"not_voted": not_voted, "not_read": not_read}
"""Conditions of audiences that a capability knows the answer to."""


def outreach(settings: Settings, accounts: Accounts, texts: Gateway) -> Driver:
    """What sends campaigns by every path of this installation."""
    return Driver(platform_channels(accounts.client, settings.pages_address, texts.channel), RESOLVERS)


def fired_jobs(upkeep: Upkeep, driver: Driver) -> tuple[Job, ...]:
    """What a process fires: what falls due by the clock, and keeping in step with the platform."""
    return (*clock_jobs(upkeep.accounts, driver, SUBSCRIPTIONS), *upkeep.jobs())


def compose_router(knowledge: Knowledge, *, rings: bool = False) -> Router:
    """Every capability's routes, and the main menu in the order of conversations.md; `rings`: phones can be rung."""
    menu = Menu(
        (
            Entry("登记住址", comes_first=lambda visitor: not visitor.claims),
            Entry("投票", waiting=votes.waiting),
            Entry("议事", waiting=consultations.waiting),
            Entry("通知", waiting=notices.waiting),
            Entry("主任访谈", waiting=interviews.waiting, now_and_then=True),
            Entry("我的"),
            Entry("人工", stays=True),
        )
    )
    talk = enquiries.Talk(knowledge, notices.got_it, menu.fall_back)
    return Router(
        [
            *residency.routes(menu.show),
            delegations.routes(),
            votes.routes(),
            consultations.routes(),
            notices.routes(),
            interviews.routes(),
            moderation.routes(),
            subscriptions.routes(),
            menu.routes(),
            talk.routes(),
        ],
        menu=news_first(menu.show),
        human=talk.start,
        fallback=talk.take_up,
        danger=duty.danger,
        alarm=duty.Alarming(rings=rings).raise_alarm,
    )


def compose_sessions(redis: "aioredis.Redis") -> Sessions:
    def opened(state: bytes) -> bytes | None:
        with suppress(InvalidTag, KeyError, ValueError):
            return unseal_bytes(state, SESSION)
        return None

    return Sessions(redis, partial(seal_bytes, context=SESSION), opened)


def compose_bot(redis: "aioredis.Redis", knowledge: Knowledge, *, rings: bool = False) -> Bot:
    """Everything behind the webhook of one account."""
    return Bot(
        compose_router(knowledge, rings=rings),
        PostgresInbox(),
        compose_sessions(redis),
        visitor,
        visitor_within,
        clock,
        pushed_choices,
        subscriptions.invitation(Limits(redis, RESIDENT).within),
    )


def connect_redis(settings: Settings) -> "aioredis.Redis":
    return aioredis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        settings.redis_url, socket_timeout=2, socket_connect_timeout=2, max_connections=200
    )


async def part_from(accounts: Accounts, texts: Gateway, redis: "aioredis.Redis") -> None:
    """Close what a process holds of the world outside."""
    announcements.publish_by(None)
    await accounts.aclose()
    await texts.aclose()
    await redis.aclose()


class Front:
    """The outermost application: webhooks by their path, everything else and the life cycle to FastAPI."""

    def __init__(self, app: FastAPI, doors: Doors) -> None:
        self.app = app
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._door(scope) or self.app)(scope, receive, send)

    async def _door(self, scope: Scope) -> Door | None:
        path: str = scope["path"] if scope["type"] == "http" else ""
        if path == WEBHOOK:
            return self.doors.first
        return await self.doors.find(path.removeprefix(FURTHER)) if path.startswith(FURTHER) else None


def create_app(settings: Settings | None = None) -> Front:
    """The web process: webhook, panel, simulator where it is allowed, health."""
    settings = settings or get_settings()
    settings.refuse_unsafe()
    configure_logs()
    keep_logs(settings.data_dir / "logs", settings.retention_log_days)
    redis, knowledge = connect_redis(settings), Knowledge()
    accounts, texts = Accounts(settings, redis), gateway(settings)
    bot, upkeep = compose_bot(redis, knowledge, rings=bool(ringing(settings))), Upkeep(settings, redis, accounts)
    doors = Doors(accounts, bot)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        announcements.publish_by(redis)
        await connect(settings.database_url)
        await bot.sessions.start()
        following = [asyncio.create_task(follow_clock(redis)), asyncio.create_task(knowledge.follow())]
        if settings.uses_simulator:
            following.append(asyncio.create_task(upkeep.menu_soon()))
        driver = outreach(settings, accounts, texts)
        scheduler = schedule(fired_jobs(upkeep, driver))
        yield
        await driver.end()
        scheduler.shutdown(wait=False)
        await doors.drain()
        for task in following:
            task.cancel()
        await bot.sessions.stop()
        await part_from(accounts, texts, redis)
        await disconnect()

    app = FastAPI(title="邻里", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.routes.extend([*health_routes(settings, redis), *receipt_routes(settings)])
    app.include_router(create_panel(settings, redis, panel_platform(accounts, redis), RESOLVERS))
    app.include_router(create_residents_pages(settings, redis, residents_platform(accounts), knowledge))
    if settings.uses_simulator:
        app.mount("/simulator", create_simulator(simulator_config(settings, redis)))
    app.add_middleware(RequestLog)
    return Front(app, doors)


def simulator_config(settings: Settings, redis: "aioredis.Redis") -> SimulatorConfig:
    return SimulatorConfig(
        redis=redis,
        webhook_url=f"{settings.own_url}{WEBHOOK}",
        public_url=settings.base_url,
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret,
        token=settings.wechat_token,
        aes_key=settings.wechat_aes_key,
        mode=settings.wechat_mode.value,
        demo_file=settings.data_dir / "demo.json",
    )


async def run_worker(settings: Settings) -> None:
    """The clock's jobs without the web, until the process is told to stop."""
    configure_logs()
    keep_logs(settings.data_dir / "logs", settings.retention_log_days)
    redis = connect_redis(settings)
    announcements.publish_by(redis)
    accounts, texts = Accounts(settings, redis), gateway(settings)
    driver = outreach(settings, accounts, texts)
    scheduler = schedule(fired_jobs(Upkeep(settings, redis, accounts), driver))
    following = asyncio.create_task(follow_clock(redis))
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, following.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await following
    finally:
        await driver.end()
        scheduler.shutdown(wait=False)
        await part_from(accounts, texts, redis)
