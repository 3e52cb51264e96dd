"""A delegation is confirmed or refused, ended by either side or by a worker, and runs out."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from errors import Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.delegations import rules, texts
from handlers.delegations.registers import accounts_of, place_of
from handlers.staff.rules import Permission, Viewer
from models.households import Delegation, NameBrake
from models.residency import Resident
from models.states import DelegationState


async def confirm_delegation(account_id: int, delegation_id: int, now: datetime) -> Delegation:
    """The person whom it is for agrees in chat.

    Raises:
        NotFound: it is not this account's to confirm.
        Conflict: it does not wait any more.
    """
    async with in_transaction():
        delegation = await _held(delegation_id)
        if account_id not in await accounts_of(delegation.elder_id):
            raise NotFound(texts.NOT_YOURS)
        await _confirm(delegation, f"account:{account_id}", "chat", now)
        await _tell_both(delegation, texts.opened, but=account_id)
    return delegation


async def decline_delegation(account_id: int, delegation_id: int, now: datetime) -> Delegation:
    """The person whom it is for does not agree.

    Raises:
        NotFound: it is not this account's to refuse.
        Conflict: it does not wait any more.
    """
    async with in_transaction():
        delegation = await _held(delegation_id)
        if account_id not in await accounts_of(delegation.elder_id):
            raise NotFound(texts.NOT_YOURS)
        await _refuse(delegation, f"account:{account_id}", texts.DECLINED, now)
    return delegation


async def confirm_for(viewer: Viewer, delegation_id: int, how: str, note: str) -> Delegation:
    """A worker has asked the person by phone or at home.

    Args:
        how: a key of `rules.HOW`.
        note: what was said, for the record.

    Raises:
        Forbidden, NotFound: not this viewer's.
        Invalid: nothing says how the person was asked.
        Conflict: it does not wait any more.
    """
    async with in_transaction():
        delegation = await _own(viewer, delegation_id)
        if how not in rules.HOW or not note:
            raise Invalid(texts.HOW_MISSING)
        await _confirm(delegation, viewer.actor, how, clock.now(), note)
        await _tell_both(delegation, texts.opened)
    return delegation


async def refuse_for(viewer: Viewer, delegation_id: int, reason: str) -> Delegation:
    """A worker turns it down, with a reason that the delegate is told.

    Raises:
        Forbidden, NotFound: not this viewer's.
        Invalid: no reason.
        Conflict: it does not wait any more.
    """
    async with in_transaction():
        delegation = await _own(viewer, delegation_id)
        if not reason:
            raise Invalid(texts.REASON_MISSING)
        await _refuse(delegation, viewer.actor, reason, clock.now())
    return delegation


async def revoke_delegation(viewer: Viewer, delegation_id: int, reason: str) -> Delegation:
    """A worker ends one that runs; both sides are told why.

    Raises:
        Forbidden, NotFound: not this viewer's.
        Invalid: no reason.
        Conflict: it is over already.
    """
    async with in_transaction():
        delegation = await _own(viewer, delegation_id)
        if not reason:
            raise Invalid(texts.REASON_MISSING)
        await _end(delegation, DelegationState.ENDED, viewer.actor, reason, clock.now())
        await _tell_both(delegation, texts.stopped)
    return delegation


async def stop_delegation(account_id: int, delegation_id: int, now: datetime) -> Delegation:
    """Either side ends it, also one that still waits (「停止代办」, 《民法典》第一百七十三条).

    Raises:
        NotFound: this account is neither side.
        Conflict: it is over already.
    """
    async with in_transaction():
        delegation = await _held(delegation_id)
        if account_id != delegation.account_id and account_id not in await accounts_of(delegation.elder_id):
            raise NotFound(texts.NOT_YOURS)
        await _end(delegation, DelegationState.ENDED, f"account:{account_id}", texts.BY_ITSELF, now)
        await _tell_both(delegation, texts.stopped, but=account_id)
    return delegation


async def end_unbound(delegation_id: int, now: datetime) -> None:
    """One side has left: what it was trusted with or gave ends."""
    async with in_transaction():
        delegation = await _held(delegation_id)
        if delegation.state in rules.LIVE:
            await _end(delegation, DelegationState.ENDED, "clock", texts.LEFT, now)
            await _tell_both(delegation, texts.stopped)


async def expire_delegation(delegation_id: int, now: datetime) -> None:
    """Draw the conclusion from a last day that is over, or from a question that nobody answered."""
    async with in_transaction():
        delegation = await _held(delegation_id)
        if delegation.state in rules.LIVE:
            await _end(delegation, DelegationState.EXPIRED, "clock", "", now)
            await _tell_both(delegation, texts.expired)


async def remind_of_end(delegation_id: int, now: datetime) -> None:
    """Tell both sides once that it will be over soon."""
    async with in_transaction():
        delegation = await _held(delegation_id)
        if delegation.state is DelegationState.ACTIVE and delegation.reminded_at is None:
            delegation.reminded_at = now
            await delegation.save(update_fields=("reminded_at",))
            await _tell_both(delegation, texts.ends_soon)


async def _held(delegation_id: int) -> Delegation:
    delegation = await Delegation.filter(id=delegation_id).select_for_update().first()
    if delegation is None:
        raise NotFound(texts.NOT_YOURS)
    return delegation


async def _own(viewer: Viewer, delegation_id: int) -> Delegation:
    if not viewer.may(Permission.DELEGATIONS_DECIDE):
        raise Forbidden
    delegation = await Delegation.filter(id=delegation_id).select_for_update().first()
    if delegation is None or not viewer.sees(await place_of(delegation)):
        raise NotFound
    return delegation


async def _confirm(delegation: Delegation, actor: str, how: str, now: datetime, note: str = "") -> None:
    before, delegation.state = delegation.state, rules.move(delegation.state, DelegationState.ACTIVE)
    if clock.today() > delegation.expires_on:
        raise rules.DelegationOver
    delegation.confirmed_at, delegation.confirmed_by, delegation.confirmed_how = now, actor, how
    delegation.reason = note
    await delegation.save()
    await NameBrake.filter(account_id=delegation.account_id).delete()
    await _audit(delegation, "delegation.confirm", actor, before, note, how)


async def _refuse(delegation: Delegation, actor: str, reason: str, now: datetime) -> None:
    before, delegation.state = delegation.state, rules.move(delegation.state, DelegationState.REFUSED)
    delegation.ended_at, delegation.reason = now, reason
    await delegation.save()
    await _audit(delegation, "delegation.refuse", actor, before, reason)
    elder = await Resident.get(id=delegation.elder_id)
    await notify(delegation.account_id, texts.refused(elder.name, reason))


async def _end(delegation: Delegation, state: DelegationState, actor: str, reason: str, now: datetime) -> None:
    before, delegation.state = delegation.state, rules.move(delegation.state, state)
    delegation.ended_at, delegation.reason = now, reason
    await delegation.save()
    verb = "delegation.expire" if state is DelegationState.EXPIRED else "delegation.end"
    await _audit(delegation, verb, actor, before, reason)


async def _audit(
    delegation: Delegation, verb: str, actor: str, before: DelegationState, reason: str, how: str = ""
) -> None:
    place, detail = await place_of(delegation), {"how": how} if how else {}
    subject = f"delegation:{delegation.id}"
    await record(actor, verb, subject, place=place, before=before, after=delegation.state, reason=reason, detail=detail)


async def _tell_both(delegation: Delegation, told: texts.Told, but: int | None = None) -> None:
    """Tell the delegate and every account of the person, except the one that has just done it."""
    elder = await Resident.get(id=delegation.elder_id)
    between = texts.Between(elder.name, delegation.delegate_name, delegation.expires_on, delegation.reason)
    for account_id in {delegation.account_id, *await accounts_of(delegation.elder_id)} - {but}:
        await notify(account_id, told(between))
