"""What is forgotten: who wrote, once their account is closed; texts that were never shown, after half a year."""

from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from clock import BEIJING, clock
from handlers.moderation import rules
from models.database import rows
from models.participation import Participant
from models.residency import Binding
from models.states import BindingState

# Votes and stances stay, as marks on rolls do; texts stay without anybody's name.
_UNNAME = "UPDATE post SET nickname = $2 WHERE author_id = $1 AND written_by = '' RETURNING id"
_TAKE_BACK = """
UPDATE post SET state = 'withdrawn', text = '', rewritten = '', decided_at = $2
WHERE author_id = $1 AND state = 'held' RETURNING id
"""
_FORGET_WORDS = """
UPDATE appeal SET words = '' FROM post WHERE post.id = appeal.post_id AND post.author_id = $1 AND appeal.state <> 'open'
RETURNING appeal.id
"""
_EMPTY_OLD = """
UPDATE post SET text = '', rewritten = '', remark = '', nickname = '' WHERE id IN (
  SELECT id FROM post WHERE state IN ('returned', 'withdrawn') AND text <> '' AND coalesce(decided_at, created_at) < $1
  AND (keep_until IS NULL OR keep_until < $2) ORDER BY id LIMIT 2000
) RETURNING id
"""


async def forget_account(payload: dict[str, Any]) -> None:
    """Part a closed account from what was written; done twice it is done once.

    Where the same person writes from another account that is registered, only that one is told from now on.
    """
    async with in_transaction():
        for participant in await Participant.filter(account_id=payload["account"]).select_for_update(no_key=True):
            other = Binding.filter(resident_id=participant.resident_id, state=BindingState.ACTIVE, verified=True)
            heir = await other.exclude(account_id=payload["account"]).first() if participant.resident_id else None
            participant.account_id = heir.account_id if heir else None
            if heir is None:
                await _part(participant)
            await participant.save()


async def _part(participant: Participant) -> None:
    participant.resident_id, participant.nickname = None, ""
    await rows(_TAKE_BACK, participant.id, clock.now())
    await rows(_UNNAME, participant.id, rules.GONE)
    await rows(_FORGET_WORDS, participant.id)


async def empty_old(now: datetime) -> int:
    """Empty texts returned or taken back 180 days ago, but for what is kept as unlawful; how many."""
    today, done = now.astimezone(BEIJING).date(), 0
    while gone := len(await rows(_EMPTY_OLD, now - rules.EMPTIED_AFTER, today)):
        done += gone
    return done
