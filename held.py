"""A small table held in memory for some seconds: whoever asks often costs the database one read in that time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

Content = TypeVar("Content")
log = structlog.get_logger("held")


class Held(Generic[Content]):
    """What `load` read last, read anew after `seconds`; while that fails, what was read before goes on being true.

    Args:
        monotonic: tells seconds, for tests.
    """

    def __init__(
        self, load: Callable[[], Awaitable[Content]], seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._seconds = seconds
        self._monotonic = monotonic
        self._content: Content | None = None
        self._until = float("-inf")
        self._renewing = asyncio.Lock()

    async def get(self) -> Content | None:
        """The content; None where it could never be read."""
        if self._monotonic() >= self._until:
            async with self._renewing:
                if self._monotonic() >= self._until:
                    await self._renew()
        return self._content

    async def _renew(self) -> None:
        self._until = self._monotonic() + self._seconds
        try:
            self._content = await self._load()
        except Exception as error:
            log.warning("not read anew", failure=type(error).__name__)
