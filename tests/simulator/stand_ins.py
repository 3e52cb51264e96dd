"""What the simulator's tests stand on: a clock, a small bot on a real port, and the phones over HTTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from simulator.app import SimulatorConfig, create_simulator

APP_ID, APP_SECRET = "wx0123456789abcdef", "app-secret"
TOKEN, AES_KEY = "TESTTOKEN", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ADDRESS = "http://linli.test"


@dataclass
class Clock:
    """The platform's time, which a test may move."""

    seconds: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.seconds


Answer = Callable[[Request, str], Awaitable[Response]]


async def say_success(request: Request, body: str) -> Response:
    return Response("success")


@dataclass
class Bot:
    """The webhook's stand-in: remembers every delivery and answers as the test wishes."""

    address: str = ""

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As new, for the next test."""
        self.url = f"{self.address}/wechat"
        self.answer: Answer = say_success
        self.bodies: list[str] = []
        self.queries: list[dict[str, str]] = []

    async def receive(self, request: Request) -> Response:
        if request.method == "GET":
            return Response(request.query_params["echostr"])
        body = (await request.body()).decode()
        self.bodies.append(body)
        self.queries.append(dict(request.query_params))
        return await self.answer(request, body)

    def pushed(self, name: str) -> list[str]:
        """One field of every delivery, in the order they came."""
        return [ElementTree.fromstring(body).findtext(name) or "" for body in self.bodies]

    def replies(self, words: str) -> None:
        """Answer every message with these words, in plain XML."""

        async def answer(request: Request, body: str) -> Response:
            return Response(text_reply(body, words))

        self.answer = answer


def text_reply(body: str, words: str) -> str:
    """The passive text reply to a plain push."""
    message = ElementTree.fromstring(body)
    return (
        f"<xml><ToUserName><![CDATA[{message.findtext('FromUserName')}]]></ToUserName>"
        f"<FromUserName><![CDATA[{message.findtext('ToUserName')}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{escape(words)}</Content></xml>"
    )


@dataclass
class Phones:
    """The simulator over HTTP, with the words of the tests: residents press, the account calls the API."""

    http: httpx.AsyncClient
    clock: Clock

    async def add(self, *, follow: bool = True) -> str:
        openid = (await self.http.post("phone/residents")).json()["openid"]
        if follow:
            await self.press(openid, "follow")
        return openid

    async def press(self, openid: str, name: str, **data: str) -> dict[str, Any]:
        answer = await self.http.post(f"phone/{openid}/{name}", json=data)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def words(self, openid: str) -> list[str]:
        """Everything that stands in a chat, as words."""
        chat = (await self.http.get(f"phone/{openid}/messages")).json()["messages"]
        return [message.get("text", message["kind"]) for message in chat]

    async def token(self) -> str:
        query = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
        return (await self.http.get("api/cgi-bin/token", params=query)).json()["access_token"]

    async def call(self, path: str, data: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """A server call with a fresh token: POST with `data`, else GET."""
        params = {"access_token": await self.token(), **query}
        if data is None:
            return (await self.http.get(f"api{path}", params=params)).json()
        return (await self.http.post(f"api{path}", params=params, json=data)).json()

    async def send_text(self, openid: str, words: str = "您好") -> int:
        """The errcode of one customer message."""
        data = {"touser": openid, "msgtype": "text", "text": {"content": words}}
        return (await self.call("/cgi-bin/message/custom/send", data))["errcode"]


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The app on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 -- the server offers no event
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running


@asynccontextmanager
async def phones_of(config: SimulatorConfig, clock: Clock) -> AsyncIterator[Phones]:
    app = Starlette(routes=[Mount("/simulator", create_simulator(config))])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"{ADDRESS}/simulator/") as http:
        yield Phones(http, clock)


Configure = Callable[..., SimulatorConfig]
