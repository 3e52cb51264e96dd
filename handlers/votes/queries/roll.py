"""The roll of a poll: who is on it and has voted, never what; and what residents object to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from handlers.votes.voices import NAMES, names
from models.database import rows
from models.states import CastChannel

_ROLL = f"""
SELECT r.id, r.area, d.id AS dwelling_id, d.address, parts.addresses, res.name AS resident, own.names AS owners,
       m.cast_at, m.channel
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id
{NAMES}
LEFT JOIN LATERAL (SELECT array_agg(pd.address ORDER BY pd.id) AS addresses FROM roll_part p
                   JOIN dwelling pd ON pd.id = p.dwelling_id WHERE p.entry_id = r.id) parts ON TRUE
LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 AND r.id > $2
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) word
                  WHERE strpos(coalesce(array_to_string(parts.addresses, ' '), d.address), word) = 0)
  AND ($4::boolean IS NULL OR (m.id IS NOT NULL) = $4)
ORDER BY r.id LIMIT $5
"""


_OBJECTIONS = """
SELECT o.id, d.address, o.made_at, o.due_on, o.answer, o.answered_by, o.answered_at
FROM roll_objection o JOIN dwelling d ON d.id = o.dwelling_id WHERE o.poll_id = $1 ORDER BY o.id DESC LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class RollLine:
    """A voice on the roll; `name` is masked and empty for a household, `area` in m² and 0 but for owners.

    `cast_at` and `channel` are None until it has voted.
    """

    entry_id: int
    dwelling_id: int
    address: str
    name: str
    area: Decimal
    cast_at: datetime | None
    channel: CastChannel | None


async def roll_lines(
    viewer: Viewer, poll_id: int, *, search: str = "", voted: bool | None = None, after: int = 0, limit: int = 50
) -> list[RollLine]:
    """The roll of a poll in the order in which it was drawn: who has voted, never what.

    Args:
        search: words that all stand in the address, of an owner in one of their addresses.
        voted: only those who have, or have not; None gives all.
        after: id of the last entry already shown.
    """
    await poll_of(viewer, poll_id)
    return [_line(row) for row in await rows(_ROLL, poll_id, after, search.split(), voted, limit)]


def _line(row: dict[str, Any]) -> RollLine:
    return RollLine(
        row["id"],
        row["dwelling_id"],
        "、".join(row["addresses"] or [row["address"]]),
        names(row["owners"], row["resident"]),
        row["area"],
        row["cast_at"],
        CastChannel(row["channel"]) if row["channel"] else None,
    )


async def objections_to(viewer: Viewer, poll_id: int) -> list[dict[str, Any]]:
    """What residents objected to in a poll's roll or ballots, with the answers, the latest first."""
    await poll_of(viewer, poll_id)
    return await rows(_OBJECTIONS, poll_id)
