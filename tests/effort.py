"""CPU time told in a unit of the same moment, so that a slow or busy machine fails no test."""

from collections.abc import Callable
from time import process_time


def _spent(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def effort(work: Callable[[], object]) -> float:
    """CPU time of `work` as a multiple of adding up a million numbers right before and after it."""
    before = _spent(_add_up)
    spent = _spent(work)
    return spent / max(before, _spent(_add_up))


def _add_up() -> int:
    return sum(number for number in range(1_000_000))
