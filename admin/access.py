"""The guard of every page: who is there, may they, and does what they send come from our own form.

Sensitive acts ask for more, a code of the viewer's phone: `require_post(…, step_up=True)`, or `await visit.step_up()`
where only some uses of a page are sensitive.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.brakes import spoken
from admin.layout import COOKIE, panel_of, show
from errors import Conflict, Invalid, LinliError
from handlers.staff import queries as staff
from handlers.staff.actions.second_factor import WRONG_CODE, spend_code
from handlers.staff.rules import Permission, Viewer, needs_second_factor
from settings import Settings
from web.forgery import check_form, check_origin
from web.forms import clean, read_form
from web.headers import client_address
from web.sessions import Flash
from web.uploads import MULTIPART, Upload, read_upload

SIGN_IN = "/admin/login"
HOME = "/admin/"
ACCOUNT = "/admin/account"
CONFIRM = "/admin/account/confirm"
CODE_FIELD = "one_time_code"
ANY_STAFF: None = None
"""Named in place of a permission where being signed in is enough."""


class SignInNeeded(LinliError):
    """Nobody is signed in; `then` is the address to go on to."""

    def __init__(self, then: str) -> None:
        super().__init__()
        self.then = then


class FirstThingsFirst(LinliError):
    """A first password is to be replaced, or a second factor set up, before anything else."""


class StepUpNeeded(LinliError):
    """Before this is done a code is wanted; `problem` says what was wrong with the one that was given."""

    def __init__(self, visit: "Visit", problem: str = "") -> None:
        super().__init__()
        self.visit, self.problem = visit, problem


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of someone signed in; `form` holds what a POST sent, `files` what was uploaded with it."""

    request: Request
    viewer: Viewer
    form: Mapping[str, str]
    files: Sequence[Upload] = ()

    def field(self, name: str) -> str:
        """What was written in a field, cleaned; empty when it was not sent."""
        return clean(self.form.get(name, ""))

    async def show(self, template: str, status: int = 200, **context: Any) -> Response:
        return await show(self.request, template, status, **context)

    async def leave(self, message: str, *, bad: bool = False) -> None:
        """Leave a message for the next page that is shown."""
        await panel_of(self.request).sessions.leave_flash(self.request.cookies[COOKIE], Flash(message, bad))

    async def go(self, path: str, message: str, *, bad: bool = False) -> Response:
        """Answer a POST: on to a page that begins with this message."""
        await self.leave(message, bad=bad)
        return RedirectResponse(path, 303)

    async def step_up(self) -> None:
        """Go on only if a code of the viewer's phone was given in this session within the last five minutes.

        Otherwise a page asks for one, and sends what was sent here again together with the code: a form needs no field
        of its own. For whoever has no phone set up yet that page leads to setting it up.

        Raises:
            StepUpNeeded: no code, or a wrong one; the page that asks is the answer. Nothing may have been done before.
        """
        sessions, cookie = panel_of(self.request).sessions, self.request.cookies[COOKIE]
        if await sessions.stepped_up(cookie):
            return
        given = self.field(CODE_FIELD)
        problem = await refused_code(self.request, self.viewer, given) if given else ""
        if problem or not given:
            raise StepUpNeeded(self, problem)
        await sessions.step_up(cookie)

    async def attempt(self, path: str, deed: Awaitable[object], done: str) -> Response:
        """Answer a POST by doing something, and by saying on the next page that it is done, or why not."""
        try:
            await deed
        except (Conflict, Invalid) as refusal:
            return await self.go(path, refusal.message, bad=True)
        return await self.go(path, done)


async def refused_code(request: Request, viewer: Viewer, code: str, tries: int = 1) -> str:
    """Use up a code of the viewer's phone, or a recovery code. Returns what was wrong with it, empty when nothing was.

    Wrong codes count like wrong passwords, so that six digits can't be guessed.

    Args:
        tries: how many tries of this sign-in have been counted, the password included.
    """
    address = client_address(request, panel_of(request).settings.trusted_proxies)
    brakes = panel_of(request).brakes
    if wait := await brakes.attempt(viewer.login, address):
        return f"试错次数太多，请等{spoken(wait)}再试。"
    if not await spend_code(viewer, code, int(time.time())):
        return WRONG_CODE
    await brakes.forgive(viewer.login, address, tries)
    return ""


async def refused_password(visit: Visit, password: str) -> str:
    """Look at one's own password once more before the keys of the login change. Returns what was wrong with it.

    An unlocked screen that somebody else sits down at is no sign-in; guesses count as at the door.
    """
    address = client_address(visit.request, panel_of(visit.request).settings.trusted_proxies)
    brakes = panel_of(visit.request).brakes
    if wait := await brakes.attempt(visit.viewer.login, address):
        return f"试错次数太多，请等{spoken(wait)}再试。"
    if await staff.authenticate(visit.viewer.login, password) is None:
        return "密码不对，请重新填写。"
    await brakes.forgive(visit.viewer.login, address)
    return ""


Page = Callable[[Visit], Awaitable[Response]]


class Guarded(Route):
    """A page, or what a button does, with the permission it asks for."""

    def __init__(
        self,
        path: str,
        page: Page,
        permission: Permission | None,
        method: str,
        *,
        renew: bool = True,
        first: bool = False,
        step_up: bool = False,
        most_bytes: int = 0,
    ) -> None:
        async def endpoint(request: Request) -> Response:
            visit = await _visit(request, permission, renew=renew, first=first, most_bytes=most_bytes)
            if step_up:
                await visit.step_up()
            return await page(visit)

        super().__init__(path, endpoint, methods=[method], name=page.__name__)
        self.permission = permission
        self.step_up = step_up


def require(
    permission: Permission | None,
    path: str,
    page: Page,
    *,
    renew: bool = True,
    first: bool = False,
    step_up: bool = False,
) -> Guarded:
    """A page for those who have the permission.

    Args:
        renew: False for what a page fetches by itself, which keeps no session alive.
        first: open also to those who must replace their first password or set up a second factor before all else.
        step_up: for sensitive acts: asks for a code first (`Visit.step_up`).
    """
    return Guarded(path, page, permission, "GET", renew=renew, first=first, step_up=step_up)


def require_post(
    permission: Permission | None,
    path: str,
    page: Page,
    *,
    renew: bool = True,
    first: bool = False,
    step_up: bool = False,
) -> Guarded:
    """What a button does, for those who have the permission; it answers by `Visit.go`. Arguments as for `require`.

    What a page sends by itself is no press and keeps no session alive.
    """
    return Guarded(path, page, permission, "POST", renew=renew, first=first, step_up=step_up)


def require_upload(permission: Permission, path: str, page: Page, most_bytes: int) -> Guarded:
    """What a button does with files sent along, of so many bytes together at most; nobody else's are even read."""
    return Guarded(path, page, permission, "POST", most_bytes=most_bytes)


async def _visit(
    request: Request, permission: Permission | None, *, renew: bool, first: bool, most_bytes: int
) -> Visit:
    session = await panel_of(request).sessions.find(request.cookies.get(COOKIE, ""), renew=renew)
    viewer = await staff.viewer(session.who) if session else None
    if viewer is None:
        raise SignInNeeded(_address(request))
    request.state.viewer = viewer
    if most_bytes and permission:
        viewer.require(permission)
    form, files = await own_upload(request, most_bytes) if request.method == "POST" else ({}, ())
    if request.method == "POST" and renew:
        await panel_of(request).brakes.press(request.cookies[COOKIE])
    if not first and first_things(viewer, panel_of(request).settings):
        raise FirstThingsFirst
    if permission:
        viewer.require(permission)
    return Visit(request, viewer, form, files)


def first_things(viewer: Viewer, settings: Settings) -> list[str]:
    """What this viewer must do before anything else; in a demonstration nobody is made to set up a second factor."""
    wanted = {
        "请先换掉初始密码。": viewer.must_change_password,
        "请先设置动态验证码，您的角色要用。": settings.production
        and needs_second_factor(viewer.role)
        and not viewer.second_factor,
    }
    return [sentence for sentence, due in wanted.items() if due]


async def own_form(request: Request) -> dict[str, str]:
    """The fields of a form that we made for this very session.

    Raises:
        ForeignForm: sent from another site, or without the session's token.
        TooLarge, Invalid: not to be read.
    """
    form = await read_form(request)
    check_form(request, form, request.cookies.get(COOKIE, ""), panel_of(request).settings)
    return form


async def own_upload(request: Request, most_bytes: int) -> tuple[dict[str, str], Sequence[Upload]]:
    """The same with files; where none are awaited, or none are sent, it is a form like all others."""
    if not most_bytes or not request.headers.get("content-type", "").startswith(MULTIPART):
        return await own_form(request), ()
    check_origin(request, panel_of(request).settings)
    form, files = await read_upload(request, most_bytes)
    check_form(request, form, request.cookies.get(COOKIE, ""), panel_of(request).settings)
    return form, files


def _address(request: Request) -> str:
    """Where to go on after signing in; what a button would have done is not repeated."""
    return with_query(request.url.path, request.url.query) if request.method == "GET" else HOME


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def local_path(path: str) -> str:
    """A page of the panel to go on to; anything else becomes the overview, so that no link leads away from here."""
    plain = path.isprintable() and "\\" not in path and " " not in path
    return path if plain and path.startswith((HOME, "/admin?")) and not path.startswith(SIGN_IN) else HOME


async def ask_to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    address = f"{SIGN_IN}?next={quote(local_path(error.then))}"
    if request.headers.get("HX-Request"):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


async def lead_to_account(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FirstThingsFirst)
    return RedirectResponse(ACCOUNT, 303)
