"""What the clock does for interviews: begin at the announced time, end what everybody has left."""

from collections.abc import Awaitable, Iterable
from datetime import datetime

from errors import Conflict
from handlers.interviews import rules
from handlers.interviews.actions.interviews import end_interview, open_interview
from models.deliberation import InterviewState
from models.interviews import Interview


async def keep_time(now: datetime) -> None:
    """Begin those whose time has come, and end those that were to be over hours ago."""
    begin = await Interview.filter(state=InterviewState.ANNOUNCED, starts_at__lte=now).only("id")
    live = await Interview.filter(state=InterviewState.LIVE).only("id", "opened_at", "minutes")
    over = [one for one in live if one.opened_at and rules.runs_out(one.opened_at, one.minutes) <= now]
    await _each(open_interview(None, one.id, now) for one in begin)
    await _each(end_interview(None, one.id, now) for one in over)


async def _each(steps: Iterable[Awaitable[object]]) -> None:
    """Take every step, and only then fail; one that the host was faster with is taken already."""
    failures = list[Exception]()
    for step in steps:
        try:
            await step
        except Conflict:
            continue
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("interviews that could not be kept in time", failures)
