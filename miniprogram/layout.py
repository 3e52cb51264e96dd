"""How the residents' pages look, what they share, and what they ask of the platform, which they do not know."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from clock import BEIJING
from handlers.articles.knowledge import Knowledge
from settings import Settings
from web.forgery import form_token, new_id
from web.limits import Limits
from web.sessions import Sessions

HERE = Path(__file__).parent
STATIC = HERE / "static"
RESIDENT = "resident"
"""How Redis names what belongs to residents."""
ROOT = "/m"
HOME = "/m/"
SUBSCRIBE = "/m/subscribe"
COOKIE = "linli_resident"
CARE_COOKIE = "linli_care"
CARE_SECONDS = 365 * 86400
IDLE_SECONDS = 2 * 3600
LONGEST_SECONDS = 12 * 3600


class Refused(Enum):
    """Why the platform did not say who somebody is: a preview's made-up user, a code gone stale, or no answer."""

    SNAPSHOT = auto()
    AGAIN = auto()
    AWAY = auto()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the platform has named: a chat address under an AppID, and what joins it to others where there is such."""

    app_id: str
    address: str = field(repr=False)
    union_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """By which WeChat's own script in the browser knows a page of ours."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


@dataclass(frozen=True, slots=True)
class Platform:
    """What the pages ask of the platform; the composition root hands it over.

    Args:
        authorize: (AppID of the official account, where to come back to, state) → where to send the browser; None
            where there is no such account.
        sign_in: (AppID, code) → who came back with it.
        sign: (AppID, address of a page) → its signature; None while the platform does not give any.
    """

    authorize: Callable[[str, str, str], Awaitable[str | None]]
    sign_in: Callable[[str, str], Awaitable[SignedIn | Refused]]
    sign: Callable[[str, str], Awaitable[Signature | None]]


@dataclass(frozen=True, slots=True)
class Surface:
    """What all pages of one process share."""

    settings: Settings
    redis: Redis
    sessions: Sessions
    limits: Limits
    platform: Platform
    knowledge: Knowledge


def create_surface(settings: Settings, redis: Redis, platform: Platform, knowledge: Knowledge) -> Surface:
    sessions = Sessions(redis, RESIDENT, IDLE_SECONDS, LONGEST_SECONDS)
    return Surface(settings, redis, sessions, Limits(redis, RESIDENT), platform, knowledge)


def surface_of(request: Request) -> Surface:
    return request.app.state.surface


def browser_of(request: Request) -> str:
    """The id in the browser's cookie, or the one that it is just being given."""
    if not hasattr(request.state, "browser"):
        request.state.browser = request.cookies.get(COOKIE) or new_id()
    return request.state.browser


def cares(request: Request) -> bool:
    """Whether 关怀模式 is on in this browser."""
    return request.cookies.get(CARE_COOKIE) == "on"


def local(moment: datetime) -> str:
    """A time as residents read it, in Beijing: 2026年5月1日 8:00."""
    here = moment.astimezone(BEIJING)
    return f"{here.year}年{here.month}月{here.day}日 {here.hour}:{here.minute:02}"


def _environment() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["local"] = local
    return pages


_pages = _environment()


async def show(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page; messages that wait for this session are shown on it and gone."""
    signed_in = getattr(request.state, "signed_in", False)
    surface = surface_of(request)
    frame = {
        "flashes": await surface.sessions.take_flashes(browser_of(request)) if signed_in else [],
        "signed_in": signed_in,
        "path": request.url.path,
        "token": form_token(surface.settings.secret_key, browser_of(request)),
        "care": cares(request),
        "weui": (STATIC / "vendor" / "weui.min.css").exists(),
    }
    page = HTMLResponse(_pages.get_template(template).render(frame | context), status)
    return with_browser(request, page)


async def tell(request: Request, status: int, heading: str, *lines: str, again: str = "") -> HTMLResponse:
    """A page that only says something: why a thing was not done, and what to do now.

    Args:
        again: the word on the button that starts anew; none without it.
    """
    return await show(request, "tell.html", status, heading=heading, lines=lines, again=again)


def with_browser(request: Request, response: Any, session_id: str = "") -> Any:
    """The response with the browser's id in its cookie, or with the id of the session that has just begun."""
    set_cookie(request, response, COOKIE, session_id or browser_of(request))
    return response


def set_cookie(
    request: Request, response: Response, name: str, value: str, seconds: int | None = None, path: str = ROOT
) -> None:
    secure = surface_of(request).settings.base_url.startswith("https://")
    response.set_cookie(name, value, seconds, path=path, httponly=True, samesite="lax", secure=secure)
