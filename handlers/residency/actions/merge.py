"""Two rows found to be one person: what hangs on the one goes over to the other, and back again when it was wrong."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.residency import rules
from handlers.residency.actions.residents import fill, hold_residents, write_down
from handlers.residency.registers import belongs
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.households import ResidentMerge
from models.residency import Resident

FILLED = ("phone", "id_no", "sex", "birth_on", "huji")
"""Columns that the person kept takes over from the duplicate where it knows nothing itself."""


@dataclass(frozen=True, slots=True)
class Link:
    """A column of some table that names a resident.

    Args:
        clash: SQL that is true of a row `t` of the duplicate $2 which the row kept, $1, could not hold beside its own.
        ends: the column that says until when, on which a row that clashes is closed.
    """

    table: str
    column: str
    clash: str = "FALSE"
    ends: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


LINKS = (
    Link(
        "membership",
        "resident_id",
        "t.until IS NULL AND EXISTS (SELECT FROM membership k WHERE k.resident_id = $1"
        " AND k.dwelling_id = t.dwelling_id AND k.until IS NULL)",
        "until",
    ),
    Link("ownership", "resident_id"),
    Link("binding", "resident_id"),
    Link(
        "guardianship",
        "ward_id",
        "t.guardian_id = $1 OR t.until IS NULL AND EXISTS (SELECT FROM guardianship k WHERE k.ward_id = $1"
        " AND k.guardian_id = t.guardian_id AND k.until IS NULL)",
        "until",
    ),
    Link(
        "guardianship",
        "guardian_id",
        "t.ward_id = $1 OR t.until IS NULL AND EXISTS (SELECT FROM guardianship k WHERE k.guardian_id = $1"
        " AND k.ward_id = t.ward_id AND k.until IS NULL)",
        "until",
    ),
    Link(
        "delegation",
        "elder_id",
        "t.state IN ('asked', 'active') AND EXISTS (SELECT FROM delegation k WHERE k.elder_id = $1"
        " AND k.account_id = t.account_id AND k.state IN ('asked', 'active'))",
    ),
    Link("correction", "resident_id"),
    Link("enquiry", "resident_id"),
    Link("participant", "resident_id", "EXISTS (SELECT FROM participant k WHERE k.resident_id = $1)"),
)


async def merge_residents(viewer: Viewer, kept_id: int, gone_id: int, reason: str) -> int:
    """Let `gone` live on in `kept`; the merge's id.

    What `kept` could not hold beside its own, such as a second stay in one dwelling, is ended and stays with `gone`.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: one of them was merged in the meantime, or `gone` has a home outside the viewer's part of the tree.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    if kept_id == gone_id:
        raise Invalid("请选两位不同的居民。")
    written, today = rules.check_reason(reason), clock.today()
    async with in_transaction():
        kept, gone = await _hold_pair(viewer, kept_id, gone_id)
        if await rows(_ABROAD, viewer.code, gone.id):
            raise Conflict("这位居民在别的社区也有记录，请由街道或区来合并。")
        moved: dict[str, Any] = {"day": str(today), "closed": {}, "links": {}}
        for link in LINKS:
            moved["closed"][link.name] = await _close(link, kept.id, gone.id, today)
            moved["links"][link.name] = await _move(link, kept.id, gone.id, moved["closed"][link.name])
        moved |= _take_over(kept, gone)
        gone.merged_into_id = kept.id
        await gone.save()
        await kept.save()
        merge = await ResidentMerge.create(
            kept_id=kept.id,
            gone_id=gone.id,
            moved=moved,
            reason=written,
            merged_at=clock.now(),
            merged_by=viewer.login,
        )
        await write_down(viewer, "resident.merge", kept.id, reason=written, gone=gone.id, merge=merge.id)
    return merge.id


_ABROAD = """
SELECT FROM (
    SELECT dwelling_id FROM membership WHERE resident_id = $2
    UNION ALL SELECT dwelling_id FROM ownership WHERE resident_id = $2
    UNION ALL SELECT dwelling_id FROM binding WHERE resident_id = $2
) p JOIN dwelling d ON d.id = p.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE NOT starts_with(o.code, $1) LIMIT 1
"""


async def seen_person(viewer: Viewer, resident_id: int) -> bool:
    """Whether the viewer sees somebody, or whom they were merged into."""
    resident = await Resident.get_or_none(id=resident_id)
    while resident and resident.merged_into_id:
        resident = await Resident.get(id=resident.merged_into_id)
    return resident is not None and await belongs(resident.id, viewer.code)


async def _hold_pair(viewer: Viewer, kept_id: int, gone_id: int) -> list[Resident]:
    try:
        return await hold_residents(viewer, kept_id, gone_id)
    except NotFound:
        merged = await Resident.filter(id__in=(kept_id, gone_id), merged_into_id__isnull=False).exists()
        if merged and all([await seen_person(viewer, resident_id) for resident_id in (kept_id, gone_id)]):
            raise Conflict("其中一位刚刚已被合并，请刷新后再看。") from None
        raise


async def _close(link: Link, kept_id: int, gone_id: int, today: date) -> list[int]:
    """End what clashes, so that nobody lives twice in one dwelling or has one guardian twice."""
    if not link.ends:
        return []
    closed = await rows(
        f"UPDATE {link.table} t SET {link.ends} = $3::date"
        f" WHERE t.{link.column} = $2 AND t.{link.ends} IS NULL AND ({link.clash}) RETURNING id",
        kept_id,
        gone_id,
        today,
    )
    return sorted(row["id"] for row in closed)


async def _move(link: Link, kept_id: int, gone_id: int, closed: list[int]) -> list[int]:
    moved = await rows(
        f"UPDATE {link.table} t SET {link.column} = $1"
        f" WHERE t.{link.column} = $2 AND t.id <> ALL($3::bigint[]) AND NOT ({link.clash}) RETURNING id",
        kept_id,
        gone_id,
        closed,
    )
    return sorted(row["id"] for row in moved)


def _take_over(kept: Resident, gone: Resident) -> dict[str, Any]:
    """What the person kept learns from the duplicate; what a worker has cleared stays empty."""
    filled = [
        column
        for column in FILLED
        if getattr(gone, column) and not getattr(kept, column) and column not in kept.corrected
    ]
    tags = [tag for tag in gone.tags if tag not in kept.tags]
    fill(kept, {column: getattr(gone, column) for column in filled} | {"tags": [*kept.tags, *tags]})
    learnt = [*filled, *(["tags"] if tags and "tags" not in kept.corrected else [])]
    kept.corrected = sorted({*kept.corrected, *learnt})
    key = kept.key is None and gone.key is not None
    if key:
        # The ledger's line of the duplicate is then the person's own.
        kept.key, gone.key = gone.key, None
    return {"filled": filled, "tags": tags, "corrected": learnt, "key": key}
