"""`linli bench webhook`: greeting → menu in safe mode, every message stored, against an echo bot that stores nothing.

Answers per CPU-second of web, Redis and PostgreSQL together, divided by those of the echo bot, rounds taken in turn.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benches.load import Cost, drive, engine_pids, post, until_listening
from bot.envelope import Credentials, Mode, seal
from engines import Engines, start_engines
from models.database import connect, disconnect, migrate, rows
from settings import Settings

ROOT = Path(__file__).parent.parent
OPENIDS = 5_000
CONNECTIONS = 64
ROUNDS = 3
PORTS = {"linli": 18431, "echo": 18432, "raw": 18433}
APPS = {"linli": ["main:create_app", "--factory"], "echo": ["benches.echo:app"], "raw": ["benches.echo:raw"]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Median answers per CPU-second of each server, and what was stored."""

    rates: dict[str, float]
    answers: int
    stored: int

    @property
    def of_echo(self) -> float:
        return self.rates["linli"] / self.rates["echo"]

    @property
    def of_raw(self) -> float:
        return self.rates["linli"] / self.rates["raw"]


def bench_webhook(settings: Settings, say: Callable[[str], None]) -> Outcome:
    """Start the three servers in a temporary folder, one worker each, and measure them in turn."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=True)
        try:
            outcome = asyncio.run(_measure(settings, engines, Path(folder), say))
        finally:
            engines.release()
    say(f"入库 {outcome.stored} 条，回答 {outcome.answers} 条")
    say(f"每 CPU 秒回答数：相当于 wechatpy + FastAPI 回声的 {outcome.of_echo:.2f}，裸 ASGI 的 {outcome.of_raw:.3f}")
    return outcome


async def _measure(settings: Settings, engines: Engines, folder: Path, say: Callable[[str], None]) -> Outcome:
    await migrate(engines.database_url)
    servers = {name: _serve(name, engines, folder) for name in APPS}
    try:
        for port in PORTS.values():
            await until_listening(port)
        pids = {name: [server.pid] for name, server in servers.items()}
        pids["linli"] += engine_pids(engines.home.sockets) + engine_pids(folder)
        return await _rounds(settings, engines, pids, say)
    finally:
        for server in servers.values():
            server.terminate()
            server.wait(15)


async def _rounds(
    settings: Settings, engines: Engines, pids: dict[str, list[int]], say: Callable[[str], None]
) -> Outcome:
    costs: dict[str, list[Cost]] = {name: [] for name in APPS}
    for number in range(ROUNDS + 1):
        requests = _greetings(settings, number)
        for name, port in PORTS.items():
            cost = await drive(port, requests, pids[name], CONNECTIONS)
            if number:  # the first round warms up
                costs[name].append(cost)
            say(f"第{number}轮 {name:6} {cost.per_cpu_second:8.0f} 条/CPU秒  {cost.answers / cost.wall:8.0f} 条/秒")
    await connect(engines.database_url)
    [row] = await rows("SELECT count(*) AS stored, count(answer) AS answered FROM message")
    await disconnect()
    rates = {name: median(cost.per_cpu_second for cost in taken) for name, taken in costs.items()}
    return Outcome(rates, OPENIDS * (ROUNDS + 1), min(row["stored"], row["answered"]))


def _greetings(settings: Settings, number: int) -> Sequence[bytes]:
    """One greeting of each openid, sealed as the platform seals it."""
    credentials = Credentials(settings.wechat_app_id, settings.wechat_token, settings.wechat_aes_key, Mode.SAFE)
    now = int(time.time())
    return [_greeting(credentials, now, number, person) for person in range(OPENIDS)]


def _greeting(credentials: Credentials, now: int, number: int, person: int) -> bytes:
    openid = f"oBench{person:022d}"
    xml = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
        f"<MsgId>{number * OPENIDS + person + 1}</MsgId></xml>"
    )
    sealed = seal(credentials, xml, str(person), now, is_json=False)
    signature = sealed.split(b"<MsgSignature><![CDATA[")[1].split(b"]]>")[0].decode()
    query = f"timestamp={now}&nonce={person}&openid={openid}&encrypt_type=aes&msg_signature={signature}"
    return post("/wechat", query, sealed)


def _serve(name: str, engines: Engines, folder: Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "LINLI_ENV": "test",
        "LINLI_DATA_DIR": str(folder),
        "LINLI_DATABASE_URL": engines.database_url,
        "LINLI_REDIS_URL": engines.redis_url,
    }
    options = ["--port", str(PORTS[name]), "--no-access-log", "--no-proxy-headers", "--log-level", "warning"]
    return subprocess.Popen([sys.executable, "-m", "uvicorn", *APPS[name], *options], env=environment, cwd=ROOT)
