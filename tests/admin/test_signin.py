"""Signing in to the panel, staying in, and getting out."""

import json

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from admin.app import create_panel
from admin.layout import COOKIE
from admin.pages.signin import WRONG
from handlers.staff.actions.logins import add_staff
from main import RESOLVERS
from models.audit import AuditEntry
from models.staff import StaffMember
from models.states import StaffRole
from settings import get_settings
from tests.admin.browser import PASSWORD, Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.platform import Letterbox
from tests.factories import Community

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def lin(community: Community) -> str:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community.code, "林工")
    return "lin"


async def test_a_page_asks_to_sign_in_first_and_goes_on_there(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    asked = await browser.get("/admin/dwellings?q=501")
    assert (asked.status_code, asked.headers["location"]) == (303, "/admin/login?next=/admin/dwellings%3Fq%3D501")
    form = await browser.press(asked.headers["location"], "登录", {"账号": lin, "密码": PASSWORD})
    assert (form.status_code, form.headers["location"]) == (303, "/admin/dwellings?q=501")
    assert "林工" in await browser.page("/admin/")


async def test_the_bare_address_leads_to_signing_in_and_then_to_the_overview(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    asked = await browser.get("/admin")
    assert (asked.status_code, asked.headers["location"]) == (303, "/admin/login?next=/admin/")
    await browser.sign_in(lin)
    again = await browser.get((await browser.get("/admin")).headers["location"])
    assert (again.status_code, again.headers["location"]) == (303, "/admin/")


async def test_the_cookie_is_closed_to_scripts_and_new_after_signing_in(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    before = (await browser.get("/admin/login")).cookies[COOKIE]
    signed_in = await browser.sign_in(lin)
    assert "HttpOnly" in signed_in.headers["set-cookie"]
    assert "SameSite=lax" in signed_in.headers["set-cookie"]
    assert signed_in.cookies[COOKIE] != before
    assert len(signed_in.cookies[COOKIE]) == 43  # 256 bits in base64


async def test_the_cookie_travels_by_https_only_where_the_panel_does(redis: Redis, lin: str) -> None:
    app = FastAPI()
    settings = get_settings().model_copy(update={"public_url": "https://linli.example"})
    app.include_router(create_panel(settings, redis, Letterbox().platform, RESOLVERS))
    assert "Secure" in (await Browser(app).get("/admin/login")).headers["set-cookie"]


async def test_unknown_login_and_wrong_password_get_the_same_answer(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    answers = [await browser.sign_in(login, "not-the-password") for login in (lin, "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    seen = [words(answer.text.replace(lin, "X").replace("nobody", "X")) for answer in answers]
    assert seen[0] == seen[1]
    assert WRONG in seen[0]
    assert (await browser.get("/admin/")).status_code == 303


async def test_after_five_failures_even_the_right_password_waits(panel: FastAPI, lin: str) -> None:
    for number in range(5):
        assert (await Browser(panel, f"192.0.2.{number}").sign_in(lin, "wrong")).status_code == 401
    refused = await Browser(panel, "192.0.2.99").sign_in(lin)
    assert refused.status_code == 429
    assert "秒再登录" in refused.text


async def test_after_five_failures_of_one_address_other_logins_from_there_wait_too(panel: FastAPI, lin: str) -> None:
    for number in range(5):
        assert (await Browser(panel).sign_in(f"guess-{number}", "wrong")).status_code == 401
    assert (await Browser(panel).sign_in(lin)).status_code == 429
    assert (await Browser(panel, "192.0.2.99").sign_in(lin)).status_code == 303


async def test_many_right_passwords_in_a_row_never_wait(panel: FastAPI, lin: str) -> None:
    assert [(await Browser(panel).sign_in(lin)).status_code for _ in range(6)] == [303] * 6


async def test_a_made_up_forwarded_address_does_not_shake_off_the_brake(panel: FastAPI, lin: str) -> None:
    for number in range(5):
        browser = Browser(panel)
        browser.http.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        await browser.sign_in(f"guess-{number}", "wrong")
    browser = Browser(panel)
    browser.http.headers["X-Forwarded-For"] = "198.51.100.77"
    assert (await browser.sign_in(lin)).status_code == 429


async def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    await browser.sign_in(lin)
    kept = browser.http.cookies[COOKIE]
    assert "已退出" in await browser.follow(await browser.press("/admin/", "退出"))
    thief = Browser(panel)
    thief.http.cookies.set(COOKIE, kept)
    assert (await thief.get("/admin/")).status_code == 303


async def test_a_deactivated_login_is_out_at_once(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    await browser.sign_in(lin)
    await StaffMember.filter(login=lin).update(active=False)
    assert (await browser.get("/admin/")).headers["location"].startswith("/admin/login")


async def test_a_session_ends_after_thirty_idle_minutes_and_acting_renews_it(
    redis: Redis, panel: FastAPI, lin: str
) -> None:
    browser = Browser(panel)
    await browser.sign_in(lin)
    [key] = await redis.keys("panel:session:*")
    assert await redis.ttl(key) <= 1800
    await redis.expire(key, 60)
    await browser.page("/admin/")
    assert 1790 <= await redis.ttl(key) <= 1800


async def test_a_session_ends_after_eight_hours_however_busy(redis: Redis, panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    await browser.sign_in(lin)
    [key] = await redis.keys("panel:session:*")
    content = json.loads(await redis.get(key))
    await redis.set(key, json.dumps(content | {"ends_at": content["ends_at"] - 8 * 3600 + 120}), ex=1800)
    await browser.page("/admin/")
    assert await redis.ttl(key) <= 120
    await redis.set(key, json.dumps(content | {"ends_at": content["ends_at"] - 8 * 3600}), ex=1800)
    assert (await browser.get("/admin/")).status_code == 303
    assert not await redis.exists(key)


async def test_what_lies_in_redis_lets_nobody_in(redis: Redis, panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    await browser.sign_in(lin)
    cookie = browser.http.cookies[COOKIE]
    for key in await redis.keys("*"):
        assert cookie.encode() not in key
        assert await redis.type(key) != b"string" or cookie.encode() not in (await redis.get(key) or b"")


async def test_signing_in_leads_nowhere_but_into_the_panel(panel: FastAPI, lin: str) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "/simulator/", "/admin/login?next=/"):
        browser = Browser(panel)
        [form] = forms((await browser.http.get("/admin/login", params={"next": address})).text)
        sent = form.values | {"login": lin, "password": PASSWORD, "next": address}
        assert (await browser.http.post("/admin/login", data=sent)).headers["location"] == "/admin/", address


async def test_a_sign_in_form_of_another_browser_is_refused(panel: FastAPI, lin: str) -> None:
    [form] = forms(await Browser(panel).page("/admin/login"))
    sent = form.values | {"login": lin, "password": PASSWORD}
    for browser in (Browser(panel), Browser(panel)):
        refused = await browser.http.post("/admin/login", data=sent)
        assert refused.status_code == 403
        assert "刷新页面" in refused.text


async def test_sign_ins_are_in_the_audit_trail_but_no_unknown_login(panel: FastAPI, lin: str) -> None:
    browser = Browser(panel)
    for login, password in ((lin, "wrong"), ("maybe-my-password", "wrong"), (lin, PASSWORD)):
        await browser.sign_in(login, password)
    entries = await AuditEntry.filter(action__contains="login").order_by("id")
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("staff.refuse_login", "staff:lin"),
        ("staff.refuse_login", "staff:?"),
        ("staff.login", "staff:lin"),
    ]


async def test_a_login_with_strange_characters_is_only_wrong(panel: FastAPI, lin: str) -> None:
    for login in ("\x00", "li\x00n", "林工", "x" * 5000):
        assert (await Browser(panel, login[:1].encode().hex()).sign_in(login, "wrong")).status_code == 401


async def test_large_type_is_kept_for_the_next_visit(signed_in: SignIn, community: Community) -> None:
    browser = await signed_in(StaffRole.WORKER, community.code)
    assert 'class="large"' not in await browser.page("/admin/")
    assert "已换成大字" in await browser.follow(await browser.press("/admin/dwellings", "大"))
    await browser.press("/admin/", "退出")
    assert 'class="large"' in await browser.page("/admin/login")
