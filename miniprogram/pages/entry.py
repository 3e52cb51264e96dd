"""Coming in: the platform is asked who this is (OAuth, snsapi_base, wechat-platform §3.11), and going out again."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from errors import NotFound
from handlers.residency.actions.accounts import record_union_id
from handlers.residency.visitors import account_at
from miniprogram.access import SignInNeeded, TooOften, Visit, resident_post
from miniprogram.layout import (
    COOKIE,
    HOME,
    ROOT,
    SUBSCRIBE,
    Refused,
    SignedIn,
    browser_of,
    set_cookie,
    surface_of,
    tell,
    with_browser,
)
from web.forgery import form_token
from web.headers import client_address

VIA_COOKIE = "linli_via"
VIA_SECONDS = 365 * 86400
ENTRY_SECONDS = 600
PURPOSE = "sign-in"
MOST_ENTRIES, ENTRIES_SECONDS = 60, 60
BACK_IN = "重新打开"
RETURN = "也可以点左上角的返回，在公众号的对话里回复「我的」。"


@dataclass(frozen=True, slots=True)
class Entry:
    """A browser on its way to the platform: through which official account, whereto, whether for the second time."""

    app_id: str
    then: str
    again: bool = False


async def enter(request: Request) -> Response:
    """The link in chat and menu: always asks the platform anew, so that a shared browser shows nobody else's home."""
    return await _begin(request, Entry(request.path_params.get("app_id") or _first(request), _wanted(request)))


def _wanted(request: Request) -> str:
    """The page that a link leads to behind the platform."""
    wanted = request.path_params
    if "poll" in wanted:
        return f"/m/votes/{wanted['poll']}"
    if "notice" in wanted:
        return f"/m/notices/{wanted['notice']}"
    return SUBSCRIBE if request.url.path.endswith("/subscribe") else HOME


async def ask_to_sign_in(request: Request, error: Exception) -> Response:
    """A page was opened without a session; a button is not pressed again by itself."""
    assert isinstance(error, SignInNeeded)
    if request.method != "GET":
        return await tell(request, 403, "页面已过期", "离开太久了，刚才的操作没有提交。", again=BACK_IN)
    return await _begin(request, Entry(request.cookies.get(VIA_COOKIE) or _first(request), request.url.path))


async def tell_stranger(request: Request, error: Exception) -> Response:
    return await _unknown(request)


async def _begin(request: Request, entry: Entry) -> Response:
    surface = surface_of(request)
    address = client_address(request, surface.settings.trusted_proxies)
    if not await surface.limits.within("enter", address, MOST_ENTRIES, ENTRIES_SECONDS):
        raise TooOften("打开得太频繁了，请过一分钟再试。")
    browser = browser_of(request)
    state = form_token(surface.settings.secret_key, browser, PURPOSE)
    back_here = f"{surface.settings.base_url}{ROOT}/back"
    leads_to = await surface.platform.authorize(entry.app_id, back_here, state)
    if leads_to is None:
        raise NotFound("没有这个公众号，请从公众号的对话里打开。")
    await surface.redis.set(_key(browser), json.dumps(asdict(entry)), ex=ENTRY_SECONDS)
    return with_browser(request, RedirectResponse(leads_to, 302))


async def back(request: Request) -> Response:
    """The platform sends the browser back with a code; only the browser that set out may use it, and only once."""
    surface, browser = surface_of(request), browser_of(request)
    wanted = form_token(surface.settings.secret_key, browser, PURPOSE)
    given = request.query_params.get("state", "")
    entry = None
    if COOKIE in request.cookies and hmac.compare_digest(given.encode(), wanted.encode()):
        entry = await surface.redis.getdel(_key(browser))
    if entry is None:
        return await tell(request, 403, "页面已过期", "请重新打开一次。", RETURN, again=BACK_IN)
    return await _arrive(request, Entry(**json.loads(entry)))


async def _arrive(request: Request, entry: Entry) -> Response:
    code = request.query_params.get("code", "")
    match await surface_of(request).platform.sign_in(entry.app_id, code) if code else Refused.AGAIN:
        case SignedIn() as found:
            return await _welcome(request, entry, found)
        case Refused.SNAPSHOT:
            lines = ("您现在看到的是预览，还不能确认是您本人。", "请点右下角的「使用完整服务」，再打开一次。", RETURN)
            return await tell(request, 403, "请使用完整服务", *lines, again=BACK_IN)
        case Refused.AGAIN if not entry.again:
            return await _begin(request, Entry(entry.app_id, entry.then, again=True))
        case Refused.AGAIN:
            return await tell(request, 403, "没有打开", "微信没有确认您的身份，请再试一次。", RETURN, again=BACK_IN)
        case Refused.AWAY:
            return await tell(request, 503, "暂时打不开", "微信那边没有回应，请过几分钟再试。", RETURN, again=BACK_IN)


async def _welcome(request: Request, entry: Entry, found: SignedIn) -> Response:
    account_id = await account_at(found.app_id, found.address)
    if account_id is None:
        return await _unknown(request)
    if found.union_id:
        await record_union_id(account_id, found.union_id)
    sessions = surface_of(request).sessions
    await sessions.end(browser_of(request))
    session = await sessions.begin(str(account_id))
    response = RedirectResponse(entry.then, 303)
    set_cookie(request, response, VIA_COOKIE, entry.app_id, VIA_SECONDS)
    return with_browser(request, response, session.id)


async def _unknown(request: Request) -> Response:
    lines = (
        "还没有您的登记，所以这里没有您的信息。",
        "请先关注公众号，在对话里回复「绑定」，按提示登记住址。",
        "登记好了，再打开这个页面。",
    )
    return await tell(request, 403, "还没有登记", *lines, again=BACK_IN)


async def leave(visit: Visit) -> Response:
    """Log out on this device."""
    await surface_of(visit.request).sessions.end(visit.request.cookies[COOKIE])
    visit.request.state.signed_in = False
    page = await tell(visit.request, 200, "已退出", "您在这台手机上已退出。", again=BACK_IN)
    page.delete_cookie(COOKIE, path=ROOT)
    return page


def _first(request: Request) -> str:
    return surface_of(request).settings.wechat_app_id


def _key(browser: str) -> str:
    return f"resident:entry:{hashlib.sha256(browser.encode()).hexdigest()}"


ROUTES = (
    Route("/in", enter),
    Route("/in/subscribe", enter),
    Route("/in/votes/{poll:int}", enter),
    Route("/in/notices/{notice:int}", enter),
    Route("/in/{app_id}", enter),
    Route("/in/{app_id}/subscribe", enter),
    Route("/in/{app_id}/votes/{poll:int}", enter),
    Route("/in/{app_id}/notices/{notice:int}", enter),
    Route("/back", back),
    resident_post("/logout", leave),
)
