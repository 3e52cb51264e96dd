"""What the clock does for moderation: the platform is asked, and what was never shown is emptied in time."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from handlers.moderation.actions.forgetting import empty_old
from handlers.moderation.actions.platform import Judged, record_judgement
from handlers.moderation.queries.waiting import waiting_for_platform

CheckText = Callable[[str, str, str, str], Awaitable[Judged]]
"""Asks the platform about (AppID, chat address, kind of text, text) and never raises; "unknown" where it can't say."""


async def check_platform(check: CheckText, now: datetime) -> None:
    """Ask about every text of a mini-program's users that was not asked about yet."""
    for one in await waiting_for_platform():
        judged = await check(one.app_id, one.address, one.kind, one.text) if one.address else Judged("unknown")
        await record_judgement(one.post_id, judged, now)


async def forget_texts(now: datetime) -> None:
    """Empty what was returned or taken back half a year ago, but for what is kept as unlawful."""
    await empty_old(now)
