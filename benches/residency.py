"""`linli bench residency`: searches and lists of the panel in a district of 1.1 million residents, warm.

Each question is asked many times with other words; its time is told beside that of the shortest question there is, a
row by its primary key over the same connection in the same run.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benches.district import (
    DISTRICT,
    ESTATES,
    District,
    address,
    estate_name,
    explain_from_now_on,
    phone,
    settle,
    take_figures,
)
from engines import Engines, start_engines
from handlers.audit.queries import Sought, entries
from handlers.enquiries.queries.desk import count_waiting
from handlers.residency.actions.findable import index_missing
from handlers.residency.queries.coverage import coverage, coverage_by_part
from handlers.residency.queries.duplicates import duplicates
from handlers.residency.queries.dwellings import Filters, count_pending, dwellings
from handlers.residency.queries.residents import residents
from handlers.staff.rules import Viewer
from models.database import connect, disconnect, migrate, rows
from models.states import Level, StaffRole

GIVEN_NAMES = ("王秀英", "李伟明", "张建国", "刘洋", "陈丽华")
TOO_SLOW = 300
"""Milliseconds within which a page's question must be answered."""
ROUNDS = 30
WARM_UP = 3
FLOOR_ROUNDS = 300
Say = Callable[[str], None]
Ask = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that a question took at the middle and at the slow end."""

    question: str
    p50: float
    p95: float

    @property
    def slow(self) -> bool:
        return self.p95 > TOO_SLOW


def bench_residency(say: Say, size: int, plans: Path) -> list[Timing]:
    """Draw up a district of so many dwellings in a database of its own, ask, and write the plans into a file."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=False)
        try:
            return asyncio.run(_measure(engines, District(size), say, plans))
        finally:
            engines.release()


async def _measure(engines: Engines, district: District, say: Say, plans: Path) -> list[Timing]:
    url = engines.database_url
    await _draw_up(url, district, say)
    await connect(url, connections=2)
    try:
        questions = _questions(district)
        floor = await _floor(district)
        say(f"底线（按主键取一行）：{floor:.2f} 毫秒")
        timings = [await timed(name, ask) for name, ask in questions.items()]
        _tell(timings, floor, say)
    finally:
        await disconnect()
    await _write_plans(engines, questions, plans)
    say(f"执行计划已写入 {plans}")
    return timings


async def _draw_up(url: str, district: District, say: Say) -> None:
    began = time.monotonic()
    say(f"正在造一个区：{district.dwellings:,} 户，{district.residents:,} 人")
    await migrate(url)
    await settle(url, district, say)
    await connect(url, connections=2)
    indexing = time.monotonic()
    indexed = await index_missing()
    say(f"  search_entry：{indexed:,} 行，每秒 {indexed / (time.monotonic() - indexing):,.0f} 行")
    await disconnect()
    await take_figures(url)
    say(f"造好了，用了 {time.monotonic() - began:.0f} 秒")


async def _floor(district: District) -> float:
    step = max(district.dwellings // FLOOR_ROUNDS, 1)

    async def by_key(number: int) -> None:
        await rows("SELECT id, address FROM dwelling WHERE id = $1", number * step + 1)

    return median([await _once(by_key, number) for number in range(FLOOR_ROUNDS)][WARM_UP:])


async def timed(question: str, ask: Ask, rounds: int = ROUNDS) -> Timing:
    """What a question took, asked so often after a few that warm up."""
    for number in range(WARM_UP):
        await ask(number)
    taken = sorted([await _once(ask, number) for number in range(rounds)])
    return Timing(question, median(taken), taken[int(len(taken) * 0.95)])


async def _once(ask: Ask, number: int) -> float:
    began = time.perf_counter()
    await ask(number)
    return (time.perf_counter() - began) * 1000


def _tell(timings: Sequence[Timing], floor: float, say: Say) -> None:
    say("   p50 毫秒    p95 毫秒    底线的倍数")
    for timing in timings:
        mark = "  ✗ 超过 300 毫秒" if timing.slow else ""
        say(f"{timing.p50:10.1f}  {timing.p95:10.1f}  {timing.p50 / floor:10.0f}  {timing.question}{mark}")


def _viewers(district: District) -> dict[str, Viewer]:
    community = district.community_code(district.communities // 2)
    return {
        "区": Viewer("bench", "", StaffRole.ADMIN, DISTRICT, Level.DISTRICT),
        "街道": Viewer("bench", "", StaffRole.ADMIN, community[:9], Level.SUBDISTRICT),
        "社区": Viewer("bench", "", StaffRole.ADMIN, community, Level.COMMUNITY),
    }


def _questions(district: District) -> dict[str, Ask]:
    """What a page asks the database, by viewer; the number varies the words."""
    return {
        f"{place} · {name}": ask
        for place, viewer in _viewers(district).items()
        for of in (_of_dwellings, _of_residents, _of_the_overview, _of_the_trail)
        for name, ask in of(district, viewer).items()
    }


def _of_dwellings(district: District, viewer: Viewer) -> dict[str, Ask]:
    estates = district.communities * ESTATES
    buildings = estates * 20

    def whole(number: int) -> str:
        return address(number * 7 % estates, number % 20 + 1, number % 2 + 1, f"{number % 12 + 1}01")

    return {
        "户室 第一页": lambda _: dwellings(viewer),
        "户室 很后面的一页": lambda _: dwellings(viewer, after_id=district.dwellings * 9 // 10),
        "户室 只看一栋": lambda number: dwellings(viewer, filters=Filters(building=number * 31 % buildings + 1)),
        "户室 只看未绑定": lambda _: dwellings(viewer, filters=Filters(bound=False)),
        "户室 只看空置已绑定": lambda _: dwellings(viewer, filters=Filters(bound=True, occupancy="空置")),
        "户室 搜整个地址": lambda number: dwellings(viewer, whole(number)),
        "户室 搜「1号楼 501」": lambda number: dwellings(viewer, f"{number % 20 + 1}号楼 {number % 12 + 1}01"),
        "户室 搜小区名": lambda number: dwellings(viewer, address(number * 7 % estates, 1, 1, "")[:4]),
        "户室 搜到处都有的字": lambda _: dwellings(viewer, "单元"),
        "户室 搜一个数字": lambda number: dwellings(viewer, str(number % 10)),
        "户室 搜没有的": lambda number: dwellings(viewer, f"不存在{number}"),
    }


def _of_residents(district: District, viewer: Viewer) -> dict[str, Ask]:
    estates = district.communities * ESTATES
    own = district.communities // 2 * ESTATES

    def somebody(number: int) -> int:
        return number * 7919 % district.residents + 1

    return {
        "居民 第一页": lambda _: residents(viewer, ""),
        "居民 搜姓名": lambda number: residents(viewer, GIVEN_NAMES[number % len(GIVEN_NAMES)]),
        "居民 搜姓和小区": lambda number: residents(
            viewer, f"{'王李张'[number % 3]} {estate_name(own + number % ESTATES)}"
        ),
        "居民 搜电话": lambda number: residents(viewer, phone(somebody(number))),
        "居民 搜地址": lambda number: residents(viewer, address(own + number % ESTATES, number % 20 + 1, 1, "501")),
        "居民 搜小区": lambda number: residents(viewer, estate_name(number * 7 % estates)),
        "居民 搜没有的": lambda number: residents(viewer, f"欧阳无名{number}"),
        "居民 很后面的一页": lambda _: residents(viewer, "", f"{district.dwellings * 9 // 10}-0"),
        "居民 搜少见的姓和小区": lambda number: residents(viewer, f"欧阳 {estate_name(number * 7 % estates)}"),
        "居民 疑似重复": lambda _: duplicates(viewer, district.community_code(own // ESTATES)),
    }


def _of_the_overview(_: District, viewer: Viewer) -> dict[str, Ask]:
    return {
        "概览 各片连接情况": lambda _: coverage_by_part(viewer),
        "概览 已连接户数": lambda _: coverage(viewer.code),
        "概览 待审核登记": lambda _: count_pending(viewer),
        "概览 待接手留言": lambda _: count_waiting(viewer),
    }


def _of_the_trail(_: District, viewer: Viewer) -> dict[str, Ask]:
    return {
        "操作记录 第一页": lambda _: entries(viewer, limit=51),
        "操作记录 搜账号": lambda number: entries(viewer, Sought(f"worker-{number * 13 % 400}"), limit=51),
        "操作记录 搜没有的": lambda number: entries(viewer, Sought(f"nobody-{number}"), limit=51),
    }


async def _write_plans(engines: Engines, questions: dict[str, Ask], plans: Path) -> None:
    """Ask everything once more while PostgreSQL writes into its log how it goes about it."""
    await explain_from_now_on(engines.database_url)
    await connect(engines.database_url, connections=1)
    try:
        with plans.open("w", encoding="utf-8") as file:
            for name, ask in questions.items():
                await ask(0)  # what the driver asks for itself, once
                begin = engines.home.log.stat().st_size
                await ask(1)
                with engines.home.log.open("rb") as log:
                    log.seek(begin)
                    file.write(f"===== {name}\n{log.read().decode(errors='replace')}\n")
    finally:
        await disconnect()
