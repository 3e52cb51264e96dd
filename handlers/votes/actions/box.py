"""Boxes: totals of secret papers, or as the authority's own system gave them, entered by one and signed by another."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from errors import Conflict, NotFound
from handlers.audit.actions import record
from handlers.files.queries import file_of
from handlers.staff.rules import Permission, Viewer
from handlers.votes.actions.polls import locked
from handlers.votes.answers import Shape, answer_from, ordered, shape_of, stored
from handlers.votes.boxes import (
    check_box,
    check_box_source,
    check_may_open,
    check_may_record,
    check_official,
    check_papers,
)
from handlers.votes.tallies import Line, Weight
from models.ballots import BoxCount
from models.database import rows
from models.states import BoxSource, FilePurpose
from models.votes import Poll

# Signed and waiting boxes alike: what two people have not signed yet may not be entered twice either.
_ROOM = """
SELECT count(*) AS entries, coalesce(sum(e.heads), 0) AS heads, coalesce(sum(e.area), 0) AS area,
       count(m.id) AS marks, count(m.id) FILTER (WHERE m.channel IN ('paper', 'door')) AS ticked,
       coalesce(sum(e.heads) FILTER (WHERE m.id IS NOT NULL), 0) AS marked_heads,
       coalesce(sum(e.area) FILTER (WHERE m.id IS NOT NULL), 0) AS marked_area
FROM roll_entry e LEFT JOIN roll_mark m ON m.entry_id = e.id WHERE e.poll_id = $1
"""


async def enter_box(
    viewer: Viewer,
    poll_id: int,
    source: BoxSource,
    lines: Sequence[Line],
    spoilt: int,
    now: datetime,
    *,
    note: str = "",
    sheet: UUID | None = None,
) -> BoxCount:
    """Write down what a box held, or what the authority's system says; it waits for a second person's signature.

    Args:
        lines: for each answer the papers, their heads and their area in m² (heads are papers; a box has no area).
        spoilt: papers that count for nothing.
        sheet: the photo of the signed count sheet, a file of votes.

    Raises:
        Forbidden, NotFound, Conflict, Invalid: not allowed, not in scope, too early or counted already, or it can't
            be so.
    """
    viewer.require(Permission.VOTES_COUNT)
    if sheet and (await file_of(sheet, viewer)).purpose != FilePurpose.VOTE:
        raise NotFound
    async with in_transaction():
        poll = await _taking(viewer, poll_id)
        check_box_source(source, poll.legal_effect, secret=poll.secret)
        check_may_open(source, poll.state)
        shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
        check_box(lines, spoilt, shape)
        await check_room(poll, source, lines, spoilt)
        entered: dict[str, Any] = {"entered_by": viewer.login, "entered_at": now, "note": note[:200], "sheet_id": sheet}
        kept = [_kept(line, shape) for line in lines]
        box = await BoxCount.create(poll_id=poll.id, source=source, lines=kept, spoilt=spoilt, **entered)
        await _record(viewer, "poll.enter_box", poll, box)
    return box


async def sign_box(viewer: Viewer, box_id: int, now: datetime) -> BoxCount:
    """Answer for a box as the second person; it will be in the count.

    Raises:
        Forbidden, NotFound: not allowed, or not in scope.
        Conflict: the viewer entered it, it is signed already, or the poll has been counted.
    """
    viewer.require(Permission.VOTES_COUNT)
    async with in_transaction():
        poll, box = await _waiting(viewer, box_id)
        if box.entered_by == viewer.login:
            raise Conflict("录入和签字要由两个人做，请另一位来签。")
        await check_room(poll, box.source)
        box.signed_by, box.signed_at = viewer.login, now
        await box.save(update_fields=["signed_by", "signed_at"])
        await _record(viewer, "poll.sign_box", poll, box)
    return box


async def withdraw_box(viewer: Viewer, box_id: int) -> None:
    """Take back totals that nobody has signed yet, to enter them anew.

    Raises:
        Forbidden, NotFound, Conflict: not allowed, not in scope, or signed already.
    """
    viewer.require(Permission.VOTES_COUNT)
    async with in_transaction():
        poll, box = await _waiting(viewer, box_id)
        await box.delete()
        await _record(viewer, "poll.withdraw_box", poll, box)


def lines_of(box: BoxCount) -> list[Line]:
    """What a box holds."""
    return [
        Line(answer_from(answer), Weight(papers, heads, Decimal(area))) for answer, papers, heads, area in box.lines
    ]


async def _waiting(viewer: Viewer, box_id: int) -> tuple[Poll, BoxCount]:
    """A box that nobody has signed, with its poll held."""
    found = await BoxCount.get_or_none(id=box_id)
    if found is None:
        raise NotFound
    poll = await _taking(viewer, found.poll_id)
    box = await BoxCount.get_or_none(id=box_id)
    if box is None:
        raise NotFound
    if box.signed_at:
        raise Conflict("这一箱已经签过字了。")
    return poll, box


async def _taking(viewer: Viewer, poll_id: int) -> Poll:
    """The poll, held, where papers may still be entered."""
    poll = await locked(poll_id, viewer)
    check_may_record(poll.state, counted=poll.result is not None)
    return poll


async def check_room(poll: Poll, source: BoxSource, lines: Sequence[Line] = (), spoilt: int = 0) -> None:
    """Refuse more papers than were ticked, or more than the roll has beside those who have voted here.

    Raises:
        Conflict: with what there is room for.
    """
    entered = await BoxCount.filter(poll_id=poll.id, source=source)
    papers = spoilt + sum(box.spoilt for box in entered)
    weight = sum((line.weight for line in [*lines, *(line for box in entered for line in lines_of(box))]), Weight())
    [room] = await rows(_ROOM, poll.id)
    if source is BoxSource.PAPER:
        check_papers(weight.ballots + papers, room["ticked"])
    else:
        heads, area = room["heads"] - room["marked_heads"], room["area"] - room["marked_area"]
        check_official(weight.heads + papers, weight.area, heads, area)


def _kept(line: Line, shape: Shape) -> list[Any]:
    return [stored(ordered(line.answer, shape)), line.weight.ballots, line.weight.heads, str(line.weight.area)]


async def _record(viewer: Viewer, deed: str, poll: Poll, box: BoxCount) -> None:
    """Who and when; what was in the box stands in no audit entry."""
    place, detail = poll.organisation.code, {"box": box.id, "source": box.source.value}
    await record(viewer.actor, deed, f"poll:{poll.id}", place=place, detail=detail)
