"""值班: who is on duty in a week, putting on and taking off, 开始值班, and what one shift hands over to the next."""

import re
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from admin.access import Visit, local_path, require, require_post
from clock import BEIJING, clock
from errors import Conflict, Invalid, NotFound
from handlers.duty.actions import roster as actions
from handlers.duty.actions.hand_over import take_over
from handlers.duty.queries import hand_overs
from handlers.duty.queries import roster as queries
from handlers.duty.roster import on_duty
from handlers.duty.rules import RANKS, YEARS
from handlers.staff.queries import organisations
from handlers.staff.rules import Permission
from web.forms import beijing_time, calendar_day, one_line, row_id

DUTY = "/admin/duty"
FIELDS = ("place", "login", "starts", "ends", "rank", "phone")


async def roster(visit: Visit) -> Response:
    week = visit.request.query_params.get("week", "")
    return await _show(visit, _day(week) if week else clock.today())


async def _show(visit: Visit, day: date, problem: str = "", values: dict[str, str] | None = None) -> Response:
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    found = await queries.shifts(visit.viewer, _midnight(monday), _midnight(monday + timedelta(days=7)))
    may_edit = visit.viewer.may(Permission.SETTINGS_EDIT)
    return await visit.show(
        "duty/roster.html",
        422 if problem else 200,
        days=days,
        shifts={one: [shift for shift in found if _shown_on(shift, one, monday)] for one in days},
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        now_on_duty=await on_duty(visit.viewer.code, clock.now()),
        notes=await hand_overs.hand_overs(visit.viewer),
        may_edit=may_edit,
        organisations=await organisations(visit.viewer) if may_edit else [],
        colleagues=await queries.colleagues(visit.viewer) if may_edit else [],
        ranks=RANKS,
        values=dict.fromkeys(FIELDS, "") | (values or {}),
        problem=problem,
    )


def _shown_on(shift: queries.Shift, day: date, monday: date) -> bool:
    """A shift stands on the day it begins; one from the week before stands on Monday."""
    return max(shift.starts_at.astimezone(BEIJING).date(), monday) == day


async def add(visit: Visit) -> Response:
    values = {name: one_line(visit.field(name)) for name in FIELDS}
    rank = int(values["rank"]) if re.fullmatch(r"\d{1,3}", values["rank"]) else 0
    times = beijing_time(values["starts"]), beijing_time(values["ends"])
    try:
        await actions.add_shift(visit.viewer, values["place"], values["login"], rank, times, values["phone"])
    except (Invalid, Conflict, NotFound) as refusal:
        return await _show(visit, _day(visit.field("week")), refusal.message, values)
    shown = times[0].astimezone(BEIJING).date() if times[0] else clock.today()
    return await visit.go(f"{DUTY}?week={shown}", "已排上。")


async def remove(visit: Visit) -> Response:
    await actions.remove_shift(visit.viewer, row_id(visit.request.path_params["shift_id"]))
    return await visit.go(_week(visit), "这一班已删除。")


async def copy(visit: Visit) -> Response:
    day = _day(visit.field("week"))
    many = await actions.copy_week(visit.viewer, _midnight(day - timedelta(days=day.weekday())))
    return await visit.go(_week(visit), f"照抄了{many}班。" if many else "上一周没有可以照抄的班。", bad=not many)


async def begin(visit: Visit) -> Response:
    """Noted with one's shift, if one is on duty; the page's own script needs no other page for it."""
    noted = await actions.begin_duty(visit.viewer)
    if visit.request.headers.get("X-Live"):
        return Response(status_code=204)
    words = "已记下您开始值班。" if noted else "现在没有排您的班，这次没有记。"
    return await visit.go(local_path(visit.field("next")), words, bad=not noted)


async def hand_over(visit: Visit) -> Response:
    handed = await hand_overs.hand_over(visit.viewer, _number(visit))
    since = handed.note.figures["longest_since"]
    longest = datetime.fromisoformat(since) if since else None
    return await visit.show("duty/hand_over.html", handed=handed, figures=handed.note.figures, longest=longest)


async def take(visit: Visit) -> Response:
    return await visit.attempt(
        f"{DUTY}/handovers/{_number(visit)}", take_over(visit.viewer, _number(visit)), "已接班。"
    )


def _day(text: str) -> date:
    """A day of this century.

    Raises:
        Invalid: it is none.
    """
    if (day := calendar_day(text)).year not in YEARS:
        raise Invalid("日期不对，请从日历里选一天。")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _week(visit: Visit) -> str:
    return f"{DUTY}?week={_day(visit.field('week'))}"


def _number(visit: Visit) -> int:
    return row_id(visit.request.path_params["hand_over_id"])


ROUTES = (
    require(Permission.INBOX_VIEW, "/duty", roster),
    require(Permission.INBOX_VIEW, "/duty/handovers/{hand_over_id}", hand_over),
    require_post(Permission.SETTINGS_EDIT, "/duty", add),
    require_post(Permission.SETTINGS_EDIT, "/duty/copy", copy),
    require_post(Permission.INBOX_ANSWER, "/duty/begin", begin),
    require_post(Permission.SETTINGS_EDIT, "/duty/{shift_id}/remove", remove),
    require_post(Permission.INBOX_ANSWER, "/duty/handovers/{hand_over_id}/take", take),
)
