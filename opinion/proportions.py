"""Shares and their tests, as Polis: one imagined person for and one against keep small numbers from shouting."""

import numpy as np

from opinion.stances import Reals, Whole

SURE = 1.2816
"""From this z on, one side, the test holds at 90 %."""


def share(yes: Whole, seen: Whole) -> Reals:
    """(yes + 1) / (seen + 2)."""
    return (yes + 1) / (seen + 2)


def more_than_half(yes: Whole, seen: Whole) -> Reals:
    """z of one proportion against a half: 2·√(n+1)·((yes+1)/(n+1) − ½)."""
    return 2 * np.sqrt(seen + 1) * ((yes + 1) / (seen + 1) - 0.5)


def more_than_others(yes: Whole, seen: Whole, yes_there: Whole, seen_there: Whole) -> Reals:
    """z of two proportions, each with one more yes of one more person; 0 where both are all."""
    yes, seen, yes_there, seen_there = yes + 1, seen + 1, yes_there + 1, seen_there + 1
    both = (yes + yes_there) / (seen + seen_there)
    spread = np.sqrt(both * (1 - both) * (1 / seen + 1 / seen_there))
    apart = yes / seen - yes_there / seen_there
    return np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
