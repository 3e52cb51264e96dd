"""What the clock does for notifications: send those that wait, drop those that are done with."""

import asyncio
from datetime import datetime

from handlers.conversations.actions import forget_old, send_next
from handlers.conversations.rules import SendText

AT_ONCE = 4


async def send_waiting(send: SendText, now: datetime) -> None:
    """Send one after another, a few accounts at once, until none waits."""

    async def send_all() -> None:
        while await send_next(send):
            pass

    await asyncio.gather(*(send_all() for _ in range(AT_ONCE)))


async def forget_notifications(now: datetime) -> None:
    await forget_old(now)
