"""What the clock does for outreach: start what is due, send what waits, give up on tries that nobody answers for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime

import structlog

from campaigns.actions.claim import claim
from campaigns.actions.launch import finish_done, launch_due
from campaigns.actions.settle import Settled, expire_leases, settle
from campaigns.audience import Resolvers
from campaigns.channels import Channels, Outgoing, Result
from campaigns.delivery import GROUPED, is_quiet
from campaigns.queries import running_campaigns
from clock import BEIJING, clock
from models.reach import AttemptOutcome

log = structlog.get_logger("campaigns")

BATCH = 100
"""Claimed at once: whatever of it is not answered for when a process is killed is uncertain for ever."""
AT_ONCE = 50
SETTLED_TOGETHER = 50
ANSWERS_WITHIN = 25
"""Seconds that a process which ends waits for what it has sent."""
NOT_BEGUN = Result(AttemptOutcome.TEMPORARY, reason="the process ends")


class Driver:
    """`drive` as a job of this process, which can be ended: what has begun is answered for, the rest stays due."""

    def __init__(self, channels: Channels, resolvers: Resolvers) -> None:
        self._channels = channels
        self._resolvers = resolvers
        self._ending = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, now: datetime) -> None:
        self._idle.clear()
        try:
            await drive(self._channels, self._resolvers, now, self._ending)
        finally:
            self._idle.set()

    async def end(self) -> None:
        """Begin nothing more, and wait for the answers that are still to come, but not for ever."""
        self._ending.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), ANSWERS_WITHIN)


async def drive(channels: Channels, resolvers: Resolvers, now: datetime, ending: asyncio.Event | None = None) -> int:
    """Send until nothing is due in any running campaign; how many tries were made.

    After every batch it is looked anew what is running: something urgent waits for one batch, and not for a campaign.

    Args:
        ending: once set, nothing more is begun.
    """
    ending = ending or asyncio.Event()
    sent, began = 0, clock.now()
    await expire_leases(now)
    while not ending.is_set():
        moment = now + (clock.now() - began)
        await launch_due(resolvers, moment)
        tries = await _next_batch(channels, is_quiet(moment.astimezone(BEIJING).time()), ending)
        if tries is None:
            break
        sent += tries
    await finish_done(clock.now())
    return sent


async def _next_batch(channels: Channels, quiet: bool, ending: asyncio.Event) -> int | None:
    """Send what is due in the first campaign in which something is; None when nothing is due in any."""
    for campaign in await running_campaigns():
        if quiet and not campaign.urgent:
            continue
        messages, looked_at = await claim(campaign.id, channels.keys(), clock.now(), BATCH)
        if looked_at:
            await _send(messages, channels, ending)
            return len(messages)
    return None


async def _send(messages: list[Outgoing], channels: Channels, ending: asyncio.Event) -> None:
    waiting: list[Settled] = []
    async for one in _sent(messages, channels, ending):
        waiting.append(one)
        if len(waiting) == SETTLED_TOGETHER:
            await settle(waiting, clock.now())
            waiting = []
    await settle(waiting, clock.now())


async def _sent(messages: list[Outgoing], channels: Channels, ending: asyncio.Event) -> AsyncIterator[Settled]:
    """Each message with what became of it, as the answers come, so many under way at once.

    What goes out by one call is handed over all at once.
    """
    free = asyncio.Semaphore(AT_ONCE)

    async def try_one(message: Outgoing) -> Settled:
        if message.path in GROUPED:
            return Settled(message, await _tried(message, channels))
        async with free:
            return Settled(message, NOT_BEGUN if ending.is_set() else await _tried(message, channels))

    for finished in asyncio.as_completed([try_one(message) for message in messages]):
        yield await finished


async def _tried(message: Outgoing, channels: Channels) -> Result:
    try:
        return await channels[message.path].send(message)
    except Exception as error:
        log.error("a channel raised", path=message.path.value, failure=type(error).__name__, exc_info=error)
        return Result(AttemptOutcome.UNCERTAIN)
