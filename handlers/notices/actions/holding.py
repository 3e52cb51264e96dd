"""What is done with a sending that has begun, or should have: paused, gone on with, sent after all."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from tortoise.transactions import in_transaction

from campaigns.actions.launch import launch_after_all, pause, resume
from errors import Conflict
from handlers.audit.actions import record
from handlers.notices.actions.notices import locked
from handlers.notices.actions.repeating import drop_waiting
from handlers.notices.actions.sending import withdraw_notice
from handlers.notices.registers import sendings
from handlers.staff.rules import Permission, Viewer
from models.notices import Notice
from models.reach import CampaignState

CALLED_OFF = "取消定时发送"
CHANGED = "这条通知的发送情况刚刚变了，刚才没有改动。"


async def pause_sending(viewer: Viewer, notice_id: int) -> Notice:
    """Send nothing more for now; what is under way arrives.

    Raises:
        Conflict: nothing is being sent. NotFound: not in the viewer's scope.
    """
    return await _each(viewer, notice_id, "notice.pause", CampaignState.RUNNING, pause)


async def resume_sending(viewer: Viewer, notice_id: int) -> Notice:
    """Go on where it was paused; nobody gets it twice.

    Raises:
        Conflict: nothing is paused. NotFound: not in the viewer's scope.
    """
    return await _each(viewer, notice_id, "notice.resume", CampaignState.PAUSED, resume)


async def send_after_all(viewer: Viewer, notice_id: int, now: datetime) -> Notice:
    """Send what has missed its time: somebody has looked, and it still holds.

    Raises:
        Conflict: nothing waits for this. NotFound: not in the viewer's scope.
    """

    async def launch(campaign_id: int) -> None:
        await launch_after_all(campaign_id, now)

    return await _each(viewer, notice_id, "notice.send_late", CampaignState.OVERDUE, launch)


async def call_off(viewer: Viewer, notice_id: int, now: datetime) -> Notice:
    """Withdraw a notice that waits for its time: nobody has got it, so nobody is told.

    Raises:
        Conflict: it has begun meanwhile. NotFound: not in the viewer's scope.
    """
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        if any(campaign.launched_at for campaign in await sendings(notice)):
            raise Conflict("已经开始发送了。要收回，请点「撤回」。")
        return await withdraw_notice(viewer, notice_id, CALLED_OFF, now)


async def skip_firing(viewer: Viewer, notice_id: int) -> Notice:
    """Let one repetition that has missed its time fall away; the next ones come as they would have.

    Raises:
        Conflict: none waits for this any more. NotFound: not in the viewer's scope.
    """
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        if not await drop_waiting(notice):
            raise Conflict(CHANGED)
        await record(viewer.actor, "notice.skip", f"notice:{notice.id}", place=notice.organisation.code)
    return notice


async def stop_repeating(viewer: Viewer, notice_id: int) -> Notice:
    """Send a notice no more by itself; it stays, and what is under way arrives.

    Raises:
        Conflict: it would not have been sent again. NotFound: not in the viewer's scope.
    """
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        if not await drop_waiting(notice) and notice.again_at is None:
            raise Conflict(CHANGED)
        notice.again_at = None
        await notice.save(update_fields=["again_at"])
        await record(viewer.actor, "notice.stop_repeat", f"notice:{notice.id}", place=notice.organisation.code)
    return notice


async def _each(
    viewer: Viewer, notice_id: int, verb: str, state: CampaignState, deed: Callable[[int], Awaitable[None]]
) -> Notice:
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        found = [campaign for campaign in await sendings(notice) if campaign.state is state]
        if not found:
            raise Conflict(CHANGED)
        for campaign in found:
            await deed(campaign.id)
        await record(viewer.actor, verb, f"notice:{notice.id}", place=notice.organisation.code)
    return notice
