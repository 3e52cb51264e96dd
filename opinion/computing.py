"""The opinion of a conversation from its stances, going on from the computation before."""

import numpy as np

from opinion.axes import Axes, principal
from opinion.clustering import UNKNOWN, Points, again, fresh, points_of, silhouettes
from opinion.results import Group, Memory, Opinion, Positions, Tally
from opinion.smoothing import FEWEST, most_groups, smoothed
from opinion.stances import AGREE, DISAGREE, Reals, Stances, Whole
from opinion.telling import Counts, common, divisive, representative

ENOUGH = 7
"""So many stances, or one on every statement where there are fewer, place a person."""
FILLED = 15
"""Where fewer people are placed, those who answered most fill up to so many."""

DIGITS = 4
"""Of positions that are kept."""


def opinion_of(stances: Stances, earlier: Opinion | None = None) -> Opinion:
    """Groups, what they stand for and what all share; the same stances and memory give the same opinion.

    `earlier` is what this found last time: who was placed stays placed, groups keep their numbers, and the number of
    groups changes only when another has fitted best four times in a row.
    """
    memory = earlier.memory if earlier else Memory()
    if not len(stances.people):
        return Opinion(memory=memory)
    axes = principal(stances)
    places = axes.places(stances)
    inside = placed(stances, memory)
    labels, kept = _grouped(stances.people[inside], places[inside], memory)
    group = np.full(len(stances.people), UNKNOWN)
    group[inside] = labels
    return _told(stances, axes, places, group, kept)


def placed(stances: Stances, memory: Memory) -> Whole:
    """The rows of those who are placed."""
    given = stances.given
    inside = (given >= min(ENOUGH, stances.shape[1])) | np.isin(stances.people, memory.placed)
    by_most = np.lexsort([stances.people, -given])
    outside = by_most[~inside[by_most]]
    inside[outside[: max(FILLED - int(inside.sum()), 0)]] = True
    return np.flatnonzero(inside)


def _grouped(people: Whole, places: Reals, memory: Memory) -> tuple[Whole, Memory]:
    """The group of each placed person at the number of groups that is told, and what to remember."""
    points = points_of(places)
    found = _clusterings(people, points, places, memory)
    if not found:
        return np.full(len(people), UNKNOWN), Memory(placed=tuple(people.tolist()))
    fits = silhouettes(points, list(found.values()))
    state = smoothed(dict(zip(found, fits, strict=True)), memory.k)
    digits = {k: "".join(map(str, labels[points.of].tolist())) for k, labels in found.items()}
    return found[state.told][points.of], Memory(state, tuple(people.tolist()), digits)


def _clusterings(people: Whole, points: Points, places: Reals, memory: Memory) -> dict[int, Whole]:
    """The group of each point at every number of groups that can be had."""
    found: dict[int, Whole] = {}
    for k in range(FEWEST, most_groups(len(points.at)) + 1):
        earlier = _remembered(people, memory, k)
        labels = fresh(points, k) if earlier is None else again(points, places, earlier, k)
        if len(np.unique(labels)) == k:
            found[k] = labels
    return found


def _remembered(people: Whole, memory: Memory, k: int) -> Whole | None:
    if k not in memory.labels:
        return None
    earlier = dict(zip(memory.placed, map(int, memory.labels[k]), strict=True))
    return np.array([earlier.get(person, UNKNOWN) for person in people.tolist()])


def _told(stances: Stances, axes: Axes, places: Reals, group: Whole, memory: Memory) -> Opinion:
    extremity = axes.extremity()
    everyone = _counts(stances, np.zeros_like(group), 1)
    numbers = np.unique(group[group != UNKNOWN])
    counts = _counts(stances, group, memory.k.told)
    agreed, disagreed = common(everyone, stances.statements)
    informed, against = (counts if len(numbers) else everyone).informed()
    x, y = places.round(DIGITS).T.tolist()
    return Opinion(
        statements=tuple(stances.statements.tolist()),
        totals=_tallies(everyone, 0),
        groups=_groups(stances.statements, places, group, counts) if len(numbers) else (),
        agreed=agreed,
        disagreed=disagreed,
        divisive=divisive(counts, stances.statements, extremity),
        informed=tuple(informed.tolist()),
        informed_against=tuple(against.tolist()),
        extremity=tuple(extremity.tolist()),
        positions=Positions(tuple(stances.people.tolist()), tuple(x), tuple(y), tuple(group.tolist())),
        memory=memory,
    )


def _counts(stances: Stances, group: Whole, groups: int) -> Counts:
    """Whoever is in no group is not counted."""
    statements, of = stances.shape[1], group[stances.row]
    cells = of * statements + stances.column

    def count(which: Whole) -> Whole:
        return np.bincount(which, minlength=groups * statements).reshape(groups, statements)

    inside = of != UNKNOWN
    agreed, disagreed = ((stances.value == side) & inside for side in (AGREE, DISAGREE))
    return Counts(count(cells[agreed]), count(cells[disagreed]), count(cells[inside]))


def _tallies(counts: Counts, group: int) -> tuple[Tally, ...]:
    agreed, disagreed, seen = (table[group].tolist() for table in (counts.agreed, counts.disagreed, counts.seen))
    return tuple(Tally(yes, no, every - yes - no) for yes, no, every in zip(agreed, disagreed, seen, strict=True))


def _groups(statements: Whole, places: Reals, group: Whole, counts: Counts) -> tuple[Group, ...]:
    found: list[Group] = []
    for number, chosen in enumerate(representative(counts, statements)):
        own = places[group == number]
        x, y = own.mean(axis=0).tolist()
        spread = float(np.hypot(*(own - (x, y)).T).mean())
        found.append(Group(number, len(own), x, y, spread, chosen, _tallies(counts, number)))
    return tuple(found)
