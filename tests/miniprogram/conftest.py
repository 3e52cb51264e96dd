"""The residents' pages alone, a platform that names whom it is told to, and browsers inside WeChat."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from clock import clock
from handlers.articles.knowledge import Knowledge
from miniprogram.app import create_residents_pages
from miniprogram.layout import Platform, Refused, Signature, SignedIn
from models.residency import Account
from settings import get_settings
from tests.admin.browser import ORIGIN, forms

APP_ID = get_settings().wechat_app_id
Handsets = Callable[..., "Handset"]


@dataclass
class Wechat:
    """The platform: each code is good once; `people` says for whom, `answer` refuses everybody."""

    people: dict[str, SignedIn] = field(default_factory=dict[str, SignedIn])
    answer: Refused | None = None
    asked: int = 0
    signed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def authorize(self, app_id: str, back: str, state: str) -> str | None:
        return None if "nobody" in app_id else f"https://open.example/authorize?redirect_uri={back}&state={state}"

    async def sign_in(self, app_id: str, code: str) -> SignedIn | Refused:
        self.asked += 1
        return self.answer or self.people.pop(f"{app_id}:{code}", Refused.AGAIN)

    async def sign(self, app_id: str, address: str) -> Signature | None:
        self.signed.append((app_id, address))
        return Signature(app_id, 1_700_000_000, "nonce", "s1gned") if self.answer is None else None

    def code(self, openid: str, app_id: str = APP_ID) -> str:
        """A code with which `openid` comes back."""
        code = f"code-{len(self.people)}-{openid}"
        self.people[f"{app_id}:{code}"] = SignedIn(app_id, openid)
        return code


class Handset:
    """A browser inside WeChat: keeps cookies, follows our own redirects, presses buttons."""

    def __init__(self, app: FastAPI, wechat: Wechat) -> None:
        self.wechat = wechat
        transport = httpx.ASGITransport(app, client=("192.0.2.9", 40000), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def set_out(self, path: str = "/m/in") -> str:
        """Open a page and be sent to the platform; the state that it got."""
        sent = await self.http.get(path)
        assert sent.status_code == 302, (path, sent.status_code, sent.text)
        return parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]

    async def come_back(self, state: str, code: str) -> httpx.Response:
        return await self.http.get("/m/back", params={"code": code, "state": state})

    async def enter(self, openid: str, path: str = "/m/in", app_id: str = APP_ID) -> httpx.Response:
        """Through the platform and back, to the page that follows."""
        answer = await self.come_back(await self.set_out(path), self.wechat.code(openid, app_id))
        return await self.follow(answer) if answer.status_code == 303 else answer

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return await self.http.get(answer.headers["location"])

    async def press(self, path: str, button: str, **written: str) -> httpx.Response:
        """Press the first button with this word on a page, with the fields of its form written or as they stand."""
        page = await self.http.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("location"))
        form = next(form for form in forms(page.text) if button in form.buttons)
        name, value = form.buttons[button]
        return await self.http.post(form.action, data=form.values | written | ({name: value} if name else {}))


@pytest.fixture
def wechat() -> Wechat:
    return Wechat()


@pytest.fixture
async def surface(redis: Redis, database: str, wechat: Wechat) -> FastAPI:
    app = FastAPI(openapi_url=None)
    platform = Platform(wechat.authorize, wechat.sign_in, wechat.sign)
    app.include_router(create_residents_pages(get_settings(), redis, platform, Knowledge()))
    return app


@pytest.fixture
async def handset(surface: FastAPI, wechat: Wechat) -> AsyncGenerator[Handsets]:
    """`handset()` is one person's browser."""
    opened: list[Handset] = []

    def open_one() -> Handset:
        opened.append(Handset(surface, wechat))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.http.aclose()


async def make_account(openid: str, app_id: str = APP_ID, following: bool = True) -> Account:
    return await Account.create(app_id=app_id, openid=openid, following=following, created_at=clock.now())
