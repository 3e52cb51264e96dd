"""The customer messages that an account may still get: whoever sends one counts it here, so that two are left."""

from datetime import datetime

from campaigns.ladder import OPENING
from models.database import rows

_COUNT = """
WITH wrote AS (
  SELECT account.id, max(m.received_at) AS at FROM account
  JOIN message m ON m.sender = account.openid AND m.app_id = account.app_id AND m.kind = ANY($4::text[])
    AND m.received_at > $3::timestamptz - interval '48 hours'
  WHERE account.app_id = $1 AND account.openid = $2 GROUP BY account.id
), counted AS (
  INSERT INTO contact_window (account_id, opened_at, used) SELECT id, at, 1 FROM wrote
  ON CONFLICT (account_id) DO UPDATE SET opened_at = excluded.opened_at,
    used = CASE WHEN contact_window.opened_at >= excluded.opened_at THEN contact_window.used + 1 ELSE 1 END
  WHERE contact_window.opened_at < excluded.opened_at OR contact_window.used < $5
  RETURNING account_id
)
SELECT EXISTS (SELECT FROM counted) OR NOT EXISTS (SELECT FROM wrote) AS open
"""
ANY_NUMBER = 1000


async def count_customer_message(app_id: str, openid: str, now: datetime, most: int = ANY_NUMBER) -> bool:
    """Count one message that is about to be sent after what the resident wrote; whether `most` allows it.

    Who has not written for 48 hours has no such window: nothing is counted, the platform decides (a tap on the menu
    opens one of its own, wechat-platform.md §3.6).
    """
    found = await rows(_COUNT, app_id, openid, now, list(OPENING), most)
    return found[0]["open"]
