"""An account leaves: what it did for others ends, on 注销 also what others did for its people; both sides hear it."""

from datetime import datetime

from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.residency import texts
from handlers.residency.actions.trail import actor_of, community_code
from models.households import Delegation
from models.residency import Account, Binding
from models.states import BindingState, DelegationState

LIVE = (DelegationState.ASKED, DelegationState.ACTIVE)


async def end_own(account: Account, reason: str, now: datetime) -> None:
    """End what a held account does for others and forget the name it gave for that."""
    for delegation in await Delegation.filter(account_id=account.id).select_for_update():
        delegation.delegate_name = ""
        if delegation.state in LIVE:
            await _end(delegation, account, reason, now)
        else:
            await delegation.save(update_fields=("delegate_name",))


async def end_given(account: Account, reason: str, now: datetime) -> None:
    """End what others may do in the name of the people this account was bound as."""
    bound = Binding.filter(account_id=account.id).exclude(resident_id=None)
    people = await bound.values_list("resident_id", flat=True)
    for delegation in await Delegation.filter(elder_id__in=list(people), state__in=LIVE).select_for_update():
        await _end(delegation, account, reason, now)


async def _end(delegation: Delegation, account: Account, reason: str, now: datetime) -> None:
    await _tell_other_side(delegation, account)
    before, delegation.state = delegation.state, DelegationState.ENDED
    delegation.ended_at, delegation.reason = now, reason
    await delegation.save()
    place = await community_code(delegation.dwelling_id)
    subject = f"delegation:{delegation.id}"
    await record(actor_of(account.id), "delegation.end", subject, place=place, before=before, after=delegation.state)


async def _tell_other_side(delegation: Delegation, account: Account) -> None:
    """The delegate, or whoever the delegate acted for, hears that it is over."""
    others = Binding.filter(resident_id=delegation.elder_id, state=BindingState.ACTIVE)
    told = {delegation.account_id, *(binding.account_id for binding in await others)} - {account.id}
    for account_id in sorted(told):
        await notify(account_id, texts.delegation_closed(delegation.id))
