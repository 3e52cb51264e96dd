"""Telling residents what they did not ask for, pure: what became of it, how long it is kept, how much at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

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
