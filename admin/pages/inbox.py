"""Conversations with residents: who waits, one conversation, and taking, answering and ending it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of, show_part
from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.enquiries import queries, texts
from handlers.enquiries.actions import answer_enquiry, close_enquiry, take_enquiry
from handlers.staff.rules import Permission
from models.states import Delivered, EnquiryState
from web.forms import row_id

INBOX = "/admin/inbox"
SHOWN = 100
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
"""What a browser may show; anything else is saved."""


def age(since: datetime, now: datetime) -> str:
    """How long something has waited: 「5分钟」, 「3小时」, 「2天」."""
    minutes = max((now - since) // timedelta(minutes=1), 0)
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天"


async def inbox(visit: Visit) -> Response:
    closed = visit.request.query_params.get("which") == "closed"
    found = await queries.enquiries(visit.viewer, closed=closed, limit=SHOWN)
    waiting = await queries.count_waiting(visit.viewer)
    ages = {enquiry.id: age(enquiry.opened_at, clock.now()) for enquiry in found}
    return await visit.show(
        "inbox/list.html", enquiries=found, ages=ages, closed=closed, waiting=waiting, full=len(found) == SHOWN
    )


async def enquiry(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, *, written: str = "", problem: str = "") -> Response:
    """The conversation, with an answer that was not accepted.

    Whoever does not hold a held conversation may take it, and do no more.
    """
    talk = await _talk(visit)
    enquiry = talk.enquiry
    open_ = enquiry.state is not EnquiryState.CLOSED and visit.viewer.may(Permission.INBOX_ANSWER)
    own = enquiry.held_by == visit.viewer.login
    return await visit.show(
        "inbox/enquiry.html",
        status,
        talk=talk,
        may_take=open_ and not own,
        may_answer=open_ and (own or not enquiry.held_by),
        key=uuid4(),
        written=written,
        problem=problem,
    )


async def lines(visit: Visit) -> Response:
    """The lines alone, fetched by the page every few seconds."""
    return show_part(visit.request, "inbox/_lines.html", talk=await _talk(visit))


async def take(visit: Visit) -> Response:
    try:
        await take_enquiry(visit.viewer, _id(visit), visit.field("seen"))
    except Conflict as refusal:
        return await visit.go(_address(visit), refusal.message, bad=True)
    return await visit.go(_address(visit), "已接手，请回复居民。")


async def answer(visit: Visit) -> Response:
    """Send what was written; the page says what became of it."""
    written = visit.field("text")
    send = panel_of(visit.request).platform.send_text
    try:
        line = await answer_enquiry(visit.viewer, _id(visit), written, _key(visit), send)
    except Conflict as refusal:
        return await visit.go(_address(visit), refusal.message, bad=True)
    except Invalid as refusal:
        return await _page(visit, 422, written=written, problem=refusal.message)
    problem = texts.undelivered(line.delivered or Delivered.UNKNOWN, line.errcode)
    return await visit.go(_address(visit), problem or "已发给居民。", bad=bool(problem))


async def close(visit: Visit) -> Response:
    try:
        await close_enquiry(visit.viewer, _id(visit))
    except Conflict as refusal:
        return await visit.go(_address(visit), refusal.message, bad=True)
    return await visit.go(INBOX, f"留言 {_id(visit)} 已结束。")


async def media(visit: Visit) -> Response:
    """A picture to look at, or a recording to save, as long as the platform keeps it."""
    line_id = row_id(visit.request.path_params["line_id"])
    found = await panel_of(visit.request).platform.media(*await queries.media(visit.viewer, _id(visit), line_id))
    if found is None:
        raise NotFound("微信平台只保存三天，现在取不到了。")
    kind = found.content_type.split(";")[0].strip().lower()
    if kind in PICTURES:
        return Response(found.content, media_type=kind)
    saved = {"Content-Disposition": f'attachment; filename="{_id(visit)}-{line_id}.amr"'}
    return Response(found.content, headers=saved, media_type="application/octet-stream")


async def _talk(visit: Visit) -> queries.Conversation:
    return await queries.conversation(visit.viewer, _id(visit), clock.now())


def _key(visit: Visit) -> UUID:
    try:
        return UUID(visit.field("key"))
    except ValueError as error:
        raise Invalid("页面不完整，请刷新后再发。") from error


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["enquiry_id"])


def _address(visit: Visit) -> str:
    return f"{INBOX}/{_id(visit)}"


ROUTES = (
    require(Permission.INBOX_VIEW, "/inbox", inbox),
    require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}", enquiry),
    require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/lines", lines, renew=False),
    require(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/media/{line_id}", media),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/take", take),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/answer", answer),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/close", close),
)
