"""What a vote came to, worded in one place for chat, panel, page and paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from handlers.votes.answers import shape_of
from handlers.votes.tallies import AGREE, Result, Weight, result_from
from handlers.votes.terms import PRACTICE, Share, Terms, terms_from
from models.states import Electorate, LegalEffect, PollKind
from models.votes import Poll

NO_RESULT = "还没有计票。"
FEW = 5
"""With fewer ballots, whoever knows most of the voters can tell what the others chose."""
MORE_PLACES = 6
"""So many decimals at most show on which side of a threshold a share lies."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a result.

    `number` and `share` are as shown, with their unit; `numerator` of `denominator` is what the share is of, exactly,
    both None where there is no share. `threshold` names what is to be reached (「三分之二以上」), `reached` whether it
    is, and `source` where it stands written; all empty where no test is made.
    """

    label: str
    number: str
    share: str = ""
    numerator: int | Decimal | None = None
    denominator: int | Decimal | None = None
    threshold: str = ""
    reached: bool | None = None
    source: str = ""

    @property
    def verdict(self) -> str:
        """「达到」, 「未达到」, or nothing where no test is made."""
        return "" if self.reached is None else "达到" if self.reached else "未达到"

    @property
    def basis(self) -> str:
        """`source` for the public: without what is noted for whoever sets it, nothing where it is only usual."""
        return "" if self.source == PRACTICE else self.source.partition("；")[0]


def unit(poll: Poll) -> str:
    """What voices are counted in: 户, 人, 位业主 or 位代表."""
    return {
        Electorate.HOUSEHOLD: "户",
        Electorate.RESIDENT: "人",
        Electorate.OWNER: "位业主",
        Electorate.LISTED: "位代表",
    }[poll.electorate]


def voter(poll: Poll) -> str:
    """Whose voice is spoken of: 这户, 这位居民, 这位业主 or 这位代表."""
    return {
        Electorate.HOUSEHOLD: "这户",
        Electorate.RESIDENT: "这位居民",
        Electorate.OWNER: "这位业主",
        Electorate.LISTED: "这位代表",
    }[poll.electorate]


def effect(poll: Poll) -> str:
    """What the result binds, as it stands on card, page and paper (domain.md §2.3, the trap of legal effect)."""
    if poll.legal_effect is LegalEffect.STATUTORY:
        return f"法定投票。依据：{poll.legal_basis}。"
    if poll.legal_effect is LegalEffect.INDICATIVE:
        return "意向征询，本结果供业主大会参考。"
    return "本结果为征求意见。"


def percent(part: int | Decimal, whole: int | Decimal, share: Share | None = None) -> str:
    """The share to two decimals, half up; to more where two would put it on the other side of what is to be reached."""
    if not whole:
        return "—"
    exact = Fraction(part) / Fraction(whole)
    for places in range(2, MORE_PLACES):
        shown = _rounded(exact * 100, places)
        if share is None or share.met(Fraction(shown), 100) is share.met(exact, 1):
            return f"{shown}%"
    return f"{_rounded(exact * 100, MORE_PLACES)}%"


def area(square_metres: Decimal) -> str:
    """「24666.37平方米」, as registers and notices write it: two decimals, or as many as the register has."""
    plain = square_metres.normalize()
    places = max(2, -int(plain.as_tuple().exponent))
    return f"{plain:.{places}f}平方米"


def outcome(poll: Poll) -> str:
    """What came of it, in one or two short sentences."""
    if poll.result is None:
        return NO_RESULT
    result, terms = result_from(poll.result), terms_from(poll.terms)
    if not result.quorate:
        return _not_enough(poll, result, terms)
    if poll.kind is PollKind.SCORE:
        return (
            "均分："
            + "、".join(f"{name}{mean.shown()}分" for name, mean in zip(poll.dimensions, result.means, strict=True))
            + "。"
        )
    if poll.kind is PollKind.OPINION:
        return _chosen(poll, result)
    return _carried(poll, result, terms)


def _not_enough(poll: Poll, result: Result, terms: Terms) -> str:
    if poll.kind is PollKind.SCORE:
        return f"有效份数没有{_reach(terms.floor, '名册')}，不公布均分。"
    if poll.kind is not PollKind.OWNERS:
        return f"{_voters(poll)}没有{_reach(terms.quorum_heads, '名册')}，表决不成立。"
    lacking = [test for test in _quorums(result, terms) if not test.met]
    return f"参加的{_together(lacking, '没有')}，表决不成立。"


def _chosen(poll: Poll, result: Result) -> str:
    won, tied = _names(poll, result.winners), _names(poll, result.tied)
    if not won and not tied:
        return "没有人选任何一项。"
    clear = f"入选：{won}。" if won else ""
    return clear + (f"{tied}票数相同，还没有定。" if tied else "")


def _carried(poll: Poll, result: Result, terms: Terms) -> str:
    if poll.kind is PollKind.OWNERS:
        return _owners(poll, result, terms)
    share = terms.agree_heads
    if share is None:
        return "没有设通过的条件。"
    if result.passed is None:
        return f"没有一项{_reach(share, f'{_voters(poll)}的')}。"
    return f"「{poll.choices[result.passed]}」{_reach(share)}，表决有效。"


def _owners(poll: Poll, result: Result, terms: Terms) -> str:
    agreed, of, name = result.choices[AGREE], result.taken_part, f"「{poll.choices[AGREE]}」"
    tests = [
        _Test("人数", terms.agree_heads, agreed.heads, of.heads),
        _Test("面积", terms.agree_area, agreed.area, of.area),
    ]
    if result.passed is not None:
        return f"{name}的{_together([test for test in tests if test.share], '')}。"
    return f"{name}的{_together([test for test in tests if not test.met], '没有')}，没有通过。"


@dataclass(frozen=True, slots=True)
class _Test:
    """Part of a whole held against what is asked."""

    name: str
    share: Share | None
    part: int | Decimal
    whole: int | Decimal

    @property
    def met(self) -> bool:
        return self.share is None or self.share.met(Fraction(self.part), Fraction(self.whole))


def _quorums(result: Result, terms: Terms) -> list[_Test]:
    taken_part, roll = result.taken_part, result.roll
    return [
        _Test("人数", terms.quorum_heads, taken_part.heads, roll.heads),
        _Test("面积", terms.quorum_area, taken_part.area, roll.area),
    ]


def _together(tests: Sequence[_Test], negation: str) -> str:
    """「人数和面积都达到四分之三」, or each by itself where they ask for different shares."""
    if len({test.share for test in tests}) == 1:
        names = "和".join(test.name for test in tests) + ("都" if len(tests) > 1 else "")
        return f"{names}{negation}{_reach(tests[0].share)}"
    return "，".join(f"{test.name}{negation}{_reach(test.share)}" for test in tests)


def _voters(poll: Poll) -> str:
    return {Electorate.HOUSEHOLD: "投票户", Electorate.RESIDENT: "投票的人"}.get(poll.electorate, "参加的代表")


def figures(poll: Poll) -> list[Figure]:
    """The result line by line, each test with what it asks and where that stands written; nothing before a count."""
    if poll.result is None:
        return []
    result, terms = result_from(poll.result), terms_from(poll.terms)
    lines = _turnout(poll, result, terms)
    if poll.kind is PollKind.SCORE:
        lines += _scores(poll, result) if result.quorate else []
    else:
        lines += _choices(poll, result, terms)
    if result.spoilt:
        lines.append(Figure("废票", f"{result.spoilt}张"))
    if result.unreturned:
        lines.append(Figure("领了票没有投进票箱", f"{result.unreturned}张"))
    return lines


def telling(poll: Poll) -> list[str]:
    """What the counts of a secret vote tell about people, for whoever is about to post them; as a rule nothing.

    The counts are public all the same; people should know it before, and be told (docs/decisions/0015).
    """
    if poll.result is None or not poll.secret:
        return []
    result = result_from(poll.result)
    ballots, (low, high) = result.taken_part.ballots, poll.scale or (0, 0)
    alike = any(choice.ballots == ballots for choice in result.choices) or any(
        mean.total in {low * mean.given, high * mean.given} for mean in result.means
    )
    lines = {
        f"只有{ballots}张票，熟悉的人推得出谁选了什么。": ballots < FEW,
        "有一项大家选得一样，公布以后就知道每个人这一项选了什么。": alike,
    }
    return [line for line, applies in lines.items() if applies and ballots]


def _turnout(poll: Poll, result: Result, terms: Terms) -> list[Figure]:
    roll, taken_part, of = result.roll, result.taken_part, unit(poll)
    by_heads = "floor" if terms.floor else "quorum_heads"
    lines = [
        Figure("名册", f"{roll.heads}{of}"),
        _tested("参加", terms, by_heads, taken_part.heads, roll.heads, of),
    ]
    if poll.kind is PollKind.OWNERS:
        lines.insert(1, Figure("名册面积", area(roll.area)))
        lines.append(_tested("参加面积", terms, "quorum_area", taken_part.area, roll.area))
    return lines


def _choices(poll: Poll, result: Result, terms: Terms) -> list[Figure]:
    leading = _leading(poll, result)
    lines: list[Figure] = []
    for at, (choice, weight) in enumerate(zip(poll.choices, result.choices, strict=True)):
        tests = terms if at in leading else Terms()
        lines += _choice(poll, choice, weight, result.taken_part, tests)
    return lines


def _choice(poll: Poll, choice: str, weight: Weight, taken_part: Weight, tests: Terms) -> list[Figure]:
    if poll.kind is PollKind.OWNERS:
        return [
            _tested(choice, tests, "agree_heads", weight.heads, taken_part.heads, unit(poll)),
            _tested(f"{choice}的面积", tests, "agree_area", weight.area, taken_part.area),
        ]
    return [_tested(choice, tests, "agree_heads", weight.heads, taken_part.heads, "票")]


def _leading(poll: Poll, result: Result) -> Sequence[int]:
    """The choices that a threshold is held against: in an owners' vote the first, else those with most votes."""
    if poll.kind is PollKind.OWNERS:
        return (AGREE,)
    shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
    most = max((weight.heads for at, weight in enumerate(result.choices) if at != shape.abstain), default=0)
    return [at for at, weight in enumerate(result.choices) if at != shape.abstain and weight.heads == most > 0]


def _scores(poll: Poll, result: Result) -> list[Figure]:
    return [
        Figure(name, f"{mean.shown()}分", "", mean.total, mean.given)
        for name, mean in zip(poll.dimensions, result.means, strict=True)
    ]


def _tested(
    label: str, terms: Terms, test: str, part: int | Decimal, whole: int | Decimal, counted_in: str = ""
) -> Figure:
    share: Share | None = getattr(terms, test)
    number = f"{part}{counted_in}" if isinstance(part, int) else area(part)
    shown = percent(part, whole, share)
    if share is None:
        return Figure(label, number, shown, part, whole)
    reached = share.met(Fraction(part), Fraction(whole))
    return Figure(label, number, shown, part, whole, share.label, reached, terms.sources.get(test, ""))


def _names(poll: Poll, which: Sequence[int]) -> str:
    return "、".join(f"「{poll.choices[at]}」" for at in which)


def _reach(share: Share | None, of: str = "") -> str:
    """「超过名册一半」, 「达到四分之三」."""
    return f"{share.verb}{of}{share.part}" if share else ""


def _rounded(number: Fraction, places: int) -> str:
    whole = (number * 10**places + Fraction(1, 2)) // 1
    return f"{Decimal(whole).scaleb(-places):.{places}f}"
