"""The platform as capabilities see it, pure: what became of a message, how long it is kept, files of residents."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto

from models.states import Delivered

MOST_SHOWN = 3
"""Notifications on top of one answer; what is left comes with the next."""
UNDER_WAY = timedelta(minutes=1)
"""For so long an attempt may still be answered; after that nobody waits for it any more."""
KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message to a resident; `errcode` is the platform's, 0 where it gave none."""

    delivered: Delivered
    errcode: int = 0


SendText = Callable[[str, str, str], Awaitable[Outcome]]
"""Sends (AppID of the official account, chat address there, text) and tells what became of it.

It never raises for what the platform refuses.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A picture or recording as the platform gave it."""

    content: bytes = field(repr=False)
    content_type: str


class Unfetched(Enum):
    """Why there is none: it may come later, the platform has it no more, or it is larger than was asked for."""

    LATER = auto()
    GONE = auto()
    TOO_LARGE = auto()


FetchMedia = Callable[[str, str, int], Awaitable[Found | Unfetched]]
"""Fetches (AppID of the official account, the platform's id of a file, most bytes); it never raises."""
