"""The embedded engines: shared by processes, restarted after any crash, stopped by the last one out."""

# pyright: basic

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import asyncio as aioredis
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.config_generator import expand_db_url

from engines import EngineError, Engines, pg_bin, start_engines

ROOT = Path(__file__).parents[1]
USER_PROCESS = """
import sys
from pathlib import Path
from engines import start_engines
engines = start_engines(Path(sys.argv[1]), postgres=True, redis=True)
print(engines.database_url, flush=True)
sys.stdin.read()
engines.release()
"""


@pytest.fixture(scope="module")
def used_data_dir() -> Iterator[Path]:
    """One data folder for all, since making it takes longest; its first making was once cut short."""
    with tempfile.TemporaryDirectory(prefix="linli-test-", dir="/tmp") as folder:
        (Path(folder) / "data" / "postgres.new").mkdir(parents=True)
        (Path(folder) / "data" / "postgres.new" / "PG_VERSION").write_text("18\n")
        yield Path(folder) / "data"


@pytest.fixture
def data_dir(used_data_dir: Path) -> Iterator[Path]:
    yield used_data_dir
    assert is_stopped(used_data_dir)


@contextmanager
def started(data_dir: Path) -> Generator[Engines]:
    engines = start_engines(data_dir, postgres=True, redis=True)
    try:
        yield engines
    finally:
        engines.release()


def another_user(data_dir: Path) -> subprocess.Popen[str]:
    """A process that holds the engines until its standard input closes."""
    command = [sys.executable, "-c", USER_PROCESS, str(data_dir)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def says_url(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str], how: signal.Signals | None = None) -> None:
    if how:
        process.send_signal(how)
    process.communicate(timeout=30)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def is_stopped(data_dir: Path) -> bool:
    return not (data_dir / "postgres" / "postmaster.pid").exists() and not list((data_dir / "run").glob("*.sock"))


def sql(engines: Engines, statement: str) -> str:
    psql = [pg_bin("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", engines.database_url, "-c", statement]
    return subprocess.run(psql, check=True, capture_output=True, text=True).stdout.strip()


async def can_be_used(engines: Engines) -> bool:
    """Through the drivers of the product."""
    database = AsyncpgDBClient(connection_name="engines", **expand_db_url(engines.database_url)["credentials"])
    await database.create_connection(with_db=True)
    name = await database.execute_query_dict("SELECT current_database()")
    await database.close()
    async with aioredis.from_url(engines.redis_url) as redis:
        pong = await redis.ping()
    return pong and name == [{"current_database": "linli"}]


async def test_two_processes_share_the_engines_and_the_last_one_stops_them(data_dir: Path) -> None:
    first, second = another_user(data_dir), another_user(data_dir)
    assert says_url(first) == says_url(second) != ""
    leave(first)
    with started(data_dir) as engines:
        leave(second)
        assert await can_be_used(engines)
    engines.release()
    assert is_stopped(data_dir)


async def test_killed_processes_leave_engines_that_the_next_one_takes_over(data_dir: Path) -> None:
    user = another_user(data_dir)
    says_url(user)
    before = postmaster(data_dir)
    leave(user, signal.SIGKILL)
    with started(data_dir) as engines:
        assert postmaster(data_dir) == before
        assert await can_be_used(engines)


def test_committed_rows_survive_a_killed_postgres_and_its_stale_pid_file(data_dir: Path) -> None:
    with started(data_dir) as engines:
        sql(engines, "CREATE TABLE kept AS SELECT 42 AS answer")
        killed = postmaster(data_dir)
        os.kill(killed, signal.SIGKILL)
        pid_file = data_dir / "postgres" / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(killed), str(os.getpid()), 1))
        with started(data_dir) as again:
            assert sql(again, "SELECT answer FROM kept") == "42"
        assert sql(engines, "SELECT answer FROM kept") == "42"


async def test_long_and_unusual_paths_get_a_short_socket_folder(data_dir: Path) -> None:
    long = data_dir.rename(data_dir.with_name("很长的目录 " * 8))  # noqa: ASYNC240
    with started(long) as engines:
        assert await can_be_used(engines)
    engines.home.sockets.rmdir()
    long.rename(data_dir)


def test_only_the_owner_reaches_the_engines_and_only_by_socket(data_dir: Path) -> None:
    with started(data_dir) as engines:
        assert sql(engines, "SHOW listen_addresses") == ""
        assert sql(engines, "SHOW unix_socket_permissions") == "0700"
        for private in (engines.home.sockets, engines.home.pgdata):
            assert private.stat().st_mode & 0o077 == 0


def test_what_is_confirmed_is_on_disk(data_dir: Path) -> None:
    with started(data_dir) as engines:
        assert [sql(engines, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]


def test_personal_values_stay_out_of_the_log(data_dir: Path) -> None:
    with started(data_dir) as engines:
        sql(engines, "CREATE TABLE resident (phone text PRIMARY KEY)")
        sql(engines, "INSERT INTO resident VALUES ('13800138000')")
        with pytest.raises(subprocess.CalledProcessError):
            sql(engines, "INSERT INTO resident VALUES ('13800138000')")
        assert "13800138000" not in engines.home.log.read_text()


def test_data_of_another_major_version_is_refused_with_advice(data_dir: Path) -> None:
    version = data_dir / "postgres" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("17\n")
    with pytest.raises(EngineError, match="linli backup"):
        start_engines(data_dir, postgres=True, redis=False)
    version.write_text(ours)


def test_an_unfinished_data_folder_is_made_anew(data_dir: Path) -> None:
    start_engines(data_dir, postgres=True, redis=False).release()
    assert (data_dir / "postgres" / "global").is_dir()
    assert not (data_dir / "postgres.new").exists()


def test_an_engine_that_can_not_start_is_explained_and_nothing_is_left_running(data_dir: Path) -> None:
    override = data_dir / "postgres" / "postgresql.auto.conf"
    ours = override.read_text()
    override.write_text("shared_buffers = nonsense\n")
    with pytest.raises(EngineError, match=r"postgresql\.auto\.conf"):
        start_engines(data_dir, postgres=True, redis=True)
    override.write_text(ours)


def test_a_postgres_that_somebody_else_started_there_is_left_alone(data_dir: Path) -> None:
    with started(data_dir) as engines:
        home = engines.home
    elsewhere = data_dir / "elsewhere"
    home.make_folder(elsewhere)
    home.execute(pg_bin("pg_ctl"), "start", "-s", "-w", "-D", home.pgdata, "-o", f"-k {elsewhere}")
    try:
        stranger = postmaster(data_dir)
        with pytest.raises(EngineError, match="请先停掉它"):
            start_engines(data_dir, postgres=True, redis=False)
        assert postmaster(data_dir) == stranger
    finally:
        home.execute(pg_bin("pg_ctl"), "stop", "-s", "-w", "-D", home.pgdata)


def test_a_file_in_place_of_the_data_folder_is_an_engine_error() -> None:
    with tempfile.NamedTemporaryFile() as file, pytest.raises(EngineError, match=r"File exists|Not a directory"):
        start_engines(Path(file.name) / "data", postgres=True, redis=True)


def test_postgres_programs_are_of_the_server_version() -> None:
    output = subprocess.check_output([pg_bin("pg_dump"), "--version"], text=True)
    assert "(PostgreSQL) 18." in output
