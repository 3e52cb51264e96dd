"""Figures by which understanding is judged: how often right, how well the known is told from the unknown."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from understanding.terms import Scores

Marks = NDArray[np.bool_]
FALSE_ANSWERS = 0.05


def told_apart(known: Scores, unknown: Scores) -> float:
    """AUROC: how often something known scores higher than something unknown, ties half."""
    every = np.concatenate([known, unknown])
    _, place, times = np.unique(every, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]
    return float((ranks[: len(known)].sum() - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown)))


def right_at(known: Scores, right: Marks, unknown: Scores) -> float:
    """How many are answered rightly when five of a hundred that have no answer are answered."""
    return float((right & (known > np.quantile(unknown, 1 - FALSE_ANSWERS))).mean())


def accuracy(said: Sequence[str], true: Sequence[str]) -> float:
    return float(np.mean([one == other for one, other in zip(said, true, strict=True)]))


def macro_f1(said: Sequence[str], true: Sequence[str]) -> float:
    """The mean over the labels of the harmonic mean of precision and recall."""
    pairs = list(zip(said, true, strict=True))
    return float(np.mean([_f1(pairs, label) for label in sorted(set(true))]))


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    hits = sum(said == true == label for said, true in pairs)
    either = sum(said == label for said, _ in pairs) + sum(true == label for _, true in pairs)
    return 2 * hits / either if either else 0.0
