"""The buttons that move a topic: reviewed, merged, split, gone on with, put off, decided, published."""

from collections.abc import Awaitable
from functools import wraps

from starlette.responses import Response

from admin.access import Page, Visit, require_post
from clock import clock
from handlers.consultations.actions import deciding, reviewing, stages
from handlers.consultations.queries.consultations import consultation_of
from handlers.consultations.rules import StageEvent
from handlers.staff.rules import Permission
from models.deliberation import NotForUs
from models.states import PollKind
from web.forms import beijing_time, calendar_day, one_line, row_id

CONSULTATIONS = "/admin/consultations"
_EDIT, _DECIDE = Permission.CONSULTATIONS_EDIT, Permission.CONSULTATIONS_DECIDE


async def _do(visit: Visit, deed: Awaitable[object], done: str) -> Response:
    return await visit.attempt(f"{CONSULTATIONS}/{_id(visit)}", deed, done)


async def take_up(visit: Visit) -> Response:
    return await _do(visit, reviewing.take_up(visit.viewer, _id(visit), _reason(visit), clock.now()), "已进入审题。")


async def accept(visit: Visit) -> Response:
    skip = one_line(visit.field("skip_reason"))
    accepted = reviewing.accept(visit.viewer, _id(visit), visit.field("answer"), clock.now(), skip_reason=skip)
    return await _do(visit, accepted, "已列入议事，答复已发出。")


async def decline(visit: Visit) -> Response:
    words = visit.field("why")
    if words not in set(NotForUs):
        return await visit.go(f"{CONSULTATIONS}/{_id(visit)}", "请选一条理由。", bad=True)
    declined = reviewing.decline(visit.viewer, _id(visit), NotForUs(words), visit.field("answer"), clock.now())
    return await _do(visit, declined, "已答复，没有列入议事。")


async def merge(visit: Visit) -> Response:
    into = visit.field("into")
    if not into.isdecimal():
        return await visit.go(f"{CONSULTATIONS}/{_id(visit)}", "请选并入哪个议题。", bad=True)
    merged = reviewing.merge(visit.viewer, _id(visit), row_id(into), _reason(visit), clock.now())
    return await _do(visit, merged, "已合并，附议和观点都带过去了。")


async def split(visit: Visit) -> Response:
    part = (one_line(visit.field("title")), visit.field("problem"))
    made = reviewing.split(visit.viewer, _id(visit), [part], _reason(visit), clock.now())
    return await _do(visit, made, "已拆分，新的议题在审题里。")


async def deliberate(visit: Visit) -> Response:
    return await _go_on(visit, StageEvent.DELIBERATE, "已开始协商。")


async def decide(visit: Visit) -> Response:
    return await _go_on(visit, StageEvent.DECIDE, "已进入表决或共识。")


async def appraise(visit: Visit) -> Response:
    return await _go_on(visit, StageEvent.APPRAISE, "已请居民评议。")


async def _go_on(visit: Visit, event: StageEvent, done: str) -> Response:
    return await _do(visit, stages.go_on(visit.viewer, _id(visit), event, _reason(visit), clock.now()), done)


async def skip(visit: Visit) -> Response:
    left_out = stages.leave_out(visit.viewer, _id(visit), _reason(visit), clock.now())
    return await _do(visit, left_out, "已跳过，原因写进了过程。")


async def extend(visit: Visit) -> Response:
    last_day = calendar_day(visit.field("last_day"))
    return await _do(visit, stages.put_off(visit.viewer, _id(visit), last_day, _reason(visit), clock.now()), "已延长。")


async def resume(visit: Visit) -> Response:
    resumed = stages.resume(visit.viewer, _id(visit), _reason(visit), clock.now())
    return await _do(visit, resumed, "已回到协商。")


async def resolution(visit: Visit) -> Response:
    resolved, dissent = visit.field("resolution"), visit.field("dissent")
    written = deciding.write_resolution(visit.viewer, _id(visit), resolved, dissent, clock.now())
    return await _do(visit, written, "意见书已保存，请另一位来公布。")


async def vote(visit: Visit) -> Response:
    """Draft the vote, and go on to its own page, where it is reviewed and published."""
    here, kind = f"{CONSULTATIONS}/{_id(visit)}", visit.field("kind")
    opens_at, closes_at = beijing_time(visit.field("opens_at")), beijing_time(visit.field("closes_at"))
    if kind not in set(PollKind) or opens_at is None or closes_at is None:
        return await visit.go(here, "请选种类，并填好开始和截止时间。", bad=True)
    drafted = deciding.put_to_vote(visit.viewer, _id(visit), PollKind(kind), opens_at, closes_at, clock.now())
    return await visit.attempt(here, drafted, "投票草稿已建好，请到投票页面提交审核、发布。")


async def publish(visit: Visit) -> Response:
    published = deciding.publish_decision(visit.viewer, _id(visit), clock.now())
    return await _do(visit, published, "决定已公布。请把任务写上：做什么、谁负责、哪天前完成。")


def _reason(visit: Visit) -> str:
    return one_line(visit.field("reason"))


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["consultation_id"])


def _ours(page: Page) -> Page:
    """The button of a topic of the viewer's: before anything that was written is looked at, whose it is."""

    @wraps(page)
    async def checked(visit: Visit) -> Response:
        await consultation_of(visit.viewer, _id(visit))
        return await page(visit)

    return checked


_AT = "/consultations/{consultation_id}"
ROUTES = (
    require_post(_DECIDE, f"{_AT}/take_up", _ours(take_up)),
    require_post(_DECIDE, f"{_AT}/accept", _ours(accept)),
    require_post(_DECIDE, f"{_AT}/decline", _ours(decline)),
    require_post(_DECIDE, f"{_AT}/merge", _ours(merge)),
    require_post(_DECIDE, f"{_AT}/split", _ours(split)),
    require_post(_DECIDE, f"{_AT}/deliberate", _ours(deliberate)),
    require_post(_DECIDE, f"{_AT}/decide", _ours(decide)),
    require_post(_DECIDE, f"{_AT}/appraise", _ours(appraise)),
    require_post(_DECIDE, f"{_AT}/skip", _ours(skip)),
    require_post(_DECIDE, f"{_AT}/extend", _ours(extend)),
    require_post(_DECIDE, f"{_AT}/resume", _ours(resume)),
    require_post(_EDIT, f"{_AT}/resolution", _ours(resolution)),
    require_post(_EDIT, f"{_AT}/vote", _ours(vote)),
    require_post(_DECIDE, f"{_AT}/publish", _ours(publish)),
)
