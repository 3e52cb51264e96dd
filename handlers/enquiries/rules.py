"""How a conversation with a worker goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from models.states import EnquiryState

SILENCE = timedelta(hours=2)
"""After which a conversation is given back (conversations.md)."""
LONGEST_ANSWER = 600
LONGEST_CALLER = 40
MOST_ANSWER_BYTES = 1900
"""The platform takes 2,048 bytes (wechat-platform.md §2.3), of which the greeting before an answer needs a few."""
MEDIA_LIVES = timedelta(days=3)
"""At the platform (wechat-platform.md §3.10)."""
MOST_MEDIA, MOST_VOICE = 10 * 1024 * 1024, 2 * 1024 * 1024
"""Bytes that are fetched of a picture or video, and of a recording."""
LONGEST_SNOOZE = timedelta(days=30)
COMMUNITY_DIGITS = 12
"""Of a community's code (domain.md §2.1)."""


class EnquiryEvent(StrEnum):
    TAKE = "take"
    GIVE_BACK = "give_back"
    PASS_ON = "pass_on"
    SNOOZE = "snooze"
    WAKE = "wake"
    CLOSE = "close"


OPEN = (EnquiryState.WAITING, EnquiryState.HELD, EnquiryState.SNOOZED)
MOVES: dict[tuple[EnquiryState, EnquiryEvent], EnquiryState] = {
    **{(state, EnquiryEvent.TAKE): EnquiryState.HELD for state in OPEN},
    **{(state, EnquiryEvent.PASS_ON): EnquiryState.WAITING for state in OPEN},
    **{(state, EnquiryEvent.SNOOZE): EnquiryState.SNOOZED for state in OPEN},
    **{(state, EnquiryEvent.CLOSE): EnquiryState.CLOSED for state in OPEN},
    (EnquiryState.HELD, EnquiryEvent.GIVE_BACK): EnquiryState.WAITING,
    (EnquiryState.SNOOZED, EnquiryEvent.GIVE_BACK): EnquiryState.WAITING,
    (EnquiryState.SNOOZED, EnquiryEvent.WAKE): EnquiryState.HELD,
}
"""Which event moves an enquiry from which state to which; buttons and actions read this table."""


class AlreadyClosed(Conflict):
    code = "already_closed"
    message = "这次留言已经结束，刚才没有改动。"


class HeldByAnother(Conflict):
    code = "held_by_another"
    message = "同事正在处理这条留言。要由您来办，请先点「接手」。"


class AnsweredMeanwhile(Conflict):
    code = "answered_meanwhile"
    message = "同事刚刚已经回复了。请先看一下，还要发就再点一次「回复」。"


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident said: words, or the kind of a recording or picture with the platform's id of it."""

    text: str
    media: str = ""


def move(state: EnquiryState, event: EnquiryEvent) -> EnquiryState:
    """The state that follows.

    Raises:
        AlreadyClosed: nothing follows any more.
    """
    if (following := MOVES.get((state, event))) is None:
        raise AlreadyClosed
    return following


def pause(tries: int) -> timedelta:
    """How long a file that could not be fetched so many times is left alone."""
    return timedelta(seconds=min(10 * 2 ** min(tries, 9), 3600))


def after_silence(*, answered: bool) -> EnquiryEvent:
    """What two silent hours do to a held enquiry: one that still wants an answer goes back to whoever is there."""
    return EnquiryEvent.CLOSE if answered else EnquiryEvent.GIVE_BACK


def check_snooze(until: datetime, now: datetime) -> None:
    """Raise Invalid unless the time lies ahead, at most 30 days."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid("请选一个以后的时间，最多30天。")


def check_holder(held_by: str, login: str) -> None:
    """Raise HeldByAnother unless the enquiry is free or this worker's own."""
    if held_by not in {"", login}:
        raise HeldByAnother


def check_answer(text: str) -> None:
    """Raise Invalid unless a worker's words are there and fit into one message."""
    if not text:
        raise Invalid("请先写回复的内容。")
    if len(text) > LONGEST_ANSWER or len(text.encode()) > MOST_ANSWER_BYTES:
        raise Invalid(f"一次最多{LONGEST_ANSWER}个字，请分几次发。")


def check_recorded(text: str, answer: str, caller: str, *, known: bool) -> None:
    """Raise Invalid unless what was said is there, and by whom where no register tells."""
    if not text:
        raise Invalid("请写说了什么。")
    if max(len(text), len(answer)) > LONGEST_ANSWER:
        raise Invalid(f"最多{LONGEST_ANSWER}个字，请写要点。")
    if not known and not 1 <= len(caller) <= LONGEST_CALLER:
        raise Invalid("请写来人姓名，不知道全名的，写「王先生」也行。")
