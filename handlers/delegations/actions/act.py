"""Acting in another's name: what every capability calls in the transaction of the deed itself."""

from clock import clock
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.delegations import rules, texts
from handlers.delegations.registers import accounts_of, grown_up_bindings, place_of
from handlers.delegations.rules import Matter
from models.households import DelegatedAct, Delegation
from models.residency import Resident


async def record_act(delegation_id: int, account_id: int, matter: Matter, act: str, subject: str) -> None:
    """Write down what a delegate does and tell the person, in the transaction under way.

    The delegation is held until that transaction ends: whoever stops it meanwhile comes before the deed or after it.

    Args:
        act: what is done in the person's words, as 「留言」.
        subject: the thing as the audit trail names it, as `enquiry:7`.

    Raises:
        DelegationOver: there is none of this account that runs.
        OutOfScope: it is not for such matters.
    """
    delegation = await Delegation.filter(id=delegation_id, account_id=account_id).select_for_update().first()
    if delegation is None or not rules.is_running(delegation.state, delegation.expires_on, clock.today()):
        raise rules.DelegationOver
    if not await grown_up_bindings(account_id):
        raise rules.DelegationOver
    if matter not in delegation.scope or matter not in rules.BUILT:
        raise rules.OutOfScope
    await DelegatedAct.create(delegation_id=delegation.id, act=act, subject=subject, at=clock.now())
    actor, place = f"account:{account_id}", await place_of(delegation)
    await record(actor, "delegation.act", subject, place=place, detail={"delegation": delegation.id, "act": matter})
    elder = await Resident.get(id=delegation.elder_id)
    for elder_account in await accounts_of(delegation.elder_id):
        await notify(elder_account, texts.acted(delegation.delegate_name, elder.name, act, subject.partition(":")[2]))
