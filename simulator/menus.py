"""The account's menu: what the platform accepts, keeps and gives back (wechat-platform §3.3)."""

from typing import Any, cast

from starlette.requests import Request

from simulator.bodies import call_body
from simulator.config import SimulatorConfig
from simulator.errcodes import OK, PlatformError
from simulator.store import Record, key, load, pack, save, unpack
from simulator.tags import tags_of

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
_DEAD_RULES = {"sex", "country", "province", "city", "language"}
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
    conditional = await _conditional(config)
    return {"menu": menu} | ({"conditionalmenu": conditional} if conditional else {})


async def delete_menu(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/menu/delete: the conditional ones go with it."""
    await config.redis.delete(key("menu"), key("menu", "conditional"))
    return OK


async def add_conditional_menu(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/menu/addconditional: for who carries a tag; by sex, region and language it is refused (65320)."""
    data = await call_body(request, escapes_refused=True)
    check_menu(data)
    rule: Any = data.get("matchrule")
    rules = cast(Record, rule) if isinstance(rule, dict) else {}
    if set(rules) & _DEAD_RULES:
        raise PlatformError(65320)
    if not str(rules.get("tag_id", "")).isdecimal():
        raise PlatformError(65304)
    if await current_menu(config) is None:
        raise PlatformError(65303)
    number = str(await config.redis.incr(key("menu", "count")))
    menu = {"button": data["button"], "matchrule": {"tag_id": str(rules["tag_id"])}, "menuid": number}
    await config.redis.lpush(key("menu", "conditional"), pack(menu))
    return {"menuid": number}


async def delete_conditional_menu(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/menu/delconditional {menuid}."""
    wanted = str((await call_body(request)).get("menuid", ""))
    menu = next((one for one in await _conditional(config) if one["menuid"] == wanted), None)
    if menu is None:
        raise PlatformError(65301)
    await config.redis.lrem(key("menu", "conditional"), 1, pack(menu))
    return OK


async def current_menu(config: SimulatorConfig) -> Record | None:
    """The menu for everybody: `{"button": […]}`, or None."""
    return await load(config.redis, key("menu"))


async def menu_for(config: SimulatorConfig, openid: str) -> Record | None:
    """The menu that a resident's phone shows: the newest for the tag that was given last, else that for everybody."""
    carried = await tags_of(config, openid)
    for menu in await _conditional(config) if carried else []:
        if menu["matchrule"]["tag_id"] == str(carried[-1]):
            return {"button": menu["button"]}
    return await current_menu(config)


async def _conditional(config: SimulatorConfig) -> list[Record]:
    """The conditional menus, the newest first."""
    return [unpack(menu) for menu in await config.redis.lrange(key("menu", "conditional"), 0, -1)]


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
