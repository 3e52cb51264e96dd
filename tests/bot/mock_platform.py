"""The platform as the client's tests script it: answers by path, and a record of every request that arrived."""

import json
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.client import WeChatClient, WeChatConfig

SECRET = "a-secret-that-is-never-logged-0123456789"
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"
TOKEN_PATH = "/cgi-bin/stable_token"
SEND_PATH = "/cgi-bin/message/custom/send"
LATE_EVENING = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 23:30 in Beijing, the last evening of the month
BOX = Fernet(Fernet.generate_key())

Scripted = dict[str, Any] | httpx.Response | Exception
Answering = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


def seal(token: str) -> bytes:
    return BOX.encrypt(token.encode())


def unseal(sealed: bytes) -> str:
    return BOX.decrypt(sealed).decode()


def refused(errcode: int, errmsg: str = "no") -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": f"{errmsg} rid: 6540a1b2-0c1d2e3f-4a5b6c7d"}


class MockPlatform:
    """Answers each path from its script, the last line again and again; tokens are numbered unless scripted."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self._scripts: dict[str, list[Scripted]] = defaultdict(lambda: [{"errcode": 0, "errmsg": "ok"}])
        self._tokens = 0

    def script(self, path: str, *answers: Scripted) -> None:
        self._scripts[path] = list(answers)

    def calls(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]

    def body(self, path: str) -> dict[str, Any]:
        return json.loads(self.calls(path)[-1].content)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if path == TOKEN_PATH and path not in self._scripts:
            self._tokens += 1
            return httpx.Response(200, json={"access_token": f"token-{self._tokens}", "expires_in": 7200})
        answers = self._scripts[path]
        scripted = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(scripted, Exception):
            raise scripted
        return httpx.Response(200, json=scripted) if isinstance(scripted, dict) else scripted

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def client(self, redis: Redis, answer: Answering | None = None, **config: Any) -> WeChatClient:
        """A client of an account that nobody used before; `answer` replaces the scripts."""
        return WeChatClient(
            WeChatConfig(**{"app_id": f"wx{uuid4().hex[:16]}", "secret": SECRET} | config),
            redis,
            seal,
            unseal,
            transport=httpx.MockTransport(answer or self.answer),
            sleep=self.sleep,
            now=lambda: LATE_EVENING,
        )


def tokens_used(requests: Sequence[httpx.Request]) -> list[str]:
    return [request.url.params["access_token"] for request in requests]
