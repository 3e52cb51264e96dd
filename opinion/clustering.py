"""People put into k groups by where they stand (k-means), and how well k groups fit (silhouette).

A point may stand for several people who answered alike: it weighs as many. Nothing is left to chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opinion.stances import Reals, Whole

EXACT = 2_000
"""Up to so many different points are grouped themselves; beyond that, base clusters of them, as Polis does from 100."""
BASE = 100
ROUNDS, BASE_ROUNDS = 300, 20
STILL = 1e-4
"""Centres that move by less than this share of the variance stand still."""
UNKNOWN = -1
PART = 64
"""So many points are compared with all others at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Different points with the number of people on each, and the point of each person."""

    at: Reals
    weight: Reals
    of: Whole


def points_of(places: Reals, exact: int = EXACT) -> Points:
    """The different places in order of x, then y; base clusters of them where there are more than `exact`."""
    at, of, people = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    of, weight = of.ravel(), people.astype(np.float64)
    if len(at) <= exact:
        return Points(at, weight, of)
    spread = np.linspace(0, len(at) - 1, BASE).round().astype(np.int64)
    base = settle(at, weight, at[spread], BASE_ROUNDS)
    _, base = np.unique(base, return_inverse=True)
    weights = np.bincount(base, weight).astype(np.float64)
    return Points(_means(at, weight, base, len(weights)), weights, base[of])


def fresh(points: Points, k: int) -> Whole:
    """The group of each point without any earlier grouping, from the first k points; the largest group is 0."""
    first = np.lexsort(points.at.T[::-1])[:k]
    labels = settle(points.at, points.weight, points.at[first])
    order = np.argsort(-np.bincount(labels, points.weight, k), kind="stable")
    return np.argsort(order)[labels]


def again(points: Points, places: Reals, earlier: Whole, k: int) -> Whole:
    """The group of each point, starting from where people of each earlier group stand now; groups keep their numbers.

    `earlier` has the group of each person, UNKNOWN for who is new. While groups are missing, whoever stands farthest
    from all of them begins another.
    """
    earlier = earlier.copy()
    while True:
        numbers = np.unique(earlier[earlier != UNKNOWN])
        if not len(numbers):
            return fresh(points, k)
        centres = np.array([places[earlier == number].mean(axis=0) for number in numbers])
        if len(numbers) == k:
            return numbers[settle(points.at, points.weight, centres)]
        farthest = _squares(places, centres).min(axis=1).argmax()
        earlier[farthest] = min(set(range(k)) - set(numbers.tolist()))


def settle(at: Reals, weight: Reals, centres: Reals, rounds: int = ROUNDS) -> Whole:
    """Lloyd's rounds from given centres until nobody changes group or centres stand still."""
    still = STILL * float(np.average((at - np.average(at, axis=0, weights=weight)) ** 2, axis=0, weights=weight).mean())
    labels: Whole | None = None
    for _ in range(rounds):
        squares = _squares(at, centres)
        nearest = _none_empty(squares, squares.argmin(axis=1))
        if labels is not None and np.array_equal(nearest, labels):
            return labels
        labels = nearest
        moved = _means(at, weight, labels, len(centres))
        step, centres = float(((moved - centres) ** 2).sum()), moved
        if step <= still:
            break
    return _squares(at, centres).argmin(axis=1)


def _squares(at: Reals, centres: Reals) -> Reals:
    """Squared distances of points to centres."""
    return ((at[:, None, 0] - centres[:, 0]) ** 2) + ((at[:, None, 1] - centres[:, 1]) ** 2)


def _none_empty(squares: Reals, labels: Whole) -> Whole:
    """A group without anybody takes the point farthest from its own centre."""
    empty = np.flatnonzero(np.bincount(labels, minlength=squares.shape[1]) == 0)
    if len(empty):
        far = np.argsort(-squares.min(axis=1), kind="stable")[: len(empty)]
        labels[far] = empty[: len(far)]
    return labels


def _means(at: Reals, weight: Reals, labels: Whole, k: int) -> Reals:
    sizes = np.bincount(labels, weight, k)
    sums = [np.bincount(labels, weight * axis, k) for axis in at.T]
    return np.column_stack(sums) / np.maximum(sizes, 1.0)[:, None]


def silhouettes(points: Points, labellings: Sequence[Whole]) -> list[float]:
    """For each grouping the mean over people of (b − a) / max(a, b): a to one's own group, b to the nearest other.

    0 for who is alone. Exact over all pairs, of which a part at a time is reckoned, for all groupings together.
    """
    members = [_membership(labels, points.weight) for labels in labellings]
    every, plane = np.hstack(members), points.at @ np.array([1, 1j])
    parts = [np.abs(plane[first : first + PART, None] - plane) @ every for first in range(0, len(plane), PART)]
    sums = np.split(np.vstack(parts), np.cumsum([member.shape[1] for member in members])[:-1], axis=1)
    return [_silhouette(*three, points.weight) for three in zip(sums, members, labellings, strict=True)]


def _membership(labels: Whole, weight: Reals) -> Reals:
    """Points × groups: the weight of a point in its own group, 0 in the others."""
    return np.eye(int(labels.max()) + 1)[labels] * weight[:, None]


def _silhouette(sums: Reals, member: Reals, labels: Whole, weight: Reals) -> float:
    """From the sums of distances of each point to each group."""
    rows, sizes = np.arange(len(labels)), member.sum(axis=0)
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1.0)
    means = sums / sizes
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    scores = np.where(sizes[labels] > 1, (other - own) / np.maximum(own, other), 0.0)
    return float(np.average(scores, weights=weight))
