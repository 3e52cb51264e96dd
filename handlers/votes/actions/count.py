"""Counting sealed ballots, and two people answering for the count before it is posted."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Conflict
from handlers.staff.rules import Permission, Viewer
from handlers.votes.actions.polls import locked, move
from handlers.votes.actions.seal import seal_boxes
from handlers.votes.actions.telling import tell_result
from handlers.votes.answers import answer_from, shape_of
from handlers.votes.rules import PollEvent
from handlers.votes.rules import move as following
from handlers.votes.seals import last_seals
from handlers.votes.tallies import Line, Result, Weight, tally
from handlers.votes.terms import terms_from
from models.ballots import BoxCount
from models.database import rows
from models.events import Event
from models.states import BoxSource, PollState
from models.votes import Poll

_ROLL = """
SELECT count(*) AS ballots, coalesce(sum(heads), 0) AS heads, coalesce(sum(area), 0) AS area
FROM roll_entry WHERE poll_id = $1
"""
_LINES = """
SELECT answer, count(*) AS ballots, sum(heads) AS heads, sum(area) AS area
FROM sealed_choice WHERE poll_id = $1 GROUP BY answer
"""
_MARKS = """
SELECT count(*) AS marks, count(*) FILTER (WHERE m.channel IN ('paper', 'door')) AS ticked
FROM roll_mark m JOIN roll_entry e ON e.id = m.entry_id WHERE e.poll_id = $1
"""


async def count_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Count the sealed ballots; the result waits for a second person to certify it.

    Raises:
        Conflict: the poll is not closed, has been counted, or a box waits for its second signature.
        RuntimeError: marks and ballots differ by more than papers that were not thrown in, which must never be.
    """
    viewer.require(Permission.VOTES_COUNT)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        following(poll.state, PollEvent.COUNT)
        if poll.result is not None:
            raise Conflict("这个投票已是「计票中」，已经计过票了。")
        if await BoxCount.exists(poll_id=poll.id, signed_at=None):
            raise Conflict("还有票箱等第二个人签字，签好再计票。")
        if await BoxCount.exists(poll_id=poll.id):
            await seal_boxes(poll.id)
        result = await tallied(poll)
        # In the trail, which is sealed as well, the ends of both chains outlive whoever might seal the lists anew.
        ends = {of: end.last for of, end in (await last_seals(poll.id)).items()}
        kept, by = result.stored(), viewer.login
        await move(poll, PollEvent.COUNT, viewer.actor, ends, result=kept, counted_by=by, counted_at=now)
    return poll


async def tallied(poll: Poll) -> Result:
    """What the sealed choices of a closed poll come to, checked against the marks on its roll."""
    shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
    [roll], found, boxes = (
        await rows(_ROLL, poll.id),
        await rows(_LINES, poll.id),
        await BoxCount.filter(poll_id=poll.id),
    )
    lines = [Line(answer_from(row["answer"]), Weight(row["ballots"], row["heads"], row["area"])) for row in found]
    unreturned = await _unreturned(poll, sum(line.weight.ballots for line in lines), boxes)
    spoilt = sum(box.spoilt for box in boxes)
    return tally(poll.kind, shape, terms_from(poll.terms), Weight(**roll), lines, spoilt, unreturned)


async def _unreturned(poll: Poll, ballots: int, boxes: Sequence[BoxCount]) -> int:
    """Papers ticked on the roll that no box held; apart from them each mark has its ballot, each ballot its mark."""
    thrown = {source: sum(_papers(box) for box in boxes if box.source is source) for source in BoxSource}
    spoilt = sum(box.spoilt for box in boxes if box.source is BoxSource.PAPER)
    [marks] = await rows(_MARKS, poll.id)
    ticked = marks["ticked"] if poll.secret else 0
    cast_here = ballots - sum(thrown.values())
    unreturned = ticked - thrown[BoxSource.PAPER] - spoilt
    if cast_here != marks["marks"] - ticked or unreturned < 0:
        raise RuntimeError(f"poll {poll.id}: {marks['marks']} marks, but {ballots} ballots and {spoilt} spoilt papers")
    return unreturned


def _papers(box: BoxCount) -> int:
    return sum(line[1] for line in box.lines)


async def certify_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Answer for the count as the second person, and post the result.

    Raises:
        Conflict: it has not been counted, is posted already, or the viewer counted it.
    """
    viewer.require(Permission.VOTES_COUNT)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        if poll.state is PollState.COUNTING and poll.result is None:
            raise Conflict("还没有计票。")
        if poll.counted_by == viewer.login:
            raise Conflict("计票和确认要由两个人做，请另一位来确认。")
        await move(poll, PollEvent.CERTIFY, viewer.actor, certified_by=viewer.login, certified_at=now)
        await Event.create(name="PollCertified", payload={"poll": poll.id}, created_at=now)
        await tell_result(poll, now)
    return poll
