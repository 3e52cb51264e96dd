"""The platform's side of the webhook for journeys: pushes one resident's messages and reads the answers."""

import re
import time
from hashlib import sha1
from itertools import count
from xml.etree import ElementTree

import httpx

from bot.envelope import Credentials, Mode, open_push, seal

_numbers = count(int(time.time() * 1000))
_LINKS = re.compile(r'<a href="[^"]*">([^<]*)</a>')


class Platform:
    """Pushes texts of one openid, as the account's mode wants them, and hears the decrypted answers."""

    def __init__(self, url: str, credentials: Credentials, openid: str, path: str = "/wechat") -> None:
        self.url = url + path
        self.credentials = credentials
        self.openid = openid

    def say(self, text: str, msg_id: int | None = None) -> str:
        query, body = self._push(_words(text), msg_id or next(_numbers))
        answer = httpx.post(self.url, params=query, content=body, headers={"content-type": "text/xml"}, timeout=6)
        assert answer.status_code == 200, answer.text
        return self._read(answer)

    async def say_with(self, client: httpx.AsyncClient, text: str, msg_id: int | None = None) -> str:
        return await self.deliver(client, _words(text), msg_id or next(_numbers))

    async def deliver(self, client: httpx.AsyncClient, content: str, msg_id: int) -> str:
        """Push a message whose own fields are given as XML."""
        query, body = self._push(content, msg_id)
        answer = await client.post(
            self.url, params=query, content=body, headers={"content-type": "text/xml"}, timeout=6
        )
        assert answer.status_code == 200, answer.text
        return self._read(answer)

    def _push(self, content: str, msg_id: int) -> tuple[dict[str, str], bytes]:
        now = int(time.time())
        xml = (
            f"<xml><ToUserName>gh_town</ToUserName><FromUserName>{self.openid}</FromUserName><CreateTime>{now}</CreateTime>"
            f"{content}<MsgId>{msg_id}</MsgId></xml>"
        )
        query = {"timestamp": str(now), "nonce": str(msg_id), "openid": self.openid}
        query["signature"] = _signature(self.credentials.token, query["timestamp"], query["nonce"])
        if self.credentials.mode is Mode.PLAIN:
            return query, xml.encode()
        sealed = ElementTree.fromstring(seal(self.credentials, xml, query["nonce"], now, is_json=False))
        encrypt = sealed.findtext("Encrypt")
        query |= {"encrypt_type": "aes", "msg_signature": sealed.findtext("MsgSignature") or ""}
        outer = (
            xml.removeprefix("<xml>").removesuffix("</xml>")
            if self.credentials.mode is Mode.COMPATIBLE
            else "<ToUserName>gh_town</ToUserName>"
        )
        return query, f"<xml>{outer}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()

    def _read(self, answer: httpx.Response) -> str:
        if answer.text in {"success", ""}:
            return ""
        fields = ElementTree.fromstring(answer.content)
        if self.credentials.mode is not Mode.PLAIN:
            query = {
                name: fields.findtext(tag) or ""
                for name, tag in (("timestamp", "TimeStamp"), ("nonce", "Nonce"), ("msg_signature", "MsgSignature"))
            }
            opened = open_push(self.credentials, query, "text/xml", answer.content)
            return _LINKS.sub(r"\1", opened.fields["Content"])
        return _LINKS.sub(r"\1", fields.findtext("Content") or "")


def _words(text: str) -> str:
    return f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content>"


def _signature(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode()).hexdigest()
