"""What may be shown of an opinion: nothing that tells of fewer than five people, nor lets them be reckoned.

Figures of a statement by group are shown whole or not at all. Where all are hidden, the sizes of the groups and the
totals of the statement leave each hidden cell of one to four people at least two values; where one alone were hidden,
the total would give it away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opinion.results import Group, Opinion, Side, Tally

FEWEST = 5
DIGITS = 2


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group of five or more; `people` is None where its size would tell that of a hidden group."""

    number: int
    people: int | None
    x: float
    y: float
    spread: float
    representative: tuple[tuple[int, Side], ...]
    """Statements that tell the group from others, and the side it is on."""


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """What all people said, and each shown group by its number.

    `leanings` say, without figures, on which side more than half of those of a group are who answered.
    """

    statement: int
    total: Tally | None
    groups: dict[int, Tally] | None
    leanings: dict[int, Side | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Lists of statements come in their order: shared by all groups, agreed, disagreed, divisive."""

    groups: tuple[ShownGroup, ...]
    statements: dict[int, ShownStatement]
    common_ground: tuple[int, ...]
    agreed: tuple[int, ...]
    disagreed: tuple[int, ...]
    divisive: tuple[int, ...]


def shown(opinion: Opinion) -> Shown:
    """What residents and staff may see of it, on pages and in files."""
    groups = _groups(opinion.groups)
    open_ = [group for group in opinion.groups if group.people >= FEWEST]
    statements = {
        statement: _statement(statement, opinion.totals[at], open_, at, len(open_) == len(opinion.groups))
        for at, statement in enumerate(opinion.statements)
    }
    return Shown(
        groups,
        statements,
        tuple(one for one in opinion.common_ground if _shared(statements[one], len(groups))),
        tuple(one.statement for one in opinion.agreed if one.seen >= FEWEST),
        tuple(one.statement for one in opinion.disagreed if one.seen >= FEWEST),
        tuple(one.statement for one in opinion.divisive if len(statements[one.statement].leanings) > 1),
    )


def _groups(groups: Sequence[Group]) -> tuple[ShownGroup, ...]:
    """Where a group is hidden, the smallest other one does not tell its size: all people less the rest would be the
    hidden ones."""
    seen = [group for group in groups if group.people >= FEWEST]
    silent = min(seen, key=lambda group: group.people, default=None) if len(seen) < len(groups) else None
    return tuple(
        ShownGroup(
            group.number,
            None if group is silent else group.people,
            round(group.x, DIGITS),
            round(group.y, DIGITS),
            round(group.spread, DIGITS),
            tuple((one.statement, one.side) for one in group.representative if one.seen >= FEWEST),
        )
        for group in seen
    )


def _statement(statement: int, total: Tally, groups: Sequence[Group], at: int, none_hidden: bool) -> ShownStatement:
    if total.seen < FEWEST:
        return ShownStatement(statement, None, None, {})
    tallies = {group.number: group.tallies[at] for group in groups}
    whole = none_hidden and all(
        cell >= FEWEST for one in tallies.values() for cell in (one.agreed, one.disagreed, one.passed)
    )
    leanings = {number: _leaning(one) for number, one in tallies.items() if one.seen >= FEWEST}
    return ShownStatement(statement, total, tallies if whole and tallies else None, leanings)


def _leaning(tally: Tally) -> Side | None:
    if tally.agreed * 2 > tally.seen:
        return Side.AGREE
    return Side.DISAGREE if tally.disagreed * 2 > tally.seen else None


def _shared(one: ShownStatement, groups: int) -> bool:
    """Every group leans to agreeing."""
    return 0 < groups == sum(side is Side.AGREE for side in one.leanings.values())
