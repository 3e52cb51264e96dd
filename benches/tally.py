"""`linli bench tally`: a million owners' ballots sealed and counted by the product, against the plain GROUP BY in psql.

The floor is what anybody would type, in the same run, rounds taken in turn: ballots by flat in one bare table, the
flats of one owner merged to one head, then grouped by answer. The product's side is the whole of `count_poll`
(roll, marks, sealed choices, tally, result stored and noted), taken back after each round.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The database driver ships without types.

import asyncio
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import psutil
from tortoise.transactions import in_transaction

from benches.district import DISTRICT, NOW, take_figures
from engines import Engines, pg_bin, start_engines
from handlers.staff.rules import Viewer
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import count_poll
from handlers.votes.receipts import receipt_index
from handlers.votes.rules import RECEIPT_LENGTH, receipt_number
from handlers.votes.tallies import Result, result_from
from handlers.votes.terms import preset
from models.database import connect, disconnect, migrate
from models.sealed import seal
from models.states import Electorate, LegalEffect, Level, PollKind, PollState, StaffRole
from models.votes import Poll

HEADS = 1_000_000
SECOND_FLATS = 20
"""One owner in so many has a second flat."""
ROUNDS = 5
MOST = 2.0
"""So many times the floor counting may take."""
POLL = 1
Say = Callable[[str], None]
Row = tuple[Any, ...]
_FLOOR = """
SELECT answer, count(*) AS heads, sum(area) AS area FROM
(SELECT owner, answer, sum(area) AS area FROM floor_ballot GROUP BY owner, answer) head GROUP BY answer
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds that counting and the floor took, round by round, and sealing once, with the MB it asked for."""

    counting: tuple[float, ...]
    floor: tuple[float, ...]
    sealing: float
    memory: float

    @property
    def ratio(self) -> float:
        return median(ours / floor for ours, floor in zip(self.counting, self.floor, strict=True))

    @property
    def good(self) -> bool:
        return self.ratio <= MOST


class Estate:
    """So many owners, some with two flats, and what each has answered; the same at every run."""

    def __init__(self, heads: int) -> None:
        self.heads = heads
        self.flats = heads + heads // SECOND_FLATS
        chance = random.Random(20260302)
        self.answers = chance.choices("012", (77, 16, 7), k=heads)
        self.areas = [Decimal(chance.randrange(400_000, 1_600_000)) / 10_000 for _ in range(self.flats)]
        self.chance = chance

    def area(self, head: int) -> Decimal:
        """Of an owner's one or two flats; the second ones come last."""
        second, one = divmod(head, SECOND_FLATS)
        return self.areas[head] + (
            self.areas[self.heads + second] if not one and second < self.flats - self.heads else 0
        )

    def tables(self) -> Iterator[tuple[str, Sequence[str], Iterator[Row]]]:
        yield "organisation", ("id", "code", "name", "level", "phone", "hall"), self._organisation()
        yield "roll_entry", ("id", "poll_id", "voice", "dwelling_id", "heads", "area"), self._roll()
        yield "roll_mark", ("id", "entry_id", "channel", "voter", "cast_at"), self._marks()
        yield "named_ballot", NAMED_COLUMNS, self._ballots()

    def floor(self) -> Iterator[Row]:
        """Ballots by flat, as a table that anybody would draw up."""
        for flat in range(self.flats):
            head = flat if flat < self.heads else (flat - self.heads) * SECOND_FLATS
            yield head, self.answers[head], self.areas[flat]

    def _organisation(self) -> Iterator[Row]:
        yield 1, DISTRICT, "测速区", "district", "", ""

    def _roll(self) -> Iterator[Row]:
        return ((at + 1, POLL, f"owner:{at}", at + 1, 1, self.area(at)) for at in range(self.heads))

    def _marks(self) -> Iterator[Row]:
        voter = seal("周**", "roll_mark:voter")
        return ((at + 1, at + 1, "chat", voter, NOW) for at in range(self.heads))

    def _ballots(self) -> Iterator[Row]:
        answers = {answer: seal(answer, "named_ballot:answer") for answer in "012"}
        for at, answer in enumerate(self.answers, 1):
            number = receipt_number([self.chance.randrange(32) for _ in range(RECEIPT_LENGTH)])
            receipt = seal(number, "named_ballot:receipt")
            yield at, POLL, at, answers[answer], receipt, receipt_index(number), "chat", NOW, "", True, ""


NAMED_COLUMNS = (
    *("id", "poll_id", "entry_id", "answer", "receipt", "receipt_index", "channel", "cast_at", "recorded_by"),
    *("stands", "flaw"),
)


def bench_tally(say: Say, heads: int = HEADS) -> Outcome:
    """Draw up a vote in a temporary database, close and count it."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=False)
        try:
            outcome = asyncio.run(_measure(engines, Estate(heads), say))
        finally:
            engines.release()
    say(f"封存 {heads:,} 票用了 {outcome.sealing:.1f} 秒，多占内存 {outcome.memory:.0f} MB")
    say(f"计票用的时间：是 psql 里合并业主再分组相加的 {outcome.ratio:.2f} 倍")
    return outcome


async def _measure(engines: Engines, estate: Estate, say: Say) -> Outcome:
    await migrate(engines.database_url)
    await _settle(engines.database_url, estate)
    await take_figures(engines.database_url)
    say(f"名册 {estate.heads:,} 位业主，{estate.flats:,} 套房，都投了票")
    await connect(engines.database_url, connections=2)
    try:
        await _open_poll()
        sealing, memory = await _close()
        await take_figures(engines.database_url)
        counting, floor = list[float](), list[float]()
        for number in range(ROUNDS + 1):
            result, ours = await _count()
            expected, theirs = await asyncio.to_thread(_psql, engines)
            if _heads_and_area(result) != expected:
                raise RuntimeError(f"counted {_heads_and_area(result)}, but psql {expected}")
            if number:  # the first round warms up
                counting.append(ours)
                floor.append(theirs)
            say(f"第{number}轮  计票 {ours:6.2f} 秒   psql {theirs:6.2f} 秒   {ours / theirs:.2f}")
    finally:
        await disconnect()
    return Outcome(tuple(counting), tuple(floor), sealing, memory)


async def _settle(url: str, estate: Estate) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("CREATE TABLE floor_ballot (owner bigint, answer varchar(80), area numeric(12, 4))")
        for table, columns, lines in estate.tables():
            await connection.copy_records_to_table(table, records=lines, columns=columns, timeout=900)
        await connection.copy_records_to_table("floor_ballot", records=estate.floor(), timeout=900)
    finally:
        await connection.close()


async def _open_poll() -> None:
    await Poll.create(
        id=POLL,
        organisation_id=1,
        kind=PollKind.OWNERS,
        electorate=Electorate.OWNER,
        state=PollState.OPEN,
        title="测速用的表决",
        matter=8,
        choices=["赞成", "反对", "弃权"],
        abstain="弃权",
        places=[DISTRICT],
        legal_effect=LegalEffect.INDICATIVE,
        secret=False,
        terms=preset(PollKind.OWNERS, 8).stored(),
        opens_at=NOW,
        closes_at=NOW,
    )


async def _close() -> tuple[float, float]:
    """Seconds that closing took, and by how many MB this process grew at most meanwhile."""
    before = psutil.Process().memory_info().rss
    most, began = before, time.monotonic()
    closing = asyncio.create_task(close_poll(POLL, NOW + timedelta(days=1)))
    while not closing.done():
        await asyncio.wait({closing}, timeout=0.05)
        most = max(most, psutil.Process().memory_info().rss)
    await closing
    return time.monotonic() - began, (most - before) / 1e6


async def _count() -> tuple[Result, float]:
    """What `count_poll` finds and the seconds it takes; taken back, so that it can be counted again."""
    viewer = Viewer("bench", "", StaffRole.ADMIN, DISTRICT, Level.DISTRICT)
    began, poll, taken = time.monotonic(), None, 0.0
    with suppress(_TakenBack):
        async with in_transaction():
            poll = await count_poll(viewer, POLL, NOW + timedelta(days=2))
            taken = time.monotonic() - began
            raise _TakenBack
    return result_from((poll and poll.result) or {}), taken


class _TakenBack(Exception):
    """Not to be kept."""


def _heads_and_area(result: Result) -> dict[str, tuple[int, Decimal]]:
    return {str(at): (choice.heads, choice.area) for at, choice in enumerate(result.choices)}


def _psql(engines: Engines) -> tuple[dict[str, tuple[int, Decimal]], float]:
    """What the floor finds, and the seconds it takes by psql's own clock."""
    place = ["-h", str(engines.home.sockets), "-U", "postgres", "-d", "linli", "-X", "-A", "-t"]
    done = subprocess.run(
        [pg_bin("psql"), *place, "-c", "\\timing on", "-c", _FLOOR], capture_output=True, text=True, check=True
    )
    *_, timing = done.stdout.split("Time: ")
    lines = [line.split("|") for line in done.stdout.splitlines() if "|" in line]
    return {answer: (int(heads), Decimal(area)) for answer, heads, area in lines}, float(timing.split()[0]) / 1000
