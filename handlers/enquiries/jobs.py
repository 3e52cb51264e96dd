"""What the clock does for conversations: give back those that have fallen silent."""

from datetime import datetime

from handlers.enquiries import queries
from handlers.enquiries.actions import give_back


async def give_back_silent(now: datetime) -> None:
    for enquiry_id in await queries.silent(now):
        await give_back(enquiry_id, now)
