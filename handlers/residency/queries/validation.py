"""What does not fit together in the registers of places: each fault with its count and some examples.

The rule is that every dwelling lies in exactly one grid, of its own community (domain.md row 45). A dwelling has one
grid because its column holds one; that it is the right one is looked up here, a check a statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.database import rows

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look for; `faulty` when it must not be, else it is only unfinished. `what` the examples are."""

    name: str
    words: str
    advice: str
    what: str
    faulty: bool
    sql: str


CHECKS: Sequence[Check] = (
    Check(
        "dwelling_grid",
        "户室的网格不属于自己的社区",
        "请改台账里这户的 grid，再导入一次。",
        "dwellings",
        True,
        """
        SELECT dwelling.id, dwelling.address AS words FROM dwelling
        JOIN organisation ON organisation.id = dwelling.community_id JOIN grid ON grid.id = dwelling.grid_id
        WHERE starts_with(organisation.code, $1) AND grid.community_id <> dwelling.community_id
        """,
    ),
    Check(
        "dwelling_building",
        "户室和它的楼栋不在同一个小区",
        "请改台账里这户的 compound 和 building，再导入一次。",
        "dwellings",
        True,
        """
        SELECT dwelling.id, dwelling.address AS words FROM dwelling
        JOIN organisation ON organisation.id = dwelling.community_id
        JOIN building ON building.id = dwelling.building_id JOIN estate ON estate.id = building.estate_id
        WHERE starts_with(organisation.code, $1)
          AND (building.estate_id <> dwelling.estate_id OR estate.community_id <> dwelling.community_id)
        """,
    ),
    Check(
        "building_grid",
        "楼栋的网格不属于小区所在的社区",
        "请点开楼栋，用【换网格】换到本社区的网格。",
        "buildings",
        True,
        """
        SELECT building.id, estate.name || building.number || '号楼' AS words FROM building
        JOIN estate ON estate.id = building.estate_id JOIN organisation ON organisation.id = estate.community_id
        JOIN grid ON grid.id = building.grid_id
        WHERE starts_with(organisation.code, $1) AND grid.community_id <> estate.community_id
        """,
    ),
    Check(
        "placement",
        "楼栋的网格和换网格的记录对不上",
        "请告诉管理员：把这栋楼换到另一个网格，再换回来，记录就接上了。",
        "buildings",
        True,
        """
        SELECT building.id, estate.name || building.number || '号楼' AS words FROM building
        JOIN estate ON estate.id = building.estate_id JOIN organisation ON organisation.id = estate.community_id
        LEFT JOIN grid_placement p ON p.building_id = building.id AND daterange(p.since, p.until) @> $2::date
        WHERE starts_with(organisation.code, $1) AND p.grid_id IS DISTINCT FROM building.grid_id
        """,
    ),
    Check(
        "grid_worker",
        "今天没有网格员的网格",
        "请点开网格，用【调整网格员】安排一位。",
        "grids",
        False,
        """
        SELECT grid.id, grid.name AS words FROM grid
        WHERE starts_with(grid.code, $1)
          AND NOT EXISTS (SELECT FROM grid_assignment a
                          WHERE a.grid_id = grid.id AND daterange(a.since, a.until) @> $2::date)
        """,
    ),
    Check(
        "building_empty",
        "没有户室的楼栋",
        "请看台账里是不是漏了这栋楼的户室，或楼号写得不一样。",
        "buildings",
        False,
        """
        SELECT building.id, estate.name || building.number || '号楼' AS words FROM building
        JOIN estate ON estate.id = building.estate_id JOIN organisation ON organisation.id = estate.community_id
        WHERE starts_with(organisation.code, $1)
          AND NOT EXISTS (SELECT FROM dwelling WHERE dwelling.building_id = building.id)
        """,
    ),
    Check(
        "estate_name",
        "同一个社区里叫法重复的小区",
        "居民说这个名字，分不清是哪个小区。请点开小区改别名，或改台账里的名称。",
        "estates",
        False,
        """
        WITH called AS (
            SELECT DISTINCT estate.id, estate.name, estate.community_id,
                   lower(regexp_replace(normalize(word, NFKC), '\\s', '', 'g')) AS word
            FROM estate JOIN organisation ON organisation.id = estate.community_id
            CROSS JOIN LATERAL (
                SELECT estate.name UNION ALL SELECT jsonb_array_elements_text(estate.aliases)
            ) AS names (word)
            WHERE starts_with(organisation.code, $1)
        )
        SELECT DISTINCT one.id, one.name || '（' || one.word || '）' AS words
        FROM called one JOIN called other USING (community_id, word) WHERE one.id <> other.id
        """,
    ),
    Check(
        "dwelling_area",
        "登记了业主的小区里没有面积的户室",
        "业主表决按面积计票。请点开户室补上，或改台账再导入。",
        "dwellings",
        False,
        """
        SELECT dwelling.id, dwelling.address AS words FROM dwelling
        JOIN organisation ON organisation.id = dwelling.community_id
        WHERE starts_with(organisation.code, $1) AND dwelling.area IS NULL AND dwelling.estate_id IN (
            SELECT owned.estate_id FROM ownership JOIN dwelling owned ON owned.id = ownership.dwelling_id
        )
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One place at fault."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What one check found: how many, and the first of them."""

    check: Check
    count: int
    examples: tuple[Example, ...]


async def faults(code: str, today: date) -> list[Fault]:
    """Every check that found something in the places whose codes begin with `code` (all of them when it is empty)."""
    found: list[Fault] = []
    for check in CHECKS:
        # A parameter that a statement does not name has no type, hence `$2::date` in each.
        lines = await rows(
            f"SELECT count(*) OVER () AS total, id, words FROM ({check.sql}) AS faulty"
            f" WHERE $2::date IS NOT NULL ORDER BY id LIMIT {EXAMPLES}",
            code,
            today,
        )
        if lines:
            examples = tuple(Example(line["id"], line["words"]) for line in lines)
            found.append(Fault(check, lines[0]["total"], examples))
    return found
