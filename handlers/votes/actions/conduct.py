"""A poll's life: drafted, published, opened with a frozen roll, closed with sealed ballots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer
from handlers.votes import rules
from handlers.votes.actions.polls import VOTING_LOCK, locked, move
from handlers.votes.actions.roll import draw_roll
from handlers.votes.actions.seal import seal_ballots
from handlers.votes.rules import PollEvent
from handlers.votes.terms import preset
from models.database import rows
from models.events import Event
from models.organisations import Organisation
from models.states import LegalEffect, PollKind, PollState
from models.votes import Poll


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
            terms=preset(PollKind.HOUSEHOLD).stored(),
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
        poll = await locked(poll_id, viewer)
        if poll.closes_at <= now:
            raise Invalid("截止时间已过，请改过再发布。")
        await move(poll, PollEvent.PUBLISH, viewer.actor, published_by=viewer.login)
        await Event.create(name="PollPublished", payload={"poll": poll.id}, created_at=now)
        if poll.opens_at <= now:
            await _open(poll, now, viewer.actor)
    return poll


async def open_poll(poll_id: int, now: datetime) -> None:
    """What the clock does at the opening time: freeze the roll and let ballots in."""
    async with in_transaction():
        await _open(await locked(poll_id), now, "clock")


async def _open(poll: Poll, now: datetime, actor: str) -> None:
    drawn = await draw_roll(poll, now)
    await move(poll, PollEvent.OPEN, actor, {"roll": drawn.entries}, opened_at=now)


async def close_poll(poll_id: int, now: datetime) -> None:
    """What the clock does at the closing time: no ballot comes after, and those that came are shuffled and sealed."""
    async with in_transaction():
        await rows("SELECT pg_advisory_xact_lock($1, $2)", VOTING_LOCK, poll_id)
        poll = await locked(poll_id)
        ballots = await seal_ballots(poll)
        await move(poll, PollEvent.CLOSE, "clock", {"ballots": ballots}, closed_at=now)
        await Event.create(name="PollClosed", payload={"poll": poll.id}, created_at=now)
