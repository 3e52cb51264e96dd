"""The residents' surface put together: its pages, their refusals, its static files and protecting headers."""

from fastapi import APIRouter
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from errors import DomainError
from handlers.articles.knowledge import Knowledge
from miniprogram.access import SignInNeeded, Stranger
from miniprogram.layout import HOME, ROOT, STATIC, Platform, create_surface, tell
from miniprogram.pages import (
    articles,
    care,
    closing,
    consent,
    consultations,
    corrections,
    doorstep,
    entry,
    homes,
    interviews,
    moderation,
    notices,
    results,
    stored,
    subscribe,
    talk,
    votes,
)
from miniprogram.pages.entry import BACK_IN, ask_to_sign_in, tell_stranger
from miniprogram.pages.verification import verification_route
from settings import Settings
from web.headers import Protected

ROUTES = (
    *homes.ROUTES,
    *votes.ROUTES,
    *talk.ROUTES,
    *notices.ROUTES,
    *consultations.ROUTES,
    *articles.ROUTES,
    *interviews.ROUTES,
    *subscribe.ROUTES,
    *results.ROUTES,
    *moderation.ROUTES,
    *stored.ROUTES,
    *corrections.ROUTES,
    *consent.ROUTES,
    *closing.ROUTES,
    *care.ROUTES,
    *doorstep.ROUTES,
    *entry.ROUTES,
)


def create_residents_pages(settings: Settings, redis: Redis, platform: Platform, knowledge: Knowledge) -> APIRouter:
    """The pages at `/m`, and the verification files at the root, to include in the web process."""
    pages = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers={
            SignInNeeded: ask_to_sign_in,
            Stranger: tell_stranger,
            DomainError: _refuse,
            HTTPException: _say_status,
            RedisError: _say_unavailable,
            Exception: _say_broken,
        },
    )
    pages.state.surface = create_surface(settings, redis, platform, knowledge)
    router = APIRouter(include_in_schema=False)
    router.add_api_route(ROOT, _to_home, methods=["GET"])
    router.mount(ROOT, Protected(pages, f"{ROOT}/static/"))
    router.routes.append(verification_route())
    return router


async def _to_home() -> Response:
    return RedirectResponse(HOME, 303)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return await tell(request, error.status, "没有办成", *error.message.split("\n"), again=BACK_IN)


async def _say_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await tell(request, error.status_code, "没有这个页面", "请从公众号的对话里打开。", again=BACK_IN)


async def _say_unavailable(request: Request, _: Exception) -> Response:
    return await tell(request, 503, "系统正在恢复", "请过一分钟再试。")


async def _say_broken(request: Request, _: Exception) -> Response:
    return await tell(
        request, 500, "系统出错了", "刚才的操作没有完成，请稍后再试。", "还不行，请在对话里回复「人工」。"
    )
