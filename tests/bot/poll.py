"""Waiting for something that will surely happen, instead of sleeping for luck."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE = 10


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Return as soon as `holds` is true; a TimeoutError after ten seconds."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110, what is waited for is in another process or server
            await asyncio.sleep(0.01)
