"""How many groups are told: another number only after it fitted best four times in a row."""

from collections.abc import Mapping
from dataclasses import dataclass

BUFFER = 4
FEWEST, MOST = 2, 5
PER_GROUP = 12


@dataclass(frozen=True, slots=True)
class KState:
    """The number that fitted best last, how often in a row, and the number that is told."""

    best: int = 0
    times: int = 0
    told: int = 0


UNDECIDED = KState()


def most_groups(points: int) -> int:
    """So many groups are tried at most where people stand on so many points: 2 + points/12, up to 5."""
    return min(MOST, FEWEST + points // PER_GROUP, points)


def smoothed(scores: Mapping[int, float], earlier: KState) -> KState:
    """The next state, given how well each number of groups fits now; of equals, the fewest."""
    best = max(sorted(scores), key=lambda k: scores[k])
    times = earlier.times + 1 if best == earlier.best else 1
    keeps = times < BUFFER and earlier.told in scores
    return KState(best, times, earlier.told if keeps else best)
