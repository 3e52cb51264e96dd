"""What the clock does for duty: ring the next in the chain, and write what a shift that is over leaves."""

import asyncio
from datetime import datetime

from handlers.duty.actions.calls import ring_next
from handlers.duty.actions.hand_over import write_hand_over
from handlers.duty.figures import ended_shifts
from handlers.duty.rules import RingPhone

AT_ONCE = 4


async def ring_due(ring: RingPhone | None, now: datetime) -> None:
    """Ring whose turn it is, a few alarms at once, until none is due; nobody where nothing can ring."""

    async def ring_all(ring: RingPhone) -> None:
        while await ring_next(ring):
            pass

    if ring:
        await asyncio.gather(*(ring_all(ring) for _ in range(AT_ONCE)))


async def hand_over_ended(now: datetime) -> None:
    for ended in await ended_shifts(now):
        await write_hand_over(ended, now)
