"""What a shift leaves: the figures of its time, and the numbers of what is still open; nobody's name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.database import rows
from models.organisations import Organisation

LATE = timedelta(days=1)
"""For so long after its end a shift may still be handed over, as after an outage."""
FALLS_DUE = timedelta(days=1)
MOST_LISTED = 50
# Several who end together hand over together; whoever began first names the beginning.
_ENDED = """
SELECT s.organisation_id, s.ends_at, min(s.starts_at) AS begins_at FROM duty_shift s
WHERE s.ends_at <= $1 AND s.ends_at > $2
  AND NOT EXISTS (SELECT FROM hand_over h WHERE h.organisation_id = s.organisation_id AND h.ends_at = s.ends_at)
GROUP BY s.organisation_id, s.ends_at ORDER BY s.ends_at, s.organisation_id
"""
_MINE = "CASE WHEN {place} = '' THEN $2 ELSE starts_with({place}, $1) END"
_ENQUIRY = _MINE.replace("{place}", "place")
_ENQUIRIES = f"""
SELECT count(*) FILTER (WHERE opened_at >= $3 AND opened_at < $4) AS opened,
       count(*) FILTER (WHERE answered_at >= $3 AND answered_at < $4) AS answered,
       count(*) FILTER (WHERE state <> 'closed') AS open
FROM enquiry WHERE (opened_at >= $3 OR answered_at >= $3 OR state <> 'closed') AND {_ENQUIRY}
"""
_LONGEST = f"""
SELECT id, waiting_since FROM enquiry WHERE state <> 'closed' AND waiting_since IS NOT NULL AND {_ENQUIRY}
ORDER BY waiting_since, id LIMIT $3
"""
_SNOOZED = f"""
SELECT id FROM enquiry WHERE state = 'snoozed' AND snoozed_until < $3 AND {_ENQUIRY} ORDER BY snoozed_until, id LIMIT $4
"""
_ALARMS = f"""
SELECT id, state FROM alarm WHERE (raised_at >= $3 AND raised_at < $4 OR state <> 'closed') AND {_ENQUIRY}
ORDER BY id LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a shift that has not been handed over."""

    organisation_id: int
    begins_at: datetime
    ends_at: datetime


async def ended_shifts(now: datetime) -> list[Ended]:
    return [Ended(**row) for row in await rows(_ENDED, now, now - LATE)]


async def figures(organisation: Organisation, begins_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """What happened in a shift and what is left of it: figures and numbers of enquiries and alarms, nobody's name."""
    mine = (organisation.code, organisation.level.sees_all)
    [counted] = await rows(_ENQUIRIES, *mine, begins_at, ends_at)
    waiting = await rows(_LONGEST, *mine, MOST_LISTED)
    snoozed = await rows(_SNOOZED, *mine, ends_at + FALLS_DUE, MOST_LISTED)
    alarms = await rows(_ALARMS, *mine, begins_at, ends_at, MOST_LISTED)
    return {
        **counted,
        "waiting": [row["id"] for row in waiting],
        "longest_since": waiting[0]["waiting_since"].isoformat() if waiting else None,
        "snoozed": [row["id"] for row in snoozed],
        "alarms": [row["id"] for row in alarms],
        "open_alarms": [row["id"] for row in alarms if row["state"] != "closed"],
    }
