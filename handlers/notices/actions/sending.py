"""Sending a notice, putting it right, taking it back: each reaches whoever got what was said before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tortoise.transactions import in_transaction

from campaigns.actions.launch import Everyone, Message, cancel, start_campaign
from campaigns.audience import Audience, audience_from, count
from campaigns.channels import PAGES
from campaigns.delivery import paths_of
from clock import BEIJING
from errors import Conflict, Invalid
from handlers.audit.actions import record
from handlers.notices import rules, texts
from handlers.notices.actions.drafts import holds_all
from handlers.notices.actions.notices import check_words, locked, move
from handlers.notices.registers import asked, sendings
from handlers.notices.rules import NoticeEvent
from handlers.notices.seals import trial_code
from handlers.staff.rules import Permission, Viewer, check_reason
from models.campaigns import Campaign, Delivery
from models.notices import Notice, NoticeVersion
from models.reach import CampaignState, NoticeClass, Purpose
from settings import get_settings

_OVER = (CampaignState.DONE, CampaignState.CANCELLED)
LONGEST_APP_ID = "w" * 40
"""A push leaves room for the address of any account's pages."""


async def send_notice(viewer: Viewer, notice_id: int, now: datetime, launch_at: datetime | None = None) -> Notice:
    """Send a notice now or at its time; an editor, a reviewer and an approver have answered for it.

    Who may do all three may send a draft as it is; the panel then says 「未经三人审核」.

    Args:
        launch_at: when to begin, instead of what the draft says; `now` sends at once.

    Raises:
        Forbidden, NotFound, Conflict: not allowed, not in scope, not reviewed, or sent already.
        Invalid: its time has passed, it is over, holds a date that can't be, or nobody is in its audience.
    """
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        rules.move(notice.state, NoticeEvent.SEND)
        check_hands(viewer, notice)
        begins = launch_at or notice.launch_at
        today = now.astimezone(BEIJING).date()
        rules.check_launch(begins, notice.ends_on, now, begins.astimezone(BEIJING).date() if begins else None)
        check_words(notice, today)
        await _check_reached(notice, today)
        steps: dict[str, Any] = {"sent_by": viewer.login, "sent_at": now, "launch_at": begins or now}
        first = steps["launch_at"].astimezone(BEIJING)
        steps["again_at"] = rules.next_firing(notice.repeat, first, notice.ends_on, first)
        await move(notice, NoticeEvent.SEND, viewer.actor, {"version": notice.version}, **steps)
        audience = audience_from(notice.audience)
        await start(notice, str(notice.version), audience, now, viewer.login, launch_at=notice.launch_at)
    return notice


def check_hands(viewer: Viewer, notice: Notice) -> None:
    """Refuse what too few people have answered for.

    Raises:
        Conflict: nobody has reviewed it, or this person has edited or reviewed it.
    """
    if holds_all(viewer):
        return
    if not notice.reviewed_by:
        raise Conflict("还没有审核通过，不能发送。请先提交审核。")
    if viewer.login in (notice.reviewed_by, notice.submitted_by or notice.created_by):
        raise Conflict("起草或审核的人不能自己发送，请另一位来发送。")


def sendable(notice: Notice, viewer: Viewer) -> bool:
    """Whether enough people have answered for a text that this one may send it."""
    try:
        check_hands(viewer, notice)
    except Conflict:
        return False
    return viewer.may(Permission.NOTICES_SEND) and NoticeEvent.SEND in rules.possible(notice.state)


async def _check_reached(notice: Notice, today: date) -> None:
    """Refuse an empty audience; conditions that are looked up when it is sent are not counted."""
    audience = replace(audience_from(notice.audience), only=())
    people, _ = await count(audience, notice.organisation.code, "", today, {})
    if not people:
        raise Invalid("这个范围里没有人，请重新选发送范围。")


async def correct_notice(viewer: Viewer, notice_id: int, title: str, body: str, reason: str, now: datetime) -> Notice:
    """Put a notice right: everybody it was meant for gets the new text with the reason, nobody the old one any more.

    Raises:
        Conflict: it has not been sent, or was withdrawn.
        Invalid: no reason, nothing changed, or a text that may not be published.
    """
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        rules.move(notice.state, NoticeEvent.CORRECT)
        check_reason(reason)
        changes: dict[str, Any] = {"title": title, "body": body}
        if all(getattr(notice, name) == text for name, text in changes.items()):
            raise Invalid("标题和正文都没有改动。")
        rules.check_text(title, body)
        rules.check_privacy(notice.topic, f"{title}\n{body}", notice.phone)
        version = await _keep(notice, reason, viewer.login, now)
        detail = {"fields": sorted(name for name in changes if getattr(notice, name) != changes[name])}
        changes |= {"version": notice.version + 1, "reason": reason}
        await move(notice, NoticeEvent.CORRECT, viewer.actor, detail, why=reason, **changes)
        await _resend(notice, version, now, viewer.login)
    return notice


async def withdraw_notice(viewer: Viewer, notice_id: int, reason: str, now: datetime) -> Notice:
    """Take a notice back: what was not sent stays here, and whoever may have got it is told, with the reason.

    Raises:
        Conflict: it has not been sent, or was withdrawn already.
        Invalid: no reason.
    """
    viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        rules.move(notice.state, NoticeEvent.WITHDRAW)
        check_reason(reason)
        await _keep(notice, reason, viewer.login, now)
        changes: dict[str, Any] = {"reason": reason, "withdrawn_at": now, "again_at": None}
        await move(notice, NoticeEvent.WITHDRAW, viewer.actor, why=reason, **changes)
        earlier = await _stopped(notice)
        if await Delivery.filter(campaign_id__in=_ids(earlier)).exists():
            await start(notice, "withdrawn", _ids(earlier), now, viewer.login)
        elif not earlier:
            await start(notice, "withdrawn", audience_from(notice.audience), now, viewer.login)
    return notice


async def _keep(notice: Notice, reason: str, login: str, now: datetime) -> NoticeVersion:
    """The text that is about to be replaced, where everybody can read why."""
    return await NoticeVersion.create(
        notice_id=notice.id,
        number=notice.version,
        title=notice.title,
        body=notice.body,
        reason=reason,
        replaced_at=now,
        replaced_by=login,
    )


async def _resend(notice: Notice, version: NoticeVersion, now: datetime, login: str) -> None:
    """The corrected text, to all whom an earlier one was meant for; one that nobody has seen yet keeps its time."""
    number, earlier = str(notice.version), await _stopped(notice)
    if any(campaign.launched_at for campaign in earlier):
        await start(notice, number, Everyone(_ids(earlier)), now, login, version=version)
    else:
        begins = max(earlier[-1].launch_at, now) if earlier else now
        await start(notice, number, audience_from(notice.audience), now, login, launch_at=begins, version=version)


async def _stopped(notice: Notice) -> list[Campaign]:
    """All that was ever sent of a notice, in order; what is still under way is called off."""
    earlier = await sendings(notice)
    for campaign in earlier:
        if campaign.state not in _OVER:
            await cancel(campaign.id)
    return earlier


def _ids(campaigns: Sequence[Campaign]) -> tuple[int, ...]:
    return tuple(campaign.id for campaign in campaigns)


async def start(
    notice: Notice,
    part: str,
    audience: Audience | Everyone | tuple[int, ...],
    now: datetime,
    login: str,
    *,
    launch_at: datetime | None = None,
    version: NoticeVersion | None = None,
) -> None:
    """Send a notice's present text, in the transaction under way.

    Args:
        part: what follows the notice in the subject: its version, one of the version's firings, or "withdrawn".
    """
    place, pages = notice.organisation.code, get_settings().pages_address(LONGEST_APP_ID)
    said = texts.pushed(notice, page_of(notice.id, LONGEST_APP_ID), version, await asked(notice, LONGEST_APP_ID))
    text, content = said.replace(pages, PAGES), texts.content(notice, notice.organisation.name)
    await start_campaign(
        f"notice:{notice.id}:{part}",
        Purpose.NOTICE,
        place,
        Message(notice.title, text, texts.sms(notice), f"/notices/{notice.id}", content),
        audience,
        paths_of(notice.paths),
        now,
        launch_at=launch_at,
        topic=notice.topic,
        urgent=notice.topic is NoticeClass.URGENT,
        created_by=login,
    )


def page_of(notice_id: int, app_id: str = "") -> str:
    """Where residents read the whole of it, who come from this account; from the first one where none is named."""
    return f"{get_settings().pages_address(app_id)}/notices/{notice_id}"


async def test_send(viewer: Viewer, notice_id: int, now: datetime) -> str:
    """The words by which somebody gets this notice on their own phone, as a resident would; for half an hour.

    Sent to the account from that phone they answer with the notice itself: nobody else is written to, and no phone
    has to be known beforehand.

    Raises:
        NotFound: the notice is not in the viewer's scope.
    """
    if not (viewer.may(Permission.NOTICES_EDIT) or viewer.may(Permission.NOTICES_REVIEW)):
        viewer.require(Permission.NOTICES_SEND)
    async with in_transaction():
        notice = await locked(viewer, notice_id)
        place = notice.organisation.code
        await record(viewer.actor, "notice.test", f"notice:{notice.id}", place=place, after=notice.state)
    return texts.trial_words(notice.id, trial_code(notice.id, notice.version, now))
