"""The people of a part of the tree as lines of a table, as many at a time as one answer of the database should hold."""

import json
from collections.abc import AsyncIterator
from typing import Any

from handlers.residency.people import masked_id, masked_name, masked_phone
from models.database import rows
from models.sealed import unseal

HEADER = (
    *("居民编号", "姓名", "性别", "出生", "证件号", "电话"),
    *("社区", "住址", "住户身份", "与户主关系", "迁入日期", "户籍", "标签"),
)
PART = 1_000
_LINES = """
SELECT d.id AS dwelling_id, m.id AS membership_id, r.id, r.name, r.sex, r.birth_on, r.id_no, r.phone,
       o.name AS community, d.address, m.role, m.relation, m.since, r.huji, r.tags
FROM (SELECT id, address, community_id FROM dwelling
      WHERE community_id IN (SELECT id FROM organisation WHERE starts_with(code, $1)) AND id >= $2 ORDER BY id) d
JOIN membership m ON m.dwelling_id = d.id AND m.until IS NULL
JOIN resident r ON r.id = m.resident_id AND r.merged_into_id IS NULL
JOIN organisation o ON o.id = d.community_id
WHERE (d.id, m.id) > ($2, $3) ORDER BY d.id, m.id LIMIT $4
"""


async def export_lines(code: str, *, clear: bool) -> AsyncIterator[tuple[object, ...]]:
    """Everybody who lives under an organisation's code now, by dwelling; one line for each home.

    Args:
        clear: names, phones, ID numbers and birthdays as they are; otherwise masked, and of the birthday the year.
    """
    after = (0, 0)
    while found := await rows(_LINES, code, *after, PART):
        for row in found:
            yield _line(row, clear)
        after = (found[-1]["dwelling_id"], found[-1]["membership_id"])


def _line(row: dict[str, Any], clear: bool) -> tuple[object, ...]:
    name, id_no, phone = (
        unseal(row[column], f"resident:{column}") if row[column] else "" for column in ("name", "id_no", "phone")
    )
    born = row["birth_on"]
    if not clear:
        name, id_no, phone = masked_name(name), id_no and masked_id(id_no), phone and masked_phone(phone)
        born = born.year if born else ""
    return (
        *(row["id"], name, row["sex"], str(born or ""), id_no, phone),
        *(row["community"], row["address"], row["role"], row["relation"], str(row["since"] or ""), row["huji"]),
        "、".join(json.loads(row["tags"])),
    )
