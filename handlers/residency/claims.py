"""Who claims to live where: those already there, codes and locks, and what waits for a worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.residency.registers import on_register
from models.events import Event
from models.residency import Binding, CodeBrake, DoorCode
from models.sealed import blind_index
from models.states import BindingState, MemberRole

DISPUTES_SHOWN = timedelta(days=30)


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


async def pending_bindings(viewer: Scope, limit: int = 50) -> list[WaitingClaim]:
    """What waits for a worker in the viewer's part of the tree, the longest waiting first."""
    waiting = (
        await Binding.filter(state=BindingState.PENDING, dwelling__community__code__startswith=viewer.code)
        .select_related("dwelling__community")
        .order_by("created_at", "id")
        .limit(limit)
    )
    return [await _waiting_claim(binding) for binding in waiting]


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


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody says of the latest member of their household: 不是我家人."""

    number: int
    address: str
    name: str
    verified: bool
    told_at: datetime


async def disputes(viewer: Scope, now: datetime, limit: int = 50) -> list[Dispute]:
    """Members of households in the viewer's part of the tree that were disputed within 30 days and are still bound."""
    told = Event.filter(name="MembershipDisputed", created_at__gte=now - DISPUTES_SHOWN).order_by("-id")
    events = {event.payload["binding"]: event for event in reversed(await told.limit(limit))}
    bound = (
        await Binding.filter(id__in=list(events), state=BindingState.ACTIVE)
        .filter(dwelling__community__code__startswith=viewer.code)
        .select_related("dwelling")
    )
    found = [(events[binding.id], binding) for binding in bound]
    return [
        Dispute(event.id, binding.dwelling.address, binding.name, binding.verified, event.created_at)
        for event, binding in sorted(found, key=lambda pair: -pair[0].id)
    ]
