"""What a notice looks like: to a resident before it is sent, in a group, on a poster; and a trial of one's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import segno
from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of
from clock import clock
from errors import Conflict
from handlers.notices import texts
from handlers.notices.actions.sending import page_of, test_send
from handlers.notices.queries.staff import notice_of
from handlers.notices.registers import asked
from handlers.official_accounts.queries import templates
from handlers.staff.rules import Permission
from models.notices import Notice
from models.reach import NoticeState, Purpose
from web.forms import row_id

NOTICES = "/admin/notices"
_LINK = re.compile(r"<a [^>]*>([^<]*)</a>")
"""A choice to tap in a chat; on the panel its words are enough."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A template message as one account would send it: whose, and its lines by key; none where a value does not fit."""

    account: str
    kind: str
    lines: Mapping[str, str] | None


async def preview(visit: Visit) -> Response:
    """The notice as each kind of reader gets it."""
    notice, first = await _notice(visit), panel_of(visit.request).settings.wechat_app_id
    return await visit.show(
        "notices/preview.html",
        notice=notice,
        chat=_LINK.sub(r"\1", texts.pushed(notice, page_of(notice.id), asks=await asked(notice, first))),
        sms=texts.sms(notice),
        samples=await _samples(visit, notice, first),
    )


async def _samples(visit: Visit, notice: Notice, first: str) -> list[Sample]:
    content = texts.content(notice, notice.organisation.name)
    fitted = panel_of(visit.request).platform.fitted
    return [
        Sample(
            line.account,
            line.template.kind.label,
            fitted({key: content[name] for key, name in line.template.mapping.items()}),
        )
        for line in await templates(visit.viewer, first)
        if line.template.purpose is Purpose.NOTICE and line.template.enabled
    ]


async def test(visit: Visit) -> Response:
    """Words that bring the notice to whoever sends them to the account: one's own phone, and no other."""
    notice = await _notice(visit)
    words = await test_send(visit.viewer, notice.id, clock.now())
    return await visit.go(f"{NOTICES}/{notice.id}", f"请用您自己的微信，给公众号发送「{words}」，半小时内有效。")


async def group(visit: Visit) -> Response:
    """A short text to paste into a group."""
    notice = await _told(visit)
    return await visit.show("notices/group.html", notice=notice, text=texts.group_text(notice, page_of(notice.id)))


async def poster(visit: Visit) -> Response:
    """One screen, or one page, to save as a picture and send to a group."""
    notice = await _told(visit)
    link = page_of(notice.id)
    return await visit.show(
        "notices/prints/poster.html",
        notice=notice,
        facts=texts.facts(notice),
        link=link,
        picture=segno.make(link, error="m").png_data_uri(scale=12, border=3),
    )


async def _told(visit: Visit) -> Notice:
    notice = await _notice(visit)
    if notice.state is not NoticeState.SENT:
        raise Conflict("发送以后才能发群。")
    return notice


async def _notice(visit: Visit) -> Notice:
    return await notice_of(visit.viewer, row_id(visit.request.path_params["notice_id"]))


ROUTES = (
    require(Permission.NOTICES_VIEW, "/notices/{notice_id}/preview", preview),
    require_post(Permission.NOTICES_VIEW, "/notices/{notice_id}/test", test),
    require(Permission.NOTICES_VIEW, "/notices/{notice_id}/group", group),
    require(Permission.NOTICES_VIEW, "/notices/{notice_id}/poster", poster),
)
