"""What people in the panel put right about places; a later ledger does not undo it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency.actions.locks import beside_imports
from handlers.residency.people import name_key
from handlers.staff.rules import Permission, Viewer
from models.organisations import Estate, Organisation
from models.residency import Dwelling

MOST_ALIASES, LONGEST_ALIAS = 20, 20
LONGEST_PHONE, LONGEST_HALL, LONGEST_KIND = 40, 120, 20
LARGEST_AREA = 10**8
"""Square metres: what NUMERIC(12,4) holds."""


async def amend_organisation(viewer: Viewer, organisation_id: int, phone: str, hall: str) -> bool:
    """Put right how an organisation is reached; whether that was news.

    Raises:
        Forbidden, NotFound: not theirs to change.
        Invalid: too long.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    if len(phone) > LONGEST_PHONE or len(hall) > LONGEST_HALL:
        raise Invalid(f"电话最多{LONGEST_PHONE}个字，服务大厅最多{LONGEST_HALL}个字。")
    async with in_transaction():
        await beside_imports()
        organisation = await Organisation.filter(id=organisation_id).select_for_update().first()
        if organisation is None or not viewer.sees(organisation.code):
            raise NotFound
        return await _amend(viewer, organisation, organisation.code, {"phone": phone, "hall": hall})


async def amend_aliases(viewer: Viewer, estate_id: int, aliases: Sequence[str]) -> bool:
    """Put right by which other names people call an estate; the address parser knows it by all of them.

    Raises:
        Forbidden, NotFound: not theirs to change.
        Invalid: too many, too long.
        Conflict: another estate of the community is called so.
    """
    viewer.require(Permission.ORGANISATION_EDIT)
    async with in_transaction():
        await beside_imports()
        estate = await Estate.filter(id=estate_id).select_for_update().first()
        community = await Organisation.get(id=estate.community_id) if estate else None
        if estate is None or community is None or not viewer.sees(community.code):
            raise NotFound
        wanted = list(
            {name_key(alias): alias for alias in aliases if name_key(alias) != name_key(estate.name)}.values()
        )
        if len(wanted) > MOST_ALIASES or any(len(alias) > LONGEST_ALIAS for alias in wanted):
            raise Invalid(f"别名最多{MOST_ALIASES}个，每个最多{LONGEST_ALIAS}个字。")
        await _refuse_foreign_names(estate, wanted)
        return await _amend(viewer, estate, community.code, {"aliases": wanted})


async def amend_dwelling(viewer: Viewer, dwelling_id: int, occupancy: str, area: Decimal | None, kind: str) -> bool:
    """Put right what is known of a flat; whether that was news. Area in square metres, None where nobody knows.

    Raises:
        Forbidden, NotFound: not theirs to change.
        Invalid: no area, or words too long.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    if area is not None and not 0 < area < LARGEST_AREA:
        raise Invalid("面积要大于0，单位是平方米。")
    if len(occupancy) > LONGEST_KIND or len(kind) > LONGEST_KIND:
        raise Invalid(f"状态和类型最多{LONGEST_KIND}个字。")
    async with in_transaction():
        await beside_imports()
        dwelling = await Dwelling.filter(id=dwelling_id).select_for_update().first()
        community = await Organisation.get(id=dwelling.community_id) if dwelling else None
        if dwelling is None or community is None or not viewer.sees(community.code):
            raise NotFound
        exact = area and area.quantize(Decimal("0.0001"))
        return await _amend(viewer, dwelling, community.code, {"occupancy": occupancy, "area": exact, "kind": kind})


async def _amend(viewer: Viewer, thing: Organisation | Estate | Dwelling, place: str, wanted: dict[str, Any]) -> bool:
    """Write what differs, remember that people put it right, and note before and after."""
    before = {column: getattr(thing, column) for column in wanted}
    changed = [column for column in wanted if before[column] != wanted[column]]
    if not changed:
        return False
    for column in changed:
        setattr(thing, column, wanted[column])
    thing.corrected = sorted({*thing.corrected, *changed})
    await thing.save(update_fields=(*changed, "corrected"))
    kind = type(thing).__name__.lower()
    detail = {
        "fields": changed,
        "before": {column: _plain(before[column]) for column in changed},
        "after": {column: _plain(wanted[column]) for column in changed},
    }
    await record(viewer.actor, f"{kind}.amend", f"{kind}:{thing.id}", place=place, detail=detail)
    return True


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


async def _refuse_foreign_names(estate: Estate, aliases: Sequence[str]) -> None:
    """Within one community a name leads to one estate, or nobody's address could be found by it."""
    others = await Estate.filter(community_id=estate.community_id).exclude(id=estate.id)
    names = {name_key(name): other.name for other in others for name in (other.name, *other.aliases)}
    for alias in aliases:
        if other := names.get(name_key(alias)):
            raise Conflict(f"「{alias}」已是{other}的名称或别名。")
