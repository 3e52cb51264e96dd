"""The roll of a poll: who is on it and has voted, never what; and what residents object to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.staff.rules import Viewer
from handlers.votes.queries.polls import poll_of
from models.database import rows
from models.states import CastChannel

_ROLL = """
SELECT d.id, d.address, m.cast_at, m.channel
FROM roll_entry r JOIN dwelling d ON d.id = r.dwelling_id LEFT JOIN roll_mark m ON m.entry_id = r.id
WHERE r.poll_id = $1 AND r.dwelling_id > $2
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) word WHERE strpos(d.address, word) = 0)
  AND ($4::boolean IS NULL OR (m.id IS NOT NULL) = $4)
ORDER BY r.dwelling_id LIMIT $5
"""


_OBJECTIONS = """
SELECT o.id, d.address, o.made_at, o.due_on, o.answer, o.answered_by, o.answered_at
FROM roll_objection o JOIN dwelling d ON d.id = o.dwelling_id WHERE o.poll_id = $1 ORDER BY o.id DESC LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class RollLine:
    """A household on the roll; `cast_at` and `channel` are None until it has voted."""

    dwelling_id: int
    address: str
    cast_at: datetime | None
    channel: CastChannel | None


async def roll_lines(
    viewer: Viewer, poll_id: int, *, search: str = "", voted: bool | None = None, after: int = 0, limit: int = 50
) -> list[RollLine]:
    """The roll of a poll in the order of the ledger: who has voted, never what.

    Args:
        search: words that all stand in the address.
        voted: only those who have, or have not; None gives all.
        after: dwelling id of the last line already shown.
    """
    await poll_of(viewer, poll_id)
    found = await rows(_ROLL, poll_id, after, search.split(), voted, limit)
    return [
        RollLine(row["id"], row["address"], row["cast_at"], CastChannel(row["channel"]) if row["channel"] else None)
        for row in found
    ]


async def objections_to(viewer: Viewer, poll_id: int) -> list[dict[str, Any]]:
    """What residents objected to in a poll's roll or ballots, with the answers, the latest first."""
    await poll_of(viewer, poll_id)
    return await rows(_OBJECTIONS, poll_id)
