"""Notifications: written with the deed they tell of, attempted once, shown where it is not sure that they arrived."""

from datetime import datetime

from tortoise.transactions import in_transaction

from clock import clock
from handlers.conversations import rules, texts
from handlers.conversations.rules import SendText
from models.conversations import Notification
from models.database import rows
from models.residency import Account

# The earliest of an account whose turn it is: none before it waits, none before it is under way.
_CLAIM = """
UPDATE notification SET attempted_at = $1, outcome = 'unknown' FROM account WHERE notification.id = (
  SELECT n.id FROM notification n JOIN account a ON a.id = n.account_id AND a.following
  WHERE n.attempted_at IS NULL AND n.seen_at IS NULL AND NOT EXISTS (
    SELECT FROM notification earlier WHERE earlier.account_id = n.account_id AND earlier.id < n.id
    AND earlier.seen_at IS NULL
    AND (earlier.attempted_at IS NULL OR earlier.outcome = 'unknown' AND earlier.attempted_at > $2)
  ) ORDER BY n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED
) AND account.id = notification.account_id RETURNING notification.id, account.app_id, account.openid AS address
"""
_UNSEEN = """
SELECT id FROM notification WHERE account_id = $1 AND seen_at IS NULL
AND (outcome IS NULL OR outcome = 'failed' OR outcome = 'unknown' AND attempted_at <= $2) ORDER BY id FOR UPDATE
"""
_FORGET = "DELETE FROM notification WHERE seen_at IS NOT NULL OR outcome = 'sent' OR created_at < $1 RETURNING id"


async def notify(account_id: int, text: str) -> None:
    """Tell an account something, in the transaction under way; one that does not follow any more is told nothing.

    Args:
        text: at most two or three sentences that stand by themselves, without choices to pick.
    """
    if await Account.filter(id=account_id, following=True).exists():
        await Notification.create(account_id=account_id, text=text, created_at=clock.now())


async def send_next(send: SendText) -> bool:
    """Send the next notification that waits, if there is one; whether there was.

    The attempt is committed before the call, so that a process that dies in between never sends it twice: its outcome
    stays UNKNOWN, and the resident is shown it later. Those of one account go in order.
    """
    now = clock.now()
    claimed = await rows(_CLAIM, now, now - rules.UNDER_WAY)
    if not claimed:
        return False
    notification = await Notification.get(id=claimed[0]["id"])
    outcome = await send(claimed[0]["app_id"], claimed[0]["address"], notification.text)
    notification.outcome, notification.errcode = outcome.delivered, outcome.errcode
    await notification.save(update_fields=("outcome", "errcode"))
    return True


async def show_unseen(account_id: int, now: datetime) -> str:
    """What this account was not certainly told, marked seen with the answer that shows it; empty when nothing is left.

    A notification that has not been attempted yet is shown instead of sent.
    """
    async with in_transaction():
        unseen = [row["id"] for row in await rows(_UNSEEN, account_id, now - rules.UNDER_WAY)]
        shown = await Notification.filter(id__in=unseen[: rules.MOST_SHOWN]).order_by("id")
        for notification in shown:
            notification.seen_at = now
            await notification.save(update_fields=("seen_at",))
    return texts.news([one.text for one in shown], len(unseen) - len(shown)) if shown else ""


async def forget_notifications(account_id: int) -> None:
    """Drop what was kept for an account that has left."""
    await Notification.filter(account_id=account_id).delete()


async def forget_old(now: datetime) -> None:
    """Drop notifications that have reached their resident, and those nobody came for within 90 days."""
    await rows(_FORGET, now - rules.KEPT_FOR)
