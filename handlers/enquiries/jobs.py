"""What the clock does for conversations: turns, what was put off or fell silent, files to fetch, whose matter it is."""

import asyncio
from datetime import datetime

import structlog

from handlers.conversations.rules import FetchMedia
from handlers.enquiries.actions.answering import give_back, wake_enquiry
from handlers.enquiries.actions.assigning import assign_waiting
from handlers.enquiries.actions.fetching import claim_due, fetch_line
from handlers.enquiries.actions.routing import keep_judges, keep_routes
from handlers.enquiries.knowledge import Routing, to_learn_from, unrouted
from handlers.enquiries.queries.desk import put_off_until, silent
from understanding.apart import LearningFailed, learnt_apart

log = structlog.get_logger("enquiries")
_routing = Routing()


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


async def route_new(now: datetime) -> None:
    """Say of new enquiries whose matter they are, beside the webhook."""
    if texts := await unrouted(now):
        await keep_routes(await _routing.routes(texts))


async def learn_routes(now: datetime) -> None:
    """Learn from what staff have put right since it was done last; what fails is tried again the next time."""
    found = await to_learn_from()
    if found is None:
        return
    routed, judged = found
    try:
        await keep_judges(routed, await learnt_apart("understanding.routing", judged), now)
    except LearningFailed as failure:
        log.warning("nothing learnt from routed enquiries", enquiries=routed, failure=str(failure))
