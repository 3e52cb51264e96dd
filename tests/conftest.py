"""Real PostgreSQL and Redis from the wheels, a fresh database per test, and a phone that talks to the bot."""

import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
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
from handlers.articles.knowledge import Knowledge  # noqa: E402
from handlers.calendar import tables  # noqa: E402
from handlers.files import storage  # noqa: E402
from handlers.files.storage import Folder  # noqa: E402
from main import compose_bot  # noqa: E402
from models.database import connect, disconnect, migrate  # noqa: E402
from settings import get_settings  # noqa: E402
from tests.phone import Phone  # noqa: E402
from tests.writers import guard_writes  # noqa: E402

APP_ID = get_settings().wechat_app_id


@pytest.fixture(scope="session")
def engines() -> Generator[Engines]:
    """PostgreSQL and Valkey of this test run, in a folder that no other run tidies away."""
    with tempfile.TemporaryDirectory(prefix="linli-test-", ignore_cleanup_errors=True) as folder:
        running = start_engines(Path(folder), postgres=True, redis=True)
        yield running
        running.release()


@pytest.fixture(scope="session", autouse=True)
def files_folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Folder]:
    """Where the files of this test run lie: not in the data folder of whoever runs it."""
    folder = Folder(tmp_path_factory.mktemp("files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "storage", lambda: folder)
        yield folder


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


_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'tortoise%' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
END $$;
"""


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[str]:
    await connect(url)
    try:
        with guard_writes():
            yield url
    finally:
        clock.shift *= 0
        tables.forget()
        await disconnect()


@pytest.fixture(scope="session")
async def shared(engines: Engines, template: str) -> str:
    """The database that most tests use one after another; its address."""
    await _admin(engines, f"CREATE DATABASE test_shared TEMPLATE {template}")
    return _url(engines, "test_shared")


@pytest.fixture
async def database(shared: str) -> AsyncGenerator[str]:
    """An empty database with the schema, connected; its address."""
    async with _connected(shared):
        yield shared
    connection = await asyncpg.connect(shared)
    await connection.execute(_EMPTY)
    await connection.close()


@pytest.fixture(scope="session")
async def demo_template(engines: Engines, template: str) -> str:
    """A database that holds the demonstration's registers and votes (without its residents' accounts)."""
    await _admin(engines, f"CREATE DATABASE template_demo TEMPLATE {template}")
    await connect(_url(engines, "template_demo"))
    from loading import load_folder  # noqa: PLC0415

    await load_folder(ROOT / "demo", clock.now(), lambda _: None)
    await disconnect()
    return "template_demo"


_numbers = count(1)


@pytest.fixture
async def demo(engines: Engines, demo_template: str) -> AsyncGenerator[str]:
    """A fresh database with the demonstration's registers and votes, connected; its address."""
    name = f"test_demo_{next(_numbers)}"
    await _admin(engines, f"CREATE DATABASE {name} TEMPLATE {demo_template}")
    async with _connected(_url(engines, name)) as url:
        yield url
    await _admin(engines, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def redis(engines: Engines) -> AsyncGenerator["aioredis.Redis"]:
    client = aioredis.Redis.from_url(engines.redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def phone(redis: "aioredis.Redis") -> AsyncGenerator[Callable[[str], Phone]]:
    """`phone("oAnna")` is the phone of one resident; all of a test share one bot. Needs `database` or `demo`."""
    bot = compose_bot(redis, Knowledge())
    await bot.sessions.start()
    yield lambda openid: Phone(bot, APP_ID, openid)
    await bot.sessions.stop()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Half as many again as processors: a third of a run waits, for pages to load and clocks to come round."""
    cores = os.cpu_count() or 2
    return cores + max(1, cores // 2)
