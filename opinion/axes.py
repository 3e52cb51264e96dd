"""The two directions in which stances differ most, and where people and statements stand on them.

As Polis: what is missing counts as the mean of its statement, and whoever answered few is moved outwards by
sqrt(statements / answered), so that people do not stand in the middle for having said little.
"""

from dataclasses import dataclass

import numpy as np

from opinion.stances import Reals, Stances

AXES = 2
BLOCK = 2048
"""So many people are laid out as a full matrix at a time."""
NOTHING = 1e-12
"""A direction with less than this share of all variance is none."""
DIGITS = 9
"""Positions are rounded, so that whoever answered alike stands on one point in whatever order people come."""


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The mean stance of each statement, and its weight on each axis."""

    mean: Reals
    weight: Reals

    def places(self, stances: Stances) -> Reals:
        """Where each person stands (people × 2)."""
        people, statements = stances.shape
        off = _off_mean(stances, self.mean)
        sums = [np.bincount(stances.row, off * axis[stances.column], people) for axis in self.weight]
        outwards: Reals = np.sqrt(statements / stances.given)
        return np.column_stack([np.round(line * outwards, DIGITS) + 0.0 for line in sums])

    def extremity(self) -> Reals:
        """How far out somebody stands who agrees with one statement and answers no other."""
        return np.linalg.norm((1 - self.mean) * self.weight, axis=0) * np.sqrt(len(self.mean))


def principal(stances: Stances) -> Axes:
    """The principal components by the scatter of statements, never a matrix of all people at once."""
    statements = stances.shape[1]
    times = np.bincount(stances.column, minlength=statements)
    mean = np.bincount(stances.column, stances.value, statements) / times
    variances, directions = np.linalg.eigh(_scatter(stances, _off_mean(stances, mean)))
    weight = np.zeros((AXES, statements))
    for axis in range(min(AXES, statements)):
        if variances[-1 - axis] > NOTHING * max(variances.sum(), 1.0):
            weight[axis] = _upright(directions[:, -1 - axis])
    return Axes(mean, weight)


def _off_mean(stances: Stances, mean: Reals) -> Reals:
    return stances.value - mean[stances.column]


def _scatter(stances: Stances, off: Reals) -> Reals:
    """Sums over people of products of two statements; what is missing is the mean, so it adds nothing."""
    people, statements = stances.shape
    total = np.zeros((statements, statements))
    for first in range(0, people, BLOCK):
        low, high = np.searchsorted(stances.row, [first, first + BLOCK])
        block = np.zeros((min(BLOCK, people - first), statements))
        block[stances.row[low:high] - first, stances.column[low:high]] = off[low:high]
        total += block.T @ block
    return total


def _upright(direction: Reals) -> Reals:
    """Of the two signs of a direction, the one in which its largest weight is positive; of equals, their sum."""
    size = np.abs(direction)
    largest = direction[size > size.max() - 10.0**-DIGITS]
    turned = largest.sum() or largest[0]
    return direction if turned > 0 else -direction
