"""主任访谈: the list, announcing one, and the host's console: questions by voices, answers, promises with their end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import browser_time, show_part
from clock import BEIJING, clock
from errors import Conflict, Invalid
from handlers.interviews import rules
from handlers.interviews.actions.interviews import Announced, announce_interview, edit_interview
from handlers.interviews.queries.questions import answered_ones, count_held, open_ones, questions_of
from handlers.interviews.queries.residents import promises_of
from handlers.interviews.queries.staff import PAGE, interview_at, interviews_of
from handlers.interviews.rules import Verb
from handlers.staff.queries import organisations
from handlers.staff.rules import Permission
from handlers.undertakings.queries import progress
from models.interviews import Interview
from web.forms import beijing_time, clean, missing, one_line, page_after, row_id

INTERVIEWS = "/admin/interviews"
FIELDS = ("place", "title", "host", "starts_at", "minutes", "introduction")
LABELS = {"title": "标题", "host": "主持人", "starts_at": "开始时间", "minutes": "时长"}
AHEAD, BEGINS, LASTS = timedelta(days=7), 19, 90
"""What stands in a new form: a week ahead, in the evening, an hour and a half."""
_P = Permission


async def interviews(visit: Visit) -> Response:
    found = await interviews_of(visit.viewer, page_after(visit.request))
    more = found[-1].interview.id if len(found) == PAGE else 0
    return await visit.show("interviews/list.html", lines=found, more=more)


async def new(visit: Visit) -> Response:
    starts_at = (clock.now() + AHEAD).astimezone(BEIJING).replace(hour=BEGINS, minute=0)
    usual = {
        "place": visit.viewer.code,
        "host": "居委会主任",
        "minutes": str(LASTS),
        "starts_at": browser_time(starts_at),
    }
    return await _form(visit, dict.fromkeys(FIELDS, "") | usual)


async def write(visit: Visit) -> Response:
    """Announce an interview; a form with mistakes comes back as it was."""
    values = _sent(visit)
    if problems := _problems(values, {"title", "host", "starts_at", "minutes"}):
        return await _form(visit, values, problems)
    try:
        made = await announce_interview(visit.viewer, values["place"], _announced(values), clock.now())
    except Invalid as refusal:
        return await _form(visit, values, {_field_of(refusal.message): refusal.message})
    return await visit.go(f"{INTERVIEWS}/{made.id}", "已公布，居民可以提问了。")


async def edit(visit: Visit) -> Response:
    found = await interview_at(visit.viewer, interview_id(visit))
    return await _form(visit, _written(found), interview=found)


async def rewrite(visit: Visit) -> Response:
    found = await interview_at(visit.viewer, interview_id(visit))
    values = _sent(visit) | {"starts_at": browser_time(found.starts_at)}
    if problems := _problems(values, {"title", "host", "minutes"}):
        return await _form(visit, values, problems, found)
    try:
        await edit_interview(visit.viewer, found.id, _announced(values))
    except Invalid as refusal:
        return await _form(visit, values, {_field_of(refusal.message): refusal.message}, found)
    except Conflict as refusal:
        return await visit.go(f"{INTERVIEWS}/{found.id}", refusal.message, bad=True)
    return await visit.go(f"{INTERVIEWS}/{found.id}", "已保存。")


async def interview(visit: Visit) -> Response:
    return await console(visit)


async def console(visit: Visit, status: int = 200, problem: str = "", **written: str) -> Response:
    """The host's page; with a question or promise in hand, the forms for it, and what was written in them.

    Args:
        written: `question` or `promise` name what is in hand; without them the address does.
    """
    found = await interview_at(visit.viewer, interview_id(visit))
    said = await board(found)
    in_hand = {name: row_id(written.get(name) or _asked(visit, name)) for name in ("question", "promise")}
    return await visit.show(
        "interviews/console.html",
        status,
        **said,
        events=rules.possible(found.state),
        question=next((one for one in said["asked"] if one.id == in_hand["question"]), None),
        promise=next((one for one in said["promises"] if one.undertaking.id == in_hand["promise"]), None),
        written=written,
        problem=problem,
        today=clock.today(),
        starts_at=written.get("starts_at") or browser_time(found.starts_at),
    )


def _asked(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "") or "0"


async def questions(visit: Visit) -> Response:
    """The part of the console that keeps itself up to date."""
    found = await interview_at(visit.viewer, interview_id(visit))
    return show_part(visit.request, "interviews/_board.html", **await board(found))


async def board(found: Interview) -> dict[str, Any]:
    """Questions by voices, answers with the newest first, promises as they stand today."""
    asked = await questions_of(found.id)
    promises = await promises_of(found.id, clock.today())
    return {
        "interview": found,
        "asked": asked,
        "waiting": open_ones(asked),
        "answered": answered_ones(asked),
        "held": await count_held(found.id),
        "promises": promises,
        "progress": progress([one.undertaking for one in promises]),
        "answers": Verb.ANSWER in rules.verbs(found.state),
    }


def _sent(visit: Visit) -> dict[str, str]:
    values = {name: one_line(visit.form.get(name, "")) for name in FIELDS}
    return values | {"introduction": clean(visit.form.get("introduction", ""))}


def _written(found: Interview) -> dict[str, str]:
    return {
        "place": found.organisation.code,
        "title": found.title,
        "host": found.host,
        "starts_at": browser_time(found.starts_at),
        "minutes": str(found.minutes),
        "introduction": found.introduction,
    }


def _problems(values: Mapping[str, str], wanted: set[str]) -> dict[str, str]:
    found = missing({name: label for name, label in LABELS.items() if name in wanted}, values)
    if "starts_at" not in found and beijing_time(values["starts_at"]) is None:
        found["starts_at"] = "开始时间不对，请从日历里选。"
    if "minutes" not in found and not _minutes(values["minutes"]):
        found["minutes"] = "时长要写成数字，单位是分钟。"
    return found


def _minutes(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _announced(values: Mapping[str, str]) -> Announced:
    """What was written, once `_problems` has found none.

    Raises:
        Invalid: the time is none.
    """
    starts_at = beijing_time(values["starts_at"])
    if starts_at is None:
        raise Invalid("开始时间不对，请从日历里选。")
    return Announced(
        title=values["title"],
        host=values["host"],
        starts_at=starts_at,
        minutes=_minutes(values["minutes"]),
        introduction=values["introduction"],
    )


def _field_of(sentence: str) -> str:
    """The field that a refusal speaks of."""
    words = {"标题": "title", "主持": "host", "介绍": "introduction", "时长": "minutes", "时间": "starts_at"}
    return next((name for word, name in words.items() if word in sentence), "title")


async def _form(
    visit: Visit,
    values: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    interview: Interview | None = None,
) -> Response:
    return await visit.show(
        "interviews/form.html",
        422 if problems else 200,
        values=values,
        problems=problems or {},
        interview=interview,
        places=await organisations(visit.viewer),
    )


def interview_id(visit: Visit) -> int:
    return row_id(visit.request.path_params["interview_id"])


ROUTES = (
    require(_P.INTERVIEWS_VIEW, "/interviews", interviews),
    require_post(_P.INTERVIEWS_EDIT, "/interviews", write),
    require(_P.INTERVIEWS_EDIT, "/interviews/new", new),
    require(_P.INTERVIEWS_VIEW, "/interviews/{interview_id}", interview),
    require(_P.INTERVIEWS_VIEW, "/interviews/{interview_id}/questions", questions, renew=False),
    require(_P.INTERVIEWS_EDIT, "/interviews/{interview_id}/edit", edit),
    require_post(_P.INTERVIEWS_EDIT, "/interviews/{interview_id}/edit", rewrite),
)
