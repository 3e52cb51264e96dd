"""Scene codes: made by the account, drawn as a QR code, scanned by a phone (wechat-platform §3.4)."""

import io
import secrets
from typing import Any, cast

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.bodies import call_body
from simulator.config import SimulatorConfig, address_of, config_of
from simulator.errcodes import PlatformError
from simulator.store import Record, key, load, save, words

LONGEST = 2592000
REMEMBERED = 50
DAY = 86400


async def create_code(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/qrcode/create: temporary up to 30 days or for ever, a number or 1–64 characters; else 40053."""
    data = await call_body(request)
    action = str(data.get("action_name"))
    scene = _scene(action, data.get("action_info"))
    seconds = None if "LIMIT" in action else _seconds(data.get("expire_seconds", 60))
    ticket = f"gQ{secrets.token_urlsafe(60)}"
    await _remember(config, {"scene": scene, "ticket": ticket}, seconds)
    made: Record = {"ticket": ticket, "url": f"{address_of(request)}/q/{ticket}"}
    return made if seconds is None else made | {"expire_seconds": seconds}


async def draw_code(config: SimulatorConfig, request: Request) -> Response:
    """GET /cgi-bin/showqrcode?ticket=: the code as PNG, 404 for an unknown ticket."""
    ticket = request.query_params.get("ticket", "")
    if await load(config.redis, key("ticket", ticket)) is None:
        return Response(status_code=404)
    picture = io.BytesIO()
    segno.make(f"{address_of(request)}/q/{ticket}", error="m").save(picture, kind="png", scale=8, border=4)
    return Response(picture.getvalue(), media_type="image/png")


async def open_code(request: Request) -> Response:
    """GET /q/{ticket}: what the QR code holds; leads to the phones with the scene ready to be scanned."""
    code = await load(config_of(request).redis, key("ticket", request.path_params["ticket"]))
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/?ticket={code['ticket']}" if code else f"{root}/")


async def known_codes(config: SimulatorConfig) -> list[Record]:
    """The latest scene codes that have not run out, the newest first."""
    tickets = await config.redis.lrange(key("tickets"), 0, -1)
    stored = [await load(config.redis, key("ticket", words(ticket))) for ticket in tickets]
    return [code for code in stored if code is not None and not _is_over(config, code)]


async def find_code(config: SimulatorConfig, scanned: str) -> Record | None:
    """The code a phone scans, given as its scene or the address in its picture; None when it has run out.

    A scene nobody made is scanned all the same, as a forged code would be.
    """
    ticket = scanned.rpartition("/q/")[2] if scanned.startswith("http") else ""
    code = await load(config.redis, key("ticket", ticket) if ticket else key("scene", scanned))
    if code is None:
        return None if ticket else {"scene": scanned, "ticket": "gQ-unknown"}
    return None if _is_over(config, code) else code


async def _remember(config: SimulatorConfig, code: Record, seconds: int | None) -> None:
    ends = None if seconds is None else config.now() + seconds
    kept = None if seconds is None else seconds + DAY
    await save(config.redis, key("ticket", code["ticket"]), code | {"ends": ends}, kept)
    await save(config.redis, key("scene", code["scene"]), code | {"ends": ends}, kept)
    await config.redis.lpush(key("tickets"), code["ticket"])
    await config.redis.ltrim(key("tickets"), 0, REMEMBERED - 1)


def _is_over(config: SimulatorConfig, code: Record) -> bool:
    return code["ends"] is not None and config.now() >= code["ends"]


def _seconds(given: Any) -> int:
    if not isinstance(given, int) or not 1 <= given <= LONGEST:
        raise PlatformError(40053)
    return given


def _scene(action: str, info: Any) -> str:
    """The scene as text; raises PlatformError 40053 unless it fits the action."""
    scene: Any = cast(Record, info).get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise PlatformError(40053)
    given = cast(Record, scene)
    if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        return _scene_text(given.get("scene_str"))
    if action in ("QR_SCENE", "QR_LIMIT_SCENE"):
        return _scene_number(given.get("scene_id"), 2**32 - 1 if action == "QR_SCENE" else 100000)
    raise PlatformError(40053)


def _scene_text(given: Any) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= 64:
        raise PlatformError(40053)
    return given


def _scene_number(given: Any, most: int) -> str:
    if not isinstance(given, int) or not 1 <= given <= most:
        raise PlatformError(40053)
    return str(given)
