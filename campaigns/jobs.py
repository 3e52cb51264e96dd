"""What the clock does for outreach: start what is due, send what waits, give up on tries that nobody answers for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import structlog

from campaigns.actions.claim import claim
from campaigns.actions.launch import finish_done, launch_due
from campaigns.actions.settle import Settled, expire_leases, settle
from campaigns.audience import Resolvers
from campaigns.channels import Channels, Outgoing, Result
from campaigns.delivery import is_quiet
from campaigns.queries import running_campaigns
from clock import BEIJING, clock
from models.reach import AttemptOutcome

log = structlog.get_logger("campaigns")

BATCH = 200
AT_ONCE = 40
SETTLED_TOGETHER = 50


async def drive(channels: Channels, resolvers: Resolvers, now: datetime) -> int:
    """Send until nothing is due in any running campaign, the urgent ones first; how many tries were made."""
    await expire_leases(now)
    await launch_due(resolvers, now)
    sent = 0
    for campaign in await running_campaigns():
        if campaign.urgent or not is_quiet(now.astimezone(BEIJING).time()):
            sent += await _drain(campaign.id, channels)
    await finish_done(clock.now())
    return sent


async def _drain(campaign_id: int, channels: Channels) -> int:
    sent = 0
    while True:
        messages, looked_at = await claim(campaign_id, channels.keys(), clock.now(), BATCH)
        if not looked_at:
            return sent
        waiting: list[Settled] = []
        async for one in _sent(messages, channels):
            waiting.append(one)
            if len(waiting) == SETTLED_TOGETHER:
                await settle(waiting, clock.now())
                waiting = []
        await settle(waiting, clock.now())
        sent += len(messages)


async def _sent(messages: list[Outgoing], channels: Channels) -> AsyncIterator[Settled]:
    """Each message with what became of it, as the answers come, so many under way at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def try_one(message: Outgoing) -> Settled:
        async with free:
            return Settled(message, await _tried(message, channels))

    for finished in asyncio.as_completed([try_one(message) for message in messages]):
        yield await finished


async def _tried(message: Outgoing, channels: Channels) -> Result:
    try:
        return await channels[message.path].send(message)
    except Exception as error:
        log.error("a channel raised", path=message.path.value, failure=type(error).__name__, exc_info=error)
        return Result(AttemptOutcome.UNCERTAIN)
