"""What residents allow the platform's templates: each tick is one message, or with a standing template all of them."""

from collections.abc import Sequence
from datetime import datetime

from models.database import rows

# An account that has ticked "always" for a one-time template gets one more message a tick, and no more.
_ALLOW = """
INSERT INTO subscription (account_id, template_id, standing, credits, changed_at)
SELECT account.id, t.id, t.kind = 'standing', CASE WHEN t.kind = 'credit' THEN 1 ELSE 0 END, $4
FROM account JOIN message_template t ON t.app_id = account.app_id AND t.template_id = ANY($3::text[])
WHERE account.app_id = $1 AND account.openid = $2 AND t.kind IN ('standing', 'credit')
ON CONFLICT (account_id, template_id) DO UPDATE SET changed_at = excluded.changed_at, standing = excluded.standing,
  credits = least(subscription.credits + excluded.credits, 1000)
RETURNING id
"""
_REFUSE = """
UPDATE subscription s SET standing = FALSE, credits = 0, changed_at = $4
FROM account, message_template t
WHERE s.account_id = account.id AND s.template_id = t.id AND account.app_id = $1 AND account.openid = $2
  AND t.app_id = $1 AND t.template_id = ANY($3::text[]) RETURNING s.id
"""


async def allow(app_id: str, openid: str, template_ids: Sequence[str], now: datetime) -> int:
    """An account has ticked these templates, in the transaction under way; how many are ours."""
    return len(await rows(_ALLOW, app_id, openid, list(template_ids), now))


async def refuse(app_id: str, openid: str, template_ids: Sequence[str], now: datetime) -> int:
    """An account wants nothing more by these templates; how many it had allowed."""
    return len(await rows(_REFUSE, app_id, openid, list(template_ids), now))
