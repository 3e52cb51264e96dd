"""Real PostgreSQL and Redis from the wheels, a fresh database per test, and a phone that talks to the bot."""

import os
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from redis import asyncio as aioredis

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("LINLI_ENV", "test")

from clock import clock  # noqa: E402
from engines import Engines, start_engines  # noqa: E402
from main import compose_bot  # noqa: E402
from models.database import connect, disconnect, migrate  # noqa: E402
from settings import get_settings  # noqa: E402
from tests.phone import Phone  # noqa: E402
from tests.writers import guard_writes  # noqa: E402

APP_ID = get_settings().wechat_app_id


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Generator[Engines]:
    """PostgreSQL and Valkey of this test run."""
    running = start_engines(tmp_path_factory.mktemp("engines"), postgres=True, redis=True)
    yield running
    running.release()


async def _admin(engines: Engines, sql: str) -> None:
    connection = await asyncpg.connect(engines.database_url.replace("/linli?", "/postgres?"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(engines: Engines) -> str:
    """An empty database with the schema; tests copy it."""
    await _admin(engines, "ALTER SYSTEM SET fsync = off")
    await _admin(engines, "SELECT pg_reload_conf()")
    await _admin(engines, "CREATE DATABASE template_empty")
    await migrate(_url(engines, "template_empty"))
    return "template_empty"


def _url(engines: Engines, name: str) -> str:
    return engines.database_url.replace("/linli?", f"/{name}?")


_numbers = count(1)


async def _copied(engines: Engines, template: str) -> AsyncGenerator[str]:
    name = f"test_{next(_numbers)}"
    await _admin(engines, f"CREATE DATABASE {name} TEMPLATE {template}")
    url = _url(engines, name)
    await connect(url)
    with guard_writes():
        yield url
    clock.shift *= 0
    await disconnect()
    await _admin(engines, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(engines: Engines, template: str) -> AsyncGenerator[str]:
    """A fresh, empty database, connected; its address."""
    async for url in _copied(engines, template):
        yield url


@pytest.fixture(scope="session")
async def demo_template(engines: Engines, template: str) -> str:
    """A database that holds the demonstration's registers and votes (without its residents' accounts)."""
    await _admin(engines, f"CREATE DATABASE template_demo TEMPLATE {template}")
    await connect(_url(engines, "template_demo"))
    from loading import load_folder  # noqa: PLC0415

    await load_folder(ROOT / "demo", clock.now(), lambda _: None)
    await disconnect()
    return "template_demo"


@pytest.fixture
async def demo(engines: Engines, demo_template: str) -> AsyncGenerator[str]:
    """A fresh database with the demonstration's registers and votes, connected; its address."""
    async for url in _copied(engines, demo_template):
        yield url


@pytest.fixture
async def redis(engines: Engines) -> AsyncGenerator["aioredis.Redis"]:
    client = aioredis.Redis.from_url(engines.redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def phone(redis: "aioredis.Redis") -> AsyncGenerator[Callable[[str], Phone]]:
    """`phone("oAnna")` is the phone of one resident; all of a test share one bot. Needs `database` or `demo`."""
    bot = compose_bot(redis)
    await bot.sessions.start()
    yield lambda openid: Phone(bot, APP_ID, openid)
    await bot.sessions.stop()
