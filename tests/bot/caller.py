"""The platform calling at the door: raw ASGI in every mode and form, and its own reading of the answers."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from structlog.testing import capture_logs
from wechatpy.crypto import WeChatCrypto

from bot.envelope import Credentials, Mode
from bot.exchange import Bot
from bot.webhook import Door
from tests.bot.platform_side import (
    OWN,
    encrypted,
    json_envelope,
    padded,
    plain_query,
    sealed_query,
    xml_envelope,
)

ORACLE = WeChatCrypto(OWN.token, OWN.aes_key, OWN.app_id)
XML = {"content-type": "text/xml"}
_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP; `heard` is what the resident reads in it."""

    status: int
    body: bytes
    media_type: str

    @property
    def heard(self) -> str:
        if self.body == b"success":
            return ""
        fields = _fields(self.body)
        if "Encrypt" in fields:
            plain = ORACLE.decrypt_message(
                _as_xml(fields), fields["MsgSignature"], str(fields["TimeStamp"]), fields["Nonce"]
            )
            fields = _fields(plain.encode())
        return fields["Content"]


def _fields(body: bytes) -> dict[str, Any]:
    if body.startswith(b"{"):
        return json.loads(body)
    return {child.tag: child.text or "" for child in ElementTree.fromstring(body)}


def _as_xml(fields: dict[str, Any]) -> str:
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</xml>"


def text(words: str, msg_id: int = 0, sender: str = "oAnna", **fields: str) -> dict[str, str]:
    """The fields of a text message; without `msg_id` a new one each time."""
    number = str(msg_id or 900_000_000 + next(_numbers))
    common = {"ToUserName": "gh_town", "FromUserName": sender, "CreateTime": "1700000000"}
    return {**common, "MsgType": "text", "Content": words, "MsgId": number, **fields}


def event(name: str, key: str = "", sender: str = "oAnna") -> dict[str, str]:
    common = {"ToUserName": "gh_town", "FromUserName": sender, "CreateTime": str(1_700_000_000 + next(_numbers))}
    return {**common, "MsgType": "event", "Event": name, "EventKey": key}


def xml_of(fields: dict[str, str]) -> bytes:
    return (
        "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"
    ).encode()


@dataclass
class Caller:
    """Calls one door; `sent` are the customer messages that went out instead of answers."""

    bot: Bot
    credentials: Credentials = OWN
    sent: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        self.door = Door(self.credentials, self.bot, self.send_later)

    async def send_later(self, openid: str, said: str) -> None:
        self.sent.append((openid, said))

    async def say(self, words: str, msg_id: int = 0, sender: str = "oAnna") -> Answer:
        return await self.push(text(words, msg_id, sender))

    async def push(self, fields: dict[str, str], *, as_json: bool = False) -> Answer:
        """Push these fields as the account's mode wants them."""
        plain = json.dumps(fields, ensure_ascii=False).encode() if as_json else xml_of(fields)
        if self.credentials.mode is Mode.PLAIN:
            return await self.call(plain_query(), plain)
        encrypt = encrypted(padded(plain))
        body = json_envelope(encrypt) if as_json else xml_envelope(encrypt)
        if self.credentials.mode is Mode.COMPATIBLE and not as_json:
            body = plain.replace(b"</xml>", b"<Encrypt>" + encrypt.encode() + b"</Encrypt></xml>")
        return await self.call(sealed_query(encrypt), body)

    async def call(
        self,
        query: dict[str, str],
        *chunks: bytes,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        ends: bool = True,
        hangs_up: bool = False,
        pause: float = 0,
    ) -> Answer:
        """One request; `ends` False: the body's end never comes; `pause` seconds lie before each of its chunks."""
        scope = {
            "type": "http",
            "method": method,
            "path": "/wechat",
            "query_string": urlencode(query).encode(),
            "headers": [
                (name.encode(), value.encode()) for name, value in (XML if headers is None else headers).items()
            ],
        }
        waiting = list(chunks)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(pause)
            if waiting:
                return {
                    "type": "http.request",
                    "body": waiting.pop(0),
                    "more_body": bool(waiting) or not ends or hangs_up,
                }
            if hangs_up:
                return {"type": "http.disconnect"}
            if not ends:
                await asyncio.Future()
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        [head, body] = sent
        told = dict(head["headers"])
        assert int(told[b"content-length"]) == len(body["body"])
        return Answer(head["status"], body["body"], told[b"content-type"].decode())


@asynccontextmanager
async def calling(bot: Bot, credentials: Credentials = OWN) -> AsyncGenerator[Caller]:
    """A caller whose door is drained at the end, as at shutdown; what it logs is not printed with all its locals."""
    with capture_logs():
        caller = Caller(bot, credentials)
        yield caller
        await asyncio.wait_for(caller.door.drain(), 10)
