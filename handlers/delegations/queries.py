"""Delegations as the two sides and staff see them, cut to who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clock import clock
from errors import NotFound
from handlers.delegations import rules
from handlers.delegations.registers import accounts_of, grown_up_bindings
from handlers.delegations.rules import Matter
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.households import DelegatedAct, Delegation
from models.residency import Binding
from models.states import BindingState, DelegationState

SHOWN = 100
# A delegate who is bound nowhere any more, or a person who has left: nobody is there to answer for it.
_UNBOUND = """
SELECT d.id FROM delegation d WHERE d.state IN ('asked', 'active') AND (
  NOT EXISTS (SELECT FROM binding WHERE account_id = d.account_id AND state = 'active' AND adult)
  OR (EXISTS (SELECT FROM binding WHERE resident_id = d.elder_id AND state = 'ended' AND ended_at >= d.asked_at)
      AND NOT EXISTS (SELECT FROM binding WHERE resident_id = d.elder_id AND state = 'active')))
ORDER BY d.id
"""
_OVER = """
SELECT id FROM delegation WHERE state = 'active' AND expires_on < $1 OR state = 'asked' AND asked_at < $2 ORDER BY id
"""
_ENDING = """
SELECT id FROM delegation WHERE state = 'active' AND reminded_at IS NULL AND expires_on BETWEEN $1 AND $2 ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Acting:
    """An account may act for somebody: what a surface needs in order to offer it and to say so."""

    delegation_id: int
    elder_id: int
    elder: str
    address: str
    community_id: int
    community: str
    phone: str
    scope: tuple[str, ...]
    expires_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What concerns one account: for whom it acts or asked to, who acts for it, who waits for its word."""

    acting: tuple[Acting, ...]
    asked: tuple[Delegation, ...]
    given: tuple[Delegation, ...]
    waiting: tuple[Delegation, ...]


async def acting_for(account_id: int | None) -> list[Acting]:
    """For whom an account may act today, in whatever it was trusted with."""
    if account_id is None or not await grown_up_bindings(account_id):
        return []
    running = Delegation.filter(account_id=account_id, state=DelegationState.ACTIVE, expires_on__gte=clock.today())
    return [_acting(one) for one in await running.order_by("id").select_related("elder", "dwelling__community")]


async def may_act(account_id: int | None, elder_id: int, matter: Matter) -> Acting | None:
    """By which delegation an account may act for a resident in such a matter; None where it may not.

    Whoever acts calls `actions.act.record_act` in the transaction of the deed, which looks again.
    """
    trusted = await acting_for(account_id)
    return next((one for one in trusted if one.elder_id == elder_id and matter in one.scope), None)


async def standing(account_id: int) -> Standing:
    """All of an account's delegations that wait or run, on either side."""
    persons = [binding.resident_id for binding in await grown_up_bindings(account_id) if binding.resident_id]
    asked = Delegation.filter(account_id=account_id, state=DelegationState.ASKED)
    mine = Delegation.filter(elder_id__in=persons, state__in=rules.LIVE).order_by("id").select_related("elder")
    given = await mine
    return Standing(
        tuple(await acting_for(account_id)),
        tuple(await asked.order_by("id").select_related("elder")),
        tuple(one for one in given if rules.is_running(one.state, one.expires_on, clock.today())),
        tuple(one for one in given if one.state is DelegationState.ASKED),
    )


async def housemates(account_id: int, dwelling_id: int) -> list[Binding]:
    """The other adults who are bound to a dwelling, one for each account."""
    bound = Binding.filter(dwelling_id=dwelling_id, state=BindingState.ACTIVE, adult=True).exclude(
        account_id=account_id
    )
    return await bound.order_by("id")


async def reachable(resident_id: int) -> bool:
    """Whether somebody can be asked in chat."""
    return bool(await accounts_of(resident_id))


async def unbound() -> list[int]:
    """Delegations of which one side has left."""
    return [row["id"] for row in await rows(_UNBOUND)]


async def over(now: datetime) -> list[int]:
    """Delegations whose last day is past, and those nobody has confirmed in time."""
    return [row["id"] for row in await rows(_OVER, clock.today(), now - rules.UNANSWERED)]


async def ending_soon() -> list[int]:
    """Delegations that end within two weeks and of which nobody was reminded."""
    return [row["id"] for row in await rows(_ENDING, clock.today(), clock.today() + rules.REMIND_BEFORE)]


async def delegations(viewer: Viewer, states: Sequence[DelegationState]) -> list[Delegation]:
    """Those of the viewer's part of the tree, the longest waiting first; what is over, newest first."""
    viewer.require(Permission.DELEGATIONS_VIEW)
    found = Delegation.filter(state__in=list(states), dwelling__community__code__startswith=viewer.code)
    order = ("asked_at", "id") if DelegationState.ASKED in states else ("-id",)
    return await found.order_by(*order).limit(SHOWN).select_related("elder", "dwelling__community")


async def count_waiting(viewer: Viewer) -> int:
    """How many wait for a worker or the person in the viewer's part of the tree."""
    waiting = Delegation.filter(state=DelegationState.ASKED, dwelling__community__code__startswith=viewer.code)
    return await waiting.count()


async def delegation(viewer: Viewer, delegation_id: int) -> tuple[Delegation, list[DelegatedAct]]:
    """One of the viewer's with what was done by it, newest first.

    Raises:
        NotFound: there is none, or it belongs to others.
    """
    viewer.require(Permission.DELEGATIONS_VIEW)
    found = await Delegation.get_or_none(id=delegation_id).select_related("elder", "dwelling__community")
    if found is None or not viewer.sees(found.dwelling.community.code):
        raise NotFound
    return found, await DelegatedAct.filter(delegation_id=found.id).order_by("-id").limit(SHOWN)


def _acting(one: Delegation) -> Acting:
    community = one.dwelling.community
    return Acting(
        delegation_id=one.id,
        elder_id=one.elder_id,
        elder=one.elder.name,
        address=one.dwelling.address,
        community_id=community.id,
        community=community.name,
        phone=community.phone,
        scope=tuple(one.scope),
        expires_on=one.expires_on,
    )
