"""Who asks, and from which homes, as far as it concerns whoever looks."""

from collections.abc import Sequence
from typing import Any

from handlers.enquiries import texts
from handlers.residency.people import masked_name
from handlers.staff.rules import Viewer
from models.enquiries import Enquiry
from models.households import Delegation
from models.residency import Binding, Membership, Resident
from models.states import BindingState, EnquiryState

SURE = (BindingState.ACTIVE,)
LIVE = (*SURE, BindingState.PENDING)


async def open_of(account_id: int) -> Enquiry | None:
    """The open enquiry in which an account speaks: its own, or that into which its own was merged."""
    open_ones = Enquiry.exclude(state=EnquiryState.CLOSED)
    own = await open_ones.filter(account_id=account_id).first()
    return own or await open_ones.filter(merged__account_id=account_id).order_by("-id").first()


async def homes_of(enquiry: Enquiry, states: Sequence[BindingState] = LIVE) -> set[int]:
    """The dwellings that an enquiry may be about: the delegation's, the person's, the account's by such bindings."""
    if enquiry.delegation_id:
        return {(await Delegation.get(id=enquiry.delegation_id)).dwelling_id}
    bound = Binding.filter(account_id=enquiry.account_id, state__in=states) if enquiry.account_id else None
    lives = Membership.filter(resident_id=enquiry.resident_id, until=None) if enquiry.resident_id else None
    found = [*(await bound if bound else []), *(await lives if lives else [])]
    return {one.dwelling_id for one in found}


async def askers(viewer: Viewer, found: Sequence[dict[str, Any]]) -> dict[int, str]:
    """By the enquiry's id: masked name and addresses of homes in the viewer's scope, or who acts for whom.

    Args:
        found: rows with id, account_id, delegation_id, resident_id and caller (unsealed).
    """
    bound = await _bound(viewer, [row["account_id"] for row in found if row["account_id"]])
    acting = await _acting([row["delegation_id"] for row in found if row["delegation_id"]])
    called = await _registered(viewer, [row["resident_id"] for row in found if not row["account_id"]])
    return {
        row["id"]: acting.get(row["delegation_id"])
        or bound.get(row["account_id"])
        or called.get(row["resident_id"])
        or texts.stranger(masked_name(row["caller"] or ""))
        for row in found
    }


async def _bound(viewer: Viewer, account_ids: Sequence[int]) -> dict[int, str]:
    bindings = Binding.filter(account_id__in=list(account_ids), state__in=LIVE)
    within = bindings.filter(dwelling__community__code__startswith=viewer.code)
    homes: dict[int, list[str]] = {}
    for binding in await within.select_related("dwelling").order_by("state", "id"):
        pending = binding.state is BindingState.PENDING
        words = texts.asker(masked_name(binding.name), binding.dwelling.address, pending=pending)
        homes.setdefault(binding.account_id, []).append(words)
    return {account_id: "；".join(of_account) for account_id, of_account in homes.items()}


async def _acting(delegation_ids: Sequence[int]) -> dict[int | None, str]:
    """Who asks for whom: the delegate masked, the person by name, since it is that person's matter."""
    found = await Delegation.filter(id__in=list(delegation_ids)).select_related("elder", "dwelling")
    return {one.id: texts.acting(masked_name(one.delegate_name), one.elder.name, one.dwelling.address) for one in found}


async def _registered(viewer: Viewer, resident_ids: Sequence[int | None]) -> dict[int | None, str]:
    wanted = [number for number in resident_ids if number is not None]
    people = {one.id: one for one in await Resident.filter(id__in=wanted)}
    stays = Membership.filter(resident_id__in=wanted, until=None, dwelling__community__code__startswith=viewer.code)
    lives = {stay.resident_id: stay.dwelling.address for stay in await stays.select_related("dwelling").order_by("id")}
    return {
        number: texts.asker(masked_name(person.name), lives.get(number, ""), pending=False)
        for number, person in people.items()
    }
