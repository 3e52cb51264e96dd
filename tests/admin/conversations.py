"""Questions of residents, and how they stand."""

from clock import clock
from handlers.enquiries.actions.asked import open_enquiry
from handlers.enquiries.rules import Said
from handlers.residency.visitors import Home, visitor
from models.enquiries import Enquiry
from models.residency import Account, Binding
from models.states import BindingState, EnquiryState
from tests.admin.people import make_claim
from tests.factories import Community, make_dwelling, make_estate

QUESTION = "楼道灯坏了三天"


async def home_of(binding: Binding) -> Home | None:
    account = await Account.get(id=binding.account_id)
    known = await visitor(account.app_id, account.openid)
    return next(iter(known.homes or known.pending), None)


async def ask(community: Community, said: Said | None = None, state: BindingState = BindingState.ACTIVE) -> Enquiry:
    """A question of somebody who lives in the community, or asks to be registered there."""
    number = await Binding.all().count()
    dwelling = await make_dwelling(await make_estate(community, f"幸福{number}里"))
    binding = await make_claim(dwelling, "王秀英", state)
    return await open_enquiry(binding.account_id, await home_of(binding), said or Said(QUESTION), clock.now())


async def state(enquiry: Enquiry) -> tuple[EnquiryState, str]:
    now = await Enquiry.get(id=enquiry.id)
    return now.state, now.held_by


def page_of(enquiry: Enquiry) -> str:
    return f"/admin/inbox/{enquiry.id}"
