"""Who took which stance on which statement: 1 agrees, −1 disagrees, 0 passes, whatever is missing was not answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]
AGREE, DISAGREE, PASS = 1, -1, 0


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """One line for each stance, by person, then by statement; only people and statements with a stance are counted."""

    people: Whole
    statements: Whole
    row: Whole
    column: Whole
    value: Reals

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.people), len(self.statements)

    @property
    def given(self) -> Whole:
        """How many stances each person took, passes counted."""
        return np.bincount(self.row, minlength=len(self.people))


def gather(people: Sequence[int] | Whole, statements: Sequence[int] | Whole, values: Sequence[int] | Whole) -> Stances:
    """Stances from three columns of the same length, in any order; ValueError where one person has two on one."""
    whose, value = np.asarray(people, np.int64), np.asarray(values, np.int64)
    which = np.unique(np.asarray(statements, np.int64))
    if value.size and (value.min() < DISAGREE or value.max() > AGREE):
        raise ValueError("a stance is 1, 0 or -1")
    width, kinds = max(len(which), 1), AGREE - DISAGREE + 1
    # Sorting one number that holds all three is many times faster than finding the order of three columns.
    packed = np.sort((whose * width + np.searchsorted(which, statements)) * kinds + value - DISAGREE)
    place, kind = np.divmod(packed, kinds)
    if (place[1:] == place[:-1]).any():
        raise ValueError("one person takes one stance on one statement")
    person, column = np.divmod(place, width)
    first = np.diff(person, prepend=person[:1] - 1) > 0
    return Stances(person[first], which, np.cumsum(first) - 1, column, (kind + DISAGREE).astype(np.float64))
