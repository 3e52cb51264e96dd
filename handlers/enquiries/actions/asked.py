"""What a resident does to a conversation: opens it, adds to it, ends it."""

from datetime import datetime
from typing import Any

from announcements import telling
from errors import Conflict
from handlers.delegations.actions.act import record_act
from handlers.delegations.queries import acting_for
from handlers.delegations.rules import DelegationOver, Matter
from handlers.enquiries import texts
from handlers.enquiries.actions.assigning import assign
from handlers.enquiries.actions.steps import CLOCK, audit, close, own_open, say
from handlers.enquiries.rules import Said
from handlers.residency.visitors import Home
from models.desk import EnquiryOutcome
from models.enquiries import Enquiry
from models.events import Event
from models.households import Delegation
from models.residency import Account, Dwelling
from models.states import EnquiryState


async def open_enquiry(account_id: int, home: Home | None, said: Said, now: datetime) -> Enquiry:
    """Put a question to a person; while one of this account is open, it is added to that.

    Args:
        home: whose community answers; the district where there is none.
    """
    async with telling():
        await Account.select_for_update(no_key=True).get(id=account_id)
        known = await own_open(account_id)
        if known:
            await say(known, said, now, account_id)
            return known
        dwelling = await Dwelling.filter(id=home.dwelling_id).first() if home else None
        return await _begin(
            said,
            now,
            account_id=account_id,
            resident_id=home.resident_id if home else None,
            community_id=home.community_id if home else None,
            grid_id=dwelling.grid_id if dwelling else None,
            place=home.community_code if home else "",
        )


async def open_enquiry_for(account_id: int, delegation_id: int, said: Said, now: datetime) -> Enquiry:
    """Put a question in another's name; the community of that person's home answers.

    Raises:
        DelegationOver, OutOfScope: the account may not, or not any more.
        Conflict: it has a conversation open already.
    """
    async with telling():
        await Account.select_for_update(no_key=True).get(id=account_id)
        if known := await own_open(account_id):
            raise Conflict(texts.first_end(known.id))
        delegation = await Delegation.filter(id=delegation_id).select_related("dwelling__community").first()
        if delegation is None:
            raise DelegationOver
        enquiry = await _begin(
            said,
            now,
            account_id=account_id,
            resident_id=delegation.elder_id,
            community_id=delegation.dwelling.community_id,
            grid_id=delegation.dwelling.grid_id,
            place=delegation.dwelling.community.code,
            delegation_id=delegation_id,
        )
        await record_act(delegation_id, account_id, Matter.ENQUIRY, texts.ASKING, f"enquiry:{enquiry.id}")
    return enquiry


async def _begin(said: Said, now: datetime, **columns: Any) -> Enquiry:
    enquiry = await Enquiry.create(state=EnquiryState.WAITING, opened_at=now, last_at=now, waiting_since=now, **columns)
    await assign(enquiry, now)
    await say(enquiry, said, now, enquiry.account_id)
    await audit(f"account:{enquiry.account_id}", "enquiry.open", enquiry)
    await Event.create(name="EnquiryOpened", payload={"enquiry": enquiry.id}, created_at=now)
    return enquiry


async def add_to_enquiry(account_id: int | None, said: Said, now: datetime) -> Enquiry | None:
    """Add to the account's open enquiry what its resident goes on to say; None where none is open.

    One that was opened in another's name is over as soon as the delegation is.
    """
    async with telling():
        enquiry = await own_open(account_id) if account_id else None
        if enquiry and await _may_go_on(enquiry):
            await say(enquiry, said, now, account_id)
            return enquiry
        if enquiry:
            await close(enquiry, CLOCK, now, EnquiryOutcome.WITHDRAWN)
    return None


async def _leave_merged(account_id: int | None) -> Enquiry:
    """Whose question was merged into another's needs no answer any more; the other goes on."""
    own = await Enquiry.filter(account_id=account_id, merged_into_id__not_isnull=True).order_by("-id").first()
    assert own is not None
    await Enquiry.filter(account_id=account_id).update(merged_into_id=None)
    return own


async def _may_go_on(enquiry: Enquiry) -> bool:
    if enquiry.delegation_id is None or enquiry.account_id is None:
        return True
    return any(one.delegation_id == enquiry.delegation_id for one in await acting_for(enquiry.account_id))


async def end_enquiry(account_id: int | None, now: datetime) -> Enquiry | None:
    """The resident needs no answer any more; the enquiry that was open, None where none was."""
    async with telling():
        enquiry = await own_open(account_id) if account_id else None
        if enquiry and enquiry.account_id != account_id:
            return await _leave_merged(account_id)
        if enquiry:
            outcome = EnquiryOutcome.ANSWERED if enquiry.answered_at else EnquiryOutcome.WITHDRAWN
            await close(enquiry, f"account:{account_id}", now, outcome)
    return enquiry
