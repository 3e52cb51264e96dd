"""What is asked at once shares a round trip, and nobody is left waiting whatever the round trip does."""

import asyncio
import contextvars
from collections.abc import Sequence

import pytest

from batches import Batch

PLACE = contextvars.ContextVar("PLACE", default="nowhere")


class Loads:
    """A load that notes what it was given."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.entered = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        self.entered.set()
        await self.gate.wait()
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 10 for item in items]


async def test_what_is_asked_at_once_goes_in_one_call_and_each_gets_its_own() -> None:
    loads = Loads()
    assert await asyncio.gather(*map(Batch(loads), range(5))) == [0, 10, 20, 30, 40]
    assert loads.calls == [[0, 1, 2, 3, 4]]


async def test_what_comes_while_a_call_is_under_way_goes_in_the_next() -> None:
    loads = Loads()
    batch = Batch(loads)
    loads.gate.clear()
    first = asyncio.create_task(batch(1))
    await loads.entered.wait()
    others = [asyncio.create_task(batch(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    loads.gate.set()
    assert await asyncio.gather(first, *others) == [10, 20, 30]
    assert loads.calls == [[1], [2, 3]]


async def test_no_call_is_larger_than_the_limit() -> None:
    loads = Loads()
    assert await asyncio.gather(*map(Batch(loads, limit=2), range(5))) == [0, 10, 20, 30, 40]
    assert loads.calls == [[0, 1], [2, 3], [4]]


async def test_a_failed_call_fails_for_everyone_in_it_and_for_nobody_later() -> None:
    batch = Batch(Loads(), limit=2)
    results = await asyncio.gather(*map(batch, (1, 13, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError, int]
    assert await batch(4) == 40


async def test_a_call_that_gives_too_few_results_fails_instead_of_leaving_someone_waiting() -> None:
    async def load(items: Sequence[int]) -> list[int]:
        return [1][: len(items)]

    batch = Batch(load)
    async with asyncio.timeout(2):
        results = await asyncio.gather(batch(1), batch(2), return_exceptions=True)
        assert isinstance(results[1], ValueError)
        assert await batch(3) == 1


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    loads = Loads()
    loads.gate.clear()
    batch = Batch(loads)
    tasks = [asyncio.create_task(batch(number)) for number in (1, 2)]
    await loads.entered.wait()
    tasks[0].cancel()
    loads.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert await tasks[1] == 20


async def test_one_who_gave_up_before_the_call_is_not_loaded() -> None:
    loads = Loads()
    loads.gate.clear()
    batch = Batch(loads)
    first = asyncio.create_task(batch(1))
    await loads.entered.wait()
    late = [asyncio.create_task(batch(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    late[0].cancel()
    loads.gate.set()
    assert await asyncio.gather(first, late[1]) == [10, 30]
    assert loads.calls == [[1], [3]]


async def test_the_call_does_not_run_in_the_context_of_whoever_came_first() -> None:
    async def load(items: Sequence[int]) -> list[str]:
        return [PLACE.get() for _ in items]

    token = PLACE.set("inside a transaction")
    assert await Batch(load)(1) == "nowhere"
    PLACE.reset(token)
