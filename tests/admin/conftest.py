"""The panel alone, with a community of our own and staff of every role that tests need."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from admin.app import create_panel
from admin.layout import COOKIE
from admin.sessions import PanelSessions
from clock import clock
from main import RESOLVERS
from models.organisations import Organisation
from models.staff import StaffMember
from models.states import StaffRole
from settings import get_settings
from tests.admin.browser import Browser
from tests.admin.platform import Letterbox
from tests.factories import Community, District, make_community, make_district

SignIn = Callable[[StaffRole, str], Awaitable[Browser]]


@pytest.fixture
async def district(database: str) -> District:
    return await make_district()


@pytest.fixture
async def community(district: District) -> Community:
    return await make_community(district)


@pytest.fixture
async def elsewhere(district: District) -> Community:
    """Another community of the same street, whose things staff of `community` must not see."""
    return await make_community(district, "河西社区")


@pytest.fixture
def letterbox() -> Letterbox:
    """What staff have sent to residents."""
    return Letterbox()


@pytest.fixture
async def panel(redis: Redis, letterbox: Letterbox) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.include_router(create_panel(get_settings(), redis, letterbox.platform, RESOLVERS))
    return app


@pytest.fixture
async def signed_in(panel: FastAPI, redis: Redis, database: str) -> AsyncGenerator[SignIn]:
    """`await signed_in(role, organisation code)` is the browser of someone who has just signed in."""
    browsers: list[Browser] = []

    async def sign_in(role: StaffRole, code: str) -> Browser:
        login, organisation = f"{role}-{code}", await Organisation.get(code=code)
        known = {"role": role, "organisation": organisation, "password_hash": "", "created_at": clock.now()}
        await StaffMember.get_or_create(known, login=login)
        browser = Browser(panel)
        browsers.append(browser)
        browser.http.cookies.set(COOKIE, (await PanelSessions(redis).begin(login)).id)
        return browser

    yield sign_in
    for browser in browsers:
        await browser.http.aclose()


@pytest.fixture
async def admin(signed_in: SignIn, community: Community) -> Browser:
    """Someone with every permission in `community`."""
    return await signed_in(StaffRole.ADMIN, community.code)
