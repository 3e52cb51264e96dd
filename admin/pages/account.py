"""我的账号: one's own password, the phone that shows codes, recovery codes, and where one is signed in."""

import time
from datetime import datetime
from urllib.parse import urlencode

import segno
from starlette.responses import RedirectResponse, Response

from admin.access import (
    ACCOUNT,
    ANY_STAFF,
    CODE_FIELD,
    HOME,
    Visit,
    first_things,
    local_path,
    refused_password,
    require,
    require_post,
)
from admin.layout import COOKIE, panel_of
from clock import BEIJING
from errors import Conflict, Invalid, NotFound
from handlers.staff import queries
from handlers.staff.actions import second_factor
from handlers.staff.actions.signin import change_password
from handlers.staff.rules import needs_second_factor
from web.sessions import handle_of

FACTOR = f"{ACCOUNT}/factor"
CODES = f"{ACCOUNT}/codes"


async def account(visit: Visit) -> Response:
    return await _account(visit)


async def _account(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """The page, with what is wrong about the new password."""
    panel = panel_of(visit.request)
    seats = [
        (seat, datetime.fromtimestamp(seat.since, BEIJING), datetime.fromtimestamp(seat.seen, BEIJING))
        for seat in await panel.sessions.seats(visit.viewer.login)
    ]
    return await visit.show(
        "account/account.html",
        status,
        problem=problem,
        first=first_things(visit.viewer, panel.settings),
        codes_left=await queries.recovery_codes_left(visit.viewer),
        needed=needs_second_factor(visit.viewer.role),
        seats=seats,
        here=handle_of(visit.request.cookies[COOKIE]),
    )


async def replace_password(visit: Visit) -> Response:
    """Change one's password; every other session of the login ends."""
    new = visit.form.get("new", "")
    try:
        if new != visit.form.get("again", ""):
            raise Invalid("两次写的新密码不一样，请再写一遍。")
        if problem := await refused_password(visit, visit.form.get("current", "")):
            raise Invalid(problem)
        await change_password(visit.viewer.login, visit.form.get("current", ""), new)
    except Invalid as refusal:
        return await _account(visit, refusal.status, refusal.message)
    sessions = panel_of(visit.request).sessions
    await sessions.revoke(visit.viewer.login, but=visit.request.cookies[COOKIE])
    return await visit.go(ACCOUNT, "密码已换，别处的登录都已退出。")


async def begin_factor(visit: Visit) -> Response:
    """Make a secret; one that was made before and never confirmed is forgotten."""
    try:
        await second_factor.begin_second_factor(visit.viewer)
    except Conflict as refusal:
        return await visit.go(ACCOUNT, refusal.message, bad=True)
    return RedirectResponse(f"{FACTOR}?{urlencode({'next': local_path(visit.field('next'))})}", 303)


async def factor(visit: Visit) -> Response:
    """Secret and square code, until a code has come back."""
    then = local_path(visit.request.query_params.get("next", HOME))
    return await _factor(visit, then)


async def _factor(visit: Visit, then: str, problem: str = "") -> Response:
    given = await queries.second_factor(visit.viewer)
    if given is None or given.confirmed:
        raise NotFound("没有正在设置的验证码，请到「我的账号」看看。")
    hint = given.next_code(int(time.time())) if panel_of(visit.request).settings.demo else ""
    square = segno.make(given.address, error="m").svg_data_uri(scale=5)
    return await visit.show(
        "account/factor.html",
        422 if problem else 200,
        square=square,
        secret=given.spaced,
        then=then,
        problem=problem,
        hint=hint,
    )


async def confirm_factor(visit: Visit) -> Response:
    """The phone shows the right code: from now on it is asked for."""
    then, code = local_path(visit.field("next")), visit.field(CODE_FIELD)
    try:
        if problem := await refused_password(visit, visit.form.get("password", "")):
            raise Invalid(problem)
        codes = await second_factor.confirm_second_factor(visit.viewer, code, int(time.time()))
    except Invalid as refusal:
        return await _factor(visit, then, refusal.message)
    except Conflict as refusal:
        return await visit.go(ACCOUNT, refusal.message, bad=True)
    await panel_of(visit.request).sessions.step_up(visit.request.cookies[COOKIE])
    return await _hand_over(visit, codes, "动态验证码已设置好。", then)


async def drop_factor(visit: Visit) -> Response:
    await second_factor.drop_second_factor(visit.viewer)
    return await visit.go(ACCOUNT, "旧手机的验证码已停用，请在新手机上重新设置。")


async def renew_codes(visit: Visit) -> Response:
    try:
        codes = await second_factor.renew_recovery_codes(visit.viewer)
    except Conflict as refusal:
        return await visit.go(ACCOUNT, refusal.message, bad=True)
    return await _hand_over(visit, codes, "新的备用码已生成，旧的都作废了。", ACCOUNT)


async def _hand_over(visit: Visit, codes: list[str], message: str, then: str) -> Response:
    """On to the page that shows the codes once."""
    await panel_of(visit.request).sessions.leave_once(visit.request.cookies[COOKIE], " ".join(codes))
    return await visit.go(f"{CODES}?{urlencode({'next': then})}", message)


async def codes(visit: Visit) -> Response:
    shown = await panel_of(visit.request).sessions.take_once(visit.request.cookies[COOKIE])
    then = local_path(visit.request.query_params.get("next", ACCOUNT))
    return await visit.show("account/codes.html", codes=shown.split(), then=then)


async def end_session(visit: Visit) -> Response:
    handle = visit.request.path_params["handle"]
    ended = await panel_of(visit.request).sessions.revoke(visit.viewer.login, handle=handle)
    if not ended:
        raise NotFound("这处登录已经退出了。")
    return await visit.go(ACCOUNT, "那一处已退出。")


async def end_other_sessions(visit: Visit) -> Response:
    ended = await panel_of(visit.request).sessions.revoke(visit.viewer.login, but=visit.request.cookies[COOKIE])
    return await visit.go(ACCOUNT, f"别处的{ended}个登录都已退出。" if ended else "别处没有登录。")


ROUTES = (
    require(ANY_STAFF, "/account", account, first=True),
    require_post(ANY_STAFF, "/account/password", replace_password, first=True),
    require_post(ANY_STAFF, "/account/factor/begin", begin_factor, first=True),
    require(ANY_STAFF, "/account/factor", factor, first=True),
    require_post(ANY_STAFF, "/account/factor", confirm_factor, first=True),
    require_post(ANY_STAFF, "/account/factor/drop", drop_factor, step_up=True),
    require_post(ANY_STAFF, "/account/codes", renew_codes, step_up=True),
    require(ANY_STAFF, "/account/codes", codes, first=True),
    require_post(ANY_STAFF, "/account/sessions/end", end_other_sessions),
    require_post(ANY_STAFF, "/account/sessions/{handle}/end", end_session),
)
