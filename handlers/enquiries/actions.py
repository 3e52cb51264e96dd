"""A conversation with a worker: opened and added to by the resident, taken, answered and closed by staff."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Forbidden, NotFound
from handlers.audit.actions import record
from handlers.conversations.rules import SendText
from handlers.delegations.actions.act import record_act
from handlers.delegations.queries import acting_for
from handlers.delegations.rules import DelegationOver, Matter
from handlers.enquiries import rules, texts
from handlers.enquiries.rules import EnquiryEvent, Said
from handlers.residency.visitors import Home, chat_address
from handlers.staff.rules import Permission, Viewer
from models.enquiries import Enquiry, EnquiryLine
from models.events import Event
from models.households import Delegation
from models.organisations import Organisation
from models.residency import Account
from models.states import Delivered, EnquiryState


async def open_enquiry(account_id: int, home: Home | None, said: Said, now: datetime) -> Enquiry:
    """Put a question to a person; while one of this account is open, it is added to that.

    Args:
        home: whose community answers; the district where there is none.
    """
    async with in_transaction():
        await Account.select_for_update().get(id=account_id)
        known = await _open(account_id)
        if known:
            await _say(known, said, now)
            return known
        enquiry = await Enquiry.create(
            account_id=account_id,
            community_id=home.community_id if home else None,
            place=home.community_code if home else "",
            state=EnquiryState.WAITING,
            opened_at=now,
            last_at=now,
            waiting_since=now,
        )
        await _begin(enquiry, said, now)
    return enquiry


async def open_enquiry_for(account_id: int, delegation_id: int, said: Said, now: datetime) -> Enquiry:
    """Put a question in another's name; the community of that person's home answers.

    Raises:
        DelegationOver, OutOfScope: the account may not, or not any more.
        Conflict: it has a conversation open already.
    """
    async with in_transaction():
        await Account.select_for_update().get(id=account_id)
        if known := await _open(account_id):
            raise Conflict(texts.first_end(known.id))
        delegation = await Delegation.filter(id=delegation_id).select_related("dwelling__community").first()
        if delegation is None:
            raise DelegationOver
        enquiry = await Enquiry.create(
            account_id=account_id,
            community_id=delegation.dwelling.community_id,
            place=delegation.dwelling.community.code,
            delegation_id=delegation_id,
            state=EnquiryState.WAITING,
            opened_at=now,
            last_at=now,
            waiting_since=now,
        )
        await record_act(delegation_id, account_id, Matter.ENQUIRY, texts.ASKING, f"enquiry:{enquiry.id}")
        await _begin(enquiry, said, now)
    return enquiry


async def _begin(enquiry: Enquiry, said: Said, now: datetime) -> None:
    await _say(enquiry, said, now)
    await _audit(f"account:{enquiry.account_id}", "enquiry.open", enquiry)
    await Event.create(name="EnquiryOpened", payload={"enquiry": enquiry.id}, created_at=now)


async def add_to_enquiry(account_id: int | None, said: Said, now: datetime) -> Enquiry | None:
    """Add to the account's open enquiry what its resident goes on to say; None where none is open.

    One that was opened in another's name is over as soon as the delegation is.
    """
    async with in_transaction():
        enquiry = await _open(account_id) if account_id else None
        if enquiry and await _may_go_on(enquiry):
            await _say(enquiry, said, now)
            return enquiry
        if enquiry:
            await _close(enquiry, "clock", now)
    return None


async def _may_go_on(enquiry: Enquiry) -> bool:
    if enquiry.delegation_id is None:
        return True
    return any(one.delegation_id == enquiry.delegation_id for one in await acting_for(enquiry.account_id))


async def end_enquiry(account_id: int | None, now: datetime) -> Enquiry | None:
    """The resident needs no answer any more; the enquiry that was open, None where none was."""
    async with in_transaction():
        enquiry = await _open(account_id) if account_id else None
        if enquiry:
            await _close(enquiry, f"account:{account_id}", now)
    return enquiry


async def take_enquiry(viewer: Viewer, enquiry_id: int, seen: str) -> Enquiry:
    """Answer for an enquiry from now on, also one that a colleague holds.

    Args:
        seen: who held it on the page where the button was pressed, so that nobody is passed over unawares.

    Raises:
        NotFound, Forbidden: not this viewer's.
        AlreadyClosed: it is over.
        Conflict: somebody else took it since.
    """
    async with in_transaction():
        enquiry = await _own(viewer, enquiry_id)
        if enquiry.held_by == viewer.login:
            return enquiry
        following = rules.move(enquiry.state, EnquiryEvent.TAKE)
        if enquiry.held_by != seen:
            raise Conflict("刚刚已有同事接手，请先看一下再决定。")
        await _hold(enquiry, viewer, following)
    return enquiry


async def answer_enquiry(viewer: Viewer, enquiry_id: int, text: str, key: UUID, send: SendText) -> EnquiryLine:
    """Answer the resident in chat. The line is written before it is sent; one that waits is taken by answering.

    Args:
        key: of the form; the same form again sends nothing and gives the line of the first time.

    Raises:
        NotFound, Forbidden: not this viewer's.
        Invalid: nothing written, or too much.
        AlreadyClosed, HeldByAnother: as the enquiry stands, this worker does not answer.
    """
    rules.check_answer(text)
    async with in_transaction():
        enquiry = await _own(viewer, enquiry_id)
        if earlier := await EnquiryLine.get_or_none(key=key, enquiry_id=enquiry.id):
            return earlier
        rules.check_holder(enquiry.held_by, viewer.login)
        if enquiry.state is not EnquiryState.HELD:
            await _hold(enquiry, viewer, rules.move(enquiry.state, EnquiryEvent.TAKE))
        line = await EnquiryLine.create(
            enquiry=enquiry, author=viewer.login, text=text, key=key, at=clock.now(), delivered=Delivered.UNKNOWN
        )
        await _audit(viewer.actor, "enquiry.answer", enquiry, enquiry.state)
        app_id, address = await chat_address(enquiry.account_id or 0)
    outcome = await send(app_id, address, texts.from_worker(text))
    line.delivered, line.errcode = outcome.delivered, outcome.errcode
    await line.save(update_fields=("delivered", "errcode"))
    return line


async def close_enquiry(viewer: Viewer, enquiry_id: int) -> Enquiry:
    """End a conversation from the panel.

    Raises:
        NotFound, Forbidden: not this viewer's.
        AlreadyClosed, HeldByAnother.
    """
    async with in_transaction():
        enquiry = await _own(viewer, enquiry_id)
        rules.check_holder(enquiry.held_by, viewer.login)
        enquiry.closed_by = viewer.login
        await _close(enquiry, viewer.actor, clock.now())
    return enquiry


async def give_back(enquiry_id: int, now: datetime) -> None:
    """End a held enquiry after two silent hours, or let it wait again where the resident spoke last."""
    async with in_transaction():
        enquiry = await Enquiry.select_for_update().get(id=enquiry_id)
        last = await EnquiryLine.filter(enquiry_id=enquiry.id).order_by("-id").first()
        if enquiry.state is not EnquiryState.HELD or last is None or enquiry.held_at is None:
            return
        if max(last.at, enquiry.held_at) > now - rules.SILENCE:
            return
        if rules.after_silence(answered=bool(last.author)) is EnquiryEvent.CLOSE:
            await _close(enquiry, "clock", now)
            return
        before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.GIVE_BACK)
        enquiry.held_by, enquiry.held_at = "", None
        await enquiry.save(update_fields=("state", "held_by", "held_at"))
        await _audit("clock", "enquiry.give_back", enquiry, before)


async def _open(account_id: int) -> Enquiry | None:
    """The account's open enquiry, held until the transaction ends."""
    return await Enquiry.filter(account_id=account_id).exclude(state=EnquiryState.CLOSED).select_for_update().first()


async def _own(viewer: Viewer, enquiry_id: int) -> Enquiry:
    """An enquiry that this viewer may answer, held until the transaction ends."""
    if not viewer.may(Permission.INBOX_ANSWER):
        raise Forbidden
    enquiry = await Enquiry.filter(id=enquiry_id).select_for_update().first()
    if enquiry is None:
        raise NotFound
    place = await _place(enquiry)
    if not (viewer.sees(place) if place else viewer.level.sees_all):
        raise NotFound
    return enquiry


async def _say(enquiry: Enquiry, said: Said, now: datetime) -> None:
    await EnquiryLine.create(enquiry=enquiry, text=said.text, media=said.media, at=now)


async def _hold(enquiry: Enquiry, viewer: Viewer, following: EnquiryState) -> None:
    before, enquiry.state = enquiry.state, following
    enquiry.held_by, enquiry.held_at = viewer.login, clock.now()
    await enquiry.save(update_fields=("state", "held_by", "held_at"))
    await _audit(viewer.actor, "enquiry.take", enquiry, before)


async def _close(enquiry: Enquiry, actor: str, now: datetime) -> None:
    before, enquiry.state = enquiry.state, rules.move(enquiry.state, EnquiryEvent.CLOSE)
    enquiry.closed_at = now
    await enquiry.save(update_fields=("state", "closed_at", "closed_by"))
    await _audit(actor, "enquiry.close", enquiry, before)
    await Event.create(name="EnquiryClosed", payload={"enquiry": enquiry.id}, created_at=now)


async def _audit(actor: str, verb: str, enquiry: Enquiry, before: str = "") -> None:
    place = await _place(enquiry)
    await record(actor, verb, f"enquiry:{enquiry.id}", place=place, before=before, after=enquiry.state)


async def _place(enquiry: Enquiry) -> str:
    """The code of the community that answers; empty where the district does."""
    community = await Organisation.get_or_none(id=enquiry.community_id)
    return community.code if community else ""
