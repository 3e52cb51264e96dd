"""Counting, pure and exact: what ballots say under the terms of a vote.

Shares are compared as fractions; nothing is rounded before it is compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from handlers.votes.answers import Answer, Shape
from handlers.votes.terms import Share, Terms
from models.states import PollKind

AGREE = 0
"""In an owners' vote the first choice is the one that agrees."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Ballots or roll entries together: how many, the heads they count and their area in m²."""

    ballots: int = 0
    heads: int = 0
    area: Decimal = Decimal(0)

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.ballots + other.ballots, self.heads + other.heads, self.area + other.area)

    def stored(self) -> dict[str, Any]:
        return {"ballots": self.ballots, "heads": self.heads, "area": str(self.area)}


@dataclass(frozen=True, slots=True)
class Line:
    """All ballots with the same answer."""

    answer: Answer
    weight: Weight


@dataclass(frozen=True, slots=True)
class Mean:
    """The scores of one dimension: their sum over how many gave one."""

    total: int
    given: int

    def shown(self) -> str:
        """To two decimals, half up; 「—」 where nobody gave one."""
        if not self.given:
            return "—"
        hundredths = Fraction(self.total * 100, self.given) + Fraction(1, 2)
        return f"{hundredths // 100}.{hundredths // 1 % 100:02d}"


@dataclass(frozen=True, slots=True)
class Result:
    """An exact count. `taken_part` has abstentions in it, and not the spoilt papers.

    `choices` and `means` go by choice and dimension. `quorate` says whether enough took part; `passed` is the choice
    that carried, if one did; `winners` are those that came through, ties at the last place all in `tied` instead.
    `unreturned` are papers that were ticked on the roll and not thrown in.
    """

    kind: PollKind
    roll: Weight
    taken_part: Weight
    choices: tuple[Weight, ...]
    means: tuple[Mean, ...]
    spoilt: int
    quorate: bool
    passed: int | None
    winners: tuple[int, ...]
    tied: tuple[int, ...]
    unreturned: int = 0

    def stored(self) -> dict[str, Any]:
        """As the poll keeps it, areas as decimal text."""
        weights = {"roll": self.roll.stored(), "taken_part": self.taken_part.stored()}
        return asdict(self) | weights | {"choices": [one.stored() for one in self.choices]}


def result_from(stored: dict[str, Any]) -> Result:
    """What `Result.stored` wrote."""
    return Result(
        PollKind(stored["kind"]),
        _weight(stored["roll"]),
        _weight(stored["taken_part"]),
        tuple(_weight(one) for one in stored["choices"]),
        tuple(Mean(**one) for one in stored["means"]),
        stored["spoilt"],
        stored["quorate"],
        stored["passed"],
        tuple(stored["winners"]),
        tuple(stored["tied"]),
        stored.get("unreturned", 0),
    )


def _weight(stored: dict[str, Any]) -> Weight:
    return Weight(stored["ballots"], stored["heads"], Decimal(stored["area"]))


def tally(
    kind: PollKind,
    shape: Shape,
    terms: Terms,
    roll: Weight,
    lines: Sequence[Line],
    spoilt: int = 0,
    unreturned: int = 0,
) -> Result:
    """Count.

    Args:
        roll: all entries of the roll.
        lines: the ballots, those of one answer together or apart.
        spoilt: papers that count for nothing; who put them in did not take part.
        unreturned: papers given out and not thrown in, who had them did not take part either.
    """
    taken_part = _sum(line.weight for line in lines)
    choices = _by_choice(shape, lines)
    means = tuple(_mean(lines, at) for at in range(len(shape.dimensions)))
    quorate = enough(terms, roll, taken_part)
    passed = _carried(kind, shape, terms, choices, taken_part) if quorate else None
    winners, tied = _through(choices, terms.winners or 0, shape.abstain)
    return Result(kind, roll, taken_part, choices, means, spoilt, quorate, passed, winners, tied, unreturned)


def enough(terms: Terms, roll: Weight, taken_part: Weight) -> bool:
    """Whether the quorum is reached, by heads and by area; of a scoring, whether its scores may be published."""
    by_heads = _met(terms.quorum_heads, taken_part.heads, roll.heads) and _met(
        terms.floor, taken_part.heads, roll.heads
    )
    return by_heads and _met(terms.quorum_area, taken_part.area, roll.area)


def missing(terms: Terms, roll: Weight, taken_part: Weight) -> Weight:
    """Heads and m² that the quorum still lacks; a strict share wants one head, or a ten-thousandth of a m², more."""
    heads = _lacking(terms.quorum_heads or terms.floor, roll.heads, taken_part.heads, Fraction(1))
    area = _lacking(terms.quorum_area, roll.area, taken_part.area, Fraction(1, 10_000))
    return Weight(0, int(heads), Decimal(area.numerator) / Decimal(area.denominator))


def _lacking(share: Share | None, whole: int | Decimal, part: int | Decimal, step: Fraction) -> Fraction:
    if share is None or share.met(Fraction(part), Fraction(whole)):
        return Fraction(0)
    steps = Fraction(whole) * share.of / step
    wanted = -(-steps // 1)
    if share.strict and wanted == steps:
        wanted += 1
    return max(wanted * step - Fraction(part), Fraction(0))


def _met(share: Share | None, part: int | Decimal, whole: int | Decimal) -> bool:
    return share is None or share.met(Fraction(part), Fraction(whole))


def _sum(weights: Iterable[Weight]) -> Weight:
    return sum(weights, Weight())


def _by_choice(shape: Shape, lines: Sequence[Line]) -> tuple[Weight, ...]:
    """What each choice got; who chose several counts with each."""
    got = [Weight()] * len(shape.choices)
    for line in lines if not shape.scores else ():
        for at in line.answer:
            got[at] += line.weight
    return tuple(got)


def _mean(lines: Sequence[Line], at: int) -> Mean:
    given = [(line.answer[at], line.weight.ballots) for line in lines]
    return Mean(sum(score * ballots for score, ballots in given), sum(ballots for _, ballots in given))


def _carried(kind: PollKind, shape: Shape, terms: Terms, choices: Sequence[Weight], taken_part: Weight) -> int | None:
    """The choice that reaches the thresholds, with most votes if several do; in an owners' vote only the first can."""
    if terms.agree_heads is None and terms.agree_area is None:
        return None
    reached = [
        at
        for at, weight in enumerate(choices)
        if at != shape.abstain
        and (kind is not PollKind.OWNERS or at == AGREE)
        and _met(terms.agree_heads, weight.heads, taken_part.heads)
        and _met(terms.agree_area, weight.area, taken_part.area)
    ]
    most = max((choices[at].heads for at in reached), default=0)
    best = [at for at in reached if choices[at].heads == most]
    return best[0] if len(best) == 1 else None


def _through(choices: Sequence[Weight], places: int, abstain: int | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who comes through, and who is tied at the last place; nothing that nobody chose comes through."""
    ranked = sorted(
        (at for at, weight in enumerate(choices) if at != abstain and weight.ballots),
        key=lambda at: -choices[at].ballots,
    )
    if not places or len(ranked) <= places:
        return (tuple(ranked) if places else ()), ()
    last = choices[ranked[places - 1]].ballots
    if choices[ranked[places]].ballots < last:
        return tuple(ranked[:places]), ()
    clear = [at for at in ranked if choices[at].ballots > last]
    return tuple(clear), tuple(at for at in ranked if choices[at].ballots == last)
