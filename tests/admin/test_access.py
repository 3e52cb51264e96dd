"""The guard before every page: permissions are named, forms must be our own, answers are protected."""

import re
from itertools import product

from fastapi import FastAPI
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone

from admin.access import Guarded
from admin.app import ROUTES, create_panel
from admin.pages import account, confirm, files, live, overview, signin
from handlers.staff.rules import PERMISSIONS, Permission
from main import RESOLVERS
from models.audit import AuditEntry
from models.states import StaffRole
from settings import get_settings
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.platform import Letterbox
from tests.factories import Community
from web.forms import MOST_BYTES

OPEN_TO_ANYBODY = {function.__name__ for function in (signin.ask, signin.sign_in, signin.ask_code, signin.give_code)}
ONES_OWN = {route.name for pages in (account, confirm) for route in pages.ROUTES}
OPEN_TO_ALL_STAFF = ONES_OWN | {
    function.__name__ for function in (overview.overview, signin.sign_out, signin.set_type, files.file, live.live)
}


def guarded() -> list[Guarded]:
    return [route for route in ROUTES if isinstance(route, Guarded)]


def posts() -> list[Guarded]:
    return [route for route in guarded() if "POST" in (route.methods or ())]


def address(route: Guarded) -> str:
    """The route's address, of things that do not exist."""
    return "/admin" + re.sub(r"\{\w+\}", "1", route.path)


def role_with(permission: Permission | None) -> StaffRole:
    return next(role for role, held in PERMISSIONS.items() if permission is None or permission in held)


def role_without(route: Guarded) -> StaffRole | None:
    """A role that may not do this; None where every role may."""
    return next((role for role, held in PERMISSIONS.items() if route.permission and route.permission not in held), None)


def test_every_route_names_its_permission() -> None:
    unnamed = {route.name for route in ROUTES if not isinstance(route, Guarded)}
    assert unnamed == OPEN_TO_ANYBODY
    assert {route.name for route in guarded() if route.permission is None} == OPEN_TO_ALL_STAFF


def test_every_route_answers_one_method_alone() -> None:
    assert all((route.methods or set()) <= {"GET", "HEAD"} or route.methods == {"POST"} for route in guarded())


async def test_nobody_comes_in_without_signing_in(panel: FastAPI, database: str) -> None:
    for route in guarded():
        method = "POST" if route in posts() else "GET"
        response = await Browser(panel).http.request(method, address(route))
        assert (response.status_code, response.headers["location"][:12]) == (303, "/admin/login"), route.name


async def test_a_role_without_the_permission_is_refused(signed_in: SignIn, community: Community) -> None:
    refusable = [(route, role) for route in guarded() if (role := role_without(route))]
    assert len(refusable) > len(ROUTES) / 3
    for route, role in refusable:
        browser = await signed_in(role, community.code)
        response = await (browser.post(address(route)) if route in posts() else browser.get(address(route)))
        assert response.status_code == 403, route.name
        assert "您的账号没有这项权限" in response.text


async def test_a_post_without_the_sessions_own_token_is_refused(admin: Browser, signed_in: SignIn) -> None:
    other = await signed_in(StaffRole.ADMIN, "880412")
    before = await AuditEntry.all().count()
    for route, token in product(posts(), ({}, {"token": ""}, {"token": await other.token()}, {"token": "密"})):
        refused = await admin.http.post(address(route), data=token)
        assert refused.status_code == 403, route.name
        assert "请刷新页面后再提交一次" in refused.text
    assert await AuditEntry.all().count() == before
    assert "退出" in await admin.page("/admin/")


async def test_a_post_from_another_site_is_refused_even_with_the_token(admin: Browser) -> None:
    elsewhere = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/admin/"})
    token = await admin.token()
    for route, header in product(posts(), elsewhere):
        refused = await admin.http.post(address(route), data={"token": token}, headers=header)
        assert refused.status_code == 403, route.name


async def test_an_oversized_post_is_refused(admin: Browser) -> None:
    for route in posts():
        refused = await admin.post(address(route), padding="x" * MOST_BYTES)
        assert refused.status_code == 413, route.name
        assert "内容太长" in refused.text


async def test_a_body_that_is_no_form_is_refused(admin: Browser) -> None:
    form = "application/x-www-form-urlencoded"
    many = b"&".join(b"a%d=1" % number for number in range(300))
    for body, kind in ((b"token=%ff%fe", form), (many, form), (b'{"a": 1}', "application/json"), (b"\xff=1", form)):
        refused = await admin.http.post("/admin/type", content=body, headers={"Content-Type": kind})
        assert refused.status_code == 422, body


async def test_our_own_origin_and_a_token_in_a_header_are_accepted(signed_in: SignIn, community: Community) -> None:
    browser = await signed_in(StaffRole.WORKER, community.code)
    headers = {"Origin": "http://127.0.0.1:8000", "X-CSRF-Token": await browser.token()}
    assert (await browser.http.post("/admin/type", data={"size": "large"}, headers=headers)).status_code == 303


async def test_pages_stay_out_of_frames_and_caches(admin: Browser) -> None:
    for path in ("/admin/", "/admin/votes/1", "/admin/nothing-here", "/admin/login"):
        headers = (await admin.get(path)).headers
        assert headers["x-frame-options"] == "DENY", path
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "unsafe" not in headers["content-security-policy"]


async def test_no_page_holds_a_script_or_style_that_the_policy_forbids(panel: FastAPI, admin: Browser) -> None:
    texts = [await admin.page(path) for path in ("/admin/", "/admin/votes/new", "/admin/dwellings", "/admin/inbox")]
    for text in (*texts, await Browser(panel).page("/admin/login?out")):
        assert "style=" not in text
        assert "<style" not in text
        assert not [tag for tag in text.split("<script")[1:] if not tag.startswith(' src="/admin/static/')]


async def test_every_page_has_a_title_a_help_sentence_and_a_label_for_each_field(admin: Browser) -> None:
    paths = [
        "/admin/",
        "/admin/votes",
        "/admin/votes/new",
        "/admin/dwellings",
        "/admin/bindings",
        "/admin/inbox",
        "/admin/organisation",
    ]
    titles: set[str] = set()
    for path in paths:
        page = await admin.page(path)
        titles.add(page.split("<title>")[1].split("</title>")[0])
        assert '<p class="help">' in page
        assert '<a class="skip" href="#main">' in page
        for form in forms(page):
            hidden = {"token", "next", "kind"}
            assert {form.named(label) for label in form.labels} == form.values.keys() - hidden
    assert len(titles) == len(paths)


async def test_the_menu_shows_what_the_role_may_open(signed_in: SignIn, community: Community) -> None:
    worker = await (await signed_in(StaffRole.WORKER, community.code)).page("/admin/")
    auditor = await (await signed_in(StaffRole.AUDITOR, community.code)).page("/admin/")
    assert "操作记录" in auditor
    assert "操作记录" not in worker


async def test_an_unknown_page_says_so_and_leads_back(signed_in: SignIn, community: Community) -> None:
    browser = await signed_in(StaffRole.WORKER, community.code)
    for path in ("/admin/nothing", "/admin/votes/999999999999999999999", "/admin/votes/x", "/admin/votes/1"):
        missing = await browser.get(path)
        assert missing.status_code == 404
        assert "回到概览" in words(missing.text)


async def test_a_script_is_told_to_sign_in_and_gets_refusals_as_a_message(
    panel: FastAPI, signed_in: SignIn, community: Community
) -> None:
    asked = await Browser(panel).get("/admin/votes/1/turnout", **{"HX-Request": "true"})
    assert (asked.status_code, asked.headers["hx-redirect"][:12]) == (204, "/admin/login")
    browser = await signed_in(StaffRole.WORKER, community.code)
    refused = await browser.get("/admin/votes/1/turnout", **{"HX-Request": "true"})
    assert refused.status_code == 404
    assert refused.headers["hx-retarget"] == "#flash"
    assert refused.text.startswith('<div id="flash"')
    assert "<html" not in refused.text


async def test_what_a_page_fetches_by_itself_keeps_no_session_alive(
    redis: Redis, signed_in: SignIn, community: Community
) -> None:
    browser = await signed_in(StaffRole.WORKER, community.code)
    [key] = await redis.keys("panel:session:*")
    await redis.expire(key, 60)
    await browser.get("/admin/votes/1/turnout")
    assert await redis.ttl(key) <= 60


async def test_without_redis_the_panel_says_when_to_come_back(database: str) -> None:
    class Gone:
        async def get(self, _: str) -> bytes:
            raise RedisGone

    app = FastAPI()
    app.include_router(create_panel(get_settings(), Gone(), Letterbox().platform, RESOLVERS))  # type: ignore[arg-type]
    browser = Browser(app)
    browser.http.cookies.set("linli_panel", "x")
    response = await browser.get("/admin/")
    assert response.status_code == 503
    assert "一分钟后再试" in response.text


async def test_own_files_are_served_and_nothing_beside_them(panel: FastAPI) -> None:
    browser = Browser(panel)
    for name in ("panel.css", "plain.css", "icon.svg"):
        assert (await browser.get(f"/admin/static/{name}")).status_code == 200
    for path in ("/admin/static/../app.py", "/admin/static/%2e%2e/app.py", "/admin/static/"):
        assert (await browser.get(path)).status_code == 404
