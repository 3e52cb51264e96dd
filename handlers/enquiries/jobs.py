"""What the clock does for conversations: turns, those put off, those that have fallen silent, and files to fetch."""

import asyncio
from datetime import datetime

from handlers.conversations.rules import FetchMedia
from handlers.enquiries.actions.answering import give_back, wake_enquiry
from handlers.enquiries.actions.assigning import assign_waiting
from handlers.enquiries.actions.fetching import claim_due, fetch_line
from handlers.enquiries.queries.desk import put_off_until, silent


async def keep_in_turn(now: datetime) -> None:
    """Bring back what was put off until now, then make somebody's turn what is nobody's."""
    for enquiry_id in await put_off_until(now):
        await wake_enquiry(enquiry_id, now)
    await assign_waiting(now)


async def give_back_silent(now: datetime) -> None:
    for enquiry_id in await silent(now):
        await give_back(enquiry_id, now)


async def fetch_media(fetch: FetchMedia, now: datetime) -> None:
    """Fetch the pictures and recordings whose turn it is, a few at a time."""
    while due := await claim_due(now):
        await asyncio.gather(*(fetch_line(one, fetch, now) for one in due))
