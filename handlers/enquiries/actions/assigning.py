"""Whose turn it is: the grid's worker, somebody on duty, or nobody in particular, each with so many at most."""

from datetime import datetime

from announcements import telling
from clock import clock
from handlers.enquiries.actions.steps import audit, keep
from handlers.staff.rules import PERMISSIONS, Permission
from models.database import rows
from models.enquiries import Enquiry
from models.states import EnquiryState
from settings import get_settings

ANSWERING = [role.value for role, held in PERMISSIONS.items() if Permission.INBOX_ANSWER in held]
# The grid's worker first, then who is on duty by rank; of those the one with the fewest open.
_CANDIDATES = """
WITH candidate AS (
  SELECT w.login, 0 AS rank FROM grid_assignment w WHERE w.grid_id = $1 AND daterange(w.since, w.until) @> $2::date
  UNION ALL
  SELECT s.login, s.rank FROM duty_shift s JOIN organisation o ON o.id = s.organisation_id
  WHERE o.code = $3 AND s.starts_at <= $4 AND s.ends_at > $4
)
SELECT c.login, count(e.id) AS open FROM candidate c
JOIN staff_member m ON m.login = c.login AND m.active AND m.role = ANY($5::text[])
JOIN organisation o ON o.id = m.organisation_id AND starts_with($3, o.code)
LEFT JOIN enquiry e ON e.assigned_to = c.login AND e.state IN ('waiting', 'held')
GROUP BY c.login HAVING count(e.id) < $6 ORDER BY min(c.rank), count(e.id), c.login LIMIT 1
"""
# One of each grid: where nobody has a hand free for the first, there is none for the others.
_UNASSIGNED = """
SELECT DISTINCT ON (place, grid_id) id FROM enquiry WHERE state = 'waiting' AND assigned_to = '' AND place <> ''
ORDER BY place, grid_id, waiting_since, id
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('assign:' || $1, 0))"


async def assign(enquiry: Enquiry, now: datetime) -> None:
    """Make a waiting enquiry somebody's turn, in the transaction under way; nobody's where all have their hands full.

    One branch assigns one after the other, so that nobody gets more than the settings allow.
    """
    if not enquiry.place:
        return
    await rows(_LOCK, enquiry.place)
    most = get_settings().inbox_cap
    found = await rows(_CANDIDATES, enquiry.grid_id, clock.today(), enquiry.place, now, ANSWERING, most)
    if found:
        enquiry.assigned_to = found[0]["login"]
        await keep(enquiry, "assigned_to")
        await audit("clock", "enquiry.assign", enquiry)


async def assign_waiting(now: datetime) -> None:
    """Give turns to those that were nobody's, the longest waiting of each grid."""
    for row in await rows(_UNASSIGNED):
        async with telling():
            waiting = Enquiry.filter(id=row["id"], state=EnquiryState.WAITING, assigned_to="")
            if enquiry := await waiting.select_for_update().first():
                await assign(enquiry, now)
