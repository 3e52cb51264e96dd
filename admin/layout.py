"""How every page looks: templates, navigation, flash messages, times and figures as they are written."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from admin.brakes import Brakes
from admin.imports import Imports
from admin.presence import Presence
from admin.sessions import PanelSessions
from announcements import Board
from campaigns.audience import Resolvers
from clock import BEIJING
from handlers.conversations.rules import SendText
from handlers.duty.queries.alarms import open_alarms
from handlers.staff.rules import Permission, Viewer
from handlers.votes.outcomes import area
from settings import Settings
from web.forgery import form_token
from web.sessions import Flash

HERE = Path(__file__).parent
STATIC = HERE / "static"
COOKIE = "linli_panel"
TYPE_COOKIE = "linli_type"

Entry = tuple[str, str, Permission | None]
"""Address, word, and the permission that the page asks for."""
NAVIGATION: Sequence[Entry] = (
    ("/admin/", "概览", None),
    ("/admin/votes", "投票", Permission.VOTES_VIEW),
    ("/admin/consultations", "议事", Permission.CONSULTATIONS_VIEW),
    ("/admin/notices", "通知", Permission.NOTICES_VIEW),
    ("/admin/interviews", "主任访谈", Permission.INTERVIEWS_VIEW),
    ("/admin/moderation", "发言审核", Permission.MODERATION_VIEW),
    ("/admin/inbox", "居民留言", Permission.INBOX_VIEW),
    ("/admin/duty", "值班", Permission.INBOX_VIEW),
    ("/admin/articles", "问答文章", Permission.ARTICLES_VIEW),
    ("/admin/bindings", "登记审核", Permission.BINDINGS_VIEW),
    ("/admin/delegations", "代办", Permission.DELEGATIONS_VIEW),
    ("/admin/dwellings", "户室", Permission.DWELLINGS_VIEW),
    ("/admin/residents", "居民", Permission.RESIDENTS_VIEW),
    ("/admin/letters", "入户信", Permission.LETTERS_PRINT),
    ("/admin/import", "导入", Permission.IMPORT_RUN),
)
"""What staff do every day."""
MANAGEMENT: Sequence[Entry] = (
    ("/admin/organisation", "机构网格", Permission.ORGANISATION_VIEW),
    ("/admin/audit", "操作记录", Permission.AUDIT_VIEW),
    ("/admin/calendar", "节假日", Permission.SETTINGS_EDIT),
    ("/admin/staff", "工作人员", Permission.STAFF_EDIT),
    ("/admin/accounts", "公众号", Permission.SETTINGS_EDIT),
    ("/admin/account", "我的账号", None),
)
"""What is seen to now and then; on phones these stand at the foot of the page."""


@dataclass(frozen=True, slots=True)
class Media:
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Platform:
    """What pages ask of the chat platform, which the panel does not know; the composition root hands it over.

    Args:
        send_text: sends a text through an official account to a chat address there; tells what became of it.
        media: a recording or picture by the account's AppID and the platform's id of it, None where it can't be had.
        scene: what the QR code of a scene holds for so many seconds, None where the platform can't be reached.
        fitted: the values of a template by its keys as the platform takes them, None where one can't be made to fit.
    """

    send_text: SendText
    media: Callable[[str, str], Awaitable[Media | None]]
    scene: Callable[[str, int], Awaitable[str | None]]
    fitted: Callable[[Mapping[str, str]], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """What all pages of one process share; `resolvers` answer the conditions of audiences that are counted."""

    settings: Settings
    sessions: PanelSessions
    brakes: Brakes
    imports: Imports
    platform: Platform
    resolvers: Resolvers
    presence: Presence
    board: Board


def panel_of(request: Request) -> Panel:
    return request.app.state.panel


def session_id_of(request: Request) -> str:
    """The id in the browser's cookie, or the one that it is just being given."""
    return getattr(request.state, "session_id", request.cookies.get(COOKIE, ""))


def viewer_of(request: Request) -> Viewer | None:
    """Who is signed in, as far as the guard has found out."""
    return getattr(request.state, "viewer", None)


def local(moment: datetime) -> str:
    """A time as the panel writes it, in Beijing."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def browser_time(moment: datetime) -> str:
    """A time as a browser's own field wants it, in Beijing."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%dT%H:%M}"


def percent(part: int, whole: int) -> str:
    """`45.0%`, to one decimal, half up and without floats; of nothing it is 0.0%."""
    tenths = (part * 2000 + whole) // (whole * 2) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def _environment() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["local"] = local
    pages.filters["browser_time"] = browser_time
    pages.filters["area"] = area
    return pages


_pages = _environment()


async def show(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page with the viewer's open alarms; messages that wait for this session are shown on it and gone."""
    sessions, viewer = panel_of(request).sessions, viewer_of(request)
    waiting = {
        "flashes": await sessions.take_flashes(session_id_of(request)) if viewer else [],
        "alarms": await open_alarms(viewer) if viewer else [],
    }
    return HTMLResponse(_render(request, template, _frame(request) | waiting | context), status)


def show_part(request: Request, template: str, **context: Any) -> HTMLResponse:
    """A piece of a page that a script puts in place of the old one."""
    return HTMLResponse(_render(request, template, context))


def _render(request: Request, template: str, context: dict[str, Any]) -> str:
    token = form_token(panel_of(request).settings.secret_key, session_id_of(request))
    shared = {
        "viewer": viewer_of(request),
        "path": request.url.path,
        "token": token,
        "Permission": Permission,
        "percent": percent,
        "tabler": (STATIC / "vendor" / "tabler.min.css").exists(),
        "htmx": (STATIC / "vendor" / "htmx.min.js").exists(),
    }
    return _pages.get_template(template).render(shared | context)


def _frame(request: Request) -> dict[str, Any]:
    """What stands around every whole page."""
    large = request.cookies.get(TYPE_COOKIE) == "large"
    here, viewer = request.url.path, viewer_of(request)
    return {
        "flashes": [],
        "alarms": [],
        "navigation": _navigation(NAVIGATION, here, viewer),
        "management": _navigation(MANAGEMENT, here, viewer),
        "large": large,
    }


def _navigation(entries: Sequence[Entry], here: str, viewer: Viewer | None) -> list[tuple[str, str, bool]]:
    """(address, word, whether one is there) of the pages this viewer may open."""
    return [
        (path, word, here == path or (path != "/admin/" and here.startswith(f"{path}/")))
        for path, word, permission in entries
        if viewer and (permission is None or viewer.may(permission))
    ]


_HEADINGS = {
    403: "没有权限",
    404: "没有找到",
    409: "情况变了",
    413: "内容太长",
    422: "填写有误",
    429: "请慢一点",
    500: "系统出错",
    503: "暂时不能用",
}


def show_refusal(request: Request, status: int, message: str) -> HTMLResponse:
    """Why something was not done: a page, or for a script the message alone, put where messages stand."""
    if request.headers.get("HX-Request"):
        answer = show_part(request, "_flash.html", flashes=[Flash(message, bad=True)])
        answer.headers.update({"HX-Retarget": "#flash", "HX-Reselect": "#flash", "HX-Reswap": "outerHTML"})
    else:
        heading = {"heading": _HEADINGS.get(status, "没有办成"), "message": message}
        answer = HTMLResponse(_render(request, "refusal.html", _frame(request) | heading))
    answer.status_code = status
    return answer
