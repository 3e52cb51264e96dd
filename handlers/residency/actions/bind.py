"""Consent, and an account's claim to a dwelling: proved by a code, put to a worker, decided, ended, disputed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import clock
from errors import DomainError, Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import forget_notifications
from handlers.residency import rules, texts
from handlers.residency.registers import on_register
from handlers.staff.rules import Permission, Viewer
from models.events import Event
from models.residency import Account, Binding, CodeBrake, DoorCode, Dwelling, Resident
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


async def give_consent(app_id: str, openid: str) -> int:
    """Record that an account agrees to the consent text as it reads now; the account's id."""
    now = clock.now()
    async with in_transaction():
        account, _ = await Account.get_or_create(  # pyright: ignore[reportUnknownMemberType]
            app_id=app_id, openid=openid, defaults={"created_at": now}
        )
        account.consent_version, account.consented_at, account.following = rules.CONSENT_VERSION, now, True
        await account.save(update_fields=("consent_version", "consented_at", "following"))
        await record(_actor(account.id), "consent.give", _actor(account.id), after=rules.CONSENT_VERSION)
    return account.id


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
        await _audit(_actor(claim.account_id), "binding.request", binding, before, reason)
    return binding


async def decide_binding(viewer: Viewer, binding_id: int, accept: bool, reason: str = "") -> Binding:
    """Grant or refuse a claim that waits.

    A granted claim takes the person on the register where the name is there; else the role claimed counts as checked,
    except an owner's, which stays 待核实 until register or papers match (conversations.md, 登记住址).

    Raises:
        Forbidden: the role may not decide.
        NotFound: no such claim in the viewer's part of the tree.
        Invalid: refused without a reason.
        Conflict: decided already.
    """
    if not viewer.may(Permission.BINDINGS_DECIDE):
        raise Forbidden
    if not accept and not reason.strip():
        raise Invalid(texts.REASON_MISSING)
    async with in_transaction():
        binding = await Binding.filter(id=binding_id).select_for_update().first()
        if binding is None or not viewer.sees(await _place(binding.dwelling_id)):
            raise NotFound
        before = binding.state
        binding.state = rules.move(before, BindingState.ACTIVE if accept else BindingState.REFUSED)
        binding.decided_at, binding.decided_by, binding.reason = clock.now(), viewer.login, reason.strip()
        if accept:
            await _take_person(binding)
            binding.verified = binding.verified or binding.role is not MemberRole.OWNER
        await binding.save()
        verb = "binding.approve" if accept else "binding.refuse"
        await _audit(viewer.actor, verb, binding, before, binding.reason)
        await _tell("BindingDecided", binding)
        if accept:
            await _tell("MemberJoined", binding)
    return binding


async def end_bindings(app_id: str, openid: str, reason: str) -> None:
    """End an account's link for good: consent withdrawn, bindings ended, the names given for them forgotten.

    What belongs to the person or household, such as a mark on a roll, stays (conversations.md, 登记住址).
    """
    now = clock.now()
    async with in_transaction():
        account = await Account.filter(app_id=app_id, openid=openid).select_for_update().first()
        if account is None:
            return
        for binding in await Binding.filter(account_id=account.id, state__in=rules.LIVE).select_for_update():
            before = binding.state
            binding.state = rules.move(before, BindingState.ENDED)
            binding.ended_at, binding.reason, binding.name = now, reason, ""
            await binding.save()
            await _audit(_actor(account.id), "binding.end", binding, before, reason)
        await forget_notifications(account.id)
        account.following, account.consent_version, account.consented_at = False, None, None
        await account.save(update_fields=("following", "consent_version", "consented_at"))
        await record(_actor(account.id), "account.unlink", _actor(account.id), reason=reason)


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


async def report_stranger(account_id: int, dwelling_id: int) -> int:
    """Ask a worker to look at who joined a household last (「不是我家人」); nobody is removed. The report's number.

    Raises:
        NotFound: the account is not bound there, or nobody else is.
    """
    async with in_transaction():
        active = await Binding.filter(dwelling_id=dwelling_id, state=BindingState.ACTIVE).order_by("-id")
        others = [binding for binding in active if binding.account_id != account_id]
        if not others or len(others) == len(active):
            raise NotFound(texts.NOBODY_ELSE)
        dispute = await _tell("MembershipDisputed", others[0], by=account_id)
        await _audit(_actor(account_id), "binding.dispute", others[0], BindingState.ACTIVE)
    return dispute.id


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
    await _take_person(binding)
    await binding.save()
    await _audit(_actor(claim.account_id), "binding.bind", binding, before)
    await _tell("MemberJoined", binding)
    return binding


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


async def _take_person(binding: Binding) -> None:
    """Let the binding stand for the person whom the dwelling's registers know by its name."""
    person = await on_register(binding.dwelling_id, binding.name)
    if person is None:
        return
    dwelling = await Dwelling.get(id=binding.dwelling_id)
    binding.resident_id, binding.verified = person.resident_id, True
    binding.role = rules.role_on_register(person, dwelling.kind)


async def _queue_again(former: Binding) -> None:
    resident = await Resident.get_or_none(id=former.resident_id)
    if resident is None or await _live(former.account_id, former.dwelling_id):
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
    await _audit(_actor(former.account_id), "binding.request", claim, "", texts.RETURNED_REASON)


async def _audit(actor: str, verb: str, binding: Binding, before: str, reason: str = "") -> None:
    place = await _place(binding.dwelling_id)
    await record(actor, verb, f"binding:{binding.id}", place=place, before=before, after=binding.state, reason=reason)


async def _tell(name: str, binding: Binding, **more: int) -> Event:
    """Write down what became true for whoever acts on it later; nobody has been told anything yet."""
    payload = {"binding": binding.id, "dwelling": binding.dwelling_id, **more}
    return await Event.create(name=name, payload=payload, created_at=clock.now())


async def _place(dwelling_id: int) -> str:
    """The code of the community a dwelling belongs to."""
    return (await Dwelling.get(id=dwelling_id).select_related("community")).community.code


def _actor(account_id: int) -> str:
    return f"account:{account_id}"
