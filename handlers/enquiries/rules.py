"""How a conversation with a worker goes on."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from models.states import EnquiryState

SILENCE = timedelta(hours=2)
"""After which a conversation is given back (conversations.md)."""
LONGEST_ANSWER = 600
MOST_ANSWER_BYTES = 1900
"""The platform takes 2,048 bytes (wechat-platform.md §2.3), of which the greeting before an answer needs a few."""
MEDIA_LIVES = timedelta(days=3)


class EnquiryEvent(StrEnum):
    TAKE = "take"
    GIVE_BACK = "give_back"
    CLOSE = "close"


MOVES: dict[tuple[EnquiryState, EnquiryEvent], EnquiryState] = {
    (EnquiryState.WAITING, EnquiryEvent.TAKE): EnquiryState.HELD,
    (EnquiryState.HELD, EnquiryEvent.TAKE): EnquiryState.HELD,
    (EnquiryState.HELD, EnquiryEvent.GIVE_BACK): EnquiryState.WAITING,
    (EnquiryState.WAITING, EnquiryEvent.CLOSE): EnquiryState.CLOSED,
    (EnquiryState.HELD, EnquiryEvent.CLOSE): EnquiryState.CLOSED,
}
"""Which event moves an enquiry from which state to which; buttons and actions read this table."""


class AlreadyClosed(Conflict):
    code = "already_closed"
    message = "这次留言已经结束，刚才没有改动。"


class HeldByAnother(Conflict):
    code = "held_by_another"
    message = "同事正在处理这条留言。要由您来办，请先点「接手」。"


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


def after_silence(*, answered: bool) -> EnquiryEvent:
    """What two silent hours do to a held enquiry: one that still wants an answer goes back to whoever is there."""
    return EnquiryEvent.CLOSE if answered else EnquiryEvent.GIVE_BACK


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
