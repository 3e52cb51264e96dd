"""What proofreading remarks on a vote as it stands."""

from collections.abc import Callable
from datetime import date, datetime

from clock import BEIJING
from handlers.proofreading.rules import Remark
from handlers.votes.proofreading import Copy, proofread
from models.votes import Poll


def remarks(poll: Poll, now: datetime, works: Callable[[date], bool]) -> list[Remark]:
    """All remarks on a vote; `works` says whether a day is a working day."""
    copy = Copy(
        kind=poll.kind,
        title=poll.title,
        explanation=poll.explanation,
        choices=poll.choices,
        organiser=poll.organiser,
        contact=poll.contact,
        opens_at=poll.opens_at.astimezone(BEIJING),
        closes_at=poll.closes_at.astimezone(BEIJING),
        matter=poll.matter,
    )
    return proofread(copy, now.astimezone(BEIJING).date(), works)
