"""The guard of every page: whom the platform has named, do they still follow, is what they send from our own form."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from campaigns.queries import lacks_allowance
from errors import DomainError, LinliError
from handlers.residency.visitors import Visitor, visitor_of
from handlers.subscriptions import rules, texts
from miniprogram.layout import COOKIE, SUBSCRIBE, show, surface_of
from web.forgery import check_form
from web.forms import clean, read_form
from web.sessions import Flash

MOST_POSTS, POSTS_SECONDS = 20, 600


class SignInNeeded(LinliError):
    """The platform has to say who this is, or say it again."""


class Stranger(LinliError):
    """Known to the platform, but not to us: never followed, or not any more."""


class TooOften(DomainError):
    code = "too_often"
    status = 429
    message = "您点得太快了，请过十分钟再试。"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a resident; `form` holds what a POST sent."""

    request: Request
    visitor: Visitor
    account_id: int
    form: Mapping[str, str]

    def field(self, name: str) -> str:
        """What was written in a field, cleaned; empty when it was not sent."""
        return clean(self.form.get(name, ""))

    async def show(self, template: str, status: int = 200, **context: Any) -> Response:
        return await show(self.request, template, status, **context)

    async def go(self, path: str, message: str, *, bad: bool = False) -> Response:
        """Answer a POST: on to a page that begins with this message."""
        sessions = surface_of(self.request).sessions
        await sessions.leave_flash(self.request.cookies[COOKIE], Flash(message, bad))
        return RedirectResponse(path, 303)

    async def invite(self) -> None:
        """After a confirmed act: where something could be ticked, the next page asks for it, once a day."""
        surface = surface_of(self.request)
        if await surface.limits.within(*rules.invited(self.account_id)) and await lacks_allowance(self.account_id):
            flash = Flash(texts.INVITATION, path=SUBSCRIBE)
            await surface.sessions.leave_flash(self.request.cookies[COOKIE], flash)

    async def brake(self, deed: str, most: int, seconds: int) -> None:
        """Raise TooOften where this account did something more often than that."""
        if not await surface_of(self.request).limits.within(deed, str(self.account_id), most, seconds):
            raise TooOften


Page = Callable[[Visit], Awaitable[Response]]


class Guarded(Route):
    """A page for whoever the platform has named and we know, or what a button on it does."""

    def __init__(self, path: str, page: Page, method: str) -> None:
        async def endpoint(request: Request) -> Response:
            return await page(await _visit(request))

        super().__init__(path, endpoint, methods=[method], name=page.__name__)


def resident_page(path: str, page: Page) -> Guarded:
    return Guarded(path, page, "GET")


def resident_post(path: str, page: Page) -> Guarded:
    """What a button does; it answers by `Visit.go`."""
    return Guarded(path, page, "POST")


async def _visit(request: Request) -> Visit:
    session_id = request.cookies.get(COOKIE, "")
    session = await surface_of(request).sessions.find(session_id)
    if session is None:
        raise SignInNeeded
    visitor = await visitor_of(int(session.who))
    if visitor is None or visitor.account_id is None:
        await surface_of(request).sessions.end(session_id)
        raise Stranger
    request.state.signed_in = True
    visit = Visit(request, visitor, visitor.account_id, {})
    if request.method != "POST":
        return visit
    await visit.brake("post", MOST_POSTS, POSTS_SECONDS)
    return replace(visit, form=await own_form(request))


async def visitor_here(request: Request) -> Visitor | None:
    """Who looks at a page that is open to all, if they have signed in; messages that wait for them are then shown."""
    session = await surface_of(request).sessions.find(request.cookies.get(COOKIE, ""))
    visitor = await visitor_of(int(session.who)) if session else None
    request.state.signed_in = visitor is not None
    return visitor


async def own_form(request: Request) -> dict[str, str]:
    """The fields of a form that we made for this very browser.

    Raises:
        ForeignForm: sent from another site, or without the browser's token.
        TooLarge, Invalid: not to be read.
    """
    form = await read_form(request)
    check_form(request, form, request.cookies.get(COOKIE, ""), surface_of(request).settings)
    return form
