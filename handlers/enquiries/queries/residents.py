"""What a resident's own open conversation is."""

from handlers.enquiries.askers import open_of
from models.enquiries import Enquiry
from models.households import Delegation


async def open_enquiry_of(account_id: int | None) -> Enquiry | None:
    """The open enquiry in which an account speaks."""
    return None if account_id is None else await open_of(account_id)


async def asked_for(enquiry: Enquiry) -> str:
    """The name of whoever an enquiry was opened for, empty where that is the account's own person."""
    if enquiry.delegation_id is None:
        return ""
    return (await Delegation.get(id=enquiry.delegation_id).select_related("elder")).elder.name
