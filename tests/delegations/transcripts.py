"""What accounts were told, how a delegation stands, and one that was agreed to."""

from models.conversations import Notification
from models.households import Delegation
from models.states import DelegationState
from tests.delegations.conftest import ASKING, Family, Phones, says


async def told(account_id: int) -> list[str]:
    return [one.text for one in await Notification.filter(account_id=account_id).order_by("id")]


async def state() -> DelegationState:
    return (await Delegation.get()).state


async def agreed(family: Family, phone: Phones) -> Delegation:
    """The child has asked and the elder agreed in chat."""
    await family.elder_on_wechat()
    await family.child()
    await says(phone("oChild"), *ASKING)
    await says(phone("oElder"), "代办", "1")
    return await Delegation.get()
