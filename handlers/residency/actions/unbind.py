"""Bindings end: unfollowed, consent taken back, moved out, a lease run out; and those who follow again are queued."""

from datetime import date

from tortoise.transactions import in_transaction

from clock import clock
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import forget_notifications, notify
from handlers.residency import rules, texts, told
from handlers.residency.actions.consents import withdraw_all
from handlers.residency.actions.delegates import end_own
from handlers.residency.actions.trail import actor_of, audit_binding, community_code
from models.audit import AuditEntry
from models.events import Event
from models.residency import Account, Binding, Dwelling, Resident
from models.states import BindingState, MemberRole

CLOSED = "AccountClosed"
"""The event of an account that is registered nowhere any more, with its id."""


async def release(binding: Binding, actor: str, reason: str) -> None:
    """End a live binding that is held; the row stays as history."""
    before = binding.state
    binding.state = rules.move(before, BindingState.ENDED)
    binding.ended_at, binding.reason = clock.now(), reason
    await binding.save()
    await audit_binding(actor, "binding.end", binding, before, reason)


async def release_all(account: Account, reason: str) -> None:
    """End all bindings of a held account and what it does for others; forget the names given, earlier ones too.

    Whoever keeps something under the account is told by an event.
    """
    await end_own(account, reason, clock.now())
    for binding in await Binding.filter(account_id=account.id).select_for_update():
        binding.name = ""
        if binding.state in rules.LIVE:
            await release(binding, actor_of(account.id), reason)
        else:
            await binding.save(update_fields=("name",))
    await Event.create(name=CLOSED, payload={"account": account.id}, created_at=clock.now())


async def end_bindings(app_id: str, openid: str, reason: str) -> None:
    """End an account's link for good: consent withdrawn, bindings ended, the names given for them forgotten.

    What belongs to the person or household, such as a mark on a roll, stays (conversations.md, 登记住址).
    """
    async with in_transaction():
        account = await Account.filter(app_id=app_id, openid=openid).select_for_update().first()
        if account is None:
            return
        await release_all(account, reason)
        await withdraw_all(account, clock.now())
        await forget_notifications(account.id)
        account.following = False
        await account.save(update_fields=("following",))
        await record(actor_of(account.id), "account.unlink", actor_of(account.id), reason=reason)


async def withdraw_residency(account_id: int) -> None:
    """Take back the consent to being registered: all homes of the account end; it goes on following."""
    async with in_transaction():
        account = await Account.select_for_update().get(id=account_id)
        await release_all(account, texts.WITHDRAWN_REASON)
        await withdraw_all(account, clock.now())


async def welcome_back(app_id: str, openid: str) -> int:
    """Queue the homes of an account that follows again as 曾核实, where the register knows the person; how many."""
    async with in_transaction():
        account = await Account.filter(app_id=app_id, openid=openid, following=False).select_for_update().first()
        if account is None:
            return 0
        account.following = True
        await account.save(update_fields=("following",))
        ended = await Binding.filter(
            account_id=account.id, state=BindingState.ENDED, verified=True, reason__in=list(texts.UNLINKED.values())
        ).exclude(resident_id=None)
        latest = {binding.dwelling_id: binding for binding in sorted(ended, key=lambda binding: binding.id)}
        for former in latest.values():
            await _queue_again(former)
        return len(latest)


async def move_out(account_id: int, binding_id: int) -> str:
    """End the account's own binding, or take back its claim; the address.

    Raises:
        NotFound: it has no such live binding.
    """
    async with in_transaction():
        binding = await _own(account_id, binding_id)
        await release(binding, actor_of(account_id), texts.MOVED_REASON)
        return (await Dwelling.get(id=binding.dwelling_id)).address


async def renew_lease(account_id: int, binding_id: int, ends_on: date) -> str:
    """Let a tenancy end later, or earlier, as the tenant says; the address.

    Raises:
        NotFound: the account has no such live binding.
        Invalid: it is no tenancy.
    """
    async with in_transaction():
        binding = await _own(account_id, binding_id)
        if binding.role is not MemberRole.TENANT:
            raise Invalid(texts.NO_TENANCY)
        before, binding.lease_ends_on = binding.lease_ends_on, ends_on
        await binding.save(update_fields=("lease_ends_on",))
        place = await community_code(binding.dwelling_id)
        earlier = before.isoformat() if before else ""
        await record(
            actor_of(account_id),
            "binding.renew",
            f"binding:{binding.id}",
            place=place,
            before=earlier,
            after=ends_on.isoformat(),
        )
        return (await Dwelling.get(id=binding.dwelling_id)).address


async def remind_tenant(binding_id: int, today: date) -> None:
    """Tell a tenant once for each end date that the lease runs out within 14 days, and how to go on."""
    async with in_transaction():
        binding = await Binding.filter(id=binding_id, state=BindingState.ACTIVE).select_for_update().first()
        if binding is None or not rules.wants_reminder(binding.lease_ends_on, today):
            return
        subject, ends_on = f"binding:{binding.id}", str(binding.lease_ends_on)
        if await AuditEntry.filter(subject=subject, action="binding.remind", after=ends_on).exists():
            return
        place = await Dwelling.get(id=binding.dwelling_id).select_related("community")
        await record("clock", "binding.remind", subject, place=place.community.code, after=ends_on)
        await notify(binding.account_id, told.lease_ending(place.address, ends_on))


async def end_tenancy(binding_id: int, today: date) -> None:
    """End a tenant's binding after the lease's last day, and tell the account (domain.md §2.2, brakes)."""
    async with in_transaction():
        binding = await Binding.filter(id=binding_id, state=BindingState.ACTIVE).select_for_update().first()
        if binding is None or not rules.has_run_out(binding.lease_ends_on, today):
            return
        await release(binding, "clock", texts.LEASE_OVER_REASON)
        address = (await Dwelling.get(id=binding.dwelling_id)).address
        await notify(binding.account_id, told.lease_over(address))


async def _own(account_id: int, binding_id: int) -> Binding:
    live = Binding.filter(id=binding_id, account_id=account_id, state__in=rules.LIVE)
    binding = await live.select_for_update().first()
    if binding is None:
        raise NotFound(texts.NO_SUCH_HOME)
    return binding


async def _queue_again(former: Binding) -> None:
    resident = await Resident.get_or_none(id=former.resident_id)
    live = Binding.filter(account_id=former.account_id, dwelling_id=former.dwelling_id, state__in=rules.LIVE)
    if resident is None or await live.exists():
        return
    claim = Binding(
        account_id=former.account_id,
        dwelling_id=former.dwelling_id,
        resident_id=resident.id,
        role=former.role,
        name=resident.name,
        adult=former.adult,
        lease_ends_on=former.lease_ends_on,
        state=BindingState.PENDING,
        reason=texts.RETURNED_REASON,
        created_at=clock.now(),
    )
    await claim.save()
    await audit_binding(actor_of(former.account_id), "binding.request", claim, "", texts.RETURNED_REASON)
