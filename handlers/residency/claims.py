"""Who claims to live where: those already there, codes and locks, and what waits for a worker."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from errors import NotFound
from handlers.residency.registers import on_register
from models.database import rows
from models.residency import Binding, CodeBrake, DoorCode
from models.sealed import blind_index
from models.states import BindingState, MemberRole

_TENANCIES_ENDING = """
SELECT id FROM binding b WHERE state = 'active' AND role = 'tenant' AND lease_ends_on BETWEEN $1 AND $2
  AND NOT EXISTS (SELECT FROM audit_entry WHERE subject = 'binding:' || b.id AND action = 'binding.remind'
                  AND after = b.lease_ends_on::text)
ORDER BY id
"""
_WAITING_BY_REASON = """
SELECT b.reason, count(*) AS waiting FROM binding b
JOIN dwelling d ON d.id = b.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE b.state = 'pending' AND starts_with(o.code, $1) GROUP BY b.reason
"""
_TENANCIES_OVER = "SELECT id FROM binding WHERE state = 'active' AND role = 'tenant' AND lease_ends_on < $1 ORDER BY id"


class Scope(Protocol):
    """The part of the tree someone answers for: everything whose code begins with `code`."""

    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """A binding that waits for a worker; `reason` says why it came here, `on_register` whether the name is known."""

    id: int
    address: str
    community: str
    name: str
    role: MemberRole
    adult: bool
    reason: str
    on_register: bool
    registered_there: int
    created_at: datetime


async def registered_there(dwelling_id: int, account_id: int | None) -> list[str]:
    """The names under which other accounts are registered at a dwelling, the longest there first."""
    bound = Binding.filter(dwelling_id=dwelling_id, state=BindingState.ACTIVE).order_by("id")
    return [binding.name for binding in await bound if binding.account_id != account_id]


async def locked_until(account_id: int | None, dwelling_id: int) -> datetime | None:
    """When the account may try codes of this dwelling again, if it is or was locked."""
    brake = await CodeBrake.get_or_none(account_id=account_id, dwelling_id=dwelling_id)
    return brake.locked_until if brake else None


async def dwelling_of_code(code: str, now: datetime) -> int | None:
    """The dwelling whose letter carries this code, as long as it is valid."""
    index = blind_index(code, "door_code")
    door_code = await DoorCode.get_or_none(code_index=index, replaced_at__isnull=True, expires_at__gt=now)
    return door_code.dwelling_id if door_code else None


async def refused(account_id: int) -> list[Binding]:
    """Claims of an account that a worker turned down and that were not made again since, newest first."""
    decided = await Binding.filter(account_id=account_id).order_by("-id").prefetch_related("dwelling")
    latest: dict[int, Binding] = {}
    for binding in decided:
        latest.setdefault(binding.dwelling_id, binding)
    return [binding for binding in latest.values() if binding.state is BindingState.REFUSED]


async def pending_bindings(viewer: Scope, limit: int = 50, reason: str = "") -> list[WaitingClaim]:
    """What waits for a worker in the viewer's part of the tree, the longest waiting first; for one reason or all."""
    waiting = Binding.filter(state=BindingState.PENDING, dwelling__community__code__startswith=viewer.code)
    chosen = waiting.filter(reason=reason) if reason else waiting
    found = await chosen.select_related("dwelling__community").order_by("created_at", "id").limit(limit)
    return [await _waiting_claim(binding) for binding in found]


async def pending_reasons(viewer: Scope) -> dict[str, int]:
    """How many claims of the viewer's wait for each reason."""
    found = await rows(_WAITING_BY_REASON, viewer.code)
    return {line["reason"]: line["waiting"] for line in found}


async def bound_to(viewer: Scope, dwelling_id: int) -> list[Binding]:
    """Who is bound to a dwelling of the viewer's, with the dwelling."""
    bound = Binding.filter(dwelling_id=dwelling_id, state=BindingState.ACTIVE)
    return (
        await bound.filter(dwelling__community__code__startswith=viewer.code).order_by("id").select_related("dwelling")
    )


async def binding_of(viewer: Scope, binding_id: int) -> Binding:
    """A binding at a dwelling of the viewer's, with the dwelling.

    Raises:
        NotFound: there is none, or it lies elsewhere.
    """
    seen = Binding.filter(id=binding_id, dwelling__community__code__startswith=viewer.code)
    binding = await seen.select_related("dwelling__community").first()
    if binding is None:
        raise NotFound
    return binding


async def tenancies_ending(today: date, until: date) -> list[int]:
    """Bindings of tenants whose lease ends on one of these days and who were not reminded of that day yet."""
    return [line["id"] for line in await rows(_TENANCIES_ENDING, today, until)]


async def tenancies_over(today: date) -> list[int]:
    """Bindings of tenants whose lease's last day has passed."""
    return [line["id"] for line in await rows(_TENANCIES_OVER, today)]


async def _waiting_claim(binding: Binding) -> WaitingClaim:
    there = await registered_there(binding.dwelling_id, binding.account_id)
    return WaitingClaim(
        id=binding.id,
        address=binding.dwelling.address,
        community=binding.dwelling.community.name,
        name=binding.name,
        role=binding.role,
        adult=binding.adult,
        reason=binding.reason,
        on_register=await on_register(binding.dwelling_id, binding.name) is not None,
        registered_there=len(there),
        created_at=binding.created_at,
    )
