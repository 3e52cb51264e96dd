"""`linli bench inbox`: lists and conversations of a desk with 10,000 open ones, opened as pages of the panel, warm."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import uvloop
from redis.asyncio import Redis

from benches.district import DISTRICT, NOW, District, settle, take_figures
from benches.pages import browser_of, panel_alone
from engines import Engines, start_engines
from models.database import connect, disconnect, migrate, rows
from models.sealed import seal

DWELLINGS = 60_000
"""Twenty communities, two in each street."""
OPEN, CLOSED = 10_000, 20_000
STAFF = 240
LONGEST, USUAL = 40, 6
"""Lines of the longest conversation and of most."""
ROUNDS = 200
TOO_SLOW = 200
"""Milliseconds within which a page is there (issue 6)."""
_ENQUIRIES = """
INSERT INTO enquiry (account_id, resident_id, community_id, grid_id, place, state, opened_at, last_at, waiting_since,
                     held_by, assigned_to, held_at, snoozed_until, closed_at, outcome, closed_by)
SELECT account_id, resident_id, community_id, grid_id, code, state, at, at + interval '3 hours',
       CASE WHEN state = 'waiting' OR n % 2 = 0 THEN at END, CASE WHEN state = 'held' THEN worker ELSE '' END,
       CASE WHEN n % 4 > 0 THEN worker ELSE '' END, CASE WHEN state = 'held' THEN at END,
       CASE WHEN state = 'snoozed' THEN at + interval '9 days' END,
       CASE WHEN state = 'closed' THEN at + interval '1 day' END, CASE WHEN state = 'closed' THEN 'answered' END,
       ''
FROM (
  SELECT b.account_id, b.resident_id, d.community_id, d.grid_id, o.code, b.n,
         $1::timestamptz - b.n * interval '13 seconds' AS at, 'worker-' || b.n % 240 AS worker,
         CASE WHEN b.n > $2 THEN 'closed' WHEN b.n % 9 = 0 THEN 'snoozed' WHEN b.n % 3 = 0 THEN 'held'
              ELSE 'waiting' END AS state
  FROM (SELECT *, row_number() OVER (ORDER BY md5(id::text)) AS n FROM binding) b
  JOIN dwelling d ON d.id = b.dwelling_id JOIN organisation o ON o.id = d.community_id WHERE b.n <= $2 + $3
) one
RETURNING id
"""
_LINES = """
INSERT INTO enquiry_line (enquiry_id, kind, author, text, media, errcode, at)
SELECT e.id, CASE WHEN n % 3 = 2 THEN 'answer' WHEN n % 5 = 4 THEN 'note' ELSE 'said' END,
       CASE WHEN n % 3 = 2 OR n % 5 = 4 THEN 'worker-1' ELSE '' END, $1::bytea, '', 0,
       e.opened_at + n * interval '1 minute'
FROM enquiry e CROSS JOIN generate_series(1, CASE WHEN e.id = $2 THEN $3::int ELSE $4::int END) AS n ORDER BY e.id, n
RETURNING id
"""
_STAFF = """
INSERT INTO staff_member (login, name, role, organisation_id, password_hash, active, created_at)
SELECT 'worker-' || n, '林工' || n, 'worker', o.id, '', true, $1 FROM (
  SELECT id, row_number() OVER (ORDER BY md5(code)) AS nth, count(*) OVER () AS many FROM organisation
) o JOIN generate_series(0, $2::int - 1) AS n ON n % o.many + 1 = o.nth RETURNING id
"""
_CANNED = """
INSERT INTO canned_reply (organisation_id, title, text, written_by, written_at)
SELECT id, '常用语' || n, repeat('请带身份证和房本来社区。', 5), 'worker-1', $1
FROM organisation CROSS JOIN generate_series(1, 10) AS n RETURNING id
"""
_COUNTED = "SELECT count(*) FILTER (WHERE state <> 'closed') AS open, count(*) AS every FROM enquiry"
_ONES = "SELECT id FROM enquiry WHERE state = $1 AND starts_with(place, $2) ORDER BY id LIMIT 2"
_LONGEST = "SELECT min(id) AS id FROM enquiry WHERE state = 'held' AND starts_with(place, $1)"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opening:
    """Milliseconds that a page took, in the middle and in the slowest of a hundred."""

    page: str
    p50: float
    p99: float

    @property
    def slow(self) -> bool:
        return self.p99 >= TOO_SLOW


@dataclass(frozen=True, slots=True)
class Outcome:
    openings: Sequence[Opening]

    @property
    def good(self) -> bool:
        return not any(one.slow for one in self.openings)


def bench_inbox(say: Say, dwellings: int = DWELLINGS, many: int = OPEN, rounds: int = ROUNDS) -> Outcome:
    """Draw up a district in a temporary database, lay conversations on its desks, and open the pages."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=True)
        try:
            # As `linli serve` runs; its event loop is the one that uvicorn takes.
            return uvloop.run(_measure(engines, District(dwellings), many, rounds, say))
        finally:
            engines.release()


async def _measure(engines: Engines, district: District, many: int, rounds: int, say: Say) -> Outcome:
    await migrate(engines.database_url)
    await settle(engines.database_url, district, lambda _: None)
    await connect(engines.database_url)
    redis = Redis.from_url(engines.redis_url)  # pyright: ignore[reportUnknownMemberType]
    try:
        lines = await _lay(district, many)
        [counted] = await rows(_COUNTED)
        of = f"留言 {counted['every']:,} 条，没结束的 {counted['open']:,} 条"
        say(f"{district.communities} 个社区，{of}，{lines:,} 句话")
        await take_figures(engines.database_url)
        openings = await _open(redis, district, rounds)
    finally:
        await redis.aclose()
        await disconnect()
    _tell(openings, say)
    return Outcome(openings)


async def _lay(district: District, many: int) -> int:
    """The conversations and their lines; how many lines. The longest is of the community that is looked at."""
    await rows(_STAFF, NOW, STAFF)
    await rows(_CANNED, NOW)
    await rows(_ENQUIRIES, NOW, many, CLOSED)
    [longest] = await rows(_LONGEST, _community(district))
    text = seal("三号楼二单元的楼道灯坏了三天，晚上老人下楼看不见", "enquiry_line:text")
    return len(await rows(_LINES, text, longest["id"], LONGEST, USUAL))


def _community(district: District) -> str:
    return district.community_code(district.communities // 2)


async def _open(redis: Redis, district: District, rounds: int) -> list[Opening]:
    community, app = _community(district), panel_alone(redis)
    viewers = {"区": DISTRICT, "街道": community[:9], "社区": community}
    openings = list[Opening]()
    for level, code in viewers.items():
        [organisation] = await rows("SELECT id FROM organisation WHERE code = $1", code)
        async with browser_of(app, redis, f"bench-{code}", organisation["id"]) as browser:
            for name, path in (await _pages(community)).items():
                openings.append(await _timed(browser, f"{level} {name}", path, rounds))
    return openings


async def _pages(community: str) -> dict[str, str]:
    here = "/admin/inbox"
    [longest], [waiting, _] = await rows(_LONGEST, community), await rows(_ONES, "waiting", community)
    return {
        "全部": here,
        "待接手": f"{here}?which=waiting",
        "我的": f"{here}?which=mine",
        "已结束": f"{here}?which=closed",
        "一个社区的": f"{here}?place={community}",
        "第5页": f"{here}?page=4",
        "最长的一条": f"{here}/{longest['id']}",
        "平常的一条": f"{here}/{waiting['id']}",
        "只取对话": f"{here}/{longest['id']}/lines",
    }


async def _timed(browser: httpx.AsyncClient, name: str, path: str, rounds: int) -> Opening:
    taken = list[float]()
    for _ in range(rounds + 3):
        began = time.perf_counter()
        (await browser.get(path)).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
    warm = sorted(taken[3:])
    return Opening(name, median(warm), warm[int(len(warm) * 0.99)])


def _tell(openings: Sequence[Opening], say: Say) -> None:
    say("   p50 毫秒    p99 毫秒")
    for one in openings:
        mark = f"  ✗ 超过 {TOO_SLOW} 毫秒" if one.slow else ""
        say(f"{one.p50:10.1f}  {one.p99:10.1f}  {one.page}{mark}")
