"""What the buttons of the host's console do: open, end, put off, call off, answer, promise, and say what came of it."""

from collections.abc import Awaitable
from datetime import date

from starlette.responses import Response

from admin.access import Visit, require_post
from admin.pages.interviews import INTERVIEWS, console, interview_id
from clock import clock
from errors import Conflict, Invalid
from handlers.interviews.actions import interviews as actions
from handlers.interviews.actions import promises
from handlers.interviews.actions.questions import answer_question
from handlers.interviews.queries.staff import interview_at, promise_at
from handlers.staff.rules import Permission
from models.interviews import Undertaking
from web.forms import beijing_time, calendar_day, one_line, row_id


async def begin(visit: Visit) -> Response:
    deed = actions.open_interview(visit.viewer, interview_id(visit), clock.now())
    return await visit.attempt(_here(visit), deed, "访谈开始了，回答一发布居民就看得到。")


async def end(visit: Visit) -> Response:
    deed = actions.end_interview(visit.viewer, interview_id(visit), clock.now())
    return await visit.attempt(_here(visit), deed, "访谈结束了。没答完的还可以接着写回答。")


async def put_off(visit: Visit) -> Response:
    await interview_at(visit.viewer, interview_id(visit))
    reason, starts_at = one_line(visit.field("reason")), beijing_time(visit.field("starts_at"))
    if starts_at is None:
        return await visit.go(_here(visit), "新的时间不对，请从日历里选。", bad=True)
    deed = actions.put_off_interview(visit.viewer, interview_id(visit), starts_at, reason, clock.now())
    return await visit.attempt(_here(visit), deed, "已延期，提过问的居民会收到新时间和原因。")


async def cancel(visit: Visit) -> Response:
    await interview_at(visit.viewer, interview_id(visit))
    deed = actions.cancel_interview(visit.viewer, interview_id(visit), one_line(visit.field("reason")))
    return await visit.attempt(_here(visit), deed, "已取消，提过问的居民会收到原因。")


async def answer(visit: Visit) -> Response:
    """Publish an answer, or put one right; what can't be published comes back as it was written."""
    await interview_at(visit.viewer, interview_id(visit))
    question_id, text = row_id(visit.request.path_params["question_id"]), visit.field("text")
    correcting = bool(visit.field("correcting"))
    try:
        await answer_question(visit.viewer, interview_id(visit), question_id, text, clock.now(), correcting=correcting)
    except (Conflict, Invalid) as refusal:
        return await console(visit, refusal.status, refusal.message, question=str(question_id), text=text)
    said = "已更正，居民看到的是新的回答。" if correcting else "回答已发布。答应了的事，接着写成承诺。"
    return await visit.go(f"{_here(visit)}?question={question_id}", said)


async def promise(visit: Visit) -> Response:
    """Write a promise down, beside the answer it was made with or by itself."""
    await interview_at(visit.viewer, interview_id(visit))
    written = {name: one_line(visit.field(name)) for name in ("question", "what", "owner", "due_on")}
    question_id = row_id(written["question"]) if written["question"] else None
    try:
        due_on = calendar_day(written["due_on"])
        what, owner = written["what"], written["owner"]
        await promises.promise(visit.viewer, interview_id(visit), question_id, what, owner, due_on, clock.now())
    except (Conflict, Invalid) as refusal:
        return await console(visit, refusal.status, refusal.message, **written)
    return await visit.go(_here(visit), "承诺已记下，居民看得到谁办、哪天前办。")


async def keep(visit: Visit) -> Response:
    number = await _promise(visit)
    return await _settled(visit, promises.keep_promise(visit.viewer, number, _reason(visit), clock.now()), "已办完。")


async def delay(visit: Visit) -> Response:
    number = await _promise(visit)
    try:
        day: date = calendar_day(visit.field("on"))
    except Invalid as refusal:
        return await visit.go(await _back(visit), refusal.message, bad=True)
    deed = promises.put_off_promise(visit.viewer, number, day, _reason(visit), clock.now())
    return await _settled(visit, deed, "已推迟，原来的日期和原因居民看得到。")


async def reopen(visit: Visit) -> Response:
    number = await _promise(visit)
    deed = promises.take_back_promise(visit.viewer, number, _reason(visit), clock.now())
    return await _settled(visit, deed, "已改回没有办完。")


async def _settled(visit: Visit, deed: Awaitable[Undertaking], done: str) -> Response:
    return await visit.attempt(await _back(visit), deed, done)


async def _promise(visit: Visit) -> int:
    """The promise that the address names, if it is one of the viewer's."""
    return (await promise_at(visit.viewer, row_id(visit.request.path_params["undertaking_id"]))).id


async def _back(visit: Visit) -> str:
    found = await promise_at(visit.viewer, row_id(visit.request.path_params["undertaking_id"]))
    return f"{INTERVIEWS}/{found.interview_id}"


def _reason(visit: Visit) -> str:
    return one_line(visit.field("reason"))


def _here(visit: Visit) -> str:
    return f"{INTERVIEWS}/{interview_id(visit)}"


_EDIT = Permission.INTERVIEWS_EDIT
ROUTES = (
    require_post(_EDIT, "/interviews/{interview_id}/open", begin),
    require_post(_EDIT, "/interviews/{interview_id}/end", end),
    require_post(_EDIT, "/interviews/{interview_id}/put-off", put_off),
    require_post(_EDIT, "/interviews/{interview_id}/cancel", cancel),
    require_post(_EDIT, "/interviews/{interview_id}/questions/{question_id}", answer),
    require_post(_EDIT, "/interviews/{interview_id}/promises", promise),
    require_post(_EDIT, "/interviews/promises/{undertaking_id}/done", keep),
    require_post(_EDIT, "/interviews/promises/{undertaking_id}/put-off", delay),
    require_post(_EDIT, "/interviews/promises/{undertaking_id}/reopen", reopen),
)
