"""`linli bench ballots`: household ballots through `cast_ballot`, 16 tasks and one poll, against pgbench.

The floor is pgbench in the same run, rounds taken in turn: 16 clients who update a line of a roll and insert a ballot,
prepared, in one transaction each, into tables without any other index, reference or check.
"""

import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median

import uvloop

from benches.district import DISTRICT, NOW, District, settle, take_figures
from engines import Engines, pg_bin, start_engines
from handlers.residency.visitors import Home, visitor
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.roll import draw_roll
from handlers.votes.terms import preset
from models.database import connect, disconnect, migrate, rows
from models.states import LegalEffect, PollKind, PollState
from models.votes import Poll

DWELLINGS = 48_000
TASKS = 16
ROUNDS = 5
LEAST = 0.3
"""The part of pgbench's transactions that ballots must reach."""
Say = Callable[[str], None]

_FLOOR_TABLES = (
    "CREATE TABLE floor_roll (id bigint PRIMARY KEY, cast_at timestamptz)",
    "CREATE TABLE floor_ballot (id uuid PRIMARY KEY, poll_id bigint, answer varchar(80))",
    "INSERT INTO floor_roll SELECT id FROM roll_entry",
)
_FLOOR = r"""
\set entry random(1, {entries})
BEGIN;
UPDATE floor_roll SET cast_at = now() WHERE id = :entry;
INSERT INTO floor_ballot (id, poll_id, answer) VALUES (gen_random_uuid(), 1, '1');
COMMIT;
"""
_BOUND = """
SELECT DISTINCT ON (b.dwelling_id) a.openid FROM binding b JOIN account a ON a.id = b.account_id
JOIN roll_entry e ON e.dwelling_id = b.dwelling_id WHERE b.state = 'active' AND b.adult ORDER BY b.dwelling_id, b.id
"""
_COUNTED = "SELECT (SELECT count(*) FROM roll_mark) AS marks, (SELECT count(*) FROM ballot) AS ballots"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ballots and floor transactions a second, round by round; how many were cast and what lies in the box."""

    ballots: tuple[float, ...]
    floor: tuple[float, ...]
    cast: int
    marks: int
    papers: int

    @property
    def ratio(self) -> float:
        return median(ours / floor for ours, floor in zip(self.ballots, self.floor, strict=True))

    @property
    def good(self) -> bool:
        return self.ratio >= LEAST and self.cast == self.marks == self.papers


def bench_ballots(say: Say, dwellings: int = DWELLINGS) -> Outcome:
    """Draw up a district in a temporary database, open a vote in it, and cast."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engines = start_engines(Path(folder), postgres=True, redis=False)
        try:
            # As `linli serve` runs; its event loop is the one that uvicorn takes.
            outcome = uvloop.run(_measure(engines, Path(folder), District(dwellings), say))
        finally:
            engines.release()
    say(f"投出 {outcome.cast} 票，名册记 {outcome.marks} 户已投，票箱里 {outcome.papers} 张")
    say(f"每秒选票数：相当于 pgbench 只更新名册、只写选票的 {outcome.ratio:.2f}")
    return outcome


async def _measure(engines: Engines, folder: Path, district: District, say: Say) -> Outcome:
    url = engines.database_url
    await migrate(url)
    await settle(url, district, lambda _: None)
    await connect(url, connections=TASKS)
    try:
        poll = await open_poll()
        entries = (await draw_roll(poll, NOW)).entries
        for statement in _FLOOR_TABLES:
            await rows(statement)
        await take_figures(url)
        homes = await _homes()
        say(f"名册 {entries:,} 户，其中 {len(homes):,} 户会在微信里投票")
        return await _rounds(engines, folder, poll, homes, entries, say)
    finally:
        await disconnect()


async def open_poll() -> Poll:
    """A vote of all households of the district."""
    return await Poll.create(
        organisation_id=1,
        kind=PollKind.HOUSEHOLD,
        state=PollState.OPEN,
        title="测速用的表决",
        choices=["同意", "不同意", "弃权"],
        abstain="弃权",
        places=[DISTRICT],
        legal_effect=LegalEffect.CONSULTATIVE,
        terms=preset(PollKind.HOUSEHOLD).stored(),
        opens_at=NOW,
        opened_at=NOW,
        closes_at=NOW + timedelta(days=7),
    )


async def _homes() -> list[Home]:
    people = await asyncio.gather(*(visitor("wxBench", row["openid"]) for row in await rows(_BOUND)))
    return [person.homes[0] for person in people]


async def _rounds(engines: Engines, folder: Path, poll: Poll, homes: list[Home], entries: int, say: Say) -> Outcome:
    script = folder / "floor.sql"
    script.write_text(_FLOOR.format(entries=entries))
    waiting, share = iter(homes), len(homes) // (ROUNDS + 1)
    ballots, floor = list[float](), list[float]()
    for number in range(ROUNDS + 1):
        ours = await _cast(poll.id, islice(waiting, share), share)
        theirs = await asyncio.to_thread(_pgbench, engines, script, share // TASKS)
        if number:  # the first round warms up
            ballots.append(ours)
            floor.append(theirs)
        say(f"第{number}轮  选票 {ours:7.0f} 张/秒   pgbench {theirs:7.0f} 次/秒   {ours / theirs:.2f}")
    [counted] = await rows(_COUNTED)
    return Outcome(tuple(ballots), tuple(floor), share * (ROUNDS + 1), counted["marks"], counted["ballots"])


async def _cast(poll_id: int, homes: Iterator[Home], share: int) -> float:
    """Ballots a second: so many tasks, each of which casts for the next home that waits."""

    async def cast() -> None:
        for number, home in enumerate(homes):
            await cast_ballot(poll_id, home, (number % 3,), NOW)

    began = time.monotonic()
    await asyncio.gather(*(cast() for _ in range(TASKS)))
    return share / (time.monotonic() - began)


def _pgbench(engines: Engines, script: Path, each: int) -> float:
    """Transactions a second of the floor."""
    options = ["-n", "-M", "prepared", "-c", str(TASKS), "-j", str(os.cpu_count() or 1), "-t", str(each)]
    place = ["-h", str(engines.home.sockets), "-U", "postgres", "-f", str(script), "linli"]
    done = subprocess.run([pg_bin("pgbench"), *options, *place], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])
