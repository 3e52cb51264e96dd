"""What a resident can do with the phone, each as the push it causes (wechat-platform §2.1–2.2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from simulator.config import ACCOUNT, SimulatorConfig
from simulator.conversation import image_bubble, note_bubble, text_bubble, voice_bubble
from simulator.envelope import Field
from simulator.outreach import allow
from simulator.push import next_message_id
from simulator.qrcodes import find_code
from simulator.quota import Trigger, close_window
from simulator.residents import start_following, stop_following
from simulator.store import Record

LONGEST_TEXT = 5000


class Refused(Exception):
    """The phone does not let the resident do this; says why, with an HTTP status."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(frozen=True)
class Press:
    """One thing a resident did: what is pushed, what the chat shows of it, and the window it opens, if any."""

    fields: dict[str, Field]
    bubble: Record | None = None
    trigger: Trigger | None = None
    is_answered: bool = True


Presser = Callable[[SimulatorConfig, Record, Record], Awaitable[Press]]


async def press_text(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """Words `text`; with `list_id` they come from a tapped choice, which counts as a menu click (§2.1)."""
    words = _field(data, "text", LONGEST_TEXT)
    message: dict[str, Field] = {"MsgType": "text", "Content": words, "MsgId": await next_message_id(config)}
    bubble = text_bubble(words)
    if "list_id" not in data:
        return Press(_envelope(config, resident, message), bubble, "message")
    message["bizmsgmenuid"] = _field(data, "list_id", 128)
    return Press(_envelope(config, resident, message), bubble, "menu")


async def press_picture(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """A picture that is kept as `media_id` and shown at `url`."""
    message: dict[str, Field] = {
        "MsgType": "image",
        "PicUrl": data["url"],
        "MediaId": data["media_id"],
        "MsgId": await next_message_id(config),
    }
    return Press(_envelope(config, resident, message), image_bubble(data["media_id"]), "message")


async def press_voice(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """A recording that is kept as `media_id`; nothing is recognised in it, as at the platform (§2.1)."""
    message: dict[str, Field] = {
        "MsgType": "voice",
        "MediaId": data["media_id"],
        "Format": "amr",
        "MsgId": await next_message_id(config),
        "Recognition": "",
    }
    return Press(_envelope(config, resident, message), voice_bubble(data["media_id"]), "message")


async def press_click(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """A menu button that sends its `key`."""
    return Press(_event(config, resident, "CLICK", {"EventKey": _field(data, "key", 128)}), trigger="menu")


async def press_view(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """A menu button that opens its `url`; it opens no window and its answer is not shown."""
    event = _event(config, resident, "VIEW", {"EventKey": _field(data, "url", 1024), "MenuId": "1"})
    return Press(event, is_answered=False)


async def press_scancode(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """A menu button that scans: `kind` scancode_push or scancode_waitmsg, its `key`, the `result` that was read."""
    kind = _field(data, "kind", 16)
    if kind not in ("scancode_push", "scancode_waitmsg"):
        raise Refused(400, "没有这种扫码按钮。")
    scanned: dict[str, Field] = {"ScanType": "qrcode", "ScanResult": _field(data, "result", 1024)}
    event = _event(config, resident, kind, {"EventKey": _field(data, "key", 128), "ScanCodeInfo": scanned})
    return Press(event, trigger="menu", is_answered=kind == "scancode_waitmsg")


async def press_allow(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """订阅消息: the resident allows whatever the account may ask for; nothing is answered."""
    ticked = [
        {"TemplateId": template, "SubscribeStatusString": "accept", "PopupScene": "1"}
        for template in await allow(config, resident["openid"])
    ]
    event = _event(config, resident, "subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": ticked}})
    return Press(event, note_bubble("已订阅消息"), is_answered=False)


async def press_scan(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """扫一扫 with a `scene` or a code's address: SCAN for a follower, following by that code for anyone else."""
    code = await find_code(config, _field(data, "scene", 1024))
    if code is None:
        raise Refused(410, "这个二维码已经过期。")
    if not resident["following"]:
        return await _follow(config, resident, code)
    event = _event(config, resident, "SCAN", {"EventKey": code["scene"], "Ticket": code["ticket"]})
    return Press(event, note_bubble(f"扫描了二维码 {code['scene']}"), "scan")


async def press_follow(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """关注, by a search or, with `scene`, by a code."""
    if resident["following"]:
        raise Refused(409, "已经关注了。")
    if data.get("scene"):
        return await press_scan(config, resident, data)
    return await _follow(config, resident, None)


async def press_unfollow(config: SimulatorConfig, resident: Record, data: Record) -> Press:
    """取消关注: nothing can be answered any more."""
    await stop_following(config, resident)
    await close_window(config, resident["openid"])
    event = _event(config, resident, "unsubscribe", {"EventKey": ""})
    return Press(event, note_bubble("已取消关注"), is_answered=False)


async def _follow(config: SimulatorConfig, resident: Record, code: Record | None) -> Press:
    await start_following(config, resident, code["scene"] if code else "")
    came: dict[str, Field] = {"EventKey": ""}
    if code:
        came = {"EventKey": f"qrscene_{code['scene']}", "Ticket": code["ticket"]}
    return Press(_event(config, resident, "subscribe", came), note_bubble("已关注"), "follow")


def _envelope(config: SimulatorConfig, resident: Record, message: dict[str, Field]) -> dict[str, Field]:
    return {
        "ToUserName": ACCOUNT,
        "FromUserName": resident["openid"],
        "CreateTime": int(config.now()),
        **message,
    }


def _event(config: SimulatorConfig, resident: Record, name: str, fields: dict[str, Field]) -> dict[str, Field]:
    return _envelope(config, resident, {"MsgType": "event", "Event": name, **fields})


def _field(data: Record, name: str, longest: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise Refused(400, f"缺少 {name}，或者太长。")
    return value
