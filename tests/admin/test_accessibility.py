"""Every page of the panel in a browser at two widths: nothing serious for axe, nothing wider than the screen."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright
from redis.asyncio import Redis

from admin.access import Guarded
from admin.app import ROUTES
from admin.layout import COOKIE
from admin.sessions import PanelSessions
from models.states import StaffRole
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.admin.test_every_route import NOT_YET, address, may, parameters
from tests.admin.things import Things, make_things
from tests.chromium import QUIET, need_browser
from tests.factories import Community

PIECES = {"/inbox/{enquiry_id}/lines", "/inbox/pile", "/live", "/alarms/banner", "/votes/{poll_id}/turnout"}
PIECES |= {"/interviews/{interview_id}/questions"}
NO_PAGES = PIECES | {"/files/{key}"}
"""Pictures, and pieces of pages that a script fetches."""
GRAVE = {"serious", "critical"}
PHONE, DESKTOP = 375, 1440


@pytest.fixture
async def address_of_panel(panel: FastAPI) -> AsyncGenerator[str]:
    """The panel behind a port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(panel, host="127.0.0.1", port=port, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    for _ in range(200):
        if server.started:
            break
        await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


def pages(things: Things) -> list[tuple[StaffRole, str]]:
    """Every page once, with a role that may open it: an administrator, or else an auditor."""
    found: list[tuple[StaffRole, str]] = []
    for route in ROUTES:
        if not isinstance(route, Guarded) or "GET" not in (route.methods or ()):
            continue
        if route.path in NO_PAGES | NOT_YET or route.path.endswith((".csv", ".xlsx")):
            continue
        role = next(role for role in (StaffRole.ADMIN, StaffRole.AUDITOR) if may(role, route.permission))
        found.append((role, address(route, things) if parameters(route) else f"/admin{route.path}"))
    return found


async def test_no_page_shuts_anybody_out(
    address_of_panel: str, signed_in: SignIn, community: Community, redis: Redis
) -> None:
    things = await make_things(community, "家乡", "insider", redis)
    cookies = {role: await _cookie(await signed_in(role, community.code), redis) for role in StaffRole}
    grave: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=need_browser(), args=QUIET)
        context = await chromium.new_context()
        page = await context.new_page()
        for role, path in [(None, "/admin/login"), *pages(things)]:
            await context.clear_cookies()
            if role:
                place = {"url": f"{address_of_panel}/admin/"}
                await context.add_cookies([{"name": COOKIE, "value": cookies[role], **place}])
            await page.set_viewport_size({"width": PHONE, "height": 900})
            await page.goto(address_of_panel + path)
            for width in (PHONE, DESKTOP):
                await page.set_viewport_size({"width": width, "height": 900})
                grave += [f"{path} at {width}: {fault}" async for fault in _faults(page, width)]
        await chromium.close()
    assert grave == []


async def _cookie(browser: Browser, redis: Redis) -> str:
    cookie = browser.http.cookies[COOKIE]
    await PanelSessions(redis).step_up(cookie)
    return cookie


async def _faults(page: Page, width: int) -> AsyncGenerator[str]:
    """What axe finds it finds on the narrow page, which is the same document."""
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        yield "wider than the screen"
    if width > PHONE:
        return
    found = await Axe().run(page)
    for violation in found.response["violations"]:
        if violation["impact"] in GRAVE:
            yield f"{violation['id']} {json.dumps([node['html'] for node in violation['nodes']], ensure_ascii=False)}"
