"""What an account sends by itself: subscription notices, templates, one text to many (wechat-platform §3.7–3.9).

Each shows in the phone and is followed by the event that reports it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bodies import call_body
from simulator.config import ACCOUNT, SimulatorConfig
from simulator.conversation import add_bubble, text_bubble
from simulator.customer import TEXT_BYTES
from simulator.envelope import Field
from simulator.errcodes import OK, PlatformError
from simulator.push import next_message_id, push
from simulator.residents import find_resident
from simulator.store import Record, key

STANDING, CREDIT, TEMPLATE = "STANDING", "CREDIT", "TEMPLATE"
FEWEST, MOST = 2, 10_000
THING, TIME = re.compile(r"[^\n]{1,20}"), re.compile(r"[\d年月日:~ -]{4,60}")
ALWAYS = 1_000_000


@dataclass(frozen=True)
class Template:
    """A template of the account: how it is headed, and the label and form of each of its keys."""

    title: str
    keys: Mapping[str, tuple[str, re.Pattern[str]]]


_NOTICE = Template(
    "社区通知", {"thing1": ("通知标题", THING), "thing2": ("通知类型", THING), "thing3": ("发布单位", THING)}
)
_POLL = Template(
    "投票提醒", {"thing1": ("投票标题", THING), "thing2": ("参与范围", THING), "time3": ("截止时间", TIME)}
)
TEMPLATES = {
    f"SIM-{kind}-{about}": template
    for kind in (STANDING, CREDIT, TEMPLATE)
    for about, template in (
        ("NOTICE", _NOTICE),
        ("POLL_OPEN", _POLL),
        ("POLL_REMINDER", _POLL),
        ("POLL_RESULT", _POLL),
    )
}


async def allow(config: SimulatorConfig, openid: str) -> list[str]:
    """The resident ticks every template that can be ticked: one more message by each, or all; their ids."""
    asked = [template for template in TEMPLATES if TEMPLATE not in template]
    for template in asked:
        ticks = ALWAYS if STANDING in template else 1
        await config.redis.hincrby(key("ticks", openid), template, ticks)
    return asked


async def send_subscription(config: SimulatorConfig, request: Request) -> Record | Response:
    """POST /cgi-bin/message/subscribe/bizsend: 43101 without a tick; then subscribe_msg_sent_event."""
    data = await call_body(request)
    openid = await _follower(config, data.get("touser"))
    template_id, words = _filled(data)
    if TEMPLATE in template_id:
        raise PlatformError(40037)
    if await config.redis.hincrby(key("ticks", openid), template_id, -1) < 0:
        await config.redis.hincrby(key("ticks", openid), template_id, 1)
        raise PlatformError(43101)
    number = await next_message_id(config)
    await add_bubble(config, openid, "account", text_bubble(_linked(words, data.get("page"))))
    told: dict[str, Field] = {
        "TemplateId": template_id,
        "MsgID": str(number),
        "ErrorCode": "0",
        "ErrorStatus": "success",
    }
    event: dict[str, Field] = {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": told}}
    return _reported({**OK, "msgid": number}, config, openid, event)


async def send_template(config: SimulatorConfig, request: Request) -> Record | Response:
    """POST /cgi-bin/message/template/send; then TEMPLATESENDJOBFINISH."""
    data = await call_body(request)
    openid = await _follower(config, data.get("touser"))
    template_id, words = _filled(data)
    if TEMPLATE not in template_id:
        raise PlatformError(40037)
    number = await next_message_id(config)
    await add_bubble(config, openid, "account", text_bubble(_linked(words, data.get("url"))))
    event: dict[str, Field] = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": number, "Status": "success"}
    return _reported({**OK, "msgid": number}, config, openid, event)


async def send_to_many(config: SimulatorConfig, request: Request) -> Record | Response:
    """POST /cgi-bin/message/mass/send: one text to followers by openid; then MASSSENDJOBFINISH."""
    data = await call_body(request)
    openids, text = _crowd(data)
    reached = [openid for openid in openids if await _follows(config, openid)]
    number = await next_message_id(config)
    for openid in reached:
        await add_bubble(config, openid, "account", text_bubble(text))
    event: dict[str, Field] = {
        "Event": "MASSSENDJOBFINISH",
        "MsgID": number,
        "Status": "send success" if reached else "send fail",
        "TotalCount": len(openids),
        "FilterCount": len(openids),
        "SentCount": len(reached),
        "ErrorCount": len(openids) - len(reached),
    }
    return _reported({**OK, "msg_id": number}, config, openids[0], event)


def _crowd(data: Record) -> tuple[list[str], str]:
    openids: Any = data.get("touser")
    part: Any = data.get("text")
    if not isinstance(openids, list) or not FEWEST <= len(cast(list[Any], openids)) <= MOST:
        raise PlatformError(40130)
    text = cast(Record, part).get("content") if isinstance(part, dict) else None
    if data.get("msgtype") != "text" or not isinstance(text, str) or not text:
        raise PlatformError(44004)
    if len(text.encode()) > TEXT_BYTES:
        raise PlatformError(45002)
    return [str(openid) for openid in cast(list[Any], openids)], text


def _reported(answer: Record, config: SimulatorConfig, openid: str, event: dict[str, Field]) -> Response:
    """The answer, and the event once it has been given."""
    fields: dict[str, Field] = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": int(config.now()),
        "MsgType": "event",
        **event,
    }
    return JSONResponse(answer, background=BackgroundTask(push, config, openid, fields))


async def _follower(config: SimulatorConfig, openid: object) -> str:
    resident = await find_resident(config, openid)
    if resident is None:
        raise PlatformError(40003)
    if not resident["following"]:
        raise PlatformError(43004)
    return resident["openid"]


async def _follows(config: SimulatorConfig, openid: str) -> bool:
    resident = await find_resident(config, openid)
    return resident is not None and resident["following"]


def _filled(data: Record) -> tuple[str, str]:
    """The template's id and its words, each value checked as the platform does; 47003 names the first wrong one."""
    template = TEMPLATES.get(str(data.get("template_id")))
    if template is None:
        raise PlatformError(40037)
    given: Any = data.get("data")
    values = cast(Record, given) if isinstance(given, dict) else {}
    lines = [f"【{template.title}】"]
    for name, (label, form) in template.keys.items():
        value: Any = values.get(name)
        text = cast(Record, value).get("value") if isinstance(value, dict) else None
        if not isinstance(text, str) or not form.fullmatch(text):
            raise PlatformError(47003, f"argument invalid! data.{name}.value invalid")
        lines.append(f"{label}：{text}")
    return str(data["template_id"]), "\n".join(lines)


def _linked(words: str, address: object) -> str:
    return f"{words}\n{address}" if isinstance(address, str) and address else words
