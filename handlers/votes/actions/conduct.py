"""A poll's life: published with its roll, opened, closed with sealed ballots, put off, stopped, put right, archived."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.transactions import in_transaction

from clock import BEIJING
from errors import Conflict, Invalid
from handlers.staff.rules import Permission, Viewer, check_reason
from handlers.votes import rules
from handlers.votes.actions.polls import locked, move
from handlers.votes.actions.roll import RollDrawn, draw_roll
from handlers.votes.actions.seal import seal_ballots
from handlers.votes.actions.telling import remind_later, tell_no_more, tell_opened
from handlers.votes.motions import check_periods, strict
from handlers.votes.remarks import remarks
from handlers.votes.rules import PollEvent
from handlers.votes.terms import Terms, terms_from
from models.events import Event
from models.states import PollState
from models.votes import Poll, PollChange

LONGEST_EXPLANATION, LONGEST_CONTACT = 2000, 60
AREA_SOURCE = "最高法院建筑物区分所有权解释第八条：面积按登记，没有登记的按测绘，再没有的按合同"


async def publish_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Announce a vote and post its roll; when its opening time has come already, it opens at once.

    Who may draft, review and publish may announce a draft as it is; but an owners' vote, and what binds in law, passes
    through at least two people (三审三校, domain.md §5).

    Raises:
        Forbidden, NotFound, Conflict: not allowed, not in scope, not reviewed, or announced already.
        Invalid: its periods are too short, nobody is on its roll, areas are missing, or a date in it can't be.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        rules.move(poll.state, PollEvent.PUBLISH)
        _check_hands(viewer, poll)
        terms = terms_from(poll.terms)
        _check_times(poll, terms, now)
        _check_words(poll, now)
        drawn = await draw_roll(poll, now)
        check_roll(poll, terms, drawn)
        roll = {"roll": drawn.entries}
        await move(poll, PollEvent.PUBLISH, viewer.actor, roll, published_by=viewer.login, announced_at=now)
        await Event.create(name="PollPublished", payload={"poll": poll.id}, created_at=now)
        if poll.opens_at <= now:
            await _open(poll, now, viewer.actor)
    return poll


def _may_publish_draft(viewer: Viewer, poll: Poll) -> bool:
    """Whether this one person may announce a draft that nobody has reviewed."""
    steps = (Permission.VOTES_EDIT, Permission.VOTES_REVIEW, Permission.VOTES_PUBLISH)
    return all(viewer.may(step) for step in steps) and not strict(poll.kind, poll.legal_effect)


def _check_hands(viewer: Viewer, poll: Poll) -> None:
    """Refuse what too few people have answered for.

    Raises:
        Conflict: nobody has reviewed it, or all three steps would be one person's.
    """
    if not poll.reviewed_by and not _may_publish_draft(viewer, poll):
        raise Conflict("还没有审核通过，不能发布。请先提交审核。")
    if strict(poll.kind, poll.legal_effect) and len(hands(poll, viewer.login)) < 2:
        raise Conflict("这类投票的起草、审核、发布至少要两个人，请另一位来发布。")


def publishable(poll: Poll, viewer: Viewer) -> bool:
    """Whether enough people have answered for a text that this one may announce it."""
    try:
        _check_hands(viewer, poll)
    except Conflict:
        return False
    return True


def certifiable(poll: Poll, viewer: Viewer) -> bool:
    """Whether a count waits for this person, who did not make it."""
    return poll.result is not None and poll.counted_by != viewer.login


def hands(poll: Poll, publisher: str) -> set[str]:
    """Who answers for a text: drafter, reviewer and publisher, as many as they are."""
    return {poll.submitted_by or poll.created_by, poll.reviewed_by, publisher} - {""}


def _check_times(poll: Poll, terms: Terms, now: datetime) -> None:
    if poll.closes_at <= now:
        raise Invalid("截止时间已过，请改过再发布。")
    announced_on, opens_on, closes_on = (
        moment.astimezone(BEIJING).date() for moment in (now, max(poll.opens_at, now), poll.closes_at)
    )
    check_periods(terms, announced_on, opens_on, closes_on)


def _check_words(poll: Poll, now: datetime) -> None:
    wrong = [remark for remark in remarks(poll, now, lambda _: True) if remark.wrong]
    if wrong:
        raise Invalid(f"{wrong[0].part}有误：{wrong[0].words}请改过再发布。")


def check_roll(poll: Poll, terms: Terms, drawn: RollDrawn) -> None:
    """Refuse a roll that is empty, or that nobody could count: every m² and every owner is known."""
    if not drawn.entries:
        raise Invalid(f"{poll.scope}没有可以投票的{poll.electorate.label}，名册是空的。请先补全登记册。")
    if drawn.without_owner:
        raise Invalid(f"有{_named(drawn.without_owner)}没有登记业主。请先补全。")
    if drawn.without_area and (terms.quorum_area or terms.agree_area):
        raise Invalid(f"有{_named(drawn.without_area)}没有面积。请先补全。依据：{AREA_SOURCE}。")


def _named(addresses: Sequence[str]) -> str:
    return f"{len(addresses)}户（{'、'.join(addresses[:5])}{'等' * (len(addresses) > 5)}）"


async def open_poll(poll_id: int, now: datetime, *, tells: bool = True) -> None:
    """What the clock does at the opening time: freeze the roll, let ballots in, tell whoever is on it.

    One that was opened or stopped meanwhile stays as it is: two processes may run the same job.

    Args:
        tells: not of a vote that is loaded.
    """
    async with in_transaction():
        poll = await locked(poll_id)
        if poll.state is PollState.ANNOUNCED:
            await _open(poll, now, "clock", tells)


async def _open(poll: Poll, now: datetime, actor: str, tells: bool = True) -> None:
    """Let ballots in; a roll that was posted stays as it was amended."""
    drawn = await draw_roll(poll, now)
    await move(poll, PollEvent.OPEN, actor, {"roll": drawn.entries}, opened_at=now)
    if tells:
        await tell_opened(poll, now)


async def close_poll(poll_id: int, now: datetime, planned: datetime | None = None) -> None:
    """What the clock does at the closing time: no ballot comes after, and those that came are shuffled and sealed.

    Args:
        planned: the closing time that has come; where it was put off or closed meanwhile, nothing happens.
    """
    async with in_transaction():
        poll = await locked(poll_id)
        if planned and (poll.closes_at > planned or poll.state is not PollState.OPEN):
            return
        ballots = await seal_ballots(poll)
        await move(poll, PollEvent.CLOSE, "clock", {"ballots": ballots}, closed_at=now)
        await Event.create(name="PollClosed", payload={"poll": poll.id}, created_at=now)


async def extend_poll(viewer: Viewer, poll_id: int, closes_at: datetime, reason: str, now: datetime) -> Poll:
    """Put off the closing of an open vote; it never comes earlier.

    Raises:
        Conflict: it is not open, or its time is up.
        Invalid: no reason, or not later than before.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        rules.move(poll.state, PollEvent.EXTEND)
        check_reason(reason)
        if poll.closes_at <= now:
            raise Conflict("已到截止时间，不能再延期。")
        if closes_at <= poll.closes_at:
            raise Invalid("延期只能往后，新的截止时间要晚于原来的。")
        await _note(poll, "closes_at", poll.closes_at.isoformat(), closes_at.isoformat(), reason, viewer.login, now)
        await move(poll, PollEvent.EXTEND, viewer.actor, reason=reason, closes_at=closes_at)
        await remind_later(poll, now)
    return poll


async def suspend_poll(viewer: Viewer, poll_id: int, reason: str, now: datetime) -> Poll:
    """Stop a vote for good, for a reason that all can read; ballots in its box are sealed and never counted.

    Raises:
        Conflict: it is not announced or open.
        Invalid: no reason.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        following = rules.move(poll.state, PollEvent.SUSPEND)
        check_reason(reason)
        if poll.state is PollState.OPEN:
            await seal_ballots(poll)
        await _note(poll, "state", poll.state, following, reason, viewer.login, now)
        await move(poll, PollEvent.SUSPEND, viewer.actor, reason=reason, closed_at=now)
        await Poll.filter(id=poll.id).update(reason=reason)
        await tell_no_more(poll)
    return poll


async def correct_poll(
    viewer: Viewer, poll_id: int, explanation: str, contact: str, reason: str, now: datetime
) -> Poll:
    """Put the explanation or the contact of an announced or open vote right, in the sight of all.

    Raises:
        Conflict: it is neither announced nor open.
        Invalid: no reason, nothing changed, or too long.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    written = {"explanation": explanation, "contact": contact}
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        rules.move(poll.state, PollEvent.CORRECT)
        check_reason(reason)
        changes = {name: text for name, text in written.items() if getattr(poll, name) != text}
        if not changes:
            raise Invalid("说明和联系电话都没有改动。")
        if len(explanation) > LONGEST_EXPLANATION or len(contact) > LONGEST_CONTACT:
            raise Invalid(f"说明最多{LONGEST_EXPLANATION}个字，联系电话最多{LONGEST_CONTACT}个字。")
        for name, text in changes.items():
            await _note(poll, name, getattr(poll, name), text, reason, viewer.login, now)
        await move(poll, PollEvent.CORRECT, viewer.actor, {"fields": sorted(changes)}, reason=reason, **changes)
    return poll


async def _note(poll: Poll, field: str, before: str, after: str, reason: str, login: str, now: datetime) -> None:
    """Keep a change where everybody can read it."""
    await PollChange.create(
        poll_id=poll.id, field=field, before=before, after=after, reason=reason, made_by=login, made_at=now
    )


async def archive_poll(viewer: Viewer, poll_id: int, now: datetime) -> Poll:
    """Put a vote whose result has been posted away; it stays readable.

    Raises:
        Conflict: its result is not posted.
    """
    viewer.require(Permission.VOTES_PUBLISH)
    async with in_transaction():
        poll = await locked(poll_id, viewer)
        await move(poll, PollEvent.ARCHIVE, viewer.actor, archived_at=now)
    return poll
