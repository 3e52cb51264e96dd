"""Papers: households ticked on the roll of a secret vote, and named papers recorded with serial and photo."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.files.queries import file_of
from handlers.staff.rules import Permission, Viewer, check_reason
from handlers.votes.actions.box import check_room
from handlers.votes.actions.cast import VOTER
from handlers.votes.actions.polls import locked
from handlers.votes.actions.seal import seal_named_paper
from handlers.votes.answers import Answer, check_answer, ordered, shape_of, stored
from handlers.votes.boxes import check_may_record, check_papers
from models.ballots import BoxCount, NamedBallot, RollEntry
from models.database import rows
from models.sealed import seal
from models.states import BoxSource, CastChannel, FilePurpose, LegalEffect, PollState, StaffRole
from models.votes import Poll

SOMEBODY = "有人"
"""Who brought a paper is not known: its voter, as others in the home are told."""
LATER = "later"
LONGEST_SERIAL = 40

_TICK = """
INSERT INTO roll_mark (entry_id, channel, voter, cast_at, recorded_by)
SELECT unnest($1::bigint[]), $2, $3, $4, $5 ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id
"""
_UNTICK = "DELETE FROM roll_mark WHERE entry_id = $1 AND channel = ANY($2::text[]) RETURNING id"
_TICKED = """
SELECT count(*) AS ticked FROM roll_mark m JOIN roll_entry e ON e.id = m.entry_id
WHERE e.poll_id = $1 AND m.channel IN ('paper', 'door')
"""


async def tick_paper(
    viewer: Viewer, poll_id: int, entry_ids: Sequence[int], channel: CastChannel, now: datetime
) -> list[int]:
    """Tick on the roll of a secret poll who has taken a paper; what they voted goes into the box, and nobody knows.

    Args:
        channel: PAPER, or DOOR for papers fetched with a box at the door.

    Returns:
        The entries ticked now; the others had voted before, and get no paper.

    Raises:
        Forbidden, NotFound: not allowed, or an entry that is not on this roll: then nothing is ticked.
        Conflict, Invalid: the poll takes no more papers, or takes named ones.
    """
    _check_recorder(viewer, channel)
    async with in_transaction():
        poll = await _taking(viewer, poll_id, secret=True)
        wanted = sorted(set(entry_ids))
        if await RollEntry.filter(poll_id=poll.id, id__in=wanted).count() < len(wanted):
            raise NotFound
        ticked = await _mark(poll, wanted, channel, now, viewer)
        detail = {"channel": channel.value, "entries": ticked}
        if ticked:
            await record(viewer.actor, "poll.tick", f"poll:{poll.id}", place=poll.organisation.code, detail=detail)
    return ticked


async def untick_paper(viewer: Viewer, poll_id: int, entry_id: int, reason: str) -> None:
    """Take back a tick made by mistake, as long as no box holds more papers than ticks remain.

    Whoever goes from door to door takes back what was given there, and no tick of the office.

    Raises:
        Forbidden, NotFound, Conflict, Invalid: not allowed, not ticked, too late, or without a reason.
    """
    viewer.require(Permission.VOTES_RECORD)
    check_reason(reason)
    office = () if viewer.role is StaffRole.GRID_WORKER else (CastChannel.PAPER.value,)
    own = [CastChannel.DOOR.value, *office]
    async with in_transaction():
        poll = await _taking(viewer, poll_id, secret=True)
        if not await RollEntry.exists(poll_id=poll.id, id=entry_id) or not await rows(_UNTICK, entry_id, own):
            raise NotFound
        boxes = await BoxCount.filter(poll_id=poll.id, source=BoxSource.PAPER)
        papers = sum(box.spoilt + sum(line[1] for line in box.lines) for box in boxes)
        check_papers(papers, (await rows(_TICKED, poll.id))[0]["ticked"])
        place, detail = poll.organisation.code, {"entry": entry_id}
        await record(viewer.actor, "poll.untick", f"poll:{poll.id}", place=place, reason=reason, detail=detail)


async def record_named_paper(
    viewer: Viewer,
    poll_id: int,
    entry_id: int,
    answer: Answer,
    serial: str,
    photo_key: UUID,
    channel: CastChannel,
    now: datetime,
) -> NamedBallot:
    """Record a named paper; the first ballot of an entry that is valid stands, a later one is kept and flagged.

    Args:
        serial: the number printed on the paper, one of a kind in the poll.
        photo_key: the photo or scan of the paper, a file of votes.

    Raises:
        Forbidden, NotFound: not allowed, the entry not on this roll, or no such file.
        Conflict, Invalid: the serial is taken, the poll takes no more papers or none with names, or not on the paper.
    """
    _check_recorder(viewer, channel)
    if (await file_of(photo_key, viewer)).purpose != FilePurpose.VOTE:
        raise NotFound
    async with in_transaction():
        poll = await _taking(viewer, poll_id, secret=False)
        kept = await _kept(poll, entry_id, answer, serial)
        stands = not await NamedBallot.exists(entry_id=entry_id, stands=True)
        flaw = "" if stands else LATER
        paper: dict[str, Any] = {"serial": serial, "photo_id": photo_key, "channel": channel, "stands": stands}
        ballot = await NamedBallot.create(
            poll_id=poll.id, entry_id=entry_id, answer=kept, cast_at=now, recorded_by=viewer.login, flaw=flaw, **paper
        )
        await _mark(poll, [entry_id], channel, now, viewer)
        if stands and poll.state is PollState.COUNTING:
            await seal_named_paper(poll.id, ballot.id)
        detail = {"entry": entry_id, "channel": channel.value, "stands": stands}
        await record(viewer.actor, "poll.paper", f"poll:{poll.id}", place=poll.organisation.code, detail=detail)
    return ballot


def _check_recorder(viewer: Viewer, channel: CastChannel) -> None:
    """Whoever goes from door to door brings what was given there, and enters no papers of the office."""
    viewer.require(Permission.VOTES_RECORD)
    if channel not in {CastChannel.PAPER, CastChannel.DOOR}:
        raise Invalid("这里只录纸质票和上门票。")
    if viewer.role is StaffRole.GRID_WORKER and channel is not CastChannel.DOOR:
        raise Forbidden("网格员录上门票，纸质票请社区工作者来录。")


async def _taking(viewer: Viewer, poll_id: int, *, secret: bool) -> Poll:
    """The poll, held, where it takes papers of this sort."""
    poll = await locked(poll_id, viewer)
    check_may_record(poll.state, counted=poll.result is not None)
    if poll.secret is not secret:
        raise Invalid("无记名投票只登记领票，票数按票箱录。" if poll.secret else "记名投票请逐张录入纸票。")
    return poll


async def _kept(poll: Poll, entry_id: int, answer: Answer, serial: str) -> str:
    """The answer as it is kept, of a paper that is in order."""
    if not await RollEntry.exists(poll_id=poll.id, id=entry_id):
        raise NotFound
    shape = shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)
    check_answer(answer, shape)
    if not 1 <= len(serial) <= LONGEST_SERIAL:
        raise Invalid(f"请填写票上的编号，最多{LONGEST_SERIAL}个字。")
    if await NamedBallot.exists(poll_id=poll.id, serial=serial):
        raise Conflict("这个编号的票已经录过了。")
    return stored(ordered(answer, shape))


async def _mark(poll: Poll, entries: Sequence[int], channel: CastChannel, now: datetime, viewer: Viewer) -> list[int]:
    """Mark those who have not voted; with official totals that were entered they are no more than the roll has."""
    found = await rows(_TICK, list(entries), channel.value, seal(SOMEBODY, VOTER), now, viewer.login)
    if poll.legal_effect is LegalEffect.STATUTORY:
        await check_room(poll, BoxSource.OFFICIAL)
    return sorted(row["entry_id"] for row in found)
