"""The claim of deliveries, one of the four named writers: every try is written before the call, none is made twice."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.actions.budgets import take
from campaigns.channels import Outgoing
from campaigns.delivery import GROUPED, LEASE, MOST_PUSHED, SHUT_FOR_LONG, bits_of
from campaigns.ladder import KNOWN, OPENING, PATH
from clock import BEIJING
from models.database import rows
from models.reach import Path, Purpose
from models.sealed import unseal

# Whoever pauses or calls off waits for the claim under way, so that nothing is begun after.
_RUNNING = "SELECT id FROM campaign WHERE id = $1 AND state = 'running' FOR KEY SHARE"
# Rows of others are passed over; what is paused or cancelled meanwhile is not taken.
_PICK = f"""
WITH due AS (
  SELECT d.id, d.account_id, d.resident_id, d.tried, c.id AS campaign_id, c.urgent, c.purpose, c.text, c.short, c.link,
         c.content, c.paths & $2 AS paths
  FROM delivery d JOIN campaign c ON c.id = d.campaign_id AND c.state = 'running'
  WHERE d.campaign_id = $1 AND d.state IN ('created', 'temporary') AND d.next_at <= $3
  ORDER BY d.next_at, d.id LIMIT $4 FOR UPDATE OF d SKIP LOCKED
)
SELECT due.*, account.app_id, account.openid AS address, resident.phone, wrote.at AS wrote_at,
       {PATH.format(left="(due.paths & ~due.tried)", most=MOST_PUSHED)} AS path
FROM due {KNOWN.format(who="due", now="$3", opening="$5", paths="due.paths", purpose="due.purpose", month="$6")}
ORDER BY due.id
"""
_LATER = "UPDATE delivery SET next_at = $2 WHERE id = ANY($1::bigint[]) RETURNING id"
_NEXT_PATH = "UPDATE delivery SET tried = tried | $2 WHERE id = ANY($1::bigint[]) RETURNING id"
_GIVE_UP = """
UPDATE delivery SET path = NULL, next_at = $2, state = CASE WHEN EXISTS (
    SELECT FROM attempt WHERE attempt.delivery_id = delivery.id AND attempt.outcome = 'technical'
) THEN 'technical' ELSE 'permanent' END
WHERE id = ANY($1::bigint[]) RETURNING id
"""
# A worker's answer to a resident and other notices count against the same five messages.
_RESERVE_WINDOW = f"""
INSERT INTO contact_window (account_id, opened_at, used)
SELECT * FROM unnest($1::bigint[], $2::timestamptz[], array_fill(1, ARRAY[cardinality($1)]))
ON CONFLICT (account_id) DO UPDATE SET opened_at = excluded.opened_at,
  used = CASE WHEN contact_window.opened_at >= excluded.opened_at THEN contact_window.used + 1 ELSE 1 END
WHERE contact_window.opened_at < excluded.opened_at OR contact_window.used < {MOST_PUSHED}
RETURNING account_id
"""
_RESERVE_CREDIT = """
WITH held AS (
  SELECT s.id FROM subscription s JOIN message_template t ON t.id = s.template_id
  WHERE t.kind = 'credit' AND t.purpose = $2 AND t.enabled AND s.credits > 0 AND s.account_id = ANY($1::bigint[])
  ORDER BY s.id FOR UPDATE OF s
)
UPDATE subscription s SET credits = credits - 1 FROM held WHERE held.id = s.id RETURNING s.account_id
"""
_TEMPLATES = "SELECT app_id, kind, template_id, mapping FROM message_template WHERE purpose = $1 AND enabled"
# A path that has been tried with any other outcome than "later" is not tried again, whatever the delivery says.
_BEGIN = """
WITH begun AS (
  INSERT INTO attempt (delivery_id, path, started_at)
  SELECT id, path, $3 FROM unnest($1::bigint[], $2::text[]) AS begun (id, path)
  ON CONFLICT (delivery_id, path) DO UPDATE
    SET tries = attempt.tries + 1, started_at = excluded.started_at, settled_at = NULL, outcome = NULL
    WHERE attempt.outcome IN ('temporary', 'technical')
  RETURNING delivery_id, path
)
UPDATE delivery SET state = 'sending', path = begun.path, lease_until = $4 FROM begun
WHERE delivery.id = begun.delivery_id RETURNING delivery.id
"""


async def claim(campaign_id: int, usable: Iterable[Path], now: datetime, limit: int) -> tuple[list[Outgoing], int]:
    """Take the next deliveries of a running campaign; each try is committed when this returns.

    Args:
        usable: paths that this process has a channel for.

    Returns:
        what is to be sent now, and how many deliveries were looked at: none means that nothing is due.
    """
    month = now.astimezone(BEIJING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    async with in_transaction():
        if not await rows(_RUNNING, campaign_id):
            return [], 0
        due = await rows(_PICK, campaign_id, bits_of(usable), now, limit, list(OPENING), month)
        await rows(_GIVE_UP, [row["id"] for row in due if row["path"] is None], now)
        ready = [row for group in _by_budget(due) for row in await _granted(*group, now)]
        ready = await _reserved(ready)
        begun = (
            await rows(_BEGIN, [row["id"] for row in ready], [row["path"] for row in ready], now, now + LEASE)
            if ready
            else []
        )
        taken = {row["id"] for row in begun}
        return await _outgoing([row for row in ready if row["id"] in taken]), len(due)


def _by_budget(due: Sequence[dict[str, Any]]) -> list[tuple[str, Path, list[dict[str, Any]]]]:
    """By account and path, always in one order, so that two processes never wait for each other."""
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in due:
        if row["path"] is not None:
            groups["" if row["path"] == Path.SMS else row["app_id"], row["path"]].append(row)
    return [(app_id, Path(path), found) for (app_id, path), found in sorted(groups.items())]


async def _granted(app_id: str, path: Path, wanted: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Those for whom the budget lasts, counted in calls as the platform does. The others are due later.

    What is urgent doesn't wait for a path that is shut for long, it goes on to the next.
    """
    people = len(wanted) if path in GROUPED else 1
    calls, again_at = await take(app_id, path, len(wanted) // people, now)
    granted = calls * people
    for_long = again_at > now + SHUT_FOR_LONG
    hurried = [row["id"] for row in wanted[granted:] if row["urgent"] and for_long]
    waiting = [row["id"] for row in wanted[granted:] if not (row["urgent"] and for_long)]
    if hurried:
        await rows(_NEXT_PATH, hurried, path.bit)
    if waiting:
        await rows(_LATER, waiting, again_at)
    return wanted[:granted]


async def _reserved(ready: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those for whom the platform will take the message; the others stay due and find their next path."""
    window = {row["account_id"]: row["wrote_at"] for row in ready if row["path"] == Path.CUSTOMER}
    credit = {row["account_id"]: row["purpose"] for row in ready if row["path"] == Path.CREDIT}
    open_: set[int] = set()
    if window:
        ordered = sorted(window)
        found = await rows(_RESERVE_WINDOW, ordered, [window[account] for account in ordered])
        open_ |= {row["account_id"] for row in found}
    if credit:
        found = await rows(_RESERVE_CREDIT, sorted(credit), next(iter(credit.values())))
        open_ |= {row["account_id"] for row in found}
    limited = (Path.CUSTOMER, Path.CREDIT)
    return [row for row in ready if row["path"] not in limited or row["account_id"] in open_]


async def _outgoing(begun: Sequence[dict[str, Any]]) -> list[Outgoing]:
    templates: dict[tuple[str, str], dict[str, Any]] = {}
    if any(row["path"] in (Path.STANDING, Path.CREDIT, Path.TEMPLATE) for row in begun):
        found = await rows(_TEMPLATES, begun[0]["purpose"])
        templates = {(row["app_id"], row["kind"]): row for row in found}
    return [_message(row, templates.get((row["app_id"], row["path"]))) for row in begun]


def _message(row: dict[str, Any], template: dict[str, Any] | None) -> Outgoing:
    path = Path(row["path"])
    content: dict[str, str] = json.loads(row["content"])
    mapping: dict[str, str] = json.loads(template["mapping"]) if template else {}
    return Outgoing(
        row["id"],
        row["campaign_id"],
        path,
        row["app_id"] or "",
        unseal(row["phone"], "resident:phone") if path is Path.SMS else row["address"],
        Purpose(row["purpose"]),
        row["short"] if path is Path.SMS else row["text"],
        row["link"],
        template["template_id"] if template else "",
        {key: content.get(name, "") for key, name in mapping.items()},
    )
