"""A person on the register: put right, added, shown in clear with a reason; every deed leaves an audit entry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency import rules
from handlers.residency.people import check_particulars, id_key, name_key, phone_key, surname
from handlers.residency.registers import belongs, communities
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.residency import Binding, Dwelling, Membership, Resident
from models.sealed import blind_index

COLUMNS = ("name", "phone", "id_no", "sex", "birth_on", "tags")
_EMPTY: dict[str, Any] = {"name": "", "sex": "", "huji": "", "tags": []}
"""What stands in a column that holds nothing, where it is not NULL."""
_INDEXES: dict[str, tuple[str, Callable[[str], str]]] = {
    "name_index": ("name", name_key),
    "surname_index": ("name", surname),
    "phone_index": ("phone", phone_key),
    "id_no_index": ("id_no", id_key),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone lives from `since` on, and as what: a word of `rules.HOUSEHOLD_ROLES`, and the relation to it."""

    dwelling_id: int
    role: str
    relation: str
    since: date


async def hold_residents(viewer: Viewer, *resident_ids: int) -> list[Resident]:
    """People of the viewer's part of the tree, held until the transaction ends, in one order whoever asks.

    Raises:
        NotFound: one of them is not there, belongs to others, or was merged into somebody else.
    """
    held = {row.id: row for row in await Resident.filter(id__in=resident_ids).order_by("id").select_for_update()}
    for resident_id in resident_ids:
        resident = held.get(resident_id)
        if resident is None or resident.merged_into_id or not await belongs(resident_id, viewer.code):
            raise NotFound
    return [held[resident_id] for resident_id in resident_ids]


async def seen_dwelling(viewer: Viewer, dwelling_id: int) -> Dwelling:
    """A dwelling of the viewer's part of the tree, with its community.

    Raises:
        NotFound.
    """
    dwelling = await Dwelling.get_or_none(id=dwelling_id).select_related("community")
    if dwelling is None or not viewer.sees(dwelling.community.code):
        raise NotFound
    return dwelling


async def write_down(viewer: Viewer, verb: str, resident_id: int, *, reason: str = "", **detail: Any) -> None:
    """The audit entry of a deed on a person, at the community of the viewer's to which they belong."""
    place = [*await communities(resident_id, viewer.code), viewer.code][0]
    await record(viewer.actor, verb, f"resident:{resident_id}", place=place, reason=reason, detail=detail)


async def correct_resident(viewer: Viewer, resident_id: int, particulars: Mapping[str, Any], reason: str) -> list[str]:
    """Put a person's particulars right; the columns are remembered, so that an import does not undo them.

    Args:
        particulars: new values by column (`COLUMNS`); a column that is not there stays, an empty value clears it.

    Returns:
        the columns that have changed.

    Raises:
        Forbidden, NotFound, Invalid.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    today, written = clock.today(), rules.check_reason(reason)
    check_particulars(particulars, today)
    async with in_transaction():
        [resident] = await hold_residents(viewer, resident_id)
        changed = [name for name in particulars if getattr(resident, name) != _stored(name, particulars[name])]
        if not changed:
            return []
        fill(resident, {name: particulars[name] for name in changed})
        resident.corrected = sorted({*resident.corrected, *changed})
        await resident.save()
        if "birth_on" in changed and resident.birth_on:
            adult = rules.age(resident.birth_on, today) >= rules.FULL_AGE
            await Binding.filter(resident_id=resident.id, state__in=rules.LIVE).update(adult=adult)
        await write_down(viewer, "resident.correct", resident.id, reason=written, fields=changed)
    return changed


async def add_resident(viewer: Viewer, particulars: Mapping[str, Any], place: Place) -> int:
    """Put somebody on the register whom no ledger knows, at a dwelling; the new resident's id.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: one of that name lives there, or the ID number is on the viewer's register already.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    check_particulars({"name": ""} | dict(particulars), clock.today())
    rules.check_stay(place.since, None, clock.today())
    check_role(place.role)
    async with in_transaction():
        dwelling = await seen_dwelling(viewer, place.dwelling_id)
        # Whoever adds to this household at the same time waits here.
        await Dwelling.filter(id=dwelling.id).select_for_update().first()
        resident = fill(Resident(tags=[], corrected=[]), particulars)
        if await Membership.exists(
            dwelling_id=dwelling.id, until__isnull=True, resident__name_index=resident.name_index
        ):
            raise Conflict("这户已登记有同名的人，请先查找。")
        await _refuse_known(viewer, resident)
        await resident.save()
        await Membership.create(
            resident=resident, dwelling=dwelling, role=place.role, relation=place.relation, since=place.since
        )
        await write_down(viewer, "resident.add", resident.id, dwelling=dwelling.id, fields=sorted(particulars))
    return resident.id


async def reveal_fields(viewer: Viewer, resident_id: int, columns: Sequence[str], reason: str) -> dict[str, str]:
    """What stands in these columns, in clear, for whoever says why; that it was shown is written down first.

    The caller has seen to the second factor (《个人信息保护法》第五十一条: 最小授权, 操作留痕).

    Raises:
        Forbidden, NotFound, Invalid.
    """
    viewer.require(Permission.RESIDENTS_REVEAL)
    written = rules.check_reason(reason)
    async with in_transaction():
        [resident] = await hold_residents(viewer, resident_id)
        await write_down(viewer, "resident.reveal", resident.id, reason=written, fields=list(columns))
    return {column: str(getattr(resident, column) or "") for column in columns}


def fill(resident: Resident, particulars: Mapping[str, Any]) -> Resident:
    """Write values into a row, each with the index by which it is found."""
    for column, value in particulars.items():
        setattr(resident, column, _stored(column, value))
    for column, (source, key) in _INDEXES.items():
        if source in particulars:
            value: str | None = getattr(resident, source)
            setattr(resident, column, blind_index(key(value), column.removesuffix("_index")) if value else None)
    return resident


def check_role(role: str) -> None:
    """Raise Invalid unless the role is one of a household."""
    if role not in rules.HOUSEHOLD_ROLES:
        raise Invalid("请选择住户身份。")


def _stored(column: str, value: Any) -> Any:
    """A value as its column keeps it: what is empty is nothing."""
    return value or _EMPTY.get(column)


_SAME_ID = "SELECT id FROM resident WHERE id_no_index = $1 AND merged_into_id IS NULL"


async def _refuse_known(viewer: Viewer, resident: Resident) -> None:
    for row in await rows(_SAME_ID, resident.id_no_index) if resident.id_no else []:
        if await belongs(row["id"], viewer.code):
            raise Conflict(f"这个证件号已登记在居民{row['id']}名下，请先查找。")
