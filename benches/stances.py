"""Part of `linli bench opinion`: 5,500 stances from 100 people in five minutes, and how slow the webhook gets.

Idle is the same dialogue with the same server, spoken by one person at a time, once a second. Both are measured in
turn, as often as there are rounds; the jobs of the clock run beside both, the one that computes opinions too.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benches.district import DISTRICT, NOW, District, settle
from benches.load import HEAD_END, post, until_listening
from bot.envelope import Credentials, Mode, seal
from engines import Engines, start_engines
from handlers.consultations.actions.opinions import NEW
from models.consultations import Consultation
from models.database import connect, disconnect, migrate, rows
from models.deliberation import PostKind, PostState, Stage
from models.organisations import Organisation
from models.participation import Post
from models.statements import Statement
from settings import Settings

ROOT = Path(__file__).parent.parent
PORT = 18434
PEOPLE, STATEMENTS = 100, 55
SECONDS = 300
"""5,500 stances in five minutes: what pegged a machine of four cores (Polis' issue 1495)."""
ROUNDS = 3
ALONE = 10
"""People who answer one at a time while the webhook is idle, once a second."""
MOST = 2.0
DWELLINGS = 600
_OURS = "UPDATE account SET app_id = $1 RETURNING id"
_OPENIDS = """
SELECT DISTINCT ON (b.resident_id) a.openid FROM binding b JOIN account a ON a.id = b.account_id
JOIN dwelling d ON d.id = b.dwelling_id JOIN resident r ON r.id = b.resident_id
WHERE b.state = 'active' AND a.app_id = $1 AND (r.birth_on IS NULL OR r.birth_on < '2000-01-01') LIMIT $2
"""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Milliseconds of the slowest of a hundred answers, idle and under load, round by round."""

    idle: tuple[float, ...]
    loaded: tuple[float, ...]
    stances: int

    @property
    def ratio(self) -> float:
        return median(self.loaded) / median(self.idle)

    @property
    def good(self) -> bool:
        return self.ratio < MOST


def bench_stances(settings: Settings, say: Say, seconds: float = SECONDS, rounds: int = ROUNDS) -> Outcome:
    """Start the engines and one server in a temporary folder, and speak with it.

    Args:
        seconds: of all loaded rounds together, each preceded by an idle one as long; shorter, there are fewer stances.
    """
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=True)
        try:
            outcome = asyncio.run(_measure(settings, engines, Path(folder), seconds, rounds, say))
        finally:
            engines.release()
    say(
        f"p99：空闲 {median(outcome.idle):.1f} 毫秒，表态时 {median(outcome.loaded):.1f} 毫秒，"
        f"是空闲的 {outcome.ratio:.2f} 倍（{MOST:.0f} 倍以内），入库 {outcome.stances:,} 次表态"
    )
    return outcome


async def _measure(
    settings: Settings, engines: Engines, folder: Path, seconds: float, rounds: int, say: Say
) -> Outcome:
    await migrate(engines.database_url)
    await settle(engines.database_url, District(DWELLINGS), lambda _: None)
    await connect(engines.database_url)
    people = await _prepare(settings)
    server = _serve(engines, folder)
    try:
        await until_listening(PORT)
        speak = Speaker(settings)
        return await _rounds(speak, people, seconds / rounds, rounds, say)
    finally:
        server.terminate()
        server.wait(30)
        await disconnect()


async def _prepare(settings: Settings) -> list[str]:
    """A topic for the whole district, statements on it, and the openids of those who will answer."""
    organisation = await Organisation.get(code=DISTRICT)
    topic = await Consultation.create(
        organisation=organisation,
        stage=Stage.DELIBERATING,
        title="电动车停哪里",
        places=[DISTRICT],
        created_at=NOW,
        stage_since=NOW,
    )
    for number in range(STATEMENTS):
        post = await Post.create(
            kind=PostKind.STATEMENT,
            organisation=organisation,
            text=f"办法{number}",
            fingerprint="",
            state=PostState.PUBLISHED,
            created_at=NOW,
        )
        await Statement.create(consultation=topic, post=post, priority=NEW)
    await rows(_OURS, settings.wechat_app_id)
    found = await rows(_OPENIDS, settings.wechat_app_id, PEOPLE + ALONE)
    return [row["openid"] for row in found]


async def _rounds(speak: "Speaker", people: Sequence[str], seconds: float, rounds: int, say: Say) -> Outcome:
    crowd, alone = people[:PEOPLE], people[PEOPLE:]
    each = max(2, round(STATEMENTS * seconds / SECONDS))
    await asyncio.gather(*(speak.say(openid, "议事") for openid in crowd))
    idle, loaded = list[float](), list[float]()
    for number in range(1, rounds + 1):
        idle.append(_p99(await speak.one_by_one(alone, int(seconds))))
        loaded.append(_p99(await speak.together(crowd, each, seconds)))
        say(f"第{number}轮：空闲 {idle[-1]:.1f} 毫秒，表态时 {loaded[-1]:.1f} 毫秒")
    [counted] = await rows("SELECT count(*) AS stances FROM stance")
    return Outcome(tuple(idle), tuple(loaded), counted["stances"])


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100)[98] * 1000


class Speaker:
    """Messages as the platform sends them, each on a connection that its person keeps."""

    def __init__(self, settings: Settings) -> None:
        self._credentials = Credentials(
            settings.wechat_app_id, settings.wechat_token, settings.wechat_aes_key, Mode.SAFE
        )
        self._numbers = itertools.count(1)
        self._lines: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def say(self, openid: str, words: str) -> float:
        """Seconds until the answer was there.

        Raises:
            RuntimeError: it was not 200, or empty.
        """
        if openid not in self._lines:
            self._lines[openid] = await asyncio.open_connection("127.0.0.1", PORT)
        reader, writer = self._lines[openid]
        request = self._request(openid, words, next(self._numbers))
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(HEAD_END)
        body = await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        taken = time.perf_counter() - began
        if not head.startswith(b"HTTP/1.1 200") or not body:
            raise RuntimeError(f"answered {head[:40]!r}")
        return taken

    async def one_by_one(self, people: Sequence[str], times: int) -> list[float]:
        """Once a second the next of these answers a statement."""
        taken = list[float]()
        for number in range(times):
            openid = people[number % len(people)]
            taken.append(await self.say(openid, "表态" if number < len(people) else "1"))
            await asyncio.sleep(1)
        return taken

    async def together(self, people: Sequence[str], times: int, seconds: float) -> list[float]:
        """Everybody answers so many statements, evenly over the time, each in a rhythm of their own."""
        pause = seconds / times
        found = await asyncio.gather(
            *(self._answer(openid, times, pause, pause * at / len(people)) for at, openid in enumerate(people))
        )
        return [one for taken in found for one in taken]

    async def _answer(self, openid: str, times: int, pause: float, wait: float) -> list[float]:
        began, taken = time.perf_counter() + wait, list[float]()
        for number in range(times):
            await asyncio.sleep(max(0.0, began + number * pause - time.perf_counter()))
            taken.append(await self.say(openid, str(1 + number % 3)))
        return taken

    def _request(self, openid: str, words: str, number: int) -> bytes:
        now = int(time.time())
        xml = (
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
            f"<MsgId>{number}</MsgId></xml>"
        )
        sealed = seal(self._credentials, xml, str(number), now, is_json=False)
        signature = sealed.split(b"<MsgSignature><![CDATA[")[1].split(b"]]>")[0].decode()
        query = f"timestamp={now}&nonce={number}&openid={openid}&encrypt_type=aes&msg_signature={signature}"
        return post("/wechat", query, sealed)


def _serve(engines: Engines, folder: Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "LINLI_ENV": "test",
        "LINLI_DATA_DIR": str(folder),
        "LINLI_DATABASE_URL": engines.database_url,
        "LINLI_REDIS_URL": engines.redis_url,
    }
    options = [
        "--port",
        str(PORT),
        "--timeout-keep-alive",
        "90",
        "--no-access-log",
        "--no-proxy-headers",
        "--log-level",
        "warning",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "main:create_app", "--factory", *options], env=environment, cwd=ROOT
    )
