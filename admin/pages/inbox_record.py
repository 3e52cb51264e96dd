"""代录: one screen for a call or a walk-in, by the keyboard alone; and what staff write down of other conversations:
what was answered by phone, and whose matter it is.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4

from starlette.responses import RedirectResponse, Response

from admin.access import Visit, require, require_post
from admin.layout import COOKIE, panel_of
from admin.pages.inbox import address, enquiry_id
from clock import clock
from errors import Invalid, NotFound
from handlers.enquiries.actions.recorded import Recorded, record_enquiry, tell_answer
from handlers.enquiries.actions.routing import route_enquiry
from handlers.enquiries.queries.thread import seen_enquiry
from handlers.residency.queries.residents import PersonLine, SurnameAlone, residents
from handlers.staff.rules import Permission
from models.desk import EnquiryChannel
from models.states import EnquiryState
from web.forms import LONGEST_SEARCH, one_line, row_id

RECORD = "/admin/inbox/record"
SHOWN = 8
STRANGER = "none"
CHANNELS = (EnquiryChannel.PHONE, EnquiryChannel.VISIT)
TURNS = {"grid": "网格员或值班的同事", "mine": "我自己"}
FIELDS = ("resident", "caller", "caller_phone", "channel", "text", "answer", "turn", "key", "search")
EMPTY = dict.fromkeys(FIELDS, "") | {"channel": EnquiryChannel.PHONE.value, "turn": "grid"}


async def record(visit: Visit) -> Response:
    return await _form(visit, EMPTY | {"key": str(uuid4()), "search": visit.request.query_params.get("search", "")})


async def find(visit: Visit) -> Response:
    """Keep what was typed in the session: names and phones are to stand in no address and no log."""
    words = one_line(visit.field("words"))[:LONGEST_SEARCH]
    if not words:
        return RedirectResponse(RECORD, 303)
    name = await panel_of(visit.request).sessions.keep_search(visit.request.cookies[COOKIE], words)
    return RedirectResponse(f"{RECORD}?search={name}", 303)


async def write(visit: Visit) -> Response:
    """Keep it, and be ready for the next; a form with mistakes comes back as it was."""
    values = {name: visit.field(name) for name in FIELDS}
    try:
        enquiry = await record_enquiry(visit.viewer, _recorded(visit, values), _key(values["key"]), clock.now())
    except (Invalid, NotFound) as refusal:
        return await _form(visit, values, 422, refusal.message)
    done = enquiry.state is EnquiryState.CLOSED
    return await visit.go(RECORD, f"已记下，编号 {enquiry.id}，{'已结束' if done else '等着处理'}。可以记下一个了。")


async def told(visit: Visit) -> Response:
    """What was answered by phone or at the counter."""
    enquiry = await seen_enquiry(visit.viewer, enquiry_id(visit))
    telling = tell_answer(visit.viewer, enquiry.id, visit.field("told"), _key(visit.field("key")))
    return await visit.attempt(address(visit), telling, "已记下答复，会进咨询台账。")


async def put_right(visit: Visit) -> Response:
    """Whose matter it is and what it wants, put right or confirmed."""
    department, act = visit.field("department"), visit.field("act")
    routing = route_enquiry(visit.viewer, enquiry_id(visit), department, clock.now(), act)
    return await visit.attempt(address(visit), routing, "已核对类别。")


def _recorded(visit: Visit, values: Mapping[str, str]) -> Recorded:
    if values["channel"] not in {one.value for one in CHANNELS}:
        raise Invalid("请选电话还是来访。")
    if not values["resident"]:
        raise Invalid("请选是谁；找不到的，选「未登记的人」，写上姓名。")
    strange, ended = values["resident"] == STRANGER, visit.field("how") == "end"
    if ended is not bool(values["answer"]):
        raise Invalid("答复了的，写上答复，点「已答复，结束」；没答复的，点「留着待办」。")
    return Recorded(
        EnquiryChannel(values["channel"]),
        values["text"],
        values["answer"],
        None if strange else row_id(values["resident"]),
        one_line(values["caller"]) if strange else "",
        one_line(values["caller_phone"]) if strange else "",
        mine=values["turn"] == "mine",
    )


async def _form(visit: Visit, values: Mapping[str, str], status: int = 200, problem: str = "") -> Response:
    words, found, hint = await _found(visit, values["search"])
    only = str(found[0].id) if len(found) == 1 else ""
    chosen = values["resident"] or only or ("" if found else STRANGER)
    return await visit.show(
        "inbox/record.html",
        status,
        values={**values, "resident": chosen},
        words=words,
        found=found,
        hint=hint,
        problem=problem,
        channels=CHANNELS,
        turns=TURNS.items(),
        stranger=STRANGER,
    )


async def _found(visit: Visit, name: str) -> tuple[str, list[PersonLine], str]:
    """What was looked for, who that may be, and what to do where it is nobody or too many."""
    may = visit.viewer.may(Permission.RESIDENTS_VIEW)
    words = await panel_of(visit.request).sessions.search(visit.request.cookies[COOKIE], name) if may and name else None
    if not words:
        return "", [], "这次查找已经过期，请再输一次。" if may and name else ""
    try:
        found = await residents(visit.viewer, words, limit=SHOWN)
    except SurnameAlone:
        return words, [], "只有姓的人太多，请再写上小区，例如「王 松涛苑」。"
    return words, found, "" if found else "没有找到。登记册上没有的，写下姓名和电话也行。"


def _key(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise Invalid("页面不完整，请刷新后再填。") from error


ROUTES = (
    require(Permission.INBOX_ANSWER, "/inbox/record", record),
    require_post(Permission.INBOX_ANSWER, "/inbox/record/find", find),
    require_post(Permission.INBOX_ANSWER, "/inbox/record", write),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/told", told),
    require_post(Permission.INBOX_ANSWER, "/inbox/{enquiry_id}/routing", put_right),
)
