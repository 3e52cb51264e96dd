"""How many took part, building by building: never what they chose, and no number so small that it points at people."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.staff.rules import Viewer
from handlers.votes.queries.lists import posted
from handlers.votes.queries.polls import poll_of
from models.database import rows

FEWEST = 5
"""A building with fewer on the roll, or fewer that voted, is not shown by itself."""
OTHERS = "其他"
_BUILDINGS = """
SELECT e.name || b.number || '号楼' AS name, count(*) AS roll, count(m.id) AS voted
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id JOIN building b ON b.id = d.building_id
JOIN estate e ON e.id = b.estate_id LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 GROUP BY b.id, e.id ORDER BY e.id, length(b.number), b.number
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A building, or several together, with how many are on the roll there and how many of them voted."""

    name: str
    roll: int
    voted: int

    @property
    def share(self) -> str:
        """In whole percent, half up."""
        return f"{(self.voted * 200 + self.roll) // (self.roll * 2)}%"


async def participation(viewer: Viewer, poll_id: int) -> list[Part]:
    """Participation in a poll by building, small ones together; empty where that would still show too much."""
    await poll_of(viewer, poll_id)
    return await _of(poll_id)


async def posted_participation(poll_id: int) -> list[Part]:
    """The same for anybody, once the result is posted."""
    await posted(poll_id)
    return await _of(poll_id)


async def _of(poll_id: int) -> list[Part]:
    return merged([Part(**row) for row in await rows(_BUILDINGS, poll_id)])


def merged(buildings: Sequence[Part]) -> list[Part]:
    """Buildings with small numbers as one line, and others with them until nobody can subtract one out.

    The line holds two buildings at least, for what is left over of one is that building's number.
    """
    ordered = sorted(buildings, key=lambda one: min(one.voted, one.roll))
    small = [one for one in ordered if min(one.voted, one.roll) < FEWEST]
    if not small:
        return list(buildings)
    while small and not _safe(small) and len(small) < len(ordered):
        small.append(ordered[len(small)])
    if not _safe(small):
        return []
    others = Part(OTHERS, sum(one.roll for one in small), sum(one.voted for one in small))
    return [*(one for one in buildings if one not in small), others]


def _safe(together: Sequence[Part]) -> bool:
    return len(together) > 1 and sum(one.voted for one in together) >= FEWEST
