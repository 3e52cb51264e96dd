"""Customer messages from the account to one person, and the "typing" sign (wechat-platform §3.6)."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from starlette.requests import Request

from simulator.bodies import call_body
from simulator.config import SimulatorConfig
from simulator.conversation import add_bubble, image_bubble, text_bubble
from simulator.errcodes import OK, PlatformError
from simulator.media import is_kept
from simulator.quota import spend, was_just_here
from simulator.residents import find_resident
from simulator.store import Record, key

TEXT_BYTES = 2048
TYPING_SECONDS = 15


async def send(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/message/custom/send: shown in the phone if the allowance lasts, else 45015 or 45047."""
    data = await call_body(request)
    openid = await _follower(config, data)
    kind = data.get("msgtype")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise PlatformError(40008)
    bubble = await read(config, _part(data, str(kind)))
    await spend(config, openid)
    await config.redis.delete(key("typing", openid))
    await add_bubble(config, openid, "account", bubble)
    return OK


async def typing(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/message/custom/typing: shown 15 seconds, within 30 seconds of the person's last act (45080).

    While it is shown it cannot be asked for again (45081); a message or CancelTyping ends it.
    """
    data = await call_body(request)
    openid = await _follower(config, data)
    command = data.get("command")
    if command == "CancelTyping":
        await config.redis.delete(key("typing", openid))
        return OK
    if command != "Typing":
        raise PlatformError(45072)
    if not await was_just_here(config, openid):
        raise PlatformError(45080)
    if not await config.redis.set(key("typing", openid), 1, nx=True, ex=TYPING_SECONDS):
        raise PlatformError(45081)
    return OK


async def is_typing(config: SimulatorConfig, openid: str) -> bool:
    """Whether the phone shows 对方正在输入… now."""
    return await config.redis.exists(key("typing", openid)) == 1


async def _follower(config: SimulatorConfig, data: Record) -> str:
    resident = await find_resident(config, data.get("touser"))
    if resident is None:
        raise PlatformError(40003)
    if not resident["following"]:
        raise PlatformError(43004)
    return resident["openid"]


def _part(data: Record, kind: str) -> Record:
    part: Any = data.get(kind)
    if not isinstance(part, dict):
        raise PlatformError(44004)
    return cast(Record, part)


async def _text(config: SimulatorConfig, part: Record) -> Record:
    return text_bubble(_words(part.get("content")))


async def _image(config: SimulatorConfig, part: Record) -> Record:
    if not await is_kept(config, part.get("media_id")):
        raise PlatformError(40007)
    return image_bubble(part["media_id"])


async def _choices(config: SimulatorConfig, part: Record) -> Record:
    entries: Any = part.get("list")
    if not isinstance(entries, list) or not entries:
        raise PlatformError(44004)
    return {
        "kind": "msgmenu",
        "head": str(part.get("head_content", "")),
        "choices": [_choice(entry) for entry in cast(list[Any], entries)],
        "tail": str(part.get("tail_content", "")),
    }


def _choice(entry: Any) -> Record:
    if not isinstance(entry, dict):
        raise PlatformError(47001)
    choice = cast(Record, entry)
    return {"id": str(choice.get("id", "")), "content": _words(choice.get("content"))}


def _words(content: object) -> str:
    if not isinstance(content, str) or not content:
        raise PlatformError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise PlatformError(45002)
    return content


_READERS: dict[str, Callable[[SimulatorConfig, Record], Awaitable[Record]]] = {
    "text": _text,
    "image": _image,
    "msgmenu": _choices,
}
