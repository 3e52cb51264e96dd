"""The life of a director's interview, what is open in each state, and what may be written; pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from errors import Conflict, Invalid
from handlers.proofreading.rules import holds_id_number, holds_mobile
from models.deliberation import InterviewState

LONGEST_TITLE, SHORTEST_TITLE = 60, 4
LONGEST_INTRODUCTION, LONGEST_HOST = 500, 40
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_REASON = 100, 500, 200
MINUTES = range(10, 481)
FURTHEST = timedelta(days=180)
"""Nobody announces an interview further ahead; a later date is a slip of the pen."""
OVERRUN = timedelta(hours=2)
"""So long after its planned end one that nobody has ended ends by itself."""


class InterviewEvent(StrEnum):
    EDIT = "edit"
    PUT_OFF = "put_off"
    OPEN = "open"
    END = "end"
    CANCEL = "cancel"


class Verb(StrEnum):
    """What can be done in an interview."""

    ASK = "ask"
    BACK = "back"
    ANSWER = "answer"
    PROMISE = "promise"


_S, _E = InterviewState, InterviewEvent
MOVES: dict[tuple[InterviewState, InterviewEvent], InterviewState] = {
    (_S.ANNOUNCED, _E.EDIT): _S.ANNOUNCED,
    (_S.ANNOUNCED, _E.PUT_OFF): _S.ANNOUNCED,
    (_S.ANNOUNCED, _E.OPEN): _S.LIVE,
    (_S.ANNOUNCED, _E.CANCEL): _S.CANCELLED,
    (_S.LIVE, _E.END): _S.ENDED,
}
"""Which event moves an interview from which state to which; buttons and actions read this table."""
_OPEN: dict[InterviewState, frozenset[Verb]] = {
    _S.ANNOUNCED: frozenset({Verb.ASK, Verb.BACK}),
    _S.LIVE: frozenset(Verb),
    _S.ENDED: frozenset({Verb.ANSWER, Verb.PROMISE}),
    _S.CANCELLED: frozenset(),
}
CURRENT = frozenset({_S.ANNOUNCED, _S.LIVE})
"""States of an interview that is still to come or under way."""


def move(state: InterviewState, event: InterviewEvent) -> InterviewState:
    """The state that follows.

    Raises:
        Conflict: the event is not possible in this state.
    """
    following = MOVES.get((state, event))
    if following is None:
        raise Conflict(f"这次访谈已是「{state.label}」，刚才没有改动。")
    return following


def possible(state: InterviewState) -> frozenset[InterviewEvent]:
    """The events that are open in a state."""
    return frozenset(event for (at, event) in MOVES if at is state)


def verbs(state: InterviewState) -> frozenset[Verb]:
    """What a state declares open: chat, pages and the host's buttons are drawn from it."""
    return _OPEN[state]


def check_open(state: InterviewState, verb: Verb) -> None:
    """Raise Conflict where a state does not have this open."""
    if verb in _OPEN[state]:
        return
    if state is _S.ANNOUNCED:
        raise Conflict("访谈还没有开始，开始以后才能回答和承诺。")
    raise Conflict(f"这次访谈{state.label}，刚才没有记下。")


def runs_out(opened_at: datetime, minutes: int) -> datetime:
    """When an interview that nobody has ended ends by itself."""
    return opened_at + timedelta(minutes=minutes) + OVERRUN


def check_announced(title: str, host: str, introduction: str, minutes: int) -> None:
    """Refuse an interview that does not say what it is, who answers and how long.

    Raises:
        Invalid: with what to put right.
    """
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"标题要{SHORTEST_TITLE}到{LONGEST_TITLE}个字。")
    if not 1 <= len(host) <= LONGEST_HOST:
        raise Invalid(f"请写主持人，最多{LONGEST_HOST}个字，写职务。")
    if len(introduction) > LONGEST_INTRODUCTION:
        raise Invalid(f"介绍最多{LONGEST_INTRODUCTION}个字。")
    if minutes not in MINUTES:
        raise Invalid(f"时长要{MINUTES[0]}到{MINUTES[-1]}分钟。")


def check_start(starts_at: datetime, now: datetime) -> None:
    """Raise Invalid unless an interview begins in the time to come, within half a year."""
    if not now < starts_at <= now + FURTHEST:
        raise Invalid(f"开始时间要在现在以后，{FURTHEST.days}天以内。")


def check_later(starts_at: datetime, before: datetime) -> None:
    """Raise Invalid unless a time is another than the one that was announced."""
    if starts_at == before:
        raise Invalid("新的时间和原来的一样，请改时间。")


def check_reason(reason: str) -> None:
    """Raise Invalid unless there is a reason that all can read."""
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(f"请写明原因，居民看得到，最多{LONGEST_REASON}个字。")


def check_question(text: str) -> None:
    """Raise Invalid when a question is longer than 100 characters."""
    if len(text) > LONGEST_QUESTION:
        raise Invalid(f"一个问题最多{LONGEST_QUESTION}个字，您写了{len(text)}个。\n请短一点，一次只问一件事。")


def check_answer(answer: str) -> None:
    """Raise Invalid unless there is an answer of at most 500 characters that tells no number of a person."""
    if not 1 <= len(answer) <= LONGEST_ANSWER:
        raise Invalid(f"请写回答，最多{LONGEST_ANSWER}个字。")
    if holds_id_number(answer) or holds_mobile(answer):
        raise Invalid("回答里有完整的证件号码或手机号码，谁都看得到，请去掉。")


def check_correction(*, answered: bool, correcting: bool) -> None:
    """Raise Conflict where somebody answers what a colleague has answered meanwhile."""
    if answered and not correcting:
        raise Conflict("同事刚刚回答了这个问题，您写的没有发布。要改请按【更正】。")
