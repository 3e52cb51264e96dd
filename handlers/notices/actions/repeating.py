"""A notice sends itself again when its time has come: once, however many processes the clock runs in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tortoise.transactions import in_transaction

from campaigns.actions.launch import call_off
from campaigns.audience import Audience, audience_from
from campaigns.delivery import LATE
from clock import BEIJING
from handlers.audit.actions import record
from handlers.notices import rules
from handlers.notices.actions.sending import start
from handlers.notices.registers import is_firing, sendings
from models.campaigns import Campaign
from models.notices import Notice
from models.reach import CampaignState, NoticeState

CLOCK = "clock"
_WAITING = (CampaignState.SCHEDULED, CampaignState.OVERDUE)


async def repeat_notice(notice_id: int, now: datetime) -> bool:
    """Send a notice again whose time has come, and set the next one; False where another process has, or is at it.

    Of several times that were missed only the last is sent, and that asks first where it is half an hour late
    (`campaigns.delivery.LATE`); an earlier one that still asks falls away. While the notice itself has not begun it
    asks itself, and while somebody has paused it nothing is added to it.
    """
    async with in_transaction():
        due = Notice.select_for_update(skip_locked=True)
        notice = await due.get_or_none(id=notice_id, state=NoticeState.SENT, again_at__lte=now)
        if notice is None:
            return False
        await notice.fetch_related("organisation")
        earlier = await sendings(notice)
        if _has_begun(notice, earlier) and all(one.state is not CampaignState.PAUSED for one in earlier):
            await _fire(notice, earlier, now)
        notice.again_at = _following(notice, now)
        await notice.save(update_fields=["again_at"])
    return True


def _has_begun(notice: Notice, earlier: Sequence[Campaign]) -> bool:
    """Whether the text in force went out; one that waits for its time, or asks, goes first."""
    present = f"notice:{notice.id}:{notice.version}"
    return any(one.subject == present and one.launched_at for one in earlier)


async def _fire(notice: Notice, earlier: Sequence[Campaign], now: datetime) -> None:
    """Send it in place of what is left of earlier sendings, so that nobody gets both; one that asks takes no place."""
    at = _latest(notice, now)
    await drop_waiting(notice)
    for one in earlier if now - at < LATE else ():
        await call_off(one.subject)
    day = at.astimezone(BEIJING).date()
    await start(notice, f"{notice.version}:{day:%Y%m%d}", _audience(notice), now, notice.sent_by, launch_at=at)
    detail = {"version": notice.version, "day": day.isoformat()}
    await record(CLOCK, "notice.repeat", f"notice:{notice.id}", place=notice.organisation.code, detail=detail)


async def drop_waiting(notice: Notice) -> int:
    """Call off the repetitions that have not begun, in the transaction under way; how many there were."""
    waiting = [one for one in await sendings(notice) if is_firing(one) and one.state in _WAITING]
    for one in waiting:
        await call_off(one.subject)
    return len(waiting)


def _latest(notice: Notice, now: datetime) -> datetime:
    """The last time that has come; the others were missed."""
    assert notice.again_at
    at = notice.again_at
    while (later := _following(notice, at)) and later <= now:
        at = later
    return at


def _following(notice: Notice, after: datetime) -> datetime | None:
    assert notice.launch_at
    return rules.next_firing(notice.repeat, notice.launch_at.astimezone(BEIJING), notice.ends_on, after)


def _audience(notice: Notice) -> Audience:
    """Whom it is for, or of those the homes in which nobody has read it."""
    audience = audience_from(notice.audience)
    return replace(audience, only=(*audience.only, f"not_read:{notice.id}")) if notice.repeat_unread else audience
