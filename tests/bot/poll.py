"""Waiting for something that will surely happen, instead of sleeping for luck."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[object]], patience: float = 10) -> None:
    """Return as soon as `holds` is true; a TimeoutError after `patience` seconds."""
    async with asyncio.timeout(patience):
        while not await holds():  # noqa: ASYNC110, what is waited for is in another process or server
            await asyncio.sleep(0.01)
