"""Who a delegation is between: the people of a dwelling by name, and the accounts of each side."""

from handlers.residency.people import name_key
from models.households import Delegation
from models.residency import Binding, Membership, Resident
from models.sealed import blind_index
from models.states import BindingState


async def living_there(dwelling_id: int, name: str) -> Resident | None:
    """Whoever of this name lives in the dwelling by the residents' register."""
    index = blind_index(name_key(name), "name")
    found = Membership.filter(dwelling_id=dwelling_id, until__isnull=True, resident__name_index=index)
    membership = await found.select_related("resident").order_by("id").first()
    return membership.resident if membership else None


async def grown_up_bindings(account_id: int) -> list[Binding]:
    """The homes an account is bound to as an adult, the first one first."""
    bound = Binding.filter(account_id=account_id, state=BindingState.ACTIVE, adult=True)
    return await bound.order_by("id").select_related("dwelling")


async def accounts_of(resident_id: int) -> list[int]:
    """The accounts that are bound as this person."""
    bound = await Binding.filter(resident_id=resident_id, state=BindingState.ACTIVE, adult=True)
    return sorted({binding.account_id for binding in bound})


async def place_of(delegation: Delegation) -> str:
    """The code of the community that a delegation concerns."""
    await delegation.fetch_related("dwelling__community")
    return delegation.dwelling.community.code
