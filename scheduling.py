"""The clock's jobs: each firing belongs to one process, and events reach whoever stands in the subscriptions.

Claiming a firing and marking an event as dispatched are two of the four named writers beside the actions.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from clock import clock
from models.database import rows

log = structlog.get_logger("clock")

Work = Callable[[datetime], Awaitable[object]]
Subscriber = Callable[[dict[str, Any]], Awaitable[None]]
KEEP_RUNS = timedelta(days=7)
BATCH = 100
CLOCK_CHANNEL = "clock"


@dataclass(frozen=True, slots=True)
class Job:
    """Something the clock does every so many seconds; it must be idempotent, since it may be run by hand too."""

    name: str
    seconds: int
    work: Work


async def fire(job: Job) -> None:
    """Run a job if this process is the first to claim the present slot of it."""
    slot = _slot(datetime.now(UTC), job.seconds)
    claimed = "INSERT INTO job_run (name, slot, failure) VALUES ($1, $2, '') ON CONFLICT DO NOTHING RETURNING id"
    if not (run := await rows(claimed, job.name, slot)):
        return
    failure = await _attempt(job)
    finished = "UPDATE job_run SET finished_at = $2, failure = $3 WHERE id = $1 RETURNING id"
    await rows(finished, run[0]["id"], datetime.now(UTC), failure)


def _slot(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


async def _attempt(job: Job) -> str:
    try:
        await job.work(clock.now())
    except Exception as error:
        log.error("job failed", job=job.name, failure=type(error).__name__, exc_info=error)
        return type(error).__name__
    return ""


async def run_due(jobs: Sequence[Job]) -> list[str]:
    """Run every job once now, as after the clock was moved; the names of those that failed."""
    return [job.name for job in jobs if await _attempt(job)]


def schedule(jobs: Sequence[Job]) -> AsyncIOScheduler:
    """Start firing in this process; other processes may do the same."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            _fire_safely, "interval", [job], seconds=job.seconds, max_instances=1, coalesce=True
        )
    scheduler.start()
    return scheduler


async def _fire_safely(job: Job) -> None:
    """Without a database there is nothing to do; the next firing tries again."""
    try:
        await fire(job)
    except Exception as error:
        log.warning("job not fired", job=job.name, failure=type(error).__name__)


async def forget_old_runs(now: datetime) -> None:
    await rows("DELETE FROM job_run WHERE slot < $1 RETURNING id", now - KEEP_RUNS)


def dispatcher(subscriptions: Mapping[str, Sequence[Subscriber]]) -> Work:
    """The job that hands events to their subscribers, at least once and in order of writing."""

    async def dispatch(now: datetime) -> None:
        while await _dispatch_batch(subscriptions, now) == BATCH:
            pass

    return dispatch


async def _dispatch_batch(subscriptions: Mapping[str, Sequence[Subscriber]], now: datetime) -> int:
    async with in_transaction():
        events = await rows(
            """SELECT id, name, payload FROM event WHERE dispatched_at IS NULL ORDER BY id LIMIT $1
               FOR UPDATE SKIP LOCKED""",
            BATCH,
        )
        for event in events:
            for receive in subscriptions.get(event["name"], ()):
                await receive(json.loads(event["payload"]))
        await rows(
            "UPDATE event SET dispatched_at = $2 WHERE id = ANY($1) RETURNING id", [e["id"] for e in events], now
        )
    return len(events)


async def shift_clock(redis: Redis, shift: timedelta) -> None:
    """Move the clock of every process: kept in the database, announced through Redis."""
    clock.shift = shift
    kept = """INSERT INTO shared (name, value) VALUES ('clock_shift', $1::jsonb)
              ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name"""
    await rows(kept, json.dumps(shift.total_seconds()))
    await redis.publish(CLOCK_CHANNEL, shift.total_seconds())  # pyright: ignore[reportUnknownMemberType]
    await asyncio.sleep(0.3)


async def follow_clock(redis: Redis) -> None:
    """Take over the clock's shift whenever `linli clock` announces one; try again where an engine was away."""
    while True:
        try:
            async with redis.pubsub() as announcements:  # pyright: ignore[reportUnknownMemberType]
                await announcements.subscribe(CLOCK_CHANNEL)  # pyright: ignore[reportUnknownMemberType]
                await read_clock()
                async for _ in announcements.listen():  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                    await read_clock()
        except Exception as error:
            log.warning("clock not followed", failure=type(error).__name__)
        await asyncio.sleep(1)


async def read_clock() -> None:
    """Take over the shift that is kept."""
    found = await rows("SELECT value FROM shared WHERE name = 'clock_shift'")
    clock.shift = timedelta(seconds=float(found[0]["value"])) if found else timedelta()
