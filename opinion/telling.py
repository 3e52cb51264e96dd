"""What is told of groups: statements that stand for one, that all share, that divide. Rules and order as Polis."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from opinion.proportions import SURE, more_than_half, more_than_others, share
from opinion.results import Common, Divisive, Representative, Side
from opinion.stances import Reals, Whole

PICKED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Groups × statements: how many agreed, disagreed and answered at all."""

    agreed: Whole
    disagreed: Whole
    seen: Whole

    @property
    def all(self) -> "Counts":
        """One group of everyone."""
        return Counts(*(one.sum(axis=0, keepdims=True) for one in (self.agreed, self.disagreed, self.seen)))

    def informed(self) -> tuple[Reals, Reals]:
        """Group-informed consensus: how likely all groups agree, and disagree, by statement."""
        return share(self.agreed, self.seen).prod(axis=0), share(self.disagreed, self.seen).prod(axis=0)


def representative(counts: Counts, statements: Whole) -> list[tuple[Representative, ...]]:
    """For each group at most five: its best agreement first, then by ratio × its z × share × its z; agreements first.

    A statement qualifies where share and ratio both pass their tests. Where none does, the best agreement stands
    alone, or else the one with the highest ratio test, so that no group is without any.
    """
    sides = zip(*(_figures(yes, counts.seen, statements, side) for side, yes in _sides(counts)), strict=True)
    return [_select(list(zip(*pair, strict=True))) for pair in sides]


def _sides(counts: Counts) -> tuple[tuple[Side, Whole], tuple[Side, Whole]]:
    return (Side.AGREE, counts.agreed), (Side.DISAGREE, counts.disagreed)


def _figures(yes: Whole, seen: Whole, statements: Whole, side: Side) -> list[list[Representative]]:
    """Of every group on every statement, how it compares with all others together."""
    yes_there, seen_there = yes.sum(axis=0) - yes, seen.sum(axis=0) - seen
    shares = share(yes, seen)
    tables = (yes, seen, shares, more_than_half(yes, seen), shares / share(yes_there, seen_there))
    columns = [table.tolist() for table in (*tables, more_than_others(yes, seen, yes_there, seen_there))]
    return [
        [Representative(statement, side, *line) for statement, *line in zip(statements.tolist(), *group, strict=True)]
        for group in zip(*columns, strict=True)
    ]


Pair = tuple[Representative, Representative]
"""One statement in one group: agreeing, disagreeing."""


def _select(pairs: list[Pair]) -> tuple[Representative, ...]:
    best = _best_agree(pairs)
    enough = [_stronger(pair) for pair in pairs if any(one.z > SURE and one.ratio_z > SURE for one in pair)]
    if not enough and best is None:
        return (max(map(_stronger, pairs), key=lambda one: one.ratio_z),)
    head = [replace(_stronger(best), best_agree=True)] if best else []
    rest = [one for one in enough if not best or one.statement != best[0].statement]
    chosen = [*head, *sorted(rest, key=_weight, reverse=True)][:PICKED]
    return tuple(sorted(chosen, key=lambda one: one.side is Side.DISAGREE))


def _stronger(pair: Pair) -> Representative:
    agree, disagree = pair
    return agree if agree.ratio_z > disagree.ratio_z else disagree


def _weight(one: Representative) -> float:
    return one.ratio * one.ratio_z * one.share * one.z


def _best_agree(pairs: list[Pair]) -> Pair | None:
    """What the group agrees with best: each statement in turn against the best so far."""
    best: Pair | None = None
    for agree, disagree in pairs:
        if (agree.people or disagree.people) and _beats(agree, best and best[0]):
            best = agree, disagree
    return best


def _beats(agree: Representative, best: Representative | None) -> bool:
    if best is None:
        return agree.z > SURE or (agree.ratio > 1 and agree.share > 0.5)
    if best.ratio > 1:
        return _weight(agree) > _weight(best)
    return agree.share * agree.z > best.share * best.z


def common(counts: Counts, statements: Whole) -> tuple[tuple[Common, ...], tuple[Common, ...]]:
    """At most five statements that all people together agree with, and five that they disagree with, surest first."""
    everyone = counts.all
    agreed, disagreed = (_commons(yes, everyone.seen, statements, side) for side, yes in _sides(everyone))
    return agreed, disagreed


def _commons(yes: Whole, seen: Whole, statements: Whole, side: Side) -> tuple[Common, ...]:
    tables = (yes, seen, share(yes, seen), more_than_half(yes, seen))
    lines = zip(statements.tolist(), *(table.ravel().tolist() for table in tables), strict=True)
    found = [Common(statement, side, *figures) for statement, *figures in lines]
    sure = [one for one in found if one.share > 0.5 and one.z > SURE]
    return tuple(sorted(sure, key=lambda one: one.share * one.z, reverse=True)[:PICKED])


def divisive(counts: Counts, statements: Whole, extremity: Reals) -> tuple[Divisive, ...]:
    """At most five statements that the group agreeing most and the one agreeing least surely see differently.

    The farthest out first, as Polis orders statements by how much they divide.
    """
    found = list(_divided(counts, statements, extremity)) if len(counts.seen) > 1 else []
    return tuple(sorted(found, key=lambda one: one.extremity, reverse=True)[:PICKED])


def _divided(counts: Counts, statements: Whole, extremity: Reals) -> Iterator[Divisive]:
    shares = share(counts.agreed, counts.seen)
    most, least = shares.argmax(axis=0), shares.argmin(axis=0)
    at = np.arange(len(statements))
    z = more_than_others(
        counts.agreed[most, at], counts.seen[most, at], counts.agreed[least, at], counts.seen[least, at]
    )
    lines = zip(statements.tolist(), most.tolist(), least.tolist(), z.tolist(), extremity.tolist(), strict=True)
    return (Divisive(*line) for line in lines if line[3] > SURE)
