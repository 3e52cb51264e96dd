"""What staff do in a conversation of theirs: take it, answer, note for colleagues, put it off, end it."""

from datetime import datetime
from uuid import UUID

from announcements import telling
from clock import clock
from errors import Conflict
from handlers.conversations.actions import notify
from handlers.conversations.rules import Outcome, SendText
from handlers.enquiries import rules, texts
from handlers.enquiries.actions.steps import CLOCK, audit, close, free, hold, keep, note_deed, own_enquiry, touch, wake
from handlers.enquiries.rules import EnquiryEvent
from handlers.residency.visitors import chat_address
from handlers.staff.rules import Viewer
from models.desk import EnquiryOutcome, LineKind
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Account
from models.states import Delivered, EnquiryState

_WORST = (Delivered.FAILED, Delivered.UNKNOWN, Delivered.LEFT, Delivered.SENT)


async def take_enquiry(viewer: Viewer, enquiry_id: int, seen: str) -> Enquiry:
    """Answer for an enquiry from now on, also one that a colleague holds.

    Args:
        seen: who held it on the page where the button was pressed, so that nobody is passed over unawares.

    Raises:
        NotFound, Forbidden: not this viewer's.
        AlreadyClosed: it is over.
        Conflict: somebody else took it since.
    """
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        if enquiry.held_by == viewer.login and enquiry.state is EnquiryState.HELD:
            return enquiry
        rules.move(enquiry.state, EnquiryEvent.TAKE)
        if enquiry.held_by != seen:
            raise Conflict("刚刚已有同事接手，请先看一下再决定。")
        await hold(enquiry, viewer)
    return enquiry


async def answer_enquiry(
    viewer: Viewer, enquiry_id: int, text: str, key: UUID, send: SendText, seen: int | None = None
) -> EnquiryLine:
    """Answer the resident in chat. The line is written before it is sent; one that waits is taken by answering.

    Args:
        key: of the form; the same form again sends nothing and gives the line of the first time.
        seen: the last line that stood on the page; None where nobody looked.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Invalid: nothing written, or too much.
        AlreadyClosed, HeldByAnother, AnsweredMeanwhile: as the enquiry stands, this worker does not answer.
        Conflict: nobody is there to be written to.
    """
    rules.check_answer(text)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        if earlier := await EnquiryLine.get_or_none(key=key, enquiry_id=enquiry.id):
            return earlier
        rules.check_holder(enquiry.held_by, viewer.login)
        await _check_nobody_answered(enquiry, viewer, seen)
        if enquiry.account_id is None:
            raise Conflict(texts.NO_CHAT)
        if enquiry.state is not EnquiryState.HELD:
            await hold(enquiry, viewer)
        waited = enquiry.waiting_since
        line = await write_answer(enquiry, viewer, text, key, clock.now())
        addresses = [await chat_address(account_id) for account_id in await _heard_by(enquiry)]
    outcomes = [await send(app_id, address, texts.from_worker(text)) for app_id, address in addresses]
    await _settle(line, min(outcomes, key=lambda one: _WORST.index(one.delivered)), waited)
    return line


async def _settle(line: EnquiryLine, outcome: Outcome, waited: datetime | None) -> None:
    """Keep what became of an answer; one that was refused answers nobody, and the resident waits as before."""
    async with telling():
        line.delivered, line.errcode = outcome.delivered, outcome.errcode
        await line.save(update_fields=("delivered", "errcode"))
        enquiry = await Enquiry.select_for_update().get(id=line.enquiry_id)
        if outcome.delivered is Delivered.FAILED and enquiry.state is not EnquiryState.CLOSED:
            enquiry.waiting_since = waited or enquiry.waiting_since
            if enquiry.answered_at == line.at:
                enquiry.answered_at, enquiry.answered_by = None, ""
        await keep(enquiry, "waiting_since", "answered_at", "answered_by")


async def write_answer(enquiry: Enquiry, viewer: Viewer, text: str, key: UUID, now: datetime) -> EnquiryLine:
    """The line of an answer, in the transaction under way; nobody waits any more."""
    line = await EnquiryLine.create(
        enquiry=enquiry,
        kind=LineKind.ANSWER,
        author=viewer.login,
        text=text,
        key=key,
        at=now,
        delivered=Delivered.UNKNOWN,
    )
    if enquiry.answered_at is None:
        enquiry.answered_at, enquiry.answered_by = now, viewer.login
    enquiry.waiting_since = None
    await touch(enquiry, now, "waiting_since", "answered_at", "answered_by")
    await audit(viewer.actor, "enquiry.answer", enquiry, enquiry.state)
    return line


async def _check_nobody_answered(enquiry: Enquiry, viewer: Viewer, seen: int | None) -> None:
    if seen is None:
        return
    others = EnquiryLine.filter(enquiry_id=enquiry.id, id__gt=seen, kind=LineKind.ANSWER).exclude(author=viewer.login)
    if await others.exists():
        raise rules.AnsweredMeanwhile


async def _heard_by(enquiry: Enquiry) -> list[int]:
    """The account that asked, and those whose enquiries were merged into this one."""
    merged = await Enquiry.filter(merged_into_id=enquiry.id).exclude(account_id=None).order_by("id")
    accounts = [enquiry.account_id, *(one.account_id for one in merged)]
    return [account for account in dict.fromkeys(accounts) if account is not None]


async def leave_answer(viewer: Viewer, enquiry_id: int, text: str, key: UUID) -> EnquiryLine:
    """Answer somebody to whom the platform takes nothing now: shown with the next answer, whenever they write.

    Raises:
        As `answer_enquiry`.
    """
    rules.check_answer(text)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        if earlier := await EnquiryLine.get_or_none(key=key, enquiry_id=enquiry.id):
            return earlier
        rules.check_holder(enquiry.held_by, viewer.login)
        if not await Account.filter(id=enquiry.account_id, following=True).exists():
            raise Conflict(texts.NO_CHAT if enquiry.account_id is None else texts.LEFT_US)
        if enquiry.state is not EnquiryState.HELD:
            await hold(enquiry, viewer)
        line = await write_answer(enquiry, viewer, text, key, clock.now())
        line.delivered = Delivered.LEFT
        await line.save(update_fields=("delivered",))
        for account_id in await _heard_by(enquiry):
            await notify(account_id, texts.left_for(enquiry.id, text))
    return line


async def note_enquiry(viewer: Viewer, enquiry_id: int, text: str, key: UUID) -> EnquiryLine:
    """Write a note that only colleagues read.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Invalid: nothing written, or too much.
    """
    rules.check_answer(text)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        if earlier := await EnquiryLine.get_or_none(key=key, enquiry_id=enquiry.id):
            return earlier
        now = clock.now()
        line = await EnquiryLine.create(
            enquiry=enquiry, kind=LineKind.NOTE, author=viewer.login, text=text, key=key, at=now
        )
        await touch(enquiry, now)
        await audit(viewer.actor, "enquiry.note", enquiry, enquiry.state)
    return line


async def snooze_enquiry(viewer: Viewer, enquiry_id: int, until: datetime, now: datetime) -> Enquiry:
    """Put an enquiry off until a time; whatever its resident says brings it back at once.

    Raises:
        NotFound, Forbidden, HeldByAnother, AlreadyClosed: not this viewer's, or not any more.
        Invalid: not within the next 30 days.
    """
    rules.check_snooze(until, now)
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        rules.check_holder(enquiry.held_by, viewer.login)
        before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.SNOOZE)
        enquiry.held_by = enquiry.assigned_to = viewer.login
        enquiry.held_at, enquiry.snoozed_until = enquiry.held_at or now, until
        await note_deed(enquiry, viewer.login, texts.put_off(until), now)
        await keep(enquiry, "state", "held_by", "assigned_to", "held_at", "snoozed_until")
        await audit(viewer.actor, "enquiry.snooze", enquiry, before)
    return enquiry


async def wake_enquiry(enquiry_id: int, now: datetime) -> None:
    """Bring back what was put off until now."""
    async with telling():
        enquiry = await Enquiry.select_for_update().get(id=enquiry_id)
        if enquiry.state is EnquiryState.SNOOZED and enquiry.snoozed_until and enquiry.snoozed_until <= now:
            await wake(enquiry, CLOCK)


async def close_enquiry(viewer: Viewer, enquiry_id: int, outcome: EnquiryOutcome = EnquiryOutcome.ANSWERED) -> Enquiry:
    """End a conversation from the panel.

    Raises:
        NotFound, Forbidden: not this viewer's.
        AlreadyClosed, HeldByAnother.
    """
    async with telling():
        enquiry = await own_enquiry(viewer, enquiry_id)
        rules.check_holder(enquiry.held_by, viewer.login)
        await close(enquiry, viewer.actor, clock.now(), outcome, viewer.login)
    return enquiry


async def give_back(enquiry_id: int, now: datetime) -> None:
    """End a held enquiry after two silent hours, or let it wait again where the resident spoke last."""
    async with telling():
        enquiry = await Enquiry.select_for_update().get(id=enquiry_id)
        if enquiry.state is not EnquiryState.HELD or enquiry.held_at is None:
            return
        if max(enquiry.last_at, enquiry.held_at) > now - rules.SILENCE:
            return
        if rules.after_silence(answered=enquiry.waiting_since is None) is EnquiryEvent.CLOSE:
            await close(enquiry, CLOCK, now, EnquiryOutcome.ANSWERED)
        else:
            await free(enquiry, CLOCK, "enquiry.give_back")
