"""People of the viewer's part of the tree, found by whole name, surname and estate, phone, ID number or address."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.residency.addresses import AddressParts, house_number, parse
from handlers.residency.matching import EstateName, match_estates
from handlers.residency.people import id_key, is_surname, masked_name, masked_phone, name_key, phone_key
from handlers.residency.registers import OF_SCOPE
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Building, Estate, Organisation
from models.residency import Dwelling
from models.sealed import blind_index, unseal
from models.states import Level

MOST_UNNAMED = 30
"""Estates among which a building may be looked for that is named without one."""
_PERSON = "r.id, r.name, r.phone, r.birth_on, r.tags"
_WORDS = re.compile(r"[^\W_]")
_PHONE_NUMBER = re.compile(r"[0-9]{5,15}")
_ID_NUMBER = re.compile(r"[0-9]{14}[0-9X]|[0-9]{17}[0-9X]")
# By an index of the person, then cut to the scope; the home shown is one of the viewer's, where they live now first.
_BY_INDEX = f"""
SELECT 0::bigint AS dwelling_id, {_PERSON}, home.address, home.role, home.past
FROM resident r LEFT JOIN LATERAL (
    SELECT d.address, m.role, m.until IS NOT NULL AS past
    FROM membership m JOIN dwelling d ON d.id = m.dwelling_id JOIN organisation o ON o.id = d.community_id
    WHERE m.resident_id = r.id AND starts_with(o.code, $1) ORDER BY m.until IS NOT NULL, m.id DESC LIMIT 1
) home ON TRUE
WHERE {{found}} AND r.merged_into_id IS NULL AND {OF_SCOPE} AND r.id > $2 ORDER BY r.id LIMIT $3
"""
# By the place, whose dwellings come in the order of the ledger; of each whoever lives, lived, owns or is bound there.
# OFFSET keeps it so: for a rare surname the planner would rather read all residents of the district.
_BY_PLACE = f"""
SELECT d.id AS dwelling_id, {_PERSON}, d.address, p.role, p.past
FROM (SELECT id, address FROM dwelling WHERE {{place}} AND id >= $1 ORDER BY id) d
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (resident_id) resident_id, role, past FROM (
        SELECT resident_id, role, until IS NOT NULL AS past, 0 AS rank FROM membership WHERE dwelling_id = d.id
        UNION ALL SELECT resident_id, '业主', FALSE, 1 FROM ownership WHERE dwelling_id = d.id
        UNION ALL SELECT resident_id, '', state <> 'active', 2 FROM binding WHERE dwelling_id = d.id
    ) s WHERE resident_id IS NOT NULL ORDER BY resident_id, past, rank
) p
CROSS JOIN LATERAL (SELECT * FROM resident WHERE id = p.resident_id OFFSET 0) r
WHERE r.merged_into_id IS NULL AND {{person}} AND (d.id, r.id) > ($1, $2) ORDER BY d.id, r.id LIMIT $3
"""
_AT_PLACE = """EXISTS (SELECT FROM membership m JOIN dwelling d ON d.id = m.dwelling_id
                        WHERE m.resident_id = r.id AND {place})"""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in a list, masked; `key` is where the list goes on after them."""

    id: int
    key: str
    name: str
    phone: str
    birth_year: int | None
    tags: tuple[str, ...]
    address: str
    role: str
    past: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked for: conditions on the person and on the dwelling, with the values they bind."""

    person: str = ""
    value: bytes | None = None
    place: str = ""
    places: tuple[int, ...] = ()


class SurnameAlone(Exception):
    """A surname without an estate would list thousands."""


async def residents(viewer: Viewer, words: str, after: str = "", limit: int = 50) -> list[PersonLine]:
    """People whom some words mean, of the viewer's part of the tree; without words all, dwelling by dwelling.

    Args:
        words: a whole name, 王 松涛苑, a whole phone or ID number, or an address.
        after: `key` of the last line already shown.

    Raises:
        Forbidden: the role may not look.
        SurnameAlone: only a surname was given.
    """
    viewer.require(Permission.RESIDENTS_VIEW)
    place = tuple(int(part) for part in (after or "0-0").split("-"))
    for wanted in await _readings(viewer, words):
        if found := await _find(viewer, wanted, place, limit):
            return [_line(row) for row in found]
    return []


async def _find(viewer: Viewer, wanted: _Wanted, after: tuple[int, ...], limit: int) -> list[dict[str, Any]]:
    dwelling_id, resident_id = after
    if wanted.person and not wanted.person.startswith("r.surname"):
        found, values = f"{wanted.person} = $4", [wanted.value]
        if wanted.place:
            found += f" AND {_AT_PLACE.format(place=wanted.place.format(at='$5', d='d.'))}"
            values = [*values, list(wanted.places)]
        return await rows(_BY_INDEX.format(found=found), viewer.code, resident_id, limit, *values)
    person = f"{wanted.person} = $5" if wanted.person else "TRUE"
    statement = _BY_PLACE.format(place=wanted.place.format(at="$4", d=""), person=person)
    values = [wanted.value] if wanted.person else []
    return await rows(statement, dwelling_id, resident_id, limit, list(wanted.places), *values)


def _line(row: dict[str, Any]) -> PersonLine:
    born: date | None = row["birth_on"]
    return PersonLine(
        id=row["id"],
        key=f"{row['dwelling_id']}-{row['id']}",
        name=masked_name(unseal(row["name"], "resident:name")),
        phone=masked_phone(unseal(row["phone"], "resident:phone")) if row["phone"] else "",
        birth_year=born.year if born else None,
        tags=tuple(json.loads(row["tags"])),
        address=row["address"] or "",
        role=row["role"] or "",
        past=bool(row["past"]),
    )


async def _readings(viewer: Viewer, words: str) -> list[_Wanted]:
    """What the words may mean, the likeliest first; the next counts only where the one before finds nobody."""
    if not words:
        return [_Wanted(place="{d}community_id = ANY({at}::bigint[])", places=await _communities(viewer))]
    if number := _number(words):
        return [number]
    first, _, rest = words.partition(" ")
    place = await _place(viewer, rest) if rest else None
    if is_surname(first):
        if not rest:
            raise SurnameAlone
        return [_Wanted("r.surname_index", blind_index(name_key(first), "surname"), *place)] if place else []
    whole = await _place(viewer, words)
    return [
        *([_Wanted("r.name_index", blind_index(name_key(first), "name"), *place)] if place else []),
        *([_Wanted(place=whole[0], places=whole[1])] if whole else []),
        _Wanted("r.name_index", blind_index(name_key(words), "name")),
    ]


def _number(words: str) -> _Wanted | None:
    plain = re.sub(r"[\s+()-]", "", id_key(words))
    if _ID_NUMBER.fullmatch(plain):
        return _Wanted("r.id_no_index", blind_index(plain, "id_no"))
    if _PHONE_NUMBER.fullmatch(plain) and len(plain) >= 7:
        return _Wanted("r.phone_index", blind_index(phone_key(plain), "phone"))
    return None


async def _communities(viewer: Viewer) -> tuple[int, ...]:
    found = Organisation.filter(code__startswith=viewer.code, level=Level.COMMUNITY)
    return tuple([community.id for community in await found])


async def _place(viewer: Viewer, words: str) -> tuple[str, tuple[int, ...]] | None:
    """A condition on dwellings of the viewer's, and the ids it binds; None where no estate of theirs is meant."""
    parts = parse(words) or AddressParts(words, None, None, None)
    known = await Estate.filter(community__code__startswith=viewer.code)
    estates = {estate.code: estate.id for estate in known}
    match = match_estates(parts.estate, [EstateName(one.code, one.name, tuple(one.aliases)) for one in known])
    unnamed = not parts.estate and len(estates) <= MOST_UNNAMED
    numbered = bool(parts.building or parts.entrance or parts.room)
    if not match.estates or not (match.exact or unnamed) or not (numbered or _WORDS.search(parts.estate)):
        return None
    meant = tuple(estates[estate.code] for estate in match.estates)
    if not numbered:
        return "{d}estate_id = ANY({at}::bigint[])", meant
    buildings = [
        building.id
        for building in await Building.filter(estate_id__in=meant)
        if parts.building in (None, house_number(building.number))
    ]
    if not (parts.entrance or parts.room):
        return "{d}building_id = ANY({at}::bigint[])", tuple(buildings)
    dwellings = await Dwelling.filter(building_id__in=buildings).values_list("id", "entrance", "room")
    meant = tuple(
        one for one, entrance, room in dwellings if _is_meant(house_number(entrance), house_number(room), parts)
    )
    return "{d}id = ANY({at}::bigint[])", meant


def _is_meant(entrance: str, room: str, parts: AddressParts) -> bool:
    """An entrance that the register does not know is overlooked, or is the room itself (「3-12」)."""
    if parts.room is None:
        return parts.entrance == (entrance or room)
    return parts.room == room and (not entrance or parts.entrance in (None, entrance))


def page_key(text: str) -> str:
    """Where a list goes on, as a link of ours says it; empty when it is none."""
    return text if re.fullmatch(r"[0-9]{1,18}-[0-9]{1,18}", text) else ""
