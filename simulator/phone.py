"""The phones' JSON: add and remove residents, press something, read the chat; a press is answered when its push is."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.bodies import json_object
from simulator.config import SimulatorConfig, address_of, config_of
from simulator.conversation import UNAVAILABLE, add_bubble, bubbles_after, length, note_bubble
from simulator.customer import is_typing
from simulator.errcodes import PlatformError
from simulator.media import keep_picture, keep_recording
from simulator.menus import current_menu, menu_for
from simulator.presses import (
    Press,
    Presser,
    Refused,
    press_allow,
    press_click,
    press_follow,
    press_picture,
    press_scan,
    press_scancode,
    press_text,
    press_unfollow,
    press_view,
    press_voice,
)
from simulator.push import push
from simulator.qrcodes import known_codes
from simulator.quota import open_window
from simulator.residents import add_resident, all_residents, find_resident, remove_resident
from simulator.store import Record

ALWAYS_POSSIBLE = (press_scan, press_follow)
LONGEST_NAME = 20
SOUNDS = Path(__file__).parent / "static" / "sounds.amr"


async def list_phones(request: Request) -> Response:
    """GET /phone/residents: everyone, the oldest phone first."""
    return JSONResponse({"residents": await all_residents(config_of(request))})


async def add_phone(request: Request) -> Response:
    """POST /phone/residents {name?}: a new resident, who does not follow yet."""
    data = json_object(await request.body() or b"{}") or {}
    resident = await add_resident(config_of(request), str(data.get("name") or "")[:LONGEST_NAME])
    return JSONResponse(resident, 201)


async def remove_phone(request: Request) -> Response:
    """DELETE /phone/residents/{openid}: the phone and its chat are gone; nothing is pushed."""
    was_there = await remove_resident(config_of(request), request.path_params["openid"])
    return Response(status_code=204 if was_there else 404)


async def read_chat(request: Request) -> Response:
    """GET /phone/{openid}/messages?after=N: the bubbles after number N."""
    openid = request.path_params["openid"]
    messages = await bubbles_after(config_of(request), openid, _number(request.query_params.get("after")))
    return JSONResponse({"messages": messages})


async def look(request: Request) -> Response:
    """GET /phone/live?{openid}={N}&…: everything the page shows, with each phone's bubbles after number N."""
    config = config_of(request)
    phones = [
        {
            **resident,
            "menu": await menu_for(config, resident["openid"]),
            "typing": await is_typing(config, resident["openid"]),
            "messages": await bubbles_after(
                config, resident["openid"], _number(request.query_params.get(resident["openid"]))
            ),
        }
        for resident in await all_residents(config)
    ]
    return JSONResponse({"menu": await current_menu(config), "residents": phones})


async def list_codes(request: Request) -> Response:
    """GET /phone/scenes: the latest scene codes that can be scanned."""
    return JSONResponse({"scenes": await known_codes(config_of(request))})


async def send_picture(request: Request) -> Response:
    """POST /phone/{openid}/picture with the picture as the body."""
    config = config_of(request)
    try:
        media_id = await keep_picture(config, await request.body())
    except PlatformError:
        return JSONResponse({"error": "请选 JPG、PNG 或 GIF 图片，不超过2兆。"}, 400)
    picture = {"media_id": media_id, "url": f"{address_of(request)}/media/{media_id}"}
    return await _pressed(request, press_picture, picture)


async def send_voice(request: Request) -> Response:
    """POST /phone/{openid}/voice with the recording as the body; without one the phone says a few sounds of its own."""
    config = config_of(request)
    try:
        media_id = await keep_recording(config, await request.body() or SOUNDS.read_bytes())
    except PlatformError:
        return JSONResponse({"error": "请选 AMR 录音，不超过2兆。"}, 400)
    return await _pressed(request, press_voice, {"media_id": media_id})


def press_route(name: str, presser: Presser) -> Route:
    """POST /phone/{openid}/{name} with a JSON object; 4xx and `{"error"}` when the phone does not let them."""

    async def respond(request: Request) -> Response:
        data = json_object(await request.body() or b"{}")
        if data is None:
            return JSONResponse({"error": "请发送 JSON 对象。"}, 400)
        return await _pressed(request, presser, data)

    return Route(f"/phone/{{openid}}/{name}", respond, methods=["POST"])


async def _pressed(request: Request, presser: Presser, data: Record) -> Response:
    config = config_of(request)
    resident = await find_resident(config, request.path_params["openid"])
    if resident is None:
        return JSONResponse({"error": "没有这部手机。"}, 404)
    if not resident["following"] and presser not in ALWAYS_POSSIBLE:
        return JSONResponse({"error": "请先关注。"}, 409)
    try:
        return JSONResponse(await _perform(config, resident["openid"], await presser(config, resident, data)))
    except Refused as refusal:
        return JSONResponse({"error": refusal.words}, refusal.status)


async def _perform(config: SimulatorConfig, openid: str, press: Press) -> Record:
    """Show the press, open its window, push it, show the answer; gives the deliveries and the new bubbles."""
    before = await length(config, openid)
    if press.bubble is not None:
        await add_bubble(config, openid, "resident", press.bubble)
    if press.trigger is not None:
        await open_window(config, openid, press.trigger)
    delivery = await push(config, openid, press.fields)
    if press.is_answered:
        answer = [note_bubble(UNAVAILABLE)] if delivery.bubbles is None else delivery.bubbles
        for bubble in answer:
            await add_bubble(config, openid, "account", bubble)
    return {
        "deliveries": delivery.attempts,
        "is_answered": delivery.bubbles is not None,
        "messages": await bubbles_after(config, openid, before),
    }


def _number(given: Any) -> int:
    return int(given) if isinstance(given, str) and given.isascii() and given.isdecimal() else 0


PHONE_ROUTES = [
    Route("/phone/residents", list_phones, methods=["GET"]),
    Route("/phone/residents", add_phone, methods=["POST"]),
    Route("/phone/residents/{openid}", remove_phone, methods=["DELETE"]),
    Route("/phone/live", look, methods=["GET"]),
    Route("/phone/scenes", list_codes, methods=["GET"]),
    Route("/phone/{openid}/messages", read_chat, methods=["GET"]),
    Route("/phone/{openid}/picture", send_picture, methods=["POST"]),
    Route("/phone/{openid}/voice", send_voice, methods=["POST"]),
    press_route("text", press_text),
    press_route("click", press_click),
    press_route("view", press_view),
    press_route("scancode", press_scancode),
    press_route("scan", press_scan),
    press_route("allow", press_allow),
    press_route("follow", press_follow),
    press_route("unfollow", press_unfollow),
]
