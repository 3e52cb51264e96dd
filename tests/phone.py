"""A resident's phone for transcripts: says, taps and scans, and hears what the bot answers."""

import re
from itertools import count
from typing import Any

from bot.exchange import Bot
from bot.messages import incoming

_TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&]*)&msgmenuid=([^"]*)">([^<]*)</a>')
_numbers = count(1_000_000)
_seconds = count(1_700_000_000)


class Phone:
    """One openid talking to one bot; `last` is the latest answer as it came."""

    def __init__(self, bot: Bot, app_id: str, openid: str) -> None:
        self.bot = bot
        self.app_id = app_id
        self.openid = openid
        self.last = ""

    async def say(self, text: str, *, msg_id: int | None = None, list_id: str = "") -> str:
        """Send a text; give `msg_id` to repeat a delivery."""
        fields = {"Content": text, "MsgId": str(msg_id or next(_numbers))}
        return await self._send("text", fields | ({"bizmsgmenuid": list_id} if list_id else {}))

    async def tap(self, words: str) -> str:
        """Tap the link with these words in the latest answer."""
        for content, list_id, _ in _TAP.findall(self.last):
            if content == words:
                return await self.say(content, list_id=list_id)
        raise AssertionError(f"no link {words!r} in:\n{self.last}")

    async def event(self, event: str, **fields: Any) -> str:
        return await self._send("event", {"Event": event, **fields})

    async def send(self, kind: str, **fields: Any) -> str:
        return await self._send(kind, {"MsgId": str(next(_numbers)), **fields})

    @property
    def read(self) -> str:
        """The latest answer as a person reads it, without the links."""
        return _TAP.sub(lambda match: match[3], self.last)

    async def _send(self, kind: str, fields: dict[str, Any]) -> str:
        common = {"ToUserName": "gh_test", "FromUserName": self.openid, "CreateTime": str(next(_seconds))}
        answer = await self.bot.answer(incoming({**common, "MsgType": kind, **fields}, self.app_id))
        self.last = answer or ""
        return self.last
