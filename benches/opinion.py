"""`linli bench opinion`: opinion groups computed anew, against one `numpy.linalg.svd` of the same matrix.

The product's side begins with three columns of numbers in no order (person, statement, stance) and ends with groups,
what stands for each and what all share. The floor is the decomposition alone, of the full matrix with what is missing
filled by the mean of its statement, already laid out. Both are on one thread, in the same run, taken in turn.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from opinion.computing import opinion_of
from opinion.stances import Reals, Stances, Whole, gather

SIZES = ((2_000, 200, 120_000), (33_000, 783, 2_000_000))
"""People, statements, stances: a large community, and the largest conversation that Polis tells of."""
TASTES = 4
MOODS = 0.2
"""So often somebody answers otherwise than people of that taste do."""
ROUNDS = 3
MOST = 5.0
"""So many times the floor a computation may take."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds that the computation and the floor took, round by round, for one size."""

    computing: tuple[float, ...]
    floor: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return median(self.computing) / median(self.floor)

    @property
    def good(self) -> bool:
        return self.ratio <= MOST


def conversation(people: int, statements: int, stances: int) -> tuple[Whole, Whole, Whole]:
    """Three columns, the same at every run: so many people of some tastes, each asked other statements."""
    chance = np.random.default_rng(20260302)
    taste = chance.integers(-1, 2, (TASTES, statements))
    likes = chance.integers(0, TASTES, people)
    whose, which = np.divmod(chance.choice(people * statements, stances, replace=False), statements)
    moody = chance.random(stances) < MOODS
    return whose, which, np.where(moody, chance.integers(-1, 2, stances), taste[likes[whose], which])


def bench_opinion(say: Say, sizes: tuple[tuple[int, int, int], ...] = SIZES) -> list[Outcome]:
    """Say what each size took, and what that is to the floor."""
    say(f"两边都只用一个线程（有 {os.cpu_count()} 个处理器）")
    with threadpool_limits(1):
        return [_measure(say, *size) for size in sizes]


def _measure(say: Say, people: int, statements: int, stances: int) -> Outcome:
    columns = conversation(people, statements, stances)
    full = _filled(gather(*columns))
    computing, floor = list[float](), list[float]()
    for number in range(ROUNDS + 1):
        ours = _seconds(lambda: opinion_of(gather(*columns)))
        theirs = _seconds(lambda: np.linalg.svd(full, full_matrices=False))
        if number:  # the first round warms up
            computing.append(ours)
            floor.append(theirs)
    outcome = Outcome(tuple(computing), tuple(floor))
    say(
        f"{people:,} 人 {statements} 条观点 {stances:,} 次表态：分组 {median(computing):.3f} 秒，"
        f"svd {median(floor):.3f} 秒，是它的 {outcome.ratio:.2f} 倍（{MOST:.0f} 倍以内）"
    )
    return outcome


def _filled(stances: Stances) -> Reals:
    people, statements = stances.shape
    times = np.bincount(stances.column, minlength=statements)
    full = np.tile(np.bincount(stances.column, stances.value, statements) / times, (people, 1))
    full[stances.row, stances.column] = stances.value
    return full


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(0 if all(outcome.good for outcome in bench_opinion(print)) else 1)
