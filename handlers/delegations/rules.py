"""Acting for a family member, pure: which matters, for how long, how guessing is braked, which state may follow.

A delegate is an agent whom the person appoints (《民法典》第一百六十五条: for which matters and until when is said) and
can dismiss at any time (第一百七十三条). A vote is cast by the person alone.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from errors import Conflict, Forbidden, Invalid
from models.states import DelegationState


class Matter(StrEnum):
    """What somebody may be trusted with; voting is not among it."""

    ENQUIRY = "enquiry"
    BOOKING = "booking"
    AFFAIRS = "affairs"
    ACTIVITY = "activity"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        return {
            "enquiry": "留言求助",
            "booking": "服务预约",
            "affairs": "办事",
            "activity": "活动报名",
            "correction": "更正信息",
        }[self]


BUILT = frozenset({Matter.ENQUIRY})
"""What can be done in another's name today; agreement to the rest holds from the day that it is built."""
RELATIONS = ("子女", "配偶", "父母", "兄弟姐妹", "其他亲属", "邻居朋友")
HOW = {"phone": "电话", "visit": "上门"}
"""How a worker has asked the person."""
MOST_LIVE = 5
"""Delegations of one delegate that wait or run."""
TERMS = (("一年", 12), ("三个月", 3), ("半年", 6), ("两年", 24))
"""The usual one first; in months."""
LONGEST = 24
REMIND_BEFORE = timedelta(days=14)
UNANSWERED = timedelta(days=30)
"""After which what nobody confirmed is over, and what was refused may be asked again."""

LIVE = (DelegationState.ASKED, DelegationState.ACTIVE)
_S = DelegationState
MOVES: dict[DelegationState, frozenset[DelegationState]] = {
    _S.ASKED: frozenset({_S.ACTIVE, _S.REFUSED, _S.ENDED, _S.EXPIRED}),
    _S.ACTIVE: frozenset({_S.ENDED, _S.EXPIRED}),
    _S.REFUSED: frozenset(),
    _S.ENDED: frozenset(),
    _S.EXPIRED: frozenset(),
}
"""Which state of a delegation may follow which; chat, panel buttons and actions all read this table."""


class NobodyOfThatName(Invalid):
    """Says neither whether the name or the address is wrong; `left` is how many tries remain."""

    code = "nobody_of_that_name"

    def __init__(self, left: int) -> None:
        super().__init__(f"姓名和住址对不上，还可以试{left}次。\n请核对后再发一次姓名，或回复「人工」。")


class NamesLocked(Forbidden):
    code = "names_locked"
    message = "姓名错了5次，24小时内不能再试。\n请过24小时再来，或回复「人工」。"


class NotForOneself(Invalid):
    code = "not_for_oneself"
    message = "这是您自己，不用代办。"


class NotForMinors(Invalid):
    code = "not_for_minors"
    message = "未满18周岁的家人，由父母或监护人办理，不用代办。"


class DelegateTooYoung(Forbidden):
    code = "delegate_too_young"
    message = "替家人代办，要年满18周岁并登记住址。"


class TooManyDelegations(Conflict):
    code = "too_many_delegations"
    message = f"一个人最多替{MOST_LIVE}位家人代办。\n请先停止一个，再来申请。"


class AskedAlready(Conflict):
    code = "asked_already"
    message = "您和这位家人的代办已经有了。\n回复「代办」就能看到。"


class RefusedLately(Conflict):
    code = "refused_lately"
    message = "这位家人最近没有同意，30天内不能再申请。\n可以请家人自己回复「代办」，选「让家人替我办」。"


class DelegationOver(Conflict):
    code = "delegation_over"
    message = "这份代办已经停止或到期，没有提交任何内容。\n回复「代办」看看现在的情况。"


class OutOfScope(Forbidden):
    code = "out_of_scope"
    message = "这件事不在商定的代办事项里。\n回复「代办」看看可以办什么。"


class BadTerm(Invalid):
    code = "bad_term"
    message = "代办要有期限，最长两年。\n请像这样发送：2027-06-30"


def move(before: DelegationState, after: DelegationState) -> DelegationState:
    """The state that follows.

    Raises:
        Conflict: it may not follow.
    """
    if after not in MOVES[before]:
        raise Conflict(f"这份代办已是「{before.label}」，刚才没有改动。")
    return after


def is_running(state: DelegationState, expires_on: date, today: date) -> bool:
    """Whether it may be acted upon; the last day counts, also where the clock has not drawn the conclusion yet."""
    return state is DelegationState.ACTIVE and today <= expires_on


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_term(expires_on: date, today: date) -> None:
    """Raise BadTerm unless it ends after today and within two years."""
    if not today < expires_on <= months_after(today, LONGEST):
        raise BadTerm


def check_scope(scope: Sequence[Matter]) -> None:
    """Raise Invalid for a delegation for nothing: 《民法典》第一百六十五条 wants the matters named."""
    if not scope:
        raise Invalid("请至少选一项代办的事。")


def in_order(chosen: Sequence[Matter]) -> list[Matter]:
    """Each matter once, as they are listed."""
    return [matter for matter in Matter if matter in chosen]
