"""工作人员: who may sign in to the panel with which role, and what an administrator does about it."""

from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from admin.access import Visit, require, require_post
from admin.layout import COOKIE, panel_of
from errors import Conflict, Invalid, NotFound
from handlers.staff import queries
from handlers.staff.actions import appointments
from handlers.staff.rules import PERMISSIONS, Permission
from models.states import StaffRole
from web.forms import one_line, page_after, row_id, search_words

STAFF = "/admin/staff"
PAGE = 50
ROLES = {role: [permission.label for permission in Permission if permission in PERMISSIONS[role]] for role in StaffRole}
"""What each role may do, in words."""


async def staff(visit: Visit) -> Response:
    search, offset = search_words(visit.request), page_after(visit.request)
    found = await queries.colleagues(visit.viewer, search, offset, PAGE + 1)
    more = offset + PAGE if len(found) > PAGE else None
    return await visit.show("staff/list.html", members=found[:PAGE], search=search, more=more, roles=ROLES)


async def new(visit: Visit) -> Response:
    return await _new(visit, {"login": "", "name": "", "role": StaffRole.WORKER, "place": ""})


async def _new(visit: Visit, values: dict[str, str], problem: str = "") -> Response:
    return await visit.show(
        "staff/new.html",
        422 if problem else 200,
        values=values,
        problem=problem,
        roles=ROLES,
        organisations=await queries.organisations(visit.viewer),
    )


async def add(visit: Visit) -> Response:
    """Give somebody a login; its first password is shown once, on the next page."""
    values = {name: one_line(visit.field(name)) for name in ("login", "name", "role", "place")}
    values["login"] = values["login"].lower()
    try:
        role = _role(values["role"])
        number, password = await appointments.appoint(
            visit.viewer, values["login"], values["name"], role, values["place"]
        )
    except (Invalid, Conflict, NotFound) as refusal:
        return await _new(visit, values, refusal.message)
    return await _hand_over(visit, number, password, f"账号 {values['login']} 已添加。")


def _role(text: str) -> StaffRole:
    try:
        return StaffRole(text)
    except ValueError as error:
        raise Invalid("请选择角色。") from error


async def _hand_over(visit: Visit, number: int, password: str, message: str) -> Response:
    await panel_of(visit.request).sessions.leave_once(visit.request.cookies[COOKIE], password)
    return await visit.go(f"{STAFF}/{number}/password", message)


async def password(visit: Visit) -> Response:
    """The first password, once."""
    member = await queries.colleague(visit.viewer, _id(visit))
    shown = await panel_of(visit.request).sessions.take_once(visit.request.cookies[COOKIE])
    return await visit.show("staff/password.html", member=member, password=shown)


async def member(visit: Visit) -> Response:
    return await _member(visit)


async def _member(visit: Visit, status: int = 200, problem: str = "") -> Response:
    found = await queries.colleague(visit.viewer, _id(visit))
    if found.login == visit.viewer.login:
        return RedirectResponse("/admin/account", 303)
    panel = panel_of(visit.request)
    wait = await panel.brakes.waits(found.login)
    return await visit.show(
        "staff/member.html",
        status,
        member=found,
        seats=await panel.sessions.seats(found.login),
        wait=timedelta(seconds=wait),
        problem=problem,
        roles=ROLES,
        organisations=await queries.organisations(visit.viewer),
    )


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["staff_id"])


async def change(visit: Visit) -> Response:
    name, place = one_line(visit.field("name")), visit.field("place")
    try:
        login = await appointments.change_appointment(visit.viewer, _id(visit), name, _role(visit.field("role")), place)
    except (Invalid, Conflict) as refusal:
        return await _member(visit, refusal.status, refusal.message)
    return await _changed(visit, login, f"账号 {login} 已改好，对方要重新登录。")


async def reset_password(visit: Visit) -> Response:
    login, first = await appointments.reset_password(visit.viewer, _id(visit))
    await panel_of(visit.request).brakes.release(login)
    await panel_of(visit.request).sessions.revoke(login)
    return await _hand_over(visit, _id(visit), first, f"账号 {login} 的密码已重设。")


async def reset_factor(visit: Visit) -> Response:
    try:
        login = await appointments.reset_second_factor(visit.viewer, _id(visit), one_line(visit.field("reason")))
    except (Invalid, Conflict) as refusal:
        return await _member(visit, refusal.status, refusal.message)
    return await _changed(visit, login, f"账号 {login} 的验证码已停用，对方登录后要重新设置。")


async def deactivate(visit: Visit) -> Response:
    try:
        login = await appointments.deactivate(visit.viewer, _id(visit), one_line(visit.field("reason")))
    except (Invalid, Conflict) as refusal:
        return await _member(visit, refusal.status, refusal.message)
    return await _changed(visit, login, f"账号 {login} 已停用，登录都已退出。")


async def reactivate(visit: Visit) -> Response:
    try:
        login = await appointments.reactivate(visit.viewer, _id(visit))
    except Conflict as refusal:
        return await _member(visit, refusal.status, refusal.message)
    return await _changed(visit, login, f"账号 {login} 已恢复。")


async def end_sessions(visit: Visit) -> Response:
    login = await appointments.note_sessions_ended(visit.viewer, _id(visit))
    return await _changed(visit, login, f"账号 {login} 在各处的登录都已退出。")


async def unlock(visit: Visit) -> Response:
    login = await appointments.note_unlock(visit.viewer, _id(visit))
    await panel_of(visit.request).brakes.release(login)
    return await visit.go(f"{STAFF}/{_id(visit)}", f"账号 {login} 可以马上登录了。")


async def _changed(visit: Visit, login: str, message: str) -> Response:
    """Whoever is signed in with the login is out, whatever they could do before."""
    await panel_of(visit.request).sessions.revoke(login)
    return await visit.go(f"{STAFF}/{_id(visit)}", message)


_EDIT = Permission.STAFF_EDIT
ROUTES = (
    require(_EDIT, "/staff", staff),
    require(_EDIT, "/staff/new", new),
    require_post(_EDIT, "/staff", add, step_up=True),
    require(_EDIT, "/staff/{staff_id}", member),
    require(_EDIT, "/staff/{staff_id}/password", password),
    require_post(_EDIT, "/staff/{staff_id}", change, step_up=True),
    require_post(_EDIT, "/staff/{staff_id}/password", reset_password, step_up=True),
    require_post(_EDIT, "/staff/{staff_id}/factor", reset_factor, step_up=True),
    require_post(_EDIT, "/staff/{staff_id}/deactivate", deactivate, step_up=True),
    require_post(_EDIT, "/staff/{staff_id}/reactivate", reactivate, step_up=True),
    require_post(_EDIT, "/staff/{staff_id}/sessions", end_sessions),
    require_post(_EDIT, "/staff/{staff_id}/unlock", unlock, step_up=True),
)
