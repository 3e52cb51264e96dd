"""The panel put together: its pages, their refusals, its static files and the headers that protect them."""

from fastapi import APIRouter
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from admin.access import (
    HOME,
    SIGN_IN,
    FirstThingsFirst,
    SignInNeeded,
    StepUpNeeded,
    ask_to_sign_in,
    lead_to_account,
)
from admin.brakes import Brakes
from admin.imports import Imports
from admin.layout import STATIC, Panel, Platform, show_refusal
from admin.pages import (
    account,
    accounts,
    alarms,
    articles,
    audiences,
    audit,
    bindings,
    buildings,
    calendar,
    canned,
    confirm,
    consultation_drafting,
    consultation_life,
    consultation_papers,
    consultations,
    corrections,
    delegations,
    drafting,
    duplicates,
    duty,
    dwellings,
    estates,
    exports,
    files,
    grids,
    households,
    inbox,
    inbox_deeds,
    inbox_ledger,
    inbox_media,
    inbox_record,
    interview_deeds,
    interviews,
    ledgers,
    letters,
    live,
    message_templates,
    moderation,
    moderation_deeds,
    moderation_papers,
    notice_calendar,
    notice_drafting,
    notice_life,
    notice_prints,
    notices,
    organisation,
    overview,
    reach,
    resident,
    residents,
    rounds,
    signin,
    staff,
    statements,
    trail,
    vote_archive,
    vote_life,
    vote_papers,
    vote_prints,
    vote_results,
    vote_roll,
    votes,
)
from admin.presence import Presence
from admin.sessions import PanelSessions
from announcements import Board
from campaigns.audience import Resolvers
from errors import DomainError
from settings import Settings
from web.headers import Protected

ROUTES = (
    *signin.ROUTES,
    *overview.ROUTES,
    *votes.ROUTES,
    *articles.ROUTES,
    *interviews.ROUTES,
    *interview_deeds.ROUTES,
    *vote_papers.ROUTES,
    *vote_results.ROUTES,
    *vote_archive.ROUTES,
    *drafting.ROUTES,
    *vote_life.ROUTES,
    *vote_roll.ROUTES,
    *vote_prints.ROUTES,
    *notices.ROUTES,
    *notice_calendar.ROUTES,
    *notice_drafting.ROUTES,
    *notice_life.ROUTES,
    *reach.ROUTES,
    *rounds.ROUTES,
    *notice_prints.ROUTES,
    *audiences.ROUTES,
    *moderation_papers.ROUTES,
    *moderation.ROUTES,
    *moderation_deeds.ROUTES,
    *consultation_drafting.ROUTES,
    *consultations.ROUTES,
    *statements.ROUTES,
    *consultation_life.ROUTES,
    *consultation_papers.ROUTES,
    *live.ROUTES,
    *canned.ROUTES,
    *inbox_ledger.ROUTES,
    *inbox_record.ROUTES,
    *inbox.ROUTES,
    *inbox_deeds.ROUTES,
    *inbox_media.ROUTES,
    *alarms.ROUTES,
    *duty.ROUTES,
    *bindings.ROUTES,
    *delegations.ROUTES,
    *corrections.ROUTES,
    *dwellings.ROUTES,
    *residents.ROUTES,
    *duplicates.ROUTES,
    *exports.ROUTES,
    *resident.ROUTES,
    *households.ROUTES,
    *letters.ROUTES,
    *ledgers.ROUTES,
    *buildings.ROUTES,
    *organisation.ROUTES,
    *grids.ROUTES,
    *estates.ROUTES,
    *accounts.ROUTES,
    *message_templates.ROUTES,
    *audit.ROUTES,
    *trail.ROUTES,
    *files.ROUTES,
    *calendar.ROUTES,
    *staff.ROUTES,
    *account.ROUTES,
    *confirm.ROUTES,
)


def create_panel(settings: Settings, redis: Redis, platform: Platform, resolvers: Resolvers) -> APIRouter:
    """The panel at `/admin`, to include in the web process; whoever includes it opens and closes Redis."""
    panel = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers={
            SignInNeeded: ask_to_sign_in,
            FirstThingsFirst: lead_to_account,
            StepUpNeeded: confirm.ask_for_code,
            DomainError: _refuse,
            HTTPException: _say_status,
            RedisError: _say_unavailable,
            Exception: _say_broken,
        },
    )
    shared = PanelSessions(redis), Brakes(redis), Imports(redis), platform, resolvers, Presence(redis), Board(redis)
    panel.state.panel = Panel(settings, *shared)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/admin", _to_home, methods=["GET"])
    router.mount("/admin", Protected(panel, "/admin/static/"))
    return router


async def _to_home() -> Response:
    return RedirectResponse(f"{SIGN_IN}?next={HOME}", 303)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return show_refusal(request, error.status, error.message)


async def _say_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = "没有这个页面，请从上面的菜单进入。" if error.status_code == 404 else "这里不能这样打开，请返回上一页。"
    return show_refusal(request, error.status_code, message)


async def _say_unavailable(request: Request, _: Exception) -> Response:
    return show_refusal(request, 503, "系统正在恢复，请一分钟后再试。")


async def _say_broken(request: Request, _: Exception) -> Response:
    return show_refusal(request, 500, "系统出错了，刚才的操作没有完成。请稍后再试，还不行请告诉管理员。")
