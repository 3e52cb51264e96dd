"""An account's claim to a dwelling: proved by a code, or put to a worker."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import clock
from errors import DomainError
from handlers.conversations.actions import notify
from handlers.residency import rules, told
from handlers.residency.actions.trail import actor_of, audit_binding, tell
from handlers.residency.people import masked_name
from handlers.residency.registers import on_register
from models.residency import Account, Binding, CodeBrake, DoorCode, Dwelling
from models.sealed import blind_index
from models.states import BindingState, MemberRole


@dataclass(frozen=True, slots=True)
class Claim:
    """What an account says of itself and a dwelling."""

    account_id: int
    dwelling_id: int
    name: str
    role: MemberRole
    adult: bool = True
    lease_ends_on: date | None = None


async def bind_with_code(claim: Claim, code: str) -> Binding:
    """Bind an account to the dwelling whose code it has; a claim that waits for a worker is granted by it.

    A wrong code is counted even though it is refused. The unique constraints decide between claims made at once.

    Args:
        code: as it was typed, folded.

    Raises:
        ConsentMissing, AlreadyBound, TooYoung: the claim itself can't be granted.
        WrongCode, AddressLocked, CodeExpired, CodeSpent: the code does not prove it.
    """
    async with _one_claim():
        refusal = await _spend(claim, code, clock.now())
        if refusal is None:
            return await _bind(claim)
    raise refusal


async def request_binding(claim: Claim, reason: str) -> Binding:
    """Put a claim to a worker; the same claim again keeps its place and number.

    Raises:
        ConsentMissing, AlreadyBound, TooYoung, TooManyPending.
    """
    async with _one_claim():
        pending = await Binding.filter(account_id=claim.account_id, state=BindingState.PENDING)
        if len([binding for binding in pending if binding.dwelling_id != claim.dwelling_id]) >= rules.MOST_PENDING:
            raise rules.TooManyPending
        binding = await _claimed(claim)
        before = binding.state if binding.id else ""
        binding.state, binding.reason = BindingState.PENDING, reason
        await binding.save()
        await audit_binding(actor_of(claim.account_id), "binding.request", binding, before, reason)
    return binding


@asynccontextmanager
async def _one_claim() -> AsyncGenerator[None]:
    """One transaction, in which the unique constraint on live bindings speaks as AlreadyBound."""
    try:
        async with in_transaction():
            yield
    except IntegrityError as error:
        raise rules.AlreadyBound from error


async def _spend(claim: Claim, code: str, now: datetime) -> DomainError | None:
    """Use the code once; why it can't be, if so. A wrong guess spends nothing but a try."""
    account_id, dwelling_id = claim.account_id, claim.dwelling_id
    await CodeBrake.get_or_create(  # pyright: ignore[reportUnknownMemberType]
        account_id=account_id, dwelling_id=dwelling_id
    )
    brake = await CodeBrake.select_for_update().get(account_id=account_id, dwelling_id=dwelling_id)
    if rules.is_locked(brake.locked_until, now):
        return rules.AddressLocked()
    codes = DoorCode.filter(dwelling_id=dwelling_id, code_index=blind_index(code, "door_code"))
    door_code = await codes.select_for_update().first()
    if door_code is None:
        brake.misses, brake.locked_until = rules.after_miss(brake.misses, brake.locked_until, now)
        await brake.save()
        return rules.AddressLocked() if brake.locked_until else rules.WrongCode(rules.TRIES - brake.misses)
    if door_code.replaced_at is not None or door_code.expires_at <= now:
        return rules.CodeExpired()
    if door_code.uses >= rules.ACCOUNTS_PER_CODE:
        return rules.CodeSpent()
    door_code.uses += 1
    await door_code.save(update_fields=("uses",))
    await brake.delete()
    return None


async def _bind(claim: Claim) -> Binding:
    binding = await _claimed(claim)
    before = binding.state if binding.id else ""
    binding.state, binding.reason, binding.decided_at = BindingState.ACTIVE, "", clock.now()
    await take_person(binding)
    await binding.save()
    await audit_binding(actor_of(claim.account_id), "binding.bind", binding, before)
    await join_household(binding)
    return binding


async def join_household(binding: Binding) -> None:
    """Tell those who are registered there already of a new member (conversations.md, 登记住址)."""
    await tell("MemberJoined", binding)
    address = (await Dwelling.get(id=binding.dwelling_id)).address
    news = told.joined(masked_name(binding.name), binding.role.label, address)
    there = Binding.filter(dwelling_id=binding.dwelling_id, state=BindingState.ACTIVE)
    accounts = await there.values_list("account_id", flat=True)
    for account_id in sorted({int(str(account_id)) for account_id in accounts} - {binding.account_id}):
        await notify(account_id, news)


async def _claimed(claim: Claim) -> Binding:
    """The account's waiting claim to the dwelling or a new one, saying what is claimed now."""
    account = await Account.get_or_none(id=claim.account_id)
    if account is None or account.consent_version != rules.CONSENT_VERSION:
        raise rules.ConsentMissing
    binding = await _live(claim.account_id, claim.dwelling_id)
    if binding and binding.state is BindingState.ACTIVE:
        raise rules.AlreadyBound
    if binding is None:
        binding = Binding(account_id=claim.account_id, dwelling_id=claim.dwelling_id, created_at=clock.now())
    binding.name, binding.role, binding.lease_ends_on = claim.name, claim.role, claim.lease_ends_on
    binding.adult = await _is_adult(claim)
    return binding


async def _live(account_id: int, dwelling_id: int) -> Binding | None:
    """The account's pending or active binding to a dwelling, held until the transaction ends."""
    bindings = Binding.filter(account_id=account_id, dwelling_id=dwelling_id, state__in=rules.LIVE)
    return await bindings.select_for_update().first()


async def _is_adult(claim: Claim) -> bool:
    person = await on_register(claim.dwelling_id, claim.name)
    return rules.is_adult(person.birth_on if person else None, clock.today(), claim.adult)


async def take_person(binding: Binding) -> None:
    """Let the binding stand for the person whom the dwelling's registers know by its name."""
    person = await on_register(binding.dwelling_id, binding.name)
    if person is None:
        return
    dwelling = await Dwelling.get(id=binding.dwelling_id)
    binding.resident_id, binding.verified = person.resident_id, True
    binding.role = rules.role_on_register(person, dwelling.kind)
    if binding.role is not MemberRole.TENANT:
        binding.lease_ends_on = None
