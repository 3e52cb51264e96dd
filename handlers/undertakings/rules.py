"""What a task or a promise must say, and what it is called as time passes; pure."""

from datetime import date
from enum import StrEnum

from errors import Conflict, Invalid
from models.deliberation import InterviewState, Stage

LONGEST_WHAT, LONGEST_OWNER, LONGEST_WORDS = 120, 40, 200
MOST_YEARS = 3
OVER = frozenset({Stage.CLOSED, Stage.DECLINED, Stage.MERGED})
CALLED_OFF = frozenset({InterviewState.CANCELLED})
"""Where nothing new is promised."""


class Standing(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"open": "办理中", "overdue": "已超期", "done": "已完成"}[self]


def standing(due_on: date, *, done: bool, today: date) -> Standing:
    """How a task stands on a day; it is overdue from the day after the one it was due on."""
    if done:
        return Standing.DONE
    return Standing.OVERDUE if due_on < today else Standing.OPEN


def percent_done(done: int, promised: int) -> int:
    """The share that is done, in whole per cent rounded down; 0 of nothing."""
    return 100 * done // promised if promised else 0


def check_written(what: str, owner: str, due_on: date, today: date) -> None:
    """Refuse a task without a deed, somebody to answer for it and a day.

    Raises:
        Invalid: with what is missing.
    """
    if not 1 <= len(what) <= LONGEST_WHAT:
        raise Invalid(f"请写明做什么，最多{LONGEST_WHAT}个字。")
    if not 1 <= len(owner) <= LONGEST_OWNER:
        raise Invalid(f"请写明谁负责，最多{LONGEST_OWNER}个字，写单位或职务。")
    check_day(due_on, today)


def check_day(due_on: date, today: date) -> None:
    """Raise Invalid unless the day is to come, within three years."""
    if due_on < today or due_on.year > today.year + MOST_YEARS:
        raise Invalid("完成日期要在今天以后，三年以内。")


def check_words(words: str, asked: str) -> None:
    """Raise Invalid unless there are words, of at most 200 characters."""
    if not 1 <= len(words) <= LONGEST_WORDS:
        raise Invalid(f"请写明{asked}，最多{LONGEST_WORDS}个字。")


def check_later(due_on: date, before: date) -> None:
    """Raise Invalid unless a day is later than the one it takes the place of."""
    if due_on <= before:
        raise Invalid("新的日期要比原来的晚。")


def check_open(*, done: bool) -> None:
    """Raise Conflict where a task is done already."""
    if done:
        raise Conflict("这件事已经完成，刚才没有改动。")
