"""Rows of the register that are likely to be one person: one ID number, one name and birthday, one name in one home."""

from dataclasses import dataclass
from datetime import date

from errors import NotFound
from handlers.residency.people import masked_id, masked_name, masked_phone
from handlers.residency.registers import OF_SCOPE
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.organisations import Organisation
from models.sealed import unseal

REASONS = {"id_no": "证件号相同", "birth": "姓名和出生日期相同", "home": "同一户里同名"}
# Dwelling by dwelling (OFFSET keeps it so), for all memberships of a district are a hundred times as many.
# People of one community against all others of the viewer's; the smaller id stands first, so that a pair comes once.
_PAIRS = f"""
WITH here AS MATERIALIZED (
    SELECT DISTINCT r.id, r.name_index, r.id_no_index, r.birth_on, m.dwelling_id
    FROM dwelling d
    CROSS JOIN LATERAL (SELECT resident_id, dwelling_id FROM membership WHERE dwelling_id = d.id OFFSET 0) m
    JOIN resident r ON r.id = m.resident_id
    WHERE d.community_id = $2 AND r.merged_into_id IS NULL
), pairs AS (
    SELECT least(a.id, b.id) AS one, greatest(a.id, b.id) AS other, 'id_no' AS why
    FROM here a JOIN resident b ON b.id_no_index = a.id_no_index AND b.id <> a.id AND b.merged_into_id IS NULL
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id), 'birth'
    FROM here a JOIN resident b ON b.name_index = a.name_index AND b.birth_on = a.birth_on AND b.id <> a.id
    WHERE b.merged_into_id IS NULL
    UNION
    SELECT a.id, b.id, 'home'
    FROM here a JOIN here b ON b.dwelling_id = a.dwelling_id AND b.name_index = a.name_index AND b.id > a.id
), found AS (
    SELECT one, other, array_agg(why ORDER BY why DESC) AS why FROM pairs WHERE (one, other) > ($3, $4)
    GROUP BY one, other
)
SELECT f.one, f.other, f.why FROM found f
WHERE EXISTS (SELECT FROM resident r WHERE r.id = f.one AND {OF_SCOPE})
  AND EXISTS (SELECT FROM resident r WHERE r.id = f.other AND {OF_SCOPE})
ORDER BY f.one, f.other LIMIT $5
"""
_SIDES = """
SELECT r.id, r.name, r.phone, r.id_no, r.birth_on, r.sex, coalesce(home.address, '') AS address
FROM resident r LEFT JOIN LATERAL (
    SELECT d.address
    FROM membership m JOIN dwelling d ON d.id = m.dwelling_id JOIN organisation o ON o.id = d.community_id
    WHERE m.resident_id = r.id AND starts_with(o.code, $1) ORDER BY m.until IS NOT NULL, m.id DESC LIMIT 1
) home ON TRUE WHERE r.id = ANY($2::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two rows, masked."""

    id: int
    name: str
    phone: str
    id_no: str
    birth_year: int | None
    sex: str
    address: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, and in words why they look like one person; `key` is where the list goes on after them."""

    one: Side
    other: Side
    why: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.one.id}-{self.other.id}"


async def duplicates(viewer: Viewer, community_code: str, after: str = "", limit: int = 50) -> list[Pair]:
    """Likely duplicates with at least one of the two in a community; the other anywhere in the viewer's part.

    Raises:
        Forbidden.
        NotFound: no such community of theirs.
    """
    viewer.require(Permission.RESIDENTS_VIEW)
    community = await Organisation.get_or_none(code=community_code, level="community")
    if community is None or not viewer.sees(community.code):
        raise NotFound
    one, other = (int(part) for part in (after or "0-0").split("-"))
    found = await rows(_PAIRS, viewer.code, community.id, one, other, limit)
    known = await sides(viewer, *{row[side] for row in found for side in ("one", "other")})
    return [Pair(known[row["one"]], known[row["other"]], tuple(REASONS[why] for why in row["why"])) for row in found]


async def sides(viewer: Viewer, *resident_ids: int) -> dict[int, Side]:
    """People by id, masked, with a home of the viewer's; that they may be seen is known already."""
    found = await rows(_SIDES, viewer.code, list(resident_ids))
    return {row["id"]: _side(**row) for row in found}


def _side(
    id: int,  # noqa: A002
    name: bytes,
    phone: bytes | None,
    id_no: bytes | None,
    birth_on: date | None,
    sex: str,
    address: str,
) -> Side:
    return Side(
        id,
        masked_name(unseal(name, "resident:name")),
        masked_phone(unseal(phone, "resident:phone")) if phone else "",
        masked_id(unseal(id_no, "resident:id_no")) if id_no else "",
        birth_on.year if birth_on else None,
        sex,
        address,
    )
