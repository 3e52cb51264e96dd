"""Web sign-in inside WeChat: who goes on, a code used once, and what it is exchanged for (wechat-platform §3.11).

A page opened from a phone goes on as that phone's resident, as it does in WeChat; any other asks as whom, or whether as
a preview (快照页), whose made-up openid belongs to nobody.
"""

import re
import secrets
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.config import SimulatorConfig, config_of
from simulator.errcodes import PlatformError
from simulator.pages import render
from simulator.residents import all_residents, find_resident
from simulator.store import Record, key, load, save, unpack, words
from simulator.tokens import check_credentials

CODE_SECONDS = 300
TOKEN_SECONDS = 7200
PHONE_COOKIE = "sim_phone"
SCOPES = ("snsapi_base", "snsapi_userinfo")

_USED = "used"
_STATE = re.compile(r"[A-Za-z0-9]{0,128}")


async def authorize(request: Request) -> Response:
    """GET /open/connect/oauth2/authorize: asks as whom to go on, then (with `openid`) leads back with a code."""
    config, query = config_of(request), request.query_params
    if fault := _fault(config, request):
        return render(request, "authorize.html", {"fault": fault, "residents": []}, 400)
    granted = await _granted(config, request)
    if granted is None:
        return render(request, "authorize.html", {"fault": "", "residents": await all_residents(config)})
    code = secrets.token_urlsafe(24)
    await save(config.redis, key("code", code), granted | {"scope": query["scope"]}, CODE_SECONDS)
    back = urlsplit(query["redirect_uri"])
    answer = urlencode({"code": code, "state": query.get("state", "")})
    response = RedirectResponse(back._replace(query="&".join(filter(None, (back.query, answer)))).geturl(), 302)
    response.delete_cookie(PHONE_COOKIE, path=request.scope.get("root_path", "") or "/")
    return response


async def _granted(config: SimulatorConfig, request: Request) -> Record | None:
    """As whom to go on: the one who was chosen, a preview's nobody, or whose phone the page was opened from."""
    query = request.query_params
    if "snapshot" in query:
        return {"openid": f"oSNAP{secrets.token_urlsafe(16)}", "is_snapshotuser": 1}
    resident = await find_resident(config, query.get("openid") or request.cookies.get(PHONE_COOKIE))
    return {"openid": resident["openid"]} if resident else None


async def exchange_code(config: SimulatorConfig, request: Request) -> Record:
    """GET /sns/oauth2/access_token: the openid behind a code; 40029 for an unknown code, 40163 for a used one."""
    query = request.query_params
    check_credentials(config, query, "authorization_code")
    if not query.get("code"):
        raise PlatformError(41008)
    name = key("code", query["code"])
    granted = await config.redis.set(name, _USED, xx=True, keepttl=True, get=True)
    if not isinstance(granted, bytes | str):
        raise PlatformError(40029)
    if words(granted) == _USED:
        raise PlatformError(40163)
    return await _grant(config, unpack(granted))


async def user_of_token(config: SimulatorConfig, request: Request) -> Record:
    """GET /sns/userinfo: the little that is told today, and only for scope snsapi_userinfo (else 48001)."""
    query = request.query_params
    granted = await load(config.redis, key("web-token", query.get("access_token", "")))
    if granted is None:
        raise PlatformError(40001)
    if query.get("openid") != granted["openid"]:
        raise PlatformError(40003)
    if granted["scope"] != "snsapi_userinfo":
        raise PlatformError(48001)
    nowhere = {"province": "", "city": "", "country": "", "headimgurl": ""}
    return {"openid": granted["openid"], "nickname": "微信用户", "sex": 0, **nowhere, "privilege": []}


async def _grant(config: SimulatorConfig, granted: Record) -> Record:
    token = secrets.token_urlsafe(60)
    await save(config.redis, key("web-token", token), granted, TOKEN_SECONDS)
    return {
        "access_token": token,
        "expires_in": TOKEN_SECONDS,
        "refresh_token": secrets.token_urlsafe(60),
        **granted,
    }


def _fault(config: SimulatorConfig, request: Request) -> str:
    """Why the page cannot be shown, in the platform's words; empty when it can."""
    query = request.query_params
    if query.get("appid") != config.app_id or query.get("response_type") != "code":
        return "参数错误"
    if query.get("scope") not in SCOPES:
        return "Scope 参数错误或没有 Scope 权限"
    address = urlsplit(query.get("redirect_uri", ""))
    if address.scheme not in ("http", "https") or address.hostname != urlsplit(config.public_url).hostname:
        return "redirect_uri 域名与后台配置不一致，错误码：10003"
    return "" if _STATE.fullmatch(query.get("state", "")) else "state 参数错误"
