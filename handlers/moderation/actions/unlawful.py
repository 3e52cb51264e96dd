"""What is unlawful is stopped and kept, even if all else of its message is undone (《网络安全法》第四十九条)."""

import asyncio
from contextvars import Context
from datetime import date, datetime, timedelta

import structlog
from tortoise.transactions import in_transaction

from clock import BEIJING
from handlers.audit.actions import record
from models.deliberation import ModerationReason, PostState
from models.participation import Participant, Post
from settings import get_settings

log = structlog.get_logger("moderation")
MACHINE = "+words"
"""Who stopped what no moderator has looked at; no login has a plus sign."""
_under_way: set[asyncio.Task[None]] = set()


def keep_unlawful(post: Post, author: Participant, place: str, now: datetime) -> None:
    """Store a refused text as RETURNED, in a transaction of its own after the caller's has ended.

    The caller is not waited for: it may hold what this needs, and will be undone or committed in a moment.
    """
    post.state, post.reason = PostState.RETURNED, ModerationReason.UNLAWFUL
    post.decided_at, post.decided_by, post.remark = now, MACHINE, post.checks[-1]["basis"][:200]
    post.keep_until = kept_until(now)
    task = asyncio.get_running_loop().create_task(_keep(post, author, place), context=Context())
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


def kept_until(now: datetime) -> date:
    """The last day for which unlawful content stopped now is kept."""
    return now.astimezone(BEIJING).date() + timedelta(days=get_settings().retention_unlawful_days)


async def settled() -> None:
    """Wait until everything that was to be kept is kept."""
    await asyncio.gather(*_under_way)


async def _keep(post: Post, author: Participant, place: str) -> None:
    try:
        async with in_transaction():
            # Who has only just joined is stored here if their own message was undone.
            joined = {"resident_id": author.resident_id, "account_id": author.account_id, "joined_at": author.joined_at}
            known, _ = await Participant.get_or_create(joined, person=author.person)  # pyright: ignore[reportUnknownMemberType]
            post.author_id = known.id
            await post.save()
            await record(f"account:{known.account_id}", "post.stop", f"post:{post.id}", place=place, after=post.state)
    except Exception as error:
        log.error("unlawful text not kept", failure=type(error).__name__, exc_info=error)
