"""Counting the figures of a day."""

from datetime import date, datetime, time, timedelta

from clock import BEIJING
from models.database import rows

ACTIVE_RESIDENTS = "active_residents"
_COUNT = """
INSERT INTO daily_fact (community_id, day, measure, value)
SELECT dwelling.community_id, $1, $2, count(DISTINCT account.id)
FROM message
JOIN account ON account.app_id = message.app_id AND account.openid = message.sender
JOIN binding ON binding.account_id = account.id AND binding.state = 'active'
JOIN dwelling ON dwelling.id = binding.dwelling_id
WHERE message.received_at >= $3 AND message.received_at < $4
GROUP BY dwelling.community_id
ON CONFLICT (community_id, measure, day) DO UPDATE SET value = excluded.value RETURNING id
"""


async def count_day(day: date) -> None:
    """Count the residents of each community who wrote or pressed something on a day in Beijing; again corrects it.

    Someone with homes in two communities counts in both; a day without anybody has no row.
    """
    begins = datetime.combine(day, time(), BEIJING)
    await rows(_COUNT, day, ACTIVE_RESIDENTS, begins, begins + timedelta(days=1))
