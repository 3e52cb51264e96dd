"""How far a vote has come and what waits: turnout by heads and area, what the quorum lacks, objections that are due."""

from dataclasses import dataclass
from datetime import date

from handlers.staff.rules import Permission, Viewer
from handlers.votes.outcomes import unit
from handlers.votes.tallies import Weight, missing
from handlers.votes.terms import terms_from
from handlers.votes.told import shortfall
from models.database import rows
from models.states import Electorate, PollState
from models.votes import Poll, PollElector

_WEIGHTS = """
SELECT count(*) AS ballots, coalesce(sum(r.heads), 0) AS heads, coalesce(sum(r.area), 0) AS area,
       count(m.id) AS cast_ballots, coalesce(sum(r.heads) FILTER (WHERE m.id IS NOT NULL), 0) AS cast_heads,
       coalesce(sum(r.area) FILTER (WHERE m.id IS NOT NULL), 0) AS cast_area
FROM roll_entry r LEFT JOIN roll_mark m ON m.entry_id = r.id WHERE r.poll_id = $1
"""
_DUE = """
SELECT count(*) AS waiting, count(*) FILTER (WHERE b.due_on < $2) AS overdue,
       coalesce((array_agg(b.poll_id ORDER BY b.due_on, b.id))[1], 0) AS poll_id
FROM roll_objection b JOIN poll p ON p.id = b.poll_id JOIN organisation o ON o.id = p.organisation_id
WHERE b.answered_at IS NULL AND starts_with(o.code, $1)
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """The whole roll, those who have voted, and what the quorum still lacks; never what was voted."""

    roll: Weight
    cast: Weight
    missing: Weight
    by_area: bool
    enough: bool
    """Whether there is a quorum, and it is reached."""


async def progress(poll: Poll) -> Progress:
    """How far a poll of the viewer's has come."""
    [row] = await rows(_WEIGHTS, poll.id)
    roll = Weight(row["ballots"], row["heads"], row["area"])
    cast = Weight(row["cast_ballots"], row["cast_heads"], row["cast_area"])
    terms = terms_from(poll.terms)
    lacking = missing(terms, roll, cast)
    wanted = bool(terms.quorum_heads or terms.quorum_area or terms.floor)
    reached = wanted and not lacking.heads and not lacking.area
    return Progress(roll, cast, lacking, poll.electorate is Electorate.OWNER, reached)


async def turnout(poll: Poll) -> str:
    """What residents may know before closing: 「已投3户，名册666户。参与还差331户。」; empty unless it is open."""
    if poll.state is not PollState.OPEN:
        return ""
    so_far, of = await progress(poll), unit(poll)
    return f"已投{so_far.cast.heads}{of}，名册{so_far.roll.heads}{of}。{shortfall(poll, so_far.missing)}"


async def listed(poll_id: int) -> int:
    """How many people are on the list of a poll whose roll is a list."""
    return await PollElector.filter(poll_id=poll_id).count()


@dataclass(frozen=True, slots=True)
class ObjectionsDue:
    """Objections that wait for an answer, how many of them are overdue, and the poll of the oldest."""

    waiting: int
    overdue: int
    poll_id: int


async def objections_due(viewer: Viewer, today: date) -> ObjectionsDue:
    """What waits for an answer in the viewer's polls on a day."""
    viewer.require(Permission.VOTES_ROLL)
    [row] = await rows(_DUE, viewer.code, today)
    return ObjectionsDue(**row)
