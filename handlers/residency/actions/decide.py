"""Decisions of staff: claims granted and refused, and wrong bindings put right."""

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.conversations.actions import notify
from handlers.residency import rules, texts, told
from handlers.residency.actions.bind import join_household, take_person
from handlers.residency.actions.trail import audit_binding, community_code, tell
from handlers.residency.actions.unbind import release
from handlers.residency.people import name_key
from handlers.staff.rules import Permission, Viewer
from models.residency import Binding, Dwelling
from models.states import BindingState, MemberRole


async def decide_binding(viewer: Viewer, binding_id: int, accept: bool, reason: str = "") -> Binding:
    """Grant or refuse a claim that waits, and tell the account.

    A granted claim takes the person on the register where the name is there; else the role claimed counts as checked,
    except an owner's, which stays 待核实 until register or papers match (conversations.md, 登记住址). Where somebody
    has changed to another WeChat account, the former binding of the same person there ends.

    Raises:
        Forbidden: the role may not decide.
        NotFound: no such claim in the viewer's part of the tree.
        Invalid: refused without a reason.
        Conflict: decided already.
    """
    viewer.require(Permission.BINDINGS_DECIDE)
    written = "" if accept else rules.check_reason(reason)
    async with in_transaction():
        binding = await _held(viewer, binding_id)
        before, why = binding.state, binding.reason
        binding.state = rules.move(before, BindingState.ACTIVE if accept else BindingState.REFUSED)
        binding.decided_at, binding.decided_by, binding.reason = clock.now(), viewer.login, written
        if accept:
            await _check_person(binding)
            if why == texts.CHANGED_REASON:
                await _replace_former(viewer, binding)
        await binding.save()
        verb = "binding.approve" if accept else "binding.refuse"
        await audit_binding(viewer.actor, verb, binding, before, binding.reason)
        await tell("BindingDecided", binding)
        await _answer(binding, accept)
    return binding


async def move_binding(viewer: Viewer, binding_id: int, dwelling_id: int, reason: str) -> Binding:
    """Put an account that was bound to a wrong dwelling where it belongs; the wrong binding ends. The new binding.

    Raises:
        Forbidden: the role may not correct registers.
        NotFound: binding or dwelling lies outside the viewer's part of the tree.
        Invalid: no reason, or it is bound there already.
        Conflict: the binding has ended meanwhile, or the account is registered at the right dwelling.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    written = rules.check_reason(reason)
    try:
        async with in_transaction():
            wrong = await _held(viewer, binding_id)
            target = await Dwelling.get_or_none(id=dwelling_id)
            if target is None or not viewer.sees(await community_code(dwelling_id)):
                raise NotFound
            if target.id == wrong.dwelling_id:
                raise Invalid(texts.THERE_ALREADY)
            right = _as_of(wrong, viewer, target.id, written)
            before = await Dwelling.get(id=wrong.dwelling_id)
            await _end(wrong, viewer, written)
            await _check_person(right)
            await right.save()
            await audit_binding(viewer.actor, "binding.move", right, "", written)
            await notify(right.account_id, told.moved(before.address, target.address, written))
            await join_household(right)
    except IntegrityError as error:
        raise Conflict(texts.REGISTERED_THERE) from error
    return right


async def end_wrong_binding(viewer: Viewer, binding_id: int, reason: str) -> Binding:
    """End a binding that should not be, and tell the account why.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: as for `move_binding`.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    written = rules.check_reason(reason)
    async with in_transaction():
        binding = await _held(viewer, binding_id)
        await _end(binding, viewer, written)
        dwelling = await Dwelling.get(id=binding.dwelling_id)
        await notify(binding.account_id, told.ended(dwelling.address, written))
    return binding


async def _held(viewer: Viewer, binding_id: int) -> Binding:
    """A binding of the viewer's, held until the transaction ends."""
    binding = await Binding.filter(id=binding_id).select_for_update().first()
    if binding is None or not viewer.sees(await community_code(binding.dwelling_id)):
        raise NotFound
    return binding


async def _end(binding: Binding, viewer: Viewer, reason: str) -> None:
    if binding.state is not BindingState.ACTIVE:
        raise Conflict(texts.not_active(binding.state.label))
    binding.decided_at, binding.decided_by = clock.now(), viewer.login
    await release(binding, viewer.actor, reason)


def _as_of(wrong: Binding, viewer: Viewer, dwelling_id: int, reason: str) -> Binding:
    """The same person's binding at another dwelling."""
    now = clock.now()
    return Binding(
        account_id=wrong.account_id,
        dwelling_id=dwelling_id,
        name=wrong.name,
        role=wrong.role,
        adult=wrong.adult,
        lease_ends_on=wrong.lease_ends_on,
        state=BindingState.ACTIVE,
        reason=reason,
        created_at=now,
        decided_at=now,
        decided_by=viewer.login,
    )


async def _check_person(binding: Binding) -> None:
    await take_person(binding)
    binding.verified = binding.verified or binding.role is not MemberRole.OWNER


async def _replace_former(viewer: Viewer, binding: Binding) -> None:
    """The same person's binding by another account ends; what it stood for goes over."""
    there = Binding.filter(dwelling_id=binding.dwelling_id, state=BindingState.ACTIVE)
    for former in await there.exclude(account_id=binding.account_id).select_for_update():
        if not _same_person(former, binding):
            continue
        await release(former, viewer.actor, texts.CHANGED_REASON)
        binding.represents = binding.represents or former.represents
        binding.verified = binding.verified or former.verified
        address = (await Dwelling.get(id=binding.dwelling_id)).address
        await notify(former.account_id, told.replaced(address))


def _same_person(one: Binding, other: Binding) -> bool:
    if one.resident_id and other.resident_id:
        return one.resident_id == other.resident_id
    return name_key(one.name) == name_key(other.name)


async def _answer(binding: Binding, accepted: bool) -> None:
    place = await Dwelling.get(id=binding.dwelling_id).select_related("community")
    if accepted:
        standing = texts.standing(binding.role.label, verified=binding.verified, adult=binding.adult)
        await notify(binding.account_id, told.granted(place.address, standing, binding.id))
        await join_household(binding)
    else:
        await notify(binding.account_id, told.refused(place.address, binding.reason, place.community.phone))
