"""A delegation comes about: asked for by the delegate, or given by the person whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

import handlers.residency.rules as residency
from clock import BEIJING, clock
from errors import DomainError, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.delegations import rules, texts
from handlers.delegations.registers import accounts_of, grown_up_bindings, living_there, place_of
from handlers.delegations.rules import Matter
from models.households import Delegation, NameBrake
from models.residency import Account, Resident
from models.states import DelegationState


@dataclass(frozen=True, slots=True)
class Terms:
    """Between whom, at which dwelling, for what and until when (its last day)."""

    account_id: int
    elder_id: int
    dwelling_id: int
    relation: str
    scope: Sequence[Matter]
    expires_on: date


async def find_elder(account_id: int, dwelling_id: int, name: str, now: datetime) -> int:
    """The resident of this name at a dwelling, for someone who wants to act for them.

    A wrong name is counted even though it is refused; it is not said whether name or address is wrong.

    Raises:
        NobodyOfThatName, NamesLocked: the register knows nobody of that name there.
        NotForOneself, NotForMinors: it does, but that person needs no delegate or may not have one.
    """
    async with in_transaction():
        elder, refusal = await _guess(account_id, dwelling_id, name, now)
    if refusal or elder is None:
        raise refusal or NotFound
    await _check_elder(elder, account_id, now)
    return elder.id


async def _guess(
    account_id: int, dwelling_id: int, name: str, now: datetime
) -> tuple[Resident | None, DomainError | None]:
    await NameBrake.get_or_create(account_id=account_id)  # pyright: ignore[reportUnknownMemberType]
    brake = await NameBrake.select_for_update().get(account_id=account_id)
    if residency.is_locked(brake.locked_until, now):
        return None, rules.NamesLocked()
    if elder := await living_there(dwelling_id, name):
        return elder, None
    brake.misses, brake.locked_until = residency.after_miss(brake.misses, brake.locked_until, now)
    await brake.save()
    left = residency.TRIES - brake.misses
    return None, rules.NamesLocked() if brake.locked_until else rules.NobodyOfThatName(left)


async def _check_elder(elder: Resident, account_id: int, now: datetime) -> None:
    if elder.birth_on and residency.age(elder.birth_on, now.astimezone(BEIJING).date()) < residency.FULL_AGE:
        raise rules.NotForMinors
    if account_id in await accounts_of(elder.id):
        raise rules.NotForOneself


async def ask_delegation(terms: Terms, now: datetime) -> Delegation:
    """Ask to act for somebody; their accounts are told, and a worker sees it on the panel.

    Raises:
        DelegateTooYoung, TooManyDelegations, AskedAlready, RefusedLately, NotForOneself, NotForMinors.
        Invalid: for nothing, or for too long.
    """
    async with in_transaction():
        delegation = await _begin(terms, DelegationState.ASKED, f"account:{terms.account_id}", now)
        await _check_elder(await Resident.get(id=terms.elder_id), terms.account_id, now)
        await _check_refusals(terms, now)
        await _create(delegation, "delegation.ask")
        for account_id in await accounts_of(terms.elder_id):
            await notify(account_id, texts.asked_of_you(delegation.delegate_name, terms.relation))
    return delegation


async def grant_delegation(elder_account_id: int, terms: Terms, now: datetime) -> Delegation:
    """Let an adult of one's own household act for oneself; it holds at once, since the person themself says so.

    Raises:
        NotFound: the account is not this person at this dwelling, or the delegate is not bound there.
        DelegateTooYoung, TooManyDelegations, AskedAlready.
        Invalid: for nothing, or for too long.
    """
    async with in_transaction():
        mine = await grown_up_bindings(elder_account_id)
        theirs = await grown_up_bindings(terms.account_id)
        home = (terms.dwelling_id, terms.elder_id)
        if home not in [(binding.dwelling_id, binding.resident_id) for binding in mine]:
            raise NotFound(texts.NOT_ON_REGISTER)
        if terms.dwelling_id not in [binding.dwelling_id for binding in theirs]:
            raise NotFound(texts.NOT_IN_HOUSEHOLD)
        actor = f"account:{elder_account_id}"
        delegation = await _begin(terms, DelegationState.ACTIVE, actor, now)
        delegation.confirmed_at, delegation.confirmed_by, delegation.confirmed_how = now, actor, "chat"
        await _create(delegation, "delegation.grant")
        elder = await Resident.get(id=terms.elder_id)
        await notify(terms.account_id, texts.granted(elder.name, delegation.expires_on))
    return delegation


async def _begin(terms: Terms, state: DelegationState, actor: str, now: datetime) -> Delegation:
    """A delegation on these terms, not yet written; the delegate's account is held until the transaction ends."""
    rules.check_scope(terms.scope)
    rules.check_term(terms.expires_on, clock.today())
    await Account.select_for_update().get(id=terms.account_id)
    homes = await grown_up_bindings(terms.account_id)
    if not homes:
        raise rules.DelegateTooYoung
    if await Delegation.filter(account_id=terms.account_id, state__in=rules.LIVE).count() >= rules.MOST_LIVE:
        raise rules.TooManyDelegations
    return Delegation(
        elder_id=terms.elder_id,
        dwelling_id=terms.dwelling_id,
        account_id=terms.account_id,
        delegate_name=homes[0].name,
        relation=terms.relation,
        scope=[matter.value for matter in rules.in_order(terms.scope)],
        state=state,
        asked_at=now,
        asked_by=actor,
        expires_on=terms.expires_on,
    )


async def _check_refusals(terms: Terms, now: datetime) -> None:
    refused = Delegation.filter(elder_id=terms.elder_id, account_id=terms.account_id, state=DelegationState.REFUSED)
    if await refused.filter(ended_at__gt=now - rules.UNANSWERED).exists():
        raise rules.RefusedLately


async def _create(delegation: Delegation, verb: str) -> None:
    """Write it; the unique constraint decides between two that are asked for at once."""
    try:
        async with in_transaction():
            await delegation.save()
    except IntegrityError as error:
        raise rules.AskedAlready from error
    place = await place_of(delegation)
    await record(delegation.asked_by, verb, f"delegation:{delegation.id}", place=place, after=delegation.state)
