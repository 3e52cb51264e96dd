"""The law of a vote, pure: which state may follow which, who may cast and when, and what a poll must say."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from errors import Conflict, Forbidden
from models.states import CastChannel, Electorate, LegalEffect, PollState

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 12


class PollEvent(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    PUBLISH = "publish"
    OPEN = "open"
    CLOSE = "close"
    COUNT = "count"
    CERTIFY = "certify"
    ARCHIVE = "archive"
    SUSPEND = "suspend"
    EXTEND = "extend"
    CORRECT = "correct"


MOVES: dict[tuple[PollState, PollEvent], PollState] = {
    (PollState.DRAFT, PollEvent.EDIT): PollState.DRAFT,
    (PollState.DRAFT, PollEvent.SUBMIT): PollState.REVIEW,
    (PollState.REVIEW, PollEvent.RETURN): PollState.DRAFT,
    (PollState.REVIEW, PollEvent.REVIEW): PollState.REVIEW,
    (PollState.DRAFT, PollEvent.PUBLISH): PollState.ANNOUNCED,
    (PollState.REVIEW, PollEvent.PUBLISH): PollState.ANNOUNCED,
    (PollState.ANNOUNCED, PollEvent.OPEN): PollState.OPEN,
    (PollState.OPEN, PollEvent.CLOSE): PollState.COUNTING,
    (PollState.COUNTING, PollEvent.COUNT): PollState.COUNTING,
    (PollState.COUNTING, PollEvent.CERTIFY): PollState.PUBLISHED,
    (PollState.PUBLISHED, PollEvent.ARCHIVE): PollState.ARCHIVED,
    (PollState.ANNOUNCED, PollEvent.SUSPEND): PollState.SUSPENDED,
    (PollState.OPEN, PollEvent.SUSPEND): PollState.SUSPENDED,
    (PollState.OPEN, PollEvent.EXTEND): PollState.OPEN,
    (PollState.ANNOUNCED, PollEvent.CORRECT): PollState.ANNOUNCED,
    (PollState.OPEN, PollEvent.CORRECT): PollState.OPEN,
}
"""Which event moves a poll from which state to which; buttons, menus and actions all read this table."""


class PollClosed(Conflict):
    code = "poll_closed"
    message = "投票已结束。"


class NotOnRoll(Forbidden):
    code = "not_on_roll"
    message = "您家不在投票范围。"


class MinorMayNotVote(Forbidden):
    code = "minor"
    message = "未满18周岁不能投票。"


class NotBound(Forbidden):
    code = "not_bound"
    message = "您已不在这处住址登记，请重新登记。"


class NotOwner(Forbidden):
    """In owners' votes owners vote: family members and tenants do not (《民法典》第二百七十八条)."""

    code = "not_owner"
    message = "这是业主投票，由登记的业主来投。"


class NotVerifiedOwner(Forbidden):
    """Who says to be an owner votes as one once register or papers match (domain.md §2.2)."""

    code = "not_verified_owner"
    message = "您的业主身份还没有核实，核实后才能投票。"


class OnlyOnPaper(Forbidden):
    """A decision in law is taken on paper or in the authority's own system (《北京市物业管理条例》第三十五条)."""

    code = "only_on_paper"
    message = "这是法定表决，不能在这里投票。请用纸质票或官方系统。"


class NotRepresentative(Forbidden):
    """The household has named a 户代表, who alone casts its ballot; `representative` is their masked name."""

    code = "not_representative"
    message = "您家的票由户代表来投。"

    def __init__(self, representative: str) -> None:
        super().__init__()
        self.representative = representative


class AlreadyCast(Conflict):
    """One ballot for each roll entry; `voter` is the masked name of who voted, `cast_at` when, `channel` how."""

    code = "already_cast"
    message = "您家已投票。"

    def __init__(self, voter: str, cast_at: datetime, channel: CastChannel) -> None:
        super().__init__()
        self.voter = voter
        self.cast_at = cast_at
        self.channel = channel


REFUSALS = (
    *(PollClosed, OnlyOnPaper, MinorMayNotVote, NotBound, NotRepresentative, AlreadyCast),
    *(NotOnRoll, NotOwner, NotVerifiedOwner),
)
"""All that casting may be refused with, beside an answer that is not on the paper."""


def move(state: PollState, event: PollEvent) -> PollState:
    """The state that follows.

    Raises:
        Conflict: the event is not possible in this state.
    """
    following = MOVES.get((state, event))
    if following is None:
        raise Conflict(f"这个投票已是「{state.label}」，刚才没有改动。")
    return following


def possible(state: PollState) -> frozenset[PollEvent]:
    """The events that are open in a state."""
    return frozenset(event for (at, event) in MOVES if at is state)


def check_may_cast(state: PollState, closes_at: datetime, now: datetime, effect: LegalEffect, *, adult: bool) -> None:
    """Refuse a ballot that comes too early, too late, from a minor, or by a way that is not open to it.

    Deadlines hold when asked, not when a job ran.

    Raises:
        PollClosed: voting is not open at `now`.
        OnlyOnPaper: a decision in law takes no ballots in chat or on a page (domain.md §2.3).
        MinorMayNotVote: under 18 (《城市居民委员会组织法》(2018) 第八条).
    """
    if state is not PollState.OPEN or now >= closes_at:
        raise PollClosed
    if effect is LegalEffect.STATUTORY:
        raise OnlyOnPaper
    if not adult:
        raise MinorMayNotVote


def check_entitled(electorate: Electorate, *, on_roll: bool, adult: bool, owner: bool, verified: bool) -> None:
    """Refuse whoever has no voice: a minor, not the owner, an owner who is not verified yet, not on the roll.

    Raises:
        MinorMayNotVote, NotOwner, NotVerifiedOwner, NotOnRoll.
    """
    if not adult:
        raise MinorMayNotVote
    if electorate is Electorate.OWNER and not owner:
        raise NotOwner
    if electorate is Electorate.OWNER and not verified:
        raise NotVerifiedOwner
    if not on_roll:
        raise NotOnRoll


def born_on_or_before(today: date, age: int) -> date:
    """The latest birthday of someone who is `age` on `today`; who is born on 29 February comes of age on 1 March."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:
        return today.replace(year=today.year - age, day=28)


def receipt_number(random_indexes: Sequence[int]) -> str:
    """`XXXX-XXXX-XXXX` from twelve random indexes below 32: 60 bits, without 0 O 1 I."""
    letters = "".join(RECEIPT_ALPHABET[index] for index in random_indexes)
    return "-".join(letters[at : at + 4] for at in range(0, RECEIPT_LENGTH, 4))
