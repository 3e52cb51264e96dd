"""What became of tries: answers as they come, leases that ran out, and the platform's reports afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from campaigns.actions.budgets import close
from campaigns.channels import Outgoing, Result
from campaigns.delivery import BROKEN_FOR, REPORT_WITHIN, after
from models.database import rows
from models.reach import AttemptOutcome, DeliveryState, Path

# An answer that comes after the lease ran out still counts: it knows more than "uncertain".
_TRIES = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt JOIN delivery ON delivery.id = attempt.delivery_id
WHERE (attempt.delivery_id, attempt.path) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
  AND (outcome IS NULL OR outcome = 'uncertain') AND delivery.path = attempt.path
  AND delivery.state IN ('sending', 'uncertain')
ORDER BY attempt.delivery_id FOR UPDATE OF delivery
"""
_ATTEMPTS = """
UPDATE attempt SET outcome = told.outcome, errcode = told.errcode, message_id = told.message_id, settled_at = $6
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
_GIVE_BACK = """
UPDATE subscription s SET credits = credits + 1 FROM message_template t, delivery d
WHERE t.id = s.template_id AND t.kind = 'credit' AND s.account_id = d.account_id AND d.id = ANY($1::bigint[])
  AND t.purpose = (SELECT purpose FROM campaign WHERE campaign.id = d.campaign_id) RETURNING s.id
"""
_WINDOW_BACK = """
UPDATE contact_window w SET used = greatest(0, used - 1) FROM delivery d
WHERE w.account_id = d.account_id AND d.id = ANY($1::bigint[]) RETURNING w.account_id
"""
_NONE_LEFT = """
UPDATE subscription s SET credits = 0, standing = FALSE FROM message_template t, delivery d
WHERE t.id = s.template_id AND t.kind = d.path AND s.account_id = d.account_id AND d.id = ANY($1::bigint[])
  AND t.purpose = (SELECT purpose FROM campaign WHERE campaign.id = d.campaign_id) RETURNING s.id
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
_REPORTED = """
SELECT attempt.delivery_id, attempt.path, attempt.tries FROM attempt
JOIN delivery ON delivery.id = attempt.delivery_id JOIN account ON account.id = delivery.account_id
WHERE account.app_id = $1 AND account.openid = $2 AND attempt.path = ANY($3::text[]) AND attempt.started_at > $5
  AND (attempt.message_id = $4 AND attempt.outcome = 'accepted'
       OR attempt.message_id = '' AND (attempt.outcome = 'uncertain' OR attempt.outcome IS NULL))
ORDER BY attempt.message_id = $4 DESC, attempt.started_at DESC LIMIT 1 FOR UPDATE OF delivery
"""
USER_REFUSED = 43101
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
        await _allowances(known)
        for one in known:
            if one.result.outcome is AttemptOutcome.TECHNICAL:
                app_id = "" if one.message.path is Path.SMS else one.message.app_id
                await close(app_id, one.message.path, now + BROKEN_FOR, one.result.reason)


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


async def _allowances(known: Sequence[Settled]) -> None:
    """What was not used is given back; where the resident refused, no tick is left (wechat-platform.md §3.2)."""
    later = (AttemptOutcome.TEMPORARY, AttemptOutcome.TECHNICAL)
    unused = [one.message for one in known if one.result.outcome in later]
    refused = [one.message.delivery_id for one in known if one.result.errcode == USER_REFUSED]
    for path, give_back in ((Path.CREDIT, _GIVE_BACK), (Path.CUSTOMER, _WINDOW_BACK)):
        if ids := [message.delivery_id for message in unused if message.path is path]:
            await rows(give_back, ids)
    if refused:
        await rows(_NONE_LEFT, refused)


async def expire_leases(now: datetime) -> int:
    """What was under way when a process died may have arrived: it is uncertain, and never sent again."""
    return sum([len(await rows(_EXPIRED, now, path.bit, path.value)) for path in Path if path.by_machine])


async def report(app_id: str, openid: str, message_id: str, arrived: bool, now: datetime, errcode: int = 0) -> bool:
    """The platform tells afterwards what became of a templated message; whether it was one of ours.

    It settles a try that was uncertain; one that did not arrive goes on to its next path.
    """
    outcome = AttemptOutcome.CONFIRMED if arrived else AttemptOutcome.PERMANENT
    async with in_transaction():
        found = await rows(
            _REPORTED, app_id, openid, [path.value for path in TEMPLATED], message_id, now - REPORT_WITHIN
        )
        if not found:
            return False
        one = found[0]
        path = Path(one["path"])
        change = after(outcome, path, one["tries"], now)
        await rows(_ATTEMPTS, [one["delivery_id"]], [path.value], [outcome.value], [errcode], [message_id], now)
        if arrived or not await _reached(one["delivery_id"]):
            await rows(
                _DELIVERIES, [one["delivery_id"]], [change.state.value], [path.bit], [errcode], [change.next_at], now
            )
    return True


async def _reached(delivery_id: int) -> bool:
    """Whether somebody was told meanwhile by another path, or has read it."""
    found = await rows("SELECT state FROM delivery WHERE id = $1", delivery_id)
    return found[0]["state"] in (DeliveryState.READ, DeliveryState.CANCELLED)
