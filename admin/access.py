"""The guard of every page: who is there, may they, and does what they send come from our own form."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.layout import COOKIE, panel_of, show
from errors import LinliError
from handlers.staff import queries as staff
from handlers.staff.rules import Permission, Viewer
from web.forgery import check_form
from web.forms import clean, read_form
from web.sessions import Flash

SIGN_IN = "/admin/login"
HOME = "/admin/"
ANY_STAFF: None = None
"""Named in place of a permission where being signed in is enough."""


class SignInNeeded(LinliError):
    """Nobody is signed in; `then` is the address to go on to."""

    def __init__(self, then: str) -> None:
        super().__init__()
        self.then = then


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of someone signed in; `form` holds what a POST sent."""

    request: Request
    viewer: Viewer
    form: Mapping[str, str]

    def field(self, name: str) -> str:
        """What was written in a field, cleaned; empty when it was not sent."""
        return clean(self.form.get(name, ""))

    async def show(self, template: str, status: int = 200, **context: Any) -> Response:
        return await show(self.request, template, status, **context)

    async def go(self, path: str, message: str, *, bad: bool = False) -> Response:
        """Answer a POST: on to a page that begins with this message."""
        await panel_of(self.request).sessions.leave_flash(self.request.cookies[COOKIE], Flash(message, bad))
        return RedirectResponse(path, 303)


Page = Callable[[Visit], Awaitable[Response]]


class Guarded(Route):
    """A page, or what a button does, with the permission it asks for."""

    def __init__(self, path: str, page: Page, permission: Permission | None, method: str, *, renew: bool = True):
        async def endpoint(request: Request) -> Response:
            return await page(await _visit(request, permission, renew=renew))

        super().__init__(path, endpoint, methods=[method], name=page.__name__)
        self.permission = permission


def require(permission: Permission | None, path: str, page: Page, *, renew: bool = True) -> Guarded:
    """A page for those who have the permission.

    Args:
        renew: False for what a page fetches by itself, which keeps no session alive.
    """
    return Guarded(path, page, permission, "GET", renew=renew)


def require_post(permission: Permission | None, path: str, page: Page) -> Guarded:
    """What a button does, for those who have the permission; it answers by `Visit.go`."""
    return Guarded(path, page, permission, "POST")


async def _visit(request: Request, permission: Permission | None, *, renew: bool) -> Visit:
    session = await panel_of(request).sessions.find(request.cookies.get(COOKIE, ""), renew=renew)
    viewer = await staff.viewer(session.who) if session else None
    if viewer is None:
        raise SignInNeeded(_address(request))
    request.state.viewer = viewer
    form = await own_form(request) if request.method == "POST" else {}
    if permission:
        viewer.require(permission)
    return Visit(request, viewer, form)


async def own_form(request: Request) -> dict[str, str]:
    """The fields of a form that we made for this very session.

    Raises:
        ForeignForm: sent from another site, or without the session's token.
        TooLarge, Invalid: not to be read.
    """
    form = await read_form(request)
    check_form(request, form, request.cookies.get(COOKIE, ""), panel_of(request).settings)
    return form


def _address(request: Request) -> str:
    """Where to go on after signing in; what a button would have done is not repeated."""
    if request.method != "GET":
        return HOME
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


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
