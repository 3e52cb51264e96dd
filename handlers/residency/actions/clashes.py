"""What stands in a ledger's way: rooms and ID numbers that others have, and rows of other communities."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from handlers.residency.actions.upsert import Values
from handlers.residency.ledgers.sheets import BadCell, Clash
from models.database import rows

_ROOMS = """
SELECT told.code FROM dwelling
JOIN unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS told (building_id, entrance, room, code)
  ON dwelling.building_id = told.building_id AND dwelling.entrance = told.entrance AND dwelling.room = told.room
WHERE dwelling.code <> told.code
"""
_DWELLINGS = """
SELECT dwelling.id, dwelling.code, starts_with(organisation.code, $2) AS own
FROM dwelling JOIN organisation ON organisation.id = dwelling.community_id WHERE dwelling.code = ANY($1::text[])
"""
_HOMES = """
SELECT resident.key, bool_or(NOT starts_with(organisation.code, $2)) AS elsewhere
FROM resident JOIN membership ON membership.resident_id = resident.id AND membership.until IS NULL
JOIN dwelling ON dwelling.id = membership.dwelling_id JOIN organisation ON organisation.id = dwelling.community_id
WHERE resident.key = ANY($1::text[]) GROUP BY resident.key
"""
_ID_NUMBERS = """
SELECT id_no_index, key FROM resident
WHERE id_no_index = ANY($1::bytea[]) AND merged_into_id IS NULL AND (key IS NULL OR starts_with(key, $2))
"""


async def taken_rooms(values: Iterable[Values]) -> set[str]:
    """The codes among these dwellings whose room another code has."""
    told = [[value[column] for value in values] for column in ("building_id", "entrance", "room", "code")]
    return {row["code"] for row in await rows(_ROOMS, *told)}


async def dwellings_within(codes: Iterable[str], place: str) -> tuple[dict[str, int], set[str]]:
    """Dwellings by code: the ids of those in the place, and which lie elsewhere."""
    found = await rows(_DWELLINGS, list(set(codes)), place)
    return {row["code"]: row["id"] for row in found if row["own"]}, {row["code"] for row in found if not row["own"]}


async def living(keys: Sequence[str], place: str) -> dict[str, bool]:
    """Residents who live somewhere now: whether one of their homes lies outside the place."""
    return {row["key"]: row["elsewhere"] for row in await rows(_HOMES, list(keys), place)} if place else {}


def check_bounds(key: str, housed: bool, homes: Mapping[str, bool], place: str) -> None:
    """Raise BadCell for a person who is another community's, or of whom nobody can say whose.

    Args:
        housed: the ledger puts them in a dwelling of the place.
        homes: what `living` found.
    """
    if place and homes.get(key):
        raise BadCell("这个人现在登记在别的社区，请由上级单位导入")
    if place and not housed and key not in homes:
        raise BadCell("没有写 dwelling，看不出是不是您管理范围里的人")


class IdNumbers:
    """Who on the registers of a district has which ID number.

    Args:
        file: the keys of the people whom the file names; two of them with one number are for 合并, not for us.
    """

    def __init__(self, district: str, file: Iterable[str]) -> None:
        self._district = district
        self._file = set(file)

    async def look_up(self, indexes: Iterable[bytes | None]) -> dict[bytes, set[str | None]]:
        """The keys of the people on the registers who have these numbers."""
        held: dict[bytes, set[str | None]] = defaultdict(set)
        for row in await rows(_ID_NUMBERS, [index for index in indexes if index], f"{self._district}:"):
            held[row["id_no_index"]].add(row["key"])
        return held

    def check(self, key: str, index: bytes | None, held: Mapping[bytes, set[str | None]]) -> None:
        """Raise Clash when this would make one registered person two; a pair that was there before is for 合并."""
        others = held.get(index, set()) if index else set[str | None]()
        if key not in others and others - self._file:
            raise Clash("id_no 已登记在另一个人名下，请先核对，或在【居民】页合并")
