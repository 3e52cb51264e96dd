"""The account's menu: what the platform accepts, keeps and gives back (wechat-platform §3.3)."""

from typing import Any, cast

from starlette.requests import Request

from simulator.bodies import call_body
from simulator.config import SimulatorConfig
from simulator.errcodes import OK, PlatformError
from simulator.store import Record, key, load, save

_NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
# attribute → longest in bytes, and the code for a missing or longer one
_SIZES = {"key": (128, 40019), "url": (1024, 40020)}


async def create_menu(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/menu/create: replaces the menu, or refuses it with the code of the first fault."""
    data = await call_body(request, escapes_refused=True)
    check_menu(data)
    await save(config.redis, key("menu"), {"button": data["button"]})
    return OK


async def get_menu(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/menu/get, or 46003 when there is none."""
    menu = await current_menu(config)
    if menu is None:
        raise PlatformError(46003)
    return {"menu": menu}


async def delete_menu(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/menu/delete."""
    await config.redis.delete(key("menu"))
    return OK


async def current_menu(config: SimulatorConfig) -> Record | None:
    """The menu the phones show: `{"button": […]}`, or None."""
    return await load(config.redis, key("menu"))


def check_menu(menu: Record) -> None:
    """Raise PlatformError unless there are 1–3 buttons, each an action or 1–5 actions, all within their sizes."""
    for button in _list_of(menu.get("button"), 3, 40016):
        _check_name(button, 16, 40018)
        if not button.get("sub_button"):
            _check_action(button)
            continue
        if "type" in button:
            raise PlatformError(40017)
        for sub_button in _list_of(button["sub_button"], 5, 40023):
            _check_name(sub_button, 60, 40025)
            _check_action(sub_button)


def _list_of(buttons: Any, most: int, errcode: int) -> list[Record]:
    if not isinstance(buttons, list):
        raise PlatformError(errcode)
    entries = cast(list[Any], buttons)
    if not 1 <= len(entries) <= most or not all(isinstance(entry, dict) for entry in entries):
        raise PlatformError(errcode)
    return entries


def _check_name(button: Record, most: int, errcode: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise PlatformError(errcode)


def _check_action(button: Record) -> None:
    needs = _NEEDS.get(str(button.get("type")))
    if needs is None:
        raise PlatformError(40017)
    for attribute in needs:
        most, errcode = _SIZES.get(attribute, (256, 40017))
        value = button.get(attribute)
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
            raise PlatformError(errcode)
    if "url" in needs and not button["url"].startswith(("http://", "https://")):
        raise PlatformError(40055)
