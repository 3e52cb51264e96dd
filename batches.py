"""Concurrent look-ups and inserts of one kind share one round trip: the micro-batches of the webhook path."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batch(Generic[Item, Result]):
    """While one call of `load` is under way, further items gather and go together in the next.

    Args:
        load: takes items in order of arrival and returns one result for each, in the same order.
        limit: most items of one call.
    """

    def __init__(self, load: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], limit: int = 256) -> None:
        self._load = load
        self._limit = limit
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """The result for one item; an error of the shared call is raised for every item of it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            # An empty context: the batch must not run inside the transaction of whoever came first.
            self._runner = asyncio.create_task(self._run(), context=contextvars.Context())
        return await future

    async def _run(self) -> None:
        await asyncio.sleep(0)
        try:
            while self._waiting:
                count = min(len(self._waiting), self._limit)
                batch = [self._waiting.popleft() for _ in range(count)]
                # Who gave up before the call began must not be acted for any more.
                if batch := [(item, future) for item, future in batch if not future.done()]:
                    await self._settle(batch)
        finally:
            self._runner = None

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._load([item for item, _ in batch])
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
