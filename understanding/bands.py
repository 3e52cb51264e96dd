"""What is done with a question by how surely it is understood: answered, three offered, or put to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_GUESSES = 3
CLEAR = 0.9
"""Where the second comes nearer than this to the first, both are offered."""


class Band(StrEnum):
    ANSWER = "answer"
    CHOOSE = "choose"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Bands:
    """From which sureness on an article is answered, and from which on it is offered among three."""

    answer: float
    choose: float

    def of(self, sure: Sequence[float]) -> Band:
        """The band of candidates, the surest first."""
        if not sure or sure[0] < self.choose:
            return Band.HAND_OVER
        clear = len(sure) == 1 or sure[1] <= CLEAR * sure[0]
        return Band.ANSWER if clear and sure[0] >= self.answer else Band.CHOOSE

    def offered(self, sure: Sequence[float]) -> int:
        """How many of them are worth offering."""
        return min(MOST_GUESSES, sum(one >= self.choose / 2 for one in sure))


UNLEARNT = Bands(answer=1.1, choose=0.4)
"""For the formula that stands in until something was learnt; set on the demo's articles."""
