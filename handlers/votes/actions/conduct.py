"""A poll's life: drafted, published, opened with a frozen roll, closed with sealed ballots, counted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer
from handlers.votes import rules
from handlers.votes.rules import PollEvent
from models.database import rows
from models.events import Event
from models.organisations import Organisation
from models.states import LegalEffect, PollKind, PollState
from models.votes import Poll

VOTING_LOCK = 0x766F7465
"""First half of the advisory lock of a poll: ballots share it, closing holds it alone."""

_FREEZE = """
INSERT INTO roll_entry (poll_id, dwelling_id)
SELECT $1, d.id FROM dwelling d JOIN estate e ON e.id = d.estate_id
WHERE EXISTS (SELECT 1 FROM unnest($2::text[]) place WHERE e.code = place OR starts_with(d.code, place))
  AND EXISTS (SELECT 1 FROM membership m JOIN resident r ON r.id = m.resident_id
              WHERE m.dwelling_id = d.id AND m.until IS NULL AND r.birth_on <= $3)
ON CONFLICT (poll_id, dwelling_id) DO NOTHING RETURNING id
"""
# Written anew in random order, so that neither the row's place nor its transaction tells whose ballot it is.
_SHUFFLE = """
WITH taken AS (DELETE FROM ballot WHERE poll_id = $1 RETURNING choice, receipt_index),
     shuffled AS (SELECT choice, receipt_index, row_number() OVER (ORDER BY gen_random_uuid()) AS number FROM taken)
INSERT INTO ballot (id, poll_id, choice, receipt_index, number)
SELECT gen_random_uuid(), $1, choice, receipt_index, number FROM shuffled ORDER BY number
RETURNING id, choice, receipt_index, number
"""
_SEAL = (
    "UPDATE ballot b SET seal = s.seal FROM unnest($1::uuid[], $2::bytea[]) s(id, seal) WHERE b.id = s.id RETURNING 1"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A household vote as it is written in the panel."""

    title: str
    explanation: str
    choices: Sequence[str]
    place: str
    opens_at: datetime
    closes_at: datetime
    organiser: str = ""
    contact: str = ""
    abstain: str = ""


async def draft_poll(viewer: Viewer, draft: Draft, now: datetime) -> Poll:
    """Write down a household vote; nobody sees it until it is published.

    Raises:
        Invalid: the draft could not be answered or counted.
        NotFound: the place is not in the viewer's scope.
    """
    viewer.require(Permission.VOTES_EDIT)
    organisation, scope = await _place(viewer, draft.place)
    rules.check_poll(draft.title, draft.choices, draft.opens_at, draft.closes_at, now)
    if draft.abstain and draft.abstain not in draft.choices:
        raise Invalid("「弃权」要写成选项之一。")
    async with in_transaction():
        poll = await Poll.create(
            organisation=organisation,
            kind=PollKind.HOUSEHOLD,
            state=PollState.DRAFT,
            title=draft.title,
            explanation=draft.explanation,
            choices=list(draft.choices),
            abstain=draft.abstain,
            places=[draft.place],
            scope=scope,
            organiser=draft.organiser or f"{organisation.name}居委会",
            contact=draft.contact or organisation.phone,
            legal_effect=LegalEffect.CONSULTATIVE,
            opens_at=draft.opens_at,
            closes_at=draft.closes_at,
            created_by=viewer.login,
        )
        await record(viewer.actor, "poll.draft", f"poll:{poll.id}", place=organisation.code, after=poll.state)
    return poll


async def _place(viewer: Viewer, place: str) -> tuple[Organisation, str]:
    """The community that a vote's place lies in, and the place's name on screens."""
    if not viewer.sees(place):
        raise NotFound
    found = await rows(
        """SELECT o.id, e.name AS estate FROM organisation o LEFT JOIN estate e ON e.community_id = o.id AND e.code = $1
           WHERE o.code = $1 OR e.code = $1 ORDER BY e.name NULLS LAST LIMIT 1""",
        place,
    )
    if not found:
        raise NotFound
    organisation = await Organisation.get(id=found[0]["id"])
    return organisation, found[0]["estate"] or organisation.name


async def publish_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Announce a draft; when its opening time has come already, it opens at once.

    Raises:
        Forbidden, NotFound, Conflict: not allowed, not in scope, or not a draft any more.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    async with in_transaction():
        poll = await _locked(poll_id, viewer)
        if poll.closes_at <= now:
            raise Invalid("截止时间已过，请改过再发布。")
        await _move(poll, PollEvent.PUBLISH, viewer.actor, published_by=viewer.login)
        await Event.create(name="PollPublished", payload={"poll": poll.id}, created_at=now)
        if poll.opens_at <= now:
            await _open(poll, now, viewer.actor)
    return poll


async def open_poll(poll_id: int, now: datetime) -> None:
    """What the clock does at the opening time: freeze the roll and let ballots in."""
    async with in_transaction():
        await _open(await _locked(poll_id), now, "clock")


async def _open(poll: Poll, now: datetime, actor: str) -> None:
    birthday = rules.born_on_or_before(now.astimezone(BEIJING).date(), poll.min_age)
    entries = await rows(_FREEZE, poll.id, poll.places, birthday)
    await _move(poll, PollEvent.OPEN, actor, {"roll": len(entries)}, opened_at=now)


async def close_poll(poll_id: int, now: datetime) -> None:
    """What the clock does at the closing time: no ballot comes after, and those that came are shuffled and sealed."""
    async with in_transaction():
        await rows("SELECT pg_advisory_xact_lock($1, $2)", VOTING_LOCK, poll_id)
        poll = await _locked(poll_id)
        ballots = await _seal_ballots(poll)
        await _move(poll, PollEvent.CLOSE, "clock", {"ballots": ballots}, closed_at=now)
        await Event.create(name="PollClosed", payload={"poll": poll.id}, created_at=now)


async def _seal_ballots(poll: Poll) -> int:
    """Link the shuffled ballots into a SHA-256 chain that anyone with the published list can check."""
    ballots = sorted(await rows(_SHUFFLE, poll.id), key=lambda ballot: ballot["number"])
    seal = hashlib.sha256(f"poll:{poll.id}".encode()).digest()
    seals: list[bytes] = []
    for ballot in ballots:
        seal = ballot_seal(seal, ballot)
        seals.append(seal)
    await rows(_SEAL, [ballot["id"] for ballot in ballots], seals)
    return len(ballots)


def ballot_seal(previous: bytes, ballot: dict[str, Any]) -> bytes:
    """The seal of one ballot: its number, receipt index and choice, bound to all before it."""
    content = b"%d:%s:%d" % (ballot["number"], ballot["receipt_index"].hex().encode(), ballot["choice"])
    return hashlib.sha256(previous + content).digest()


async def count_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Count the sealed ballots and post the result.

    Raises:
        Conflict: the poll is not closed, or has been counted.
        RuntimeError: marks and ballots differ, which must never be.
    """
    viewer.require(Permission.VOTES_COUNT)
    async with in_transaction():
        poll = await _locked(poll_id, viewer)
        [figures] = await rows(
            """SELECT (SELECT count(*) FROM roll_entry WHERE poll_id = $1) AS roll,
                      (SELECT count(*) FROM roll_mark m JOIN roll_entry e ON e.id = m.entry_id WHERE e.poll_id = $1)
                      AS marks""",
            poll.id,
        )
        counted = await rows("SELECT choice, count(*) AS votes FROM ballot WHERE poll_id = $1 GROUP BY choice", poll.id)
        votes = {row["choice"]: row["votes"] for row in counted}
        if sum(votes.values()) != figures["marks"]:
            raise RuntimeError(f"poll {poll.id}: {figures['marks']} marks, {sum(votes.values())} ballots")
        abstain = poll.choices.index(poll.abstain) if poll.abstain in poll.choices else None
        result = rules.tally(figures["roll"], [votes.get(at, 0) for at in range(len(poll.choices))], abstain)
        await _move(poll, PollEvent.COUNT, viewer.actor, result=result.stored())
        await Event.create(name="PollCounted", payload={"poll": poll.id}, created_at=now)
    return poll


async def _locked(poll_id: int, viewer: Viewer | None = None) -> Poll:
    """The poll, held against other moves until this transaction ends; 404 outside the viewer's scope."""
    poll = await Poll.select_for_update().get_or_none(id=poll_id)
    if poll is None:
        raise NotFound
    await poll.fetch_related("organisation")
    if viewer and not viewer.sees(poll.organisation.code):
        raise NotFound
    return poll


async def _move(poll: Poll, event: PollEvent, actor: str, detail: dict[str, Any] | None = None, **changes: Any) -> None:
    before = poll.state
    poll.state = rules.move(before, event)
    for name, value in changes.items():
        setattr(poll, name, value)
    await poll.save(update_fields=["state", *changes])
    await record(
        actor,
        f"poll.{event}",
        f"poll:{poll.id}",
        place=poll.organisation.code,
        before=before,
        after=poll.state,
        detail=detail,
    )
