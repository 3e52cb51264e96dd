"""What became of tries: answers as they come, leases that ran out, and the platform's reports afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.actions.budgets import close
from campaigns.channels import Outgoing, Result
from campaigns.delivery import BROKEN_FOR, REPORT_WITHIN, after
from models.database import rows
from models.reach import AttemptOutcome, Path

# An answer that comes after the lease ran out still counts: it knows more than "uncertain".
_TRIES = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt JOIN delivery ON delivery.id = attempt.delivery_id
WHERE (attempt.delivery_id, attempt.path) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
  AND (outcome IS NULL OR outcome = 'uncertain') AND delivery.path = attempt.path
  AND delivery.state IN ('sending', 'uncertain')
ORDER BY attempt.delivery_id FOR UPDATE OF delivery
"""
_ATTEMPTS = """
UPDATE attempt SET outcome = told.outcome, errcode = told.errcode, settled_at = $6,
  message_id = coalesce(nullif(told.message_id, ''), attempt.message_id)
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[])
  AS told (id, path, outcome, errcode, message_id)
WHERE attempt.delivery_id = told.id AND attempt.path = told.path RETURNING attempt.id
"""
_DELIVERIES = """
UPDATE delivery SET state = told.state, tried = tried | told.bits, errcode = told.errcode, lease_until = NULL,
  next_at = coalesce(told.next_at, delivery.next_at),
  sent_at = CASE WHEN told.state IN ('sent', 'delivered') THEN $6 ELSE sent_at END
FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::timestamptz[])
  AS told (id, state, bits, errcode, next_at)
WHERE delivery.id = told.id RETURNING delivery.id
"""
# Rows are always held in the order of their ids, as in the claim: two processes never wait for each other.
_OWN_TICKS = """
WITH held AS (
  SELECT s.id FROM subscription s JOIN message_template t ON t.id = s.template_id
  JOIN delivery d ON d.account_id = s.account_id AND d.path = t.kind JOIN campaign c ON c.id = d.campaign_id
  WHERE d.id = ANY($1::bigint[]) AND t.purpose = c.purpose ORDER BY s.id FOR UPDATE OF s
)
UPDATE subscription s SET {change} FROM held WHERE held.id = s.id RETURNING s.id
"""
_GIVE_BACK = _OWN_TICKS.format(change="credits = credits + 1")
_NONE_LEFT = _OWN_TICKS.format(change="credits = 0, standing = FALSE")
_WINDOW_BACK = """
WITH held AS (
  SELECT w.account_id FROM contact_window w JOIN delivery d ON d.account_id = w.account_id
  WHERE d.id = ANY($1::bigint[]) ORDER BY w.account_id FOR UPDATE OF w
)
UPDATE contact_window w SET used = greatest(0, used - 1) FROM held
WHERE held.account_id = w.account_id RETURNING w.account_id
"""
_LEFT = """
UPDATE account SET following = FALSE FROM delivery d WHERE d.account_id = account.id AND d.id = ANY($1::bigint[])
RETURNING account.id
"""
_EXPIRED = """
WITH over AS (
  SELECT id, path FROM delivery WHERE state = 'sending' AND lease_until < $1 AND path = $3
  ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
), told AS (
  UPDATE attempt SET outcome = 'uncertain', settled_at = $1 FROM over
  WHERE attempt.delivery_id = over.id AND attempt.path = over.path AND attempt.outcome IS NULL
)
UPDATE delivery SET state = 'uncertain', lease_until = NULL, tried = tried | $2 FROM over
WHERE delivery.id = over.id RETURNING delivery.id
"""
# Who is not reached after all goes on, also when the campaign was finished; of one that was called off nothing does.
_GOES_ON = """
WITH again AS (
  UPDATE campaign SET state = 'running', finished_at = NULL FROM delivery
  WHERE delivery.id = ANY($1::bigint[]) AND delivery.campaign_id = campaign.id AND campaign.state = 'done'
    AND delivery.state IN ('created', 'temporary')
)
UPDATE delivery SET state = 'cancelled' FROM campaign
WHERE delivery.id = ANY($1::bigint[]) AND delivery.campaign_id = campaign.id AND campaign.state = 'cancelled'
  AND delivery.state IN ('created', 'temporary') RETURNING delivery.id
"""
_DEAD_TEMPLATE = """
UPDATE message_template SET enabled = FALSE, failure = $3 WHERE app_id = $1 AND template_id = $2 RETURNING id
"""
# Somebody has read it, was found by a person, or was called off: that it did not arrive changes nothing any more.
_CLOSED = """
SELECT id FROM delivery WHERE id = ANY($1::bigint[])
  AND (state = 'read' OR reached_at IS NOT NULL OR state = 'cancelled' AND NOT $2::boolean)
"""
_REPORTED = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt
JOIN delivery ON delivery.id = attempt.delivery_id JOIN account ON account.id = delivery.account_id
WHERE account.app_id = $1 AND account.openid = $2 AND attempt.path = ANY($3::text[]) AND attempt.started_at > $5
  AND (attempt.message_id = $4 AND attempt.outcome = 'accepted'
       OR attempt.message_id = '' AND (attempt.outcome IN ('uncertain', 'accepted') OR attempt.outcome IS NULL))
ORDER BY attempt.message_id = $4 DESC, (attempt.outcome = 'accepted') DESC NULLS LAST, attempt.started_at LIMIT 1
FOR UPDATE OF delivery
"""
_REPORTED_TOGETHER = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt
JOIN delivery ON delivery.id = attempt.delivery_id JOIN account ON account.id = delivery.account_id
WHERE account.app_id = $1 AND attempt.path = 'mass' AND attempt.message_id = $2 AND attempt.outcome = 'accepted'
  AND attempt.started_at > $3
ORDER BY attempt.delivery_id FOR UPDATE OF delivery
"""
_REPORTED_SMS = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt
JOIN delivery ON delivery.id = attempt.delivery_id
WHERE attempt.delivery_id = ANY($1::bigint[]) AND attempt.path = 'sms' AND attempt.started_at > $2
  AND (attempt.outcome IN ('accepted', 'uncertain') OR attempt.outcome IS NULL)
ORDER BY attempt.delivery_id FOR UPDATE OF delivery
"""
USER_REFUSED, NOT_FOLLOWING = 43101, 43004
LONGEST_REASON = 120
TEMPLATED = (Path.STANDING, Path.CREDIT, Path.TEMPLATE)


@dataclass(frozen=True, slots=True)
class Settled:
    """One try and what became of it."""

    message: Outgoing
    result: Result


async def settle(settled: Sequence[Settled], now: datetime) -> None:
    """Write down what became of tries, all at once."""
    if not settled:
        return
    async with in_transaction():
        found = await rows(
            _TRIES, [one.message.delivery_id for one in settled], [one.message.path.value for one in settled]
        )
        tries = {row["delivery_id"]: row["tries"] for row in found}
        known = [one for one in settled if one.message.delivery_id in tries]
        await _write(known, tries, now)
        await _shut(known, now)
        await _allowances(known)


async def _write(known: Sequence[Settled], tries: dict[int, int], now: datetime) -> None:
    changes = [
        after(one.result.outcome, one.message.path, tries[one.message.delivery_id], now, one.result.retry_at)
        for one in known
    ]
    ids = [one.message.delivery_id for one in known]
    codes = [one.result.errcode for one in known]
    paths, outcomes = [one.message.path.value for one in known], [one.result.outcome.value for one in known]
    await rows(_ATTEMPTS, ids, paths, outcomes, codes, [one.result.message_id for one in known], now)
    states, due = [change.state.value for change in changes], [change.next_at for change in changes]
    bits = [one.message.path.bit if change.used_up else 0 for one, change in zip(known, changes, strict=True)]
    await rows(_DELIVERIES, ids, states, bits, codes, due, now)
    await rows(_GOES_ON, ids)


async def _allowances(known: Sequence[Settled]) -> None:
    """What was not used is given back; who refused has no tick left, who has left follows no more (§3.2)."""
    later = (AttemptOutcome.TEMPORARY, AttemptOutcome.TECHNICAL)
    unused = [one.message for one in known if one.result.outcome in later]
    for path, give_back in ((Path.CUSTOMER, _WINDOW_BACK), (Path.CREDIT, _GIVE_BACK)):
        if ids := [message.delivery_id for message in unused if message.path is path]:
            await rows(give_back, ids)
    for errcode, change in ((USER_REFUSED, _NONE_LEFT), (NOT_FOLLOWING, _LEFT)):
        if ids := [one.message.delivery_id for one in known if one.result.errcode == errcode]:
            await rows(change, ids)


async def _shut(known: Sequence[Settled], now: datetime) -> None:
    """Let paths rest that are shut for everybody, and templates that are no more."""
    shut: dict[tuple[str, Path], tuple[datetime, str]] = {}
    dead: dict[tuple[str, str], str] = {}
    for one in known:
        message, result = one.message, one.result
        if result.dead_template:
            dead[message.app_id, message.template_id] = result.reason[:LONGEST_REASON]
        elif result.closed or result.outcome is AttemptOutcome.TECHNICAL:
            app_id = "" if message.path is Path.SMS else message.app_id
            shut[app_id, message.path] = result.retry_at or now + BROKEN_FOR, result.reason
    for (app_id, path), (until, reason) in sorted(shut.items()):
        await close(app_id, path, until, reason)
    for (app_id, template_id), reason in sorted(dead.items()):
        await rows(_DEAD_TEMPLATE, app_id, template_id, reason)


async def expire_leases(now: datetime) -> int:
    """What was under way when a process died may have arrived: it is uncertain, and never sent again."""
    return sum([len(await rows(_EXPIRED, now, path.bit, path.value)) for path in Path if path.by_machine])


async def report(app_id: str, openid: str, message_id: str, arrived: bool, now: datetime, errcode: int = 0) -> bool:
    """The platform tells afterwards what became of a templated message; whether it was one of ours.

    It settles a try that was uncertain; one that did not arrive goes on to its next path.
    """
    paths = [path.value for path in TEMPLATED]
    async with in_transaction():
        found = await rows(_REPORTED, app_id, openid, paths, message_id, now - REPORT_WITHIN)
        await _note(found, message_id, arrived, errcode, now)
    return bool(found)


async def report_mass(app_id: str, message_id: str, arrived: bool, now: datetime) -> int:
    """The platform tells of a mass message that all got it, or that none did; how many of ours that were."""
    async with in_transaction():
        found = await rows(_REPORTED_TOGETHER, app_id, message_id, now - REPORT_WITHIN)
        await _note(found, message_id, arrived, 0, now)
    return len(found)


async def report_sms(delivery_ids: Sequence[int], arrived: bool, now: datetime, errcode: int = 0) -> int:
    """The gateway tells afterwards that these SMS arrived, or did not; how many of them were ours and open.

    It settles a try that was uncertain; one that did not arrive goes on to its next path, or to the list.
    """
    async with in_transaction():
        found = await rows(_REPORTED_SMS, list(delivery_ids), now - REPORT_WITHIN)
        await _note(found, "", arrived, errcode, now)
    return len(found)


async def _note(found: Sequence[dict[str, Any]], message_id: str, arrived: bool, errcode: int, now: datetime) -> None:
    """Write down what became of tries that were answered for already, or were given up."""
    if not found:
        return
    outcome = AttemptOutcome.CONFIRMED if arrived else AttemptOutcome.PERMANENT
    ids, paths = [one["delivery_id"] for one in found], [one["path"] for one in found]
    same = len(found)
    await rows(_ATTEMPTS, ids, paths, [outcome.value] * same, [errcode] * same, [message_id] * same, now)
    if errcode == USER_REFUSED:
        await rows(_NONE_LEFT, ids)
    closed = {row["id"] for row in await rows(_CLOSED, ids, arrived)}
    open_ = [one for one in found if one["delivery_id"] not in closed]
    ids, bits = [one["delivery_id"] for one in open_], [Path(one["path"]).bit for one in open_]
    changes = [after(outcome, Path(one["path"]), one["tries"], now) for one in open_]
    states, due = [change.state.value for change in changes], [change.next_at for change in changes]
    await rows(_DELIVERIES, ids, states, bits, [errcode] * len(open_), due, now)
    await rows(_GOES_ON, ids)
