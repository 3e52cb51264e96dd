"""The rehearsal's capability behind a bot, in memory and on PostgreSQL."""

from collections.abc import AsyncGenerator

import pytest
from redis.asyncio import Redis

from handlers.conversations.inbox import PostgresInbox
from tests.bot.rehearsal import MemoryInbox, Rehearsal, Resident, act_in_database


@pytest.fixture
async def anna(redis: Redis) -> AsyncGenerator[Resident]:
    """A resident who talks to a bot that stores and acts in memory."""
    inbox, acts = MemoryInbox(), list[str]()

    async def act(words: str) -> int:
        acts.append(words)
        return len(acts)

    rehearsal = Rehearsal(redis, lambda: inbox, act)
    yield Resident(await rehearsal.bot(), rehearsal, acts, inbox.records)
    await rehearsal.close()


@pytest.fixture
async def rehearsal(database: str, redis: Redis) -> AsyncGenerator[Rehearsal]:
    """Bots that store and act in PostgreSQL."""
    rehearsal = Rehearsal(redis, PostgresInbox, act_in_database)
    yield rehearsal
    await rehearsal.close()
