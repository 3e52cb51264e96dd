"""What belongs to a topic: its meetings with the signed page, and its tasks with owner and date."""

from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post, require_upload
from admin.layout import browser_time
from clock import BEIJING, clock
from errors import Invalid, NotFound
from handlers.consultations.actions.meetings import (
    Minutes,
    attach_page,
    detach_page,
    record_meeting,
    rewrite_meeting,
)
from handlers.consultations.queries.consultations import consultation_of, meeting_of
from handlers.staff.rules import Permission
from handlers.undertakings.actions import add_undertaking, finish, put_off, take_back
from handlers.undertakings.queries import undertaking_of
from models.consultations import Consultation, Meeting
from web.forms import beijing_time, calendar_day, clean, lines, one_line, row_id

CONSULTATIONS, INTERVIEWS = "/admin/consultations", "/admin/interviews"
MOST_BYTES = 11 * 1024**2
FIELDS = ("held_at", "place", "present", "people", "minutes", "points", "dissent", "following")
_EDIT = Permission.CONSULTATIONS_EDIT


async def new_meeting(visit: Visit) -> Response:
    found = await consultation_of(visit.viewer, _id(visit, "consultation_id"))
    values = dict.fromkeys(FIELDS, "") | {"held_at": browser_time(clock.now().astimezone(BEIJING))}
    return await _form(visit, found, values)


async def keep_meeting(visit: Visit) -> Response:
    """Keep a meeting's minutes; a form with mistakes comes back as it was."""
    found = await consultation_of(visit.viewer, _id(visit, "consultation_id"))
    values = _sent(visit)
    try:
        await record_meeting(visit.viewer, found.id, _minutes(values), clock.now())
    except Invalid as refusal:
        return await _form(visit, found, values, refusal.message)
    return await visit.go(f"{CONSULTATIONS}/{found.id}#meetings", "会议记录已存，居民看得到。")


async def meeting(visit: Visit) -> Response:
    """The form of a meeting as it stands."""
    kept = await meeting_of(visit.viewer, _id(visit, "meeting_id"))
    found = await consultation_of(visit.viewer, kept.consultation_id)
    values = {name: getattr(kept, name) for name in FIELDS} | {
        "held_at": browser_time(kept.held_at),
        "present": str(kept.present),
        "points": "\n".join(kept.points),
        "dissent": "\n".join(kept.dissent),
    }
    return await _form(visit, found, values, meeting=kept)


async def change_meeting(visit: Visit) -> Response:
    kept = await meeting_of(visit.viewer, _id(visit, "meeting_id"))
    values = _sent(visit)
    try:
        await rewrite_meeting(visit.viewer, kept.id, _minutes(values), clock.now())
    except Invalid as refusal:
        found = await consultation_of(visit.viewer, kept.consultation_id)
        return await _form(visit, found, values, refusal.message, kept)
    return await visit.go(f"{CONSULTATIONS}/{kept.consultation_id}#meetings", "会议记录已改。")


async def attach(visit: Visit) -> Response:
    """Put a photograph of the signed page with a meeting; only staff see it unless it is ticked."""
    kept = await meeting_of(visit.viewer, _id(visit, "meeting_id"))
    here = f"{CONSULTATIONS}/{kept.consultation_id}#meetings"
    if not visit.files:
        return await visit.go(here, "请先选一个文件。", bad=True)
    file, public = visit.files[0], bool(visit.field("public"))
    stored = attach_page(visit.viewer, kept.id, file.content, file.name, public=public)
    return await visit.attempt(here, stored, "已存，居民看得到。" if public else "已存，只有工作人员看得到。")


async def detach(visit: Visit) -> Response:
    kept = await meeting_of(visit.viewer, _id(visit, "meeting_id"))
    gone = detach_page(visit.viewer, kept.id, row_id(visit.field("file") or "0"))
    return await visit.attempt(f"{CONSULTATIONS}/{kept.consultation_id}#meetings", gone, "已删除。")


def _sent(visit: Visit) -> dict[str, str]:
    return {name: clean(visit.form.get(name, "")) for name in FIELDS}


def _minutes(values: dict[str, str]) -> Minutes:
    held_at, present = beijing_time(values["held_at"]), values["present"]
    if held_at is None:
        raise Invalid("请填写会议时间。")
    return Minutes(
        held_at,
        one_line(values["place"]),
        int(present) if present.isdecimal() and len(present) < 5 else 0,
        one_line(values["people"]),
        values["minutes"],
        tuple(lines(values["points"])),
        tuple(lines(values["dissent"])),
        one_line(values["following"]),
    )


async def _form(
    visit: Visit,
    found: Consultation,
    values: dict[str, Any],
    problem: str = "",
    meeting: Meeting | None = None,
) -> Response:
    problems = {"": problem} if problem else {}
    shown = {"one": found, "values": values, "problems": problems, "meeting": meeting}
    return await visit.show("consultations/meeting.html", 422 if problem else 200, **shown)


async def add_task(visit: Visit) -> Response:
    found = await consultation_of(visit.viewer, _id(visit, "consultation_id"))
    what, owner = one_line(visit.field("what")), one_line(visit.field("owner"))
    due_on = calendar_day(visit.field("due_on"))
    added = add_undertaking(visit.viewer, what, owner, due_on, clock.now(), consultation_id=found.id)
    return await visit.attempt(f"{CONSULTATIONS}/{found.id}#tasks", added, "任务已加，居民看得到。")


async def task_done(visit: Visit) -> Response:
    number = _id(visit, "task_id")
    here = await _back(visit, number)
    done = finish(visit.viewer, number, one_line(visit.field("outcome")), clock.now())
    return await visit.attempt(here, done, "已记为完成。")


async def task_put_off(visit: Visit) -> Response:
    number = _id(visit, "task_id")
    here, due_on = await _back(visit, number), calendar_day(visit.field("due_on"))
    later = put_off(visit.viewer, number, due_on, one_line(visit.field("why")), clock.now())
    return await visit.attempt(here, later, "已推迟，原来的日期和原因居民看得到。")


async def task_undone(visit: Visit) -> Response:
    number = _id(visit, "task_id")
    here = await _back(visit, number)
    owed = take_back(visit.viewer, number, one_line(visit.field("why")), clock.now())
    return await visit.attempt(here, owed, "已改回办理中。")


async def _back(visit: Visit, number: int) -> str:
    """The page that a task stands on: its topic's, or its interview's."""
    found = await undertaking_of(visit.viewer, number)
    if found.consultation_id:
        return f"{CONSULTATIONS}/{found.consultation_id}#tasks"
    if found.interview_id is None:
        raise NotFound
    return f"{INTERVIEWS}/{found.interview_id}#tasks"


def _id(visit: Visit, name: str) -> int:
    return row_id(visit.request.path_params[name])


_ANY = Permission.CONSULTATIONS_VIEW
ROUTES = (
    require(_EDIT, "/consultations/{consultation_id}/meetings", new_meeting),
    require_post(_EDIT, "/consultations/{consultation_id}/meetings", keep_meeting),
    require(_EDIT, "/meetings/{meeting_id}", meeting),
    require_post(_EDIT, "/meetings/{meeting_id}", change_meeting),
    require_upload(_EDIT, "/meetings/{meeting_id}/files", attach, MOST_BYTES),
    require_post(_EDIT, "/meetings/{meeting_id}/files/remove", detach),
    require_post(_EDIT, "/consultations/{consultation_id}/tasks", add_task),
    require_post(_ANY, "/undertakings/{task_id}/done", task_done),
    require_post(_ANY, "/undertakings/{task_id}/put_off", task_put_off),
    require_post(_ANY, "/undertakings/{task_id}/undone", task_undone),
)
