"""Signing in, with a code of the phone where one is set up, and out; and the size of the type."""

import time
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.access import (
    ANY_STAFF,
    CODE_FIELD,
    HOME,
    SIGN_IN,
    Visit,
    local_path,
    own_form,
    refused_code,
    require_post,
)
from admin.brakes import spoken
from admin.layout import COOKIE, TYPE_COOKIE, panel_of, session_id_of, show
from admin.sessions import browser_word, shortened
from clock import clock
from handlers.staff.actions.signin import record_login, refuse_login
from handlers.staff.queries import authenticate, second_factor, viewer
from handlers.staff.rules import Viewer
from web.forgery import ForeignForm, new_id
from web.forms import clean, one_line
from web.headers import client_address

# One sentence for an unknown login and a wrong password: nobody learns which logins there are.
WRONG = "账号或密码不对，请重新填写。"
CODE = "/admin/login/code"
PASSWORD_AND_CODE = 2
"""Tries that a sign-in with a second factor counts."""
TYPE_SECONDS = 365 * 86400


async def ask(request: Request) -> Response:
    """The sign-in form; who is signed in already goes on."""
    then = local_path(request.query_params.get("next", HOME))
    session = await panel_of(request).sessions.find(request.cookies.get(COOKIE, ""))
    if session and await viewer(session.who):
        return RedirectResponse(then, 303)
    return await _form(request, 200, "", then, left="out" in request.query_params)


async def sign_in(request: Request) -> Response:
    try:
        form = await own_form(request)
    except ForeignForm as refusal:
        return await _form(request, refusal.status, refusal.message, HOME)
    login = one_line(form.get("login", ""))[:40].lower()
    then = local_path(form.get("next", HOME))
    brakes = panel_of(request).brakes
    address = client_address(request, panel_of(request).settings.trusted_proxies)
    if wait := await brakes.attempt(login, address):
        return await _form(request, 429, f"试错次数太多，请等{spoken(wait)}再登录。", then, login)
    staff = await authenticate(login, form.get("password", "")) if login else None
    if staff is None:
        await refuse_login(login)
        return await _form(request, 401, WRONG, then, login)
    if staff.second_factor:
        return await _half_way(request, staff, then)
    await brakes.forgive(login, address)
    return await _welcome(request, staff, then)


async def _half_way(request: Request, staff: Viewer, then: str) -> Response:
    """The password was right: on to the code, under a new id that opens nothing else."""
    sessions = panel_of(request).sessions
    await sessions.end(request.cookies[COOKIE])
    session_id = new_id()
    await sessions.wait_for_code(session_id, staff.login)
    return _with_cookie(request, RedirectResponse(f"{CODE}?{urlencode({'next': then})}", 303), session_id)


async def ask_code(request: Request) -> Response:
    """The second step of signing in; whoever took longer than five minutes begins again."""
    then = local_path(request.query_params.get("next", HOME))
    staff = await _half_signed_in(request)
    return await _code_form(request, staff, then) if staff else RedirectResponse(SIGN_IN, 303)


async def give_code(request: Request) -> Response:
    try:
        form = await own_form(request)
    except ForeignForm as refusal:
        return await _form(request, refusal.status, refusal.message, HOME)
    staff, then = await _half_signed_in(request), local_path(form.get("next", HOME))
    if staff is None:
        return await _form(request, 401, "等得太久了，请重新填写账号和密码。", then)
    if problem := await refused_code(request, staff, clean(form.get(CODE_FIELD, "")), PASSWORD_AND_CODE):
        return await _code_form(request, staff, then, problem)
    return await _welcome(request, staff, then, stepped_up=True)


async def _half_signed_in(request: Request) -> Viewer | None:
    login = await panel_of(request).sessions.waiting_for_code(request.cookies.get(COOKIE, ""))
    return await viewer(login) if login else None


async def _code_form(request: Request, staff: Viewer, then: str, problem: str = "") -> Response:
    factor = await second_factor(staff) if panel_of(request).settings.demo else None
    hint = factor.next_code(int(time.time())) if factor else ""
    status = 401 if problem else 200
    return await show(request, "signin_code.html", status, problem=problem, then=then, hint=hint)


async def _welcome(request: Request, staff: Viewer, then: str, *, stepped_up: bool = False) -> Response:
    await record_login(staff.login, clock.now())
    sessions = panel_of(request).sessions
    await sessions.end(request.cookies[COOKIE])
    address = client_address(request, panel_of(request).settings.trusted_proxies)
    agent = request.headers.get("User-Agent", "")
    session = await sessions.begin(staff.login, shortened(address), browser_word(agent))
    if stepped_up:
        await sessions.step_up(session.id)
    return _with_cookie(request, RedirectResponse(then, 303), session.id)


async def _form(
    request: Request, status: int, problem: str, then: str, login: str = "", *, left: bool = False
) -> Response:
    if COOKIE not in request.cookies:
        request.state.session_id = new_id()
    page = await show(request, "signin.html", status, problem=problem, then=then, login=login, left=left)
    return _with_cookie(request, page, session_id_of(request))


def _with_cookie(request: Request, response: Response, session_id: str) -> Response:
    secure = panel_of(request).settings.base_url.startswith("https://")
    response.set_cookie(COOKIE, session_id, path="/admin", httponly=True, samesite="lax", secure=secure)
    return response


async def sign_out(visit: Visit) -> Response:
    await panel_of(visit.request).sessions.end(visit.request.cookies[COOKIE])
    response = RedirectResponse(f"{SIGN_IN}?out", 303)
    response.delete_cookie(COOKIE, path="/admin")
    return response


async def set_type(visit: Visit) -> Response:
    """Standard or large type on this device, from now on."""
    large = visit.field("size") == "large"
    response = await visit.go(local_path(visit.field("next")), "已换成大字。" if large else "已换成标准字号。")
    value = "large" if large else "standard"
    secure = panel_of(visit.request).settings.base_url.startswith("https://")
    response.set_cookie(TYPE_COOKIE, value, TYPE_SECONDS, path="/admin", httponly=True, samesite="lax", secure=secure)
    return response


ROUTES = (
    Route("/login", ask),
    Route("/login", sign_in, methods=["POST"]),
    Route("/login/code", ask_code),
    Route("/login/code", give_code, methods=["POST"]),
    require_post(ANY_STAFF, "/logout", sign_out, first=True),
    require_post(ANY_STAFF, "/type", set_type, first=True),
)
