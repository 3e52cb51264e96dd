"""The roll of a vote as papers need it: building by building, names masked, who has voted and who took the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from clock import clock
from errors import NotFound
from handlers.staff.queries import own_part
from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from handlers.votes.voices import NAMES, names
from models.database import rows
from models.states import CastChannel

MOST = 500
"""So many entries at most stand on one page or in one print."""
_WITHIN = """d.community_id IN (SELECT id FROM organisation WHERE starts_with(code, $2))
  AND (cardinality($3::bigint[]) = 0 OR d.grid_id = ANY($3))"""
_BUILDINGS = f"""
SELECT b.id, e.name || b.number || '号楼' AS name, count(*) AS entries, count(m.id) AS voted
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id JOIN building b ON b.id = d.building_id
JOIN estate e ON e.id = b.estate_id LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 AND {_WITHIN}
GROUP BY b.id, e.id ORDER BY e.id, length(b.number), b.number
"""
_REACHED = f"""
SELECT count(*) AS entries FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id
WHERE r.poll_id = $1 AND r.id = ANY($4::bigint[]) AND {_WITHIN}
"""
_LINES = f"""
SELECT r.id, r.area, d.address, parts.addresses, res.name AS resident, own.names AS owners,
       m.cast_at, m.channel, m.recorded_by
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id
JOIN building b ON b.id = d.building_id
{NAMES}
LEFT JOIN LATERAL (SELECT array_agg(pd.address ORDER BY pd.id) AS addresses FROM roll_part p
                   JOIN dwelling pd ON pd.id = p.dwelling_id WHERE p.entry_id = r.id) parts ON TRUE
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 AND {_WITHIN} AND ($4::bigint IS NULL OR d.building_id = $4)
  AND NOT EXISTS (SELECT FROM unnest($5::text[]) word
                  WHERE strpos(coalesce(array_to_string(parts.addresses, ' '), d.address), word) = 0)
  AND ($6::boolean IS NULL OR (m.id IS NOT NULL) = $6) AND ($7::bigint IS NULL OR r.id = $7)
ORDER BY b.estate_id, length(b.number), b.number, length(d.entrance), d.entrance, length(d.room), d.room, r.id
LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class RollBuilding:
    """A building with entries of the roll, and how many of them have voted."""

    id: int
    name: str
    entries: int
    voted: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """An entry of the roll: `serial` stands on its paper, `name` is masked and empty for a household."""

    entry_id: int
    serial: str
    address: str
    name: str
    area: Decimal
    cast_at: datetime | None
    channel: CastChannel | None
    recorded_by: str


async def roll_buildings(viewer: Viewer, poll_id: int) -> list[RollBuilding]:
    """The buildings of a poll's roll that the viewer answers for, in the order people walk them."""
    await poll_of(viewer, poll_id)
    return [RollBuilding(**row) for row in await rows(_BUILDINGS, poll_id, *await own_part(viewer, clock.today()))]


async def paper_lines(
    viewer: Viewer,
    poll_id: int,
    *,
    building: int | None = None,
    entry: int | None = None,
    search: str = "",
    voted: bool | None = None,
) -> list[PaperLine]:
    """Entries of a poll's roll that the viewer answers for, by building, entrance and room; 500 at most.

    Args:
        search: words that all stand in the address.
        voted: only those who have, or have not; None gives all.
    """
    await poll_of(viewer, poll_id)
    found = await rows(_LINES, poll_id, *await own_part(viewer, clock.today()), building, search.split(), voted, entry)
    return [_line(poll_id, row) for row in found]


async def check_reach(viewer: Viewer, poll_id: int, entry_ids: Sequence[int]) -> None:
    """Refuse entries of a roll that the viewer does not answer for.

    Raises:
        NotFound.
    """
    await poll_of(viewer, poll_id)
    found = await rows(_REACHED, poll_id, *await own_part(viewer, clock.today()), list(entry_ids))
    if found[0]["entries"] < len(set(entry_ids)):
        raise NotFound


def _line(poll_id: int, row: Mapping[str, Any]) -> PaperLine:
    return PaperLine(
        row["id"],
        f"{poll_id}-{row['id']}",
        "、".join(row["addresses"] or [row["address"]]),
        names(row["owners"], row["resident"]),
        row["area"],
        row["cast_at"],
        CastChannel(row["channel"]) if row["channel"] else None,
        row["recorded_by"] or "",
    )
