"""Who is called when and how an alarm goes on, pure; what makes a shift acceptable."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from handlers.duty.emergencies import Danger
from handlers.staff.rules import PERMISSIONS, Permission
from models.desk import AlarmState, Ring
from models.states import StaffRole

TO_THE_NEXT = timedelta(seconds=60)
"""After which the next in the chain is called, unless somebody has taken the alarm."""
AFRESH = timedelta(hours=1)
"""For so long after the last word staff are rung: what waited longer, as before a gateway was set up, rings nobody."""
SAME_WORDS = timedelta(minutes=2)
"""What is written so soon after somebody took an alarm belongs to what they have seen."""
LONGEST_TEXT = 2_000
LONGEST_NOTE = 300
RANKS = (1, 2, 3)
YEARS = range(2000, 2100)
LONGEST_SHIFT = timedelta(days=7)
A_WEEK = timedelta(days=7)
ANSWERING = [role.value for role, held in PERMISSIONS.items() if Permission.INBOX_ANSWER in held]
"""Roles that may see and take an alarm."""
_PHONE = re.compile(r"\+?\d[\d -]{5,18}\d")

RingPhone = Callable[[str, str, str], Awaitable[Ring]]
"""Rings (phone, what is said, an id of this ring: asked twice it rings once) and tells what became of it."""


class AlarmEvent(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"
    RAISE_AGAIN = "raise_again"


MOVES: dict[tuple[AlarmState, AlarmEvent], AlarmState] = {
    (AlarmState.RAISED, AlarmEvent.ACKNOWLEDGE): AlarmState.ACKNOWLEDGED,
    (AlarmState.ACKNOWLEDGED, AlarmEvent.CLOSE): AlarmState.CLOSED,
    (AlarmState.ACKNOWLEDGED, AlarmEvent.RAISE_AGAIN): AlarmState.RAISED,
}
"""Which event moves an alarm from which state to which; buttons and actions read this table."""


class NotThatWay(Conflict):
    code = "not_that_way"
    message = "这条危险消息的情况刚刚变了，请看一下再决定。"


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made: whom, and when."""

    login: str
    at: datetime


def move(state: AlarmState, event: AlarmEvent) -> AlarmState:
    """The state that follows.

    Raises:
        NotThatWay: nothing follows by this event.
    """
    if (following := MOVES.get((state, event))) is None:
        raise NotThatWay
    return following


def is_new(known: Danger, danger: Danger, since_taken: timedelta) -> bool:
    """Whether more words on an alarm that somebody took are a new emergency.

    Args:
        known, danger: what happened by the earlier words, and by these.
        since_taken: time since somebody took it.
    """
    return danger not in (known, Danger.UNKNOWN) or since_taken >= SAME_WORDS


def next_to_call(chain: Sequence[str], called: Sequence[Called], last_at: datetime) -> str | None:
    """Who is called next: the first of the chain who was called least; None when all were, and nothing was said since.

    Args:
        chain: logins on duty now, whom to call first at the front.
        called: the calls of this alarm in order.
        last_at: when the resident wrote last.
    """
    rung = [call.login for call in called]
    if not chain:
        return None
    first = min(chain, key=rung.count)
    anew = not called or called[-1].at < last_at
    return first if anew or rung.count(first) < max(map(rung.count, rung)) else None


def check_shift(starts_at: datetime | None, ends_at: datetime | None, rank: int) -> tuple[datetime, datetime]:
    """The times of a shift.

    Raises:
        Invalid: no times or none of this century, the end is not after the beginning or more than a week later, or the
            rank is none.
    """
    if starts_at is None or ends_at is None:
        raise Invalid("请填写从什么时候到什么时候。")
    if {starts_at.year, ends_at.year} - set(YEARS):
        raise Invalid("时间不对，请检查年份。")
    if ends_at <= starts_at:
        raise Invalid("结束的时间要晚于开始的时间。")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise Invalid("一班最长7天，请分开排。")
    if rank not in RANKS:
        raise Invalid("请选择先打给谁。")
    return starts_at, ends_at


def may_stand_by(role: StaffRole, own: str, place: str) -> bool:
    """Whether somebody may be on duty for a place: only who sees and may take its alarms.

    Args:
        own: code of their own organisation.
        place: code of the organisation whose roster it is.
    """
    return role.value in ANSWERING and place.startswith(own)


def check_phone(phone: str) -> None:
    """Raise Invalid unless it may be a telephone number."""
    if not _PHONE.fullmatch(phone):
        raise Invalid("电话号码不对，请检查。")


def check_note(note: str) -> None:
    """Raise Invalid where a note is too long."""
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"说明最多{LONGEST_NOTE}个字。")
