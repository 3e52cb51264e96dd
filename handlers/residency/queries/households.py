"""Who lives together, as the members of a household may see each other."""

from handlers.residency.disclosures import Kinsman
from handlers.residency.people import masked_name
from handlers.residency.visitors import Home
from models.residency import Binding, Membership
from models.states import BindingState


async def household(home: Home, account_id: int) -> list[Kinsman]:
    """Masked names of those at one of the account's homes; the register's only to whom it knows there."""
    bound = await Binding.filter(dwelling_id=home.dwelling_id, state=BindingState.ACTIVE).order_by("id")
    people = [_bound(binding, account_id) for binding in bound]
    if not home.verified:
        return people
    known = {binding.resident_id for binding in bound}
    members = Membership.filter(dwelling_id=home.dwelling_id, until__isnull=True).select_related("resident")
    others = [one for one in await members.order_by("id") if one.resident_id not in known]
    return people + [Kinsman(masked_name(one.resident.name), one.role, False, False) for one in others]


def _bound(binding: Binding, account_id: int) -> Kinsman:
    own = binding.account_id == account_id
    return Kinsman(masked_name(binding.name), binding.role.label, True, own)


async def dwelling_people(dwelling_id: int) -> int:
    """How many the register knows in a dwelling, for staff who may see it."""
    return await Membership.filter(dwelling_id=dwelling_id, until__isnull=True).count()
