"""How fast and how often each account may use a path: a token bucket and the platform's daily quota, in one row."""

from datetime import datetime, timedelta

from clock import BEIJING
from models.database import rows
from models.reach import Path

RATES: dict[Path, tuple[float, int, int]] = {
    Path.CUSTOMER: (200.0, 400, 500_000),
    Path.STANDING: (200.0, 400, 10_000_000),
    Path.CREDIT: (200.0, 400, 10_000_000),
    Path.TEMPLATE: (200.0, 400, 100_000),
    Path.MASS: (1.0, 60, 100),
    Path.SMS: (20.0, 100, 50_000),
}
"""Messages a second, in one go and a day (wechat-platform.md §3.6–3.9); a row of `send_budget` may say otherwise."""

_OPEN = """
INSERT INTO send_budget (app_id, path, per_second, burst, per_day, tokens, filled_at, day)
VALUES ($1, $2, $3, $4::int, $5, $4::int, $6, $7) ON CONFLICT (app_id, path) DO NOTHING RETURNING id
"""
_TAKE = """
WITH held AS (
  SELECT id, least(burst, tokens + per_second * greatest(0, extract(epoch FROM $3::timestamptz - filled_at))) AS full_,
         CASE WHEN day = $4 THEN used ELSE 0 END AS spent, per_day, closed_until
  FROM send_budget WHERE app_id = $1 AND path = $2 FOR UPDATE
), granted AS (
  SELECT id, full_, spent, CASE WHEN closed_until > $3 THEN 0
    ELSE greatest(0, least($5, floor(full_)::int, per_day - spent)) END AS n FROM held
)
UPDATE send_budget SET tokens = granted.full_ - granted.n, filled_at = $3, day = $4, used = granted.spent + granted.n
FROM granted WHERE send_budget.id = granted.id
RETURNING granted.n, send_budget.closed_until, granted.spent + granted.n >= send_budget.per_day AS spent_up
"""
_CLOSE = """
UPDATE send_budget SET closed_until = $3, reason = $4 WHERE app_id = $1 AND path = $2 RETURNING id
"""


async def take(app_id: str, path: Path, wanted: int, now: datetime) -> tuple[int, datetime]:
    """Take up to `wanted` messages from the budget, in the transaction under way.

    Returns:
        how many are granted, and when to ask again for the rest.
    """
    today = now.astimezone(BEIJING).date()
    if not (found := await rows(_TAKE, app_id, path.value, now, today, wanted)):
        await rows(_OPEN, app_id, path.value, *RATES[path], now, today)
        found = await rows(_TAKE, app_id, path.value, now, today, wanted)
    granted = found[0]
    if granted["closed_until"] and granted["closed_until"] > now:
        return 0, granted["closed_until"]
    if granted["spent_up"]:
        return granted["n"], _midnight(now)
    return granted["n"], now + timedelta(seconds=1)


async def close(app_id: str, path: Path, until: datetime, reason: str) -> None:
    """Let a path rest after the platform refused our configuration or our quota; the operator sees the reason."""
    await rows(_CLOSE, app_id, path.value, until, reason[:120])


def _midnight(now: datetime) -> datetime:
    return now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
