"""What the clock does for votes: open those whose time has come, close those whose time is up."""

from datetime import datetime

from handlers.votes.actions.conduct import close_poll, open_poll
from models.states import PollState
from models.votes import Poll


async def open_due(now: datetime) -> None:
    for poll in await Poll.filter(state=PollState.ANNOUNCED, opens_at__lte=now).only("id"):
        await open_poll(poll.id, now)


async def close_due(now: datetime) -> None:
    for poll in await Poll.filter(state=PollState.OPEN, closes_at__lte=now).only("id", "closes_at"):
        await close_poll(poll.id, now, poll.closes_at)
