"""What a resident's own open conversation is."""

from models.enquiries import Enquiry
from models.households import Delegation
from models.states import EnquiryState


async def open_enquiry_of(account_id: int | None) -> Enquiry | None:
    """The open enquiry in which an account speaks: its own, or that into which its own was merged."""
    if account_id is None:
        return None
    last = await Enquiry.filter(account_id=account_id).order_by("-id").first()
    if last and last.merged_into_id:
        last = await Enquiry.get_or_none(id=last.merged_into_id)
    return last if last and last.state is not EnquiryState.CLOSED else None


async def asked_for(enquiry: Enquiry) -> str:
    """The name of whoever an enquiry was opened for, empty where that is the account's own person."""
    if enquiry.delegation_id is None:
        return ""
    return (await Delegation.get(id=enquiry.delegation_id).select_related("elder")).elder.name
