"""One person as the panel shows them: masked, with all that hangs on them in the viewer's part of the tree."""

from dataclasses import dataclass
from typing import Any

from errors import NotFound
from handlers.residency import rules
from handlers.residency.people import masked_id, masked_name, masked_phone
from handlers.residency.registers import belongs
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.households import Delegation, Guardianship, ResidentMerge
from models.organisations import Organisation
from models.residency import Binding, Membership, Ownership, Resident
from models.states import BindingState, ConsentPurpose

COMPANY = "company"
UNSOLD = "未售"


@dataclass(frozen=True, slots=True)
class Holding:
    """A line of the owners' register: of whom, as it may be shown, and how many dwellings count as one owner's."""

    dwelling_id: int
    address: str
    name: str
    share: str
    kind: str
    others: tuple[str, ...]
    held_by_head: int


@dataclass(frozen=True, slots=True)
class Person:
    """Everything on the page; `around` names the owners of the homes of today, a company in full.

    `abroad` counts dwellings outside the viewer's part of the tree, which are not named.
    """

    resident: Resident
    name: str
    phone: str
    id_no: str
    community: str
    stays: list[Membership]
    holdings: list[Holding]
    around: list[tuple[str, list[str]]]
    bindings: list[Binding]
    guardians: list[Guardianship]
    wards: list[Guardianship]
    delegations: list[tuple[Delegation, str]]
    consents: list[dict[str, Any]]
    merges: list[ResidentMerge]
    abroad: int


async def seen_resident(viewer: Viewer, resident_id: int) -> Resident:
    """Somebody of the viewer's part of the tree; of a duplicate the person they were merged into.

    Raises:
        Forbidden, NotFound.
    """
    viewer.require(Permission.RESIDENTS_VIEW)
    resident = await Resident.get_or_none(id=resident_id)
    while resident and resident.merged_into_id:
        resident = await Resident.get(id=resident.merged_into_id)
    if resident is None or not await belongs(resident.id, viewer.code):
        raise NotFound
    return resident


async def person(viewer: Viewer, resident: Resident) -> Person:
    """What the page of somebody shows whom `seen_resident` gave."""
    scope = {"dwelling__community__code__startswith": viewer.code}
    stays = await Membership.filter(resident_id=resident.id, **scope).select_related("dwelling__community")
    owned = await Ownership.filter(resident_id=resident.id, **scope).select_related("dwelling").order_by("id")
    bound = Binding.filter(resident_id=resident.id, **scope).select_related("dwelling").order_by("-id")
    bindings = [one for one in await bound if one.state in (*rules.LIVE, BindingState.ENDED)]
    delegated = Delegation.filter(elder_id=resident.id, **scope).select_related("dwelling").order_by("-id")
    homes = sorted(stays, key=lambda stay: (stay.until is not None, -stay.id))
    return Person(
        resident=resident,
        name=masked_name(resident.name),
        phone=masked_phone(resident.phone) if resident.phone else "",
        id_no=masked_id(resident.id_no) if resident.id_no else "",
        community=homes[0].dwelling.community.name if homes else "",
        stays=homes,
        holdings=[await _holding(viewer, one) for one in owned],
        around=[(one.dwelling.address, await _owners(one.dwelling_id)) for one in homes if not one.until],
        bindings=bindings,
        guardians=await _guardianships(viewer, "guardian", ward_id=resident.id),
        wards=await _guardianships(viewer, "ward", guardian_id=resident.id),
        delegations=[(one, masked_name(one.delegate_name)) for one in await delegated],
        consents=[
            row | {"label": ConsentPurpose(row["purpose"]).label}
            for row in await rows(_CONSENTS, resident.id, viewer.code)
        ],
        merges=await ResidentMerge.filter(kept_id=resident.id).order_by("-id"),
        abroad=(await rows(_ABROAD, resident.id, viewer.code))[0]["n"],
    )


async def housemates(viewer: Viewer, resident_id: int) -> list[tuple[int, str]]:
    """Who lives with somebody now: id and masked name, to choose a guardian from."""
    found = await rows(_HOUSEMATES, resident_id, viewer.code)
    people = await Resident.filter(id__in=[row["id"] for row in found]).order_by("id")
    return [(one.id, masked_name(one.name)) for one in people]


async def community_names(viewer: Viewer) -> list[tuple[str, str]]:
    """Code and name of the viewer's communities."""
    found = Organisation.filter(code__startswith=viewer.code, level="community").order_by("code")
    return [(one.code, one.name) for one in await found]


_CONSENTS = """
SELECT c.purpose, c.version, c.given_at, c.withdrawn_at FROM consent_record c
WHERE c.account_id IN (
    SELECT b.account_id FROM binding b JOIN dwelling d ON d.id = b.dwelling_id
    JOIN organisation o ON o.id = d.community_id
    WHERE b.resident_id = $1 AND b.state = 'active' AND starts_with(o.code, $2)
) ORDER BY c.id DESC
"""
_ABROAD = """
SELECT count(DISTINCT p.dwelling_id) AS n FROM (
    SELECT dwelling_id FROM membership WHERE resident_id = $1
    UNION ALL SELECT dwelling_id FROM ownership WHERE resident_id = $1
    UNION ALL SELECT dwelling_id FROM binding WHERE resident_id = $1
) p JOIN dwelling d ON d.id = p.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE NOT starts_with(o.code, $2)
"""
_HOUSEMATES = """
SELECT DISTINCT other.resident_id AS id FROM membership mine
JOIN membership other ON other.dwelling_id = mine.dwelling_id AND other.until IS NULL
JOIN dwelling d ON d.id = mine.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE mine.resident_id = $1 AND mine.until IS NULL AND other.resident_id <> $1 AND starts_with(o.code, $2)
"""


async def _holding(viewer: Viewer, ownership: Ownership) -> Holding:
    beside = await Ownership.filter(dwelling_id=ownership.dwelling_id).exclude(id=ownership.id).order_by("id")
    mine = Ownership.filter(head=ownership.head, dwelling__community__code__startswith=viewer.code)
    return Holding(
        dwelling_id=ownership.dwelling_id,
        address=ownership.dwelling.address,
        name=owner_name(ownership),
        share=ownership.share,
        kind=owner_kind(ownership),
        others=tuple(f"{owner_name(one)} {one.share}" for one in beside),
        held_by_head=len(set(await mine.values_list("dwelling_id", flat=True))),
    )


async def _owners(dwelling_id: int) -> list[str]:
    held = await Ownership.filter(dwelling_id=dwelling_id).order_by("id")
    return [f"{owner_name(one)}（{owner_kind(one)}，{'全部' if one.share == '1/1' else one.share}）" for one in held]


def owner_name(ownership: Ownership) -> str:
    """A company's name is no secret; a person's is masked."""
    return ownership.name if ownership.holder == COMPANY else masked_name(ownership.name)


def owner_kind(ownership: Ownership) -> str:
    """个人, 单位, or 未售: what a builder has not sold yet stands in the register under its own name."""
    if ownership.holder != COMPANY:
        return "个人"
    return UNSOLD if UNSOLD in ownership.name else "单位"


async def _guardianships(viewer: Viewer, other: str, **whose: int) -> list[Guardianship]:
    """Guardianships with the other person's name masked; who is outside the viewer's part of the tree is not named."""
    found = await Guardianship.filter(**whose).select_related(other).order_by("id")
    for one in found:
        someone: Resident = getattr(one, other)
        seen = await belongs(someone.id, viewer.code)
        someone.name = masked_name(someone.name) if seen else "管理范围以外的居民"
    return found
