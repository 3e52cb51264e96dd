"""What the clock does for votes: open those whose time has come, close those whose time is up."""

from collections.abc import Awaitable, Iterable
from datetime import datetime

from handlers.votes.actions.conduct import close_poll, open_poll
from models.states import PollState
from models.votes import Poll


async def open_due(now: datetime) -> None:
    due = await Poll.filter(state=PollState.ANNOUNCED, opens_at__lte=now).only("id")
    await _each(open_poll(poll.id, now) for poll in due)


async def close_due(now: datetime) -> None:
    due = await Poll.filter(state=PollState.OPEN, closes_at__lte=now).only("id", "closes_at")
    await _each(close_poll(poll.id, now, poll.closes_at) for poll in due)


async def _each(steps: Iterable[Awaitable[None]]) -> None:
    """Take every step, and only then fail: a vote that can't be opened or closed holds up no other."""
    failures = list[Exception]()
    for step in steps:
        try:
            await step
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("votes that could not be opened or closed", failures)
