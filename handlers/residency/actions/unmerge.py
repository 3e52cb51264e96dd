"""A merge undone: two people again, each with what was theirs, as far as it still stands where the merge put it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, NotFound
from handlers.residency.actions.merge import LINKS, Link, seen_person
from handlers.residency.actions.residents import fill, write_down
from handlers.staff.rules import Permission, Viewer
from models.database import rows
from models.households import ResidentMerge
from models.residency import Resident

_WORDS = {
    "membership": "住址",
    "ownership": "产权",
    "binding": "微信登记",
    "guardianship": "监护",
    "delegation": "代办",
    "correction": "更正申请",
}
_AT_DWELLINGS = ("membership", "ownership", "binding")
_ABROAD = """
SELECT FROM (
    SELECT dwelling_id FROM membership WHERE id = ANY($2::bigint[])
    UNION ALL SELECT dwelling_id FROM ownership WHERE id = ANY($3::bigint[])
    UNION ALL SELECT dwelling_id FROM binding WHERE id = ANY($4::bigint[])
) p JOIN dwelling d ON d.id = p.dwelling_id JOIN organisation o ON o.id = d.community_id
WHERE NOT starts_with(o.code, $1) LIMIT 1
"""
_COLUMNS = {"phone": "电话", "id_no": "证件号", "sex": "性别", "birth_on": "出生日期", "huji": "户籍"}


@dataclass(slots=True)
class Undone:
    """What became of an undoing: `kept_id` and `gone_id`, and in words what could not be put back."""

    kept_id: int
    gone_id: int
    left: list[str] = field(default_factory=list[str])


async def undo_merge(viewer: Viewer, merge_id: int) -> Undone:
    """Make two people of one again: all that moved goes back, as far as it still stands where it was put.

    Raises:
        Forbidden, NotFound.
        Conflict: undone before, or the person kept has been merged further since, which is to be undone first.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    async with in_transaction():
        found = await ResidentMerge.get_or_none(id=merge_id)
        if found is None:
            raise NotFound
        pair = await Resident.filter(id__in=(found.kept_id, found.gone_id)).order_by("id").select_for_update()
        kept, gone = sorted(pair, key=lambda resident: resident.id == found.gone_id)
        if not await seen_person(viewer, kept.id):
            raise NotFound
        merge = await ResidentMerge.select_for_update().get(id=merge_id)
        if merge.undone_at:
            raise Conflict("这次合并已经撤销。")
        if kept.merged_into_id:
            raise Conflict(f"居民{kept.id}后来又并入了居民{kept.merged_into_id}，请先撤销那一次。")
        links = merge.moved["links"]
        if await rows(_ABROAD, viewer.code, *(links[f"{table}.resident_id"] for table in _AT_DWELLINGS)):
            raise Conflict("其中有别的社区的记录，请由街道或区来撤销。")
        left = [sentence for link in LINKS if (sentence := await _put_back(link, merge))]
        left += _give_back(kept, gone, merge.moved)
        gone.merged_into_id = None
        await kept.save()
        await gone.save()
        merge.undone_at, merge.undone_by = clock.now(), viewer.login
        await merge.save(update_fields=("undone_at", "undone_by"))
        await write_down(viewer, "resident.unmerge", kept.id, gone=gone.id, merge=merge.id, left=len(left))
    return Undone(kept.id, gone.id, left)


async def _put_back(link: Link, merge: ResidentMerge) -> str:
    """Give the rows of a table back and open what was closed; what has changed since stays, and is told in words."""
    moved, closed = merge.moved["links"][link.name], merge.moved["closed"][link.name]
    back = await rows(
        f"UPDATE {link.table} SET {link.column} = $1 WHERE id = ANY($2::bigint[]) AND {link.column} = $3 RETURNING id",
        merge.gone_id,
        moved,
        merge.kept_id,
    )
    opened = len(closed)
    if closed:
        reopened = await rows(
            f"UPDATE {link.table} SET {link.ends} = NULL"
            f" WHERE id = ANY($1::bigint[]) AND {link.column} = $2 AND {link.ends} = $3::date RETURNING id",
            closed,
            merge.gone_id,
            date.fromisoformat(merge.moved["day"]),
        )
        opened = len(reopened)
    lost = len(moved) - len(back) + len(closed) - opened
    return f"{lost}条{_WORDS[link.table]}记录后来有变化，没有放回。" if lost else ""


def _give_back(kept: Resident, gone: Resident, moved: Mapping[str, Any]) -> list[str]:
    """Take from the person kept what they had learnt from the duplicate, unless it was put right since."""
    filled: list[str] = moved["filled"]
    same = [column for column in filled if getattr(kept, column) == getattr(gone, column)]
    fill(kept, dict.fromkeys(same) | {"tags": [tag for tag in kept.tags if tag not in moved["tags"]]})
    later = [column for column in filled if column not in same]
    kept.corrected = [column for column in kept.corrected if column not in moved["corrected"] or column in later]
    if moved["key"]:
        kept.key, gone.key = None, kept.key
    return [f"{_COLUMNS[column]}后来改过，留在合并后的居民名下。" for column in later]
