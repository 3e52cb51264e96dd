"""What the buttons of a conversation do: take, answer, note, pass on, put off, merge, end; and who has it open."""

from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from admin.access import Visit, require_post
from admin.layout import panel_of
from admin.pages.inbox import INBOX, OUTCOMES, address, enquiry_id, enquiry_page
from announcements import announce, telling
from clock import clock
from errors import Conflict, Invalid
from handlers.enquiries import texts
from handlers.enquiries.actions.answering import (
    answer_enquiry,
    close_enquiry,
    leave_answer,
    note_enquiry,
    snooze_enquiry,
    take_enquiry,
)
from handlers.enquiries.actions.passing_on import merge_enquiries, pass_to_branch, pass_to_colleague
from handlers.enquiries.actions.steps import TOPIC
from handlers.enquiries.queries.thread import seen_enquiry
from handlers.staff.rules import Permission
from models.desk import EnquiryOutcome
from models.states import Delivered
from web.forms import row_id


async def take(visit: Visit) -> Response:
    deed = take_enquiry(visit.viewer, enquiry_id(visit), visit.field("seen"))
    return await visit.attempt(address(visit), deed, "已接手，请回复居民。")


async def answer(visit: Visit) -> Response:
    """Send what was written, or leave it until the resident writes; the page says what became of it."""
    written = visit.field("text")
    try:
        problem = await _answered(visit, written)
    except (Conflict, Invalid) as refusal:
        return await enquiry_page(visit, refusal.status, written=written, problem=refusal.message)
    left = visit.field("how") == "leave"
    done = "已留着，居民再来说话时会看到。" if left else "已发给居民。"
    return await visit.go(address(visit), problem or done, bad=bool(problem))


async def _answered(visit: Visit, written: str) -> str:
    """What went wrong with an answer that was taken, empty when nothing did."""
    number, key = enquiry_id(visit), _key(visit)
    if visit.field("how") == "leave":
        await leave_answer(visit.viewer, number, written, key)
        return ""
    send, seen = panel_of(visit.request).platform.send_text, visit.field("seen")
    last = row_id(seen) if seen else None
    line = await answer_enquiry(visit.viewer, number, written, key, send, last)
    return texts.undelivered(line.delivered or Delivered.UNKNOWN, line.errcode)


async def note(visit: Visit) -> Response:
    await seen_enquiry(visit.viewer, enquiry_id(visit))
    deed = note_enquiry(visit.viewer, enquiry_id(visit), visit.field("note"), _key(visit))
    return await visit.attempt(address(visit), deed, "已记下，只有同事看得到。")


async def pass_on(visit: Visit) -> Response:
    """To a colleague (`login:…`) or a branch (`code:…`)."""
    await seen_enquiry(visit.viewer, enquiry_id(visit))
    kind, _, whom = visit.field("to").partition(":")
    deeds = {"login": pass_to_colleague, "code": pass_to_branch}
    if kind not in deeds:
        return await visit.go(address(visit), "请选择转给谁。", bad=True)
    deed = deeds[kind](visit.viewer, enquiry_id(visit), whom, visit.field("reason"))
    return await visit.attempt(address(visit), deed, "已转交，对方会在「居民留言」里看到。")


async def snooze(visit: Visit) -> Response:
    await seen_enquiry(visit.viewer, enquiry_id(visit))
    until = _moment(visit.field("until"))
    if until is None:
        return await visit.go(address(visit), "请选择什么时候再处理。", bad=True)
    deed = snooze_enquiry(visit.viewer, enquiry_id(visit), until, clock.now())
    return await visit.attempt(address(visit), deed, "到时候会再排到前面；居民来信也会。")


def _moment(written: str) -> datetime | None:
    """A time as the page proposed it, with its zone."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


async def merge(visit: Visit) -> Response:
    await seen_enquiry(visit.viewer, enquiry_id(visit))
    into = visit.field("into")
    if not into:
        return await visit.go(address(visit), "请选择并入哪一条。", bad=True)
    deed = merge_enquiries(visit.viewer, enquiry_id(visit), row_id(into))
    return await visit.attempt(f"{INBOX}/{row_id(into)}", deed, "已并成一条，回复两边都收到。")


async def close(visit: Visit) -> Response:
    await seen_enquiry(visit.viewer, enquiry_id(visit))
    outcome = visit.field("outcome") or EnquiryOutcome.ANSWERED
    if outcome not in OUTCOMES:
        return await visit.go(address(visit), "请选择结果。", bad=True)
    try:
        await close_enquiry(visit.viewer, enquiry_id(visit), EnquiryOutcome(outcome))
    except Conflict as refusal:
        return await visit.go(address(visit), refusal.message, bad=True)
    return await visit.go(INBOX, f"留言 {enquiry_id(visit)} 已结束。")


async def here(visit: Visit) -> Response:
    """The page says that it is open; colleagues who have it open too are told when that is new."""
    enquiry = await seen_enquiry(visit.viewer, enquiry_id(visit))
    presence = panel_of(visit.request).presence
    if await presence.here(enquiry.id, visit.viewer.login, writing=bool(visit.field("writing"))):
        async with telling():
            announce(TOPIC, enquiry.id, enquiry.place)
    return Response(status_code=204)


def _key(visit: Visit) -> UUID:
    try:
        return UUID(visit.field("key"))
    except ValueError as error:
        raise Invalid("页面不完整，请刷新后再发。") from error


ROUTES = (
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/take", take),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/answer", answer),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/note", note),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/pass", pass_on),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/snooze", snooze),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/merge", merge),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/close", close),
    require_post(Permission.INBOX_VIEW, "/inbox/{enquiry_id}/here", here, renew=False),
)
