"""What a vote must say before anybody can be asked: its parts fit together and its periods are long enough; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from errors import Invalid
from handlers.votes.terms import MATTERS, PRACTICE, Terms, electorate_of
from models.states import Electorate, LegalEffect, PollKind

MAX_CHOICES = 20
MAX_DIMENSIONS = 10
AGREEING = ("赞成", "同意", "支持")
"""How the first choice of an owners' vote begins, the one that thresholds are asked of."""


@dataclass(frozen=True, slots=True)
class Motion:
    """What is asked of whom: the parts of a draft that must fit together."""

    kind: PollKind
    title: str
    choices: Sequence[str]
    max_choices: int = 1
    dimensions: Sequence[str] = ()
    scale: tuple[int, int] = (1, 5)
    abstain: str = ""
    matter: int | None = None
    electorate: Electorate | None = None
    secret: bool = True
    changeable: bool = False
    legal_effect: LegalEffect = LegalEffect.CONSULTATIVE
    legal_basis: str = ""


def check_poll(motion: Motion, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Refuse a poll that nobody could answer or count, or that says it is what it can't be.

    Raises:
        Invalid: with the sentence that says what to change.
    """
    if not 4 <= len(motion.title) <= 60:
        raise Invalid("标题请写4到60个字。")
    if motion.kind is PollKind.SCORE:
        _check_dimensions(motion)
    else:
        _check_choices(motion)
    _check_kind(motion)
    if closes_at <= max(opens_at, now):
        raise Invalid("截止时间要晚于开始时间，也要晚于现在。")


def _check_choices(motion: Motion) -> None:
    choices = motion.choices
    flaws = {
        f"选项请写2到{MAX_CHOICES}个，每行一个。": not 2 <= len(choices) <= MAX_CHOICES,
        "每个选项最多30个字。": any(len(choice) > 30 for choice in choices),
        "选项不能重复。": len(set(choices)) < len(choices),
        "最多选几项，要在1和选项个数之间。": not 1 <= motion.max_choices <= len(choices),
        "这类投票每人只选一项。": motion.max_choices > 1 and motion.kind is not PollKind.OPINION,
        "「弃权」要写成选项之一。": bool(motion.abstain) and motion.abstain not in choices,
    }
    _refuse_first(flaws)


def _check_dimensions(motion: Motion) -> None:
    low, high = motion.scale
    flaws = {
        f"评分项请写1到{MAX_DIMENSIONS}个，每行一个。": not 1 <= len(motion.dimensions) <= MAX_DIMENSIONS,
        "每个评分项最多20个字。": any(len(name) > 20 for name in motion.dimensions),
        "评分项不能重复。": len(set(motion.dimensions)) < len(motion.dimensions),
        "最低分和最高分要在0到10之间，最低分要小。": not 0 <= low < high <= 10,
    }
    _refuse_first(flaws)


def _check_kind(motion: Motion) -> None:
    """What a kind and an effect ask of the rest (民法典 278: owners vote by name, on one of nine matters)."""
    owners, statutory = motion.kind is PollKind.OWNERS, motion.legal_effect is LegalEffect.STATUTORY
    first = motion.choices[0] if motion.choices else ""
    flaws = {
        "请填写事项，从九项里选一项。": owners and motion.matter not in MATTERS,
        "业主表决的选项，第一个要写「赞成」或「同意」。": owners and not first.startswith(AGREEING),
        "业主表决是记名的，不能改成无记名。": owners and motion.secret,
        "无记名的投票投出后不能改，两样只能选一样。": motion.secret and motion.changeable,
        "这类投票不能由这些人来投。": motion.electorate is not None
        and motion.electorate not in electorates(motion.kind),
        "法定投票请填写依据，写明法条，和会议或官方系统的名称。": statutory and len(motion.legal_basis) < 4,
    }
    _refuse_first(flaws)


def _refuse_first(flaws: Mapping[str, bool]) -> None:
    for sentence, wrong in flaws.items():
        if wrong:
            raise Invalid(sentence)


def electorates(kind: PollKind) -> tuple[Electorate, ...]:
    """Who may be asked in a kind of vote, the usual first; opinions and scores by person or by household."""
    usual = electorate_of(kind)
    either = (Electorate.RESIDENT, Electorate.HOUSEHOLD)
    return (
        (usual, *(one for one in either if one is not usual))
        if kind in {PollKind.OPINION, PollKind.SCORE}
        else (usual,)
    )


def check_periods(terms: Terms, announced_on: date, opens_on: date, closes_on: date) -> None:
    """Refuse what is not announced, or not open, for as long as its terms say; calendar days in Beijing.

    Raises:
        Invalid: with the term and its source.
    """
    if (opens_on - announced_on).days < terms.announce_days:
        earliest = announced_on + timedelta(days=terms.announce_days)
        raise Invalid(
            f"公示要满{terms.announce_days}天，开始时间最早是{earliest.month}月{earliest.day}日。"
            f"依据：{terms.sources.get('announce_days', PRACTICE)}。"
        )
    if (closes_on - opens_on).days < terms.open_days:
        raise Invalid(f"投票要满{terms.open_days}天，请改截止时间。依据：{terms.sources.get('open_days', PRACTICE)}。")


def strict(kind: PollKind, effect: LegalEffect) -> bool:
    """Whether at least two people must answer for the text: owners' votes and whatever binds in law."""
    return kind is PollKind.OWNERS or effect is LegalEffect.STATUTORY
