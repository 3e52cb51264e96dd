"""The second factor: set up, asked for at sign-in and before sensitive acts, each code once, and without a phone."""

import asyncio
import time

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from starlette.responses import PlainTextResponse, Response

from admin import app
from admin.access import ANY_STAFF, Visit, require, require_post
from admin.layout import COOKIE
from admin.pages import account
from admin.sessions import PanelSessions
from handlers.staff.actions.logins import add_staff
from handlers.staff.actions.second_factor import spend_code
from handlers.staff.queries import viewer
from main import RESOLVERS
from models.audit import AuditEntry
from models.staff import StaffMember
from models.states import StaffRole
from settings import Env, get_settings
from tests.admin.browser import PASSWORD, Browser, forms, words
from tests.admin.phones import code_at, fresh_code, set_up_phone
from tests.admin.platform import Letterbox
from tests.factories import Community

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def lin(community: Community) -> str:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community.code, "林工")
    return "lin"


@pytest.fixture
async def browser(panel: FastAPI, lin: str) -> Browser:
    browser = Browser(panel)
    await browser.sign_in(lin)
    return browser


def panel_in(env: Env, redis: Redis) -> FastAPI:
    process = FastAPI(openapi_url=None)
    process.include_router(
        app.create_panel(get_settings().model_copy(update={"env": env}), redis, Letterbox().platform, RESOLVERS)
    )
    return process


async def test_password_alone_signs_in_until_a_phone_is_set_up(panel: FastAPI, browser: Browser, lin: str) -> None:
    assert len(await set_up_phone(browser, lin)) == 10
    again = Browser(panel)
    asked = await again.sign_in(lin)
    assert asked.headers["location"].startswith("/admin/login/code")
    assert (await again.get("/admin/")).headers["location"].startswith("/admin/login")
    assert "再输入验证码" in await again.page(asked.headers["location"])
    done = await again.press(asked.headers["location"], "登录", {"验证码": await fresh_code(lin)})
    assert (done.status_code, done.headers["location"]) == (303, "/admin/")
    assert "林工" in await again.page("/admin/")


async def test_the_secret_is_encrypted_and_never_shown_again(browser: Browser, lin: str, database: str) -> None:
    await browser.press("/admin/account", "设置验证码")
    member = await StaffMember.get(login=lin)
    assert member.totp_secret
    shown = await browser.page("/admin/account/factor")
    assert " ".join(member.totp_secret[at : at + 4] for at in range(0, 32, 4)) in shown
    assert "data:image/svg+xml" in shown
    await set_up_phone(browser, lin)
    assert (await browser.get("/admin/account/factor")).status_code == 404
    raw = await StaffMember.filter(login=lin).values_list("recovery_hashes", flat=True)
    assert all(len(kept) == 64 for kept in raw[0])


async def test_a_wrong_code_sets_nothing_up(browser: Browser, lin: str) -> None:
    await browser.press("/admin/account", "设置验证码")
    refused = await browser.press("/admin/account/factor", "确认设置", {"验证码": "000000", "密码": PASSWORD})
    assert refused.status_code == 422
    refused = await browser.press(
        "/admin/account/factor", "确认设置", {"验证码": await fresh_code(lin), "密码": "not-my-password"}
    )
    assert refused.status_code == 422
    assert (await StaffMember.get(login=lin)).totp_confirmed_at is None


async def test_each_code_opens_once_also_when_sent_twice_at_once(browser: Browser, lin: str) -> None:
    await set_up_phone(browser, lin)
    staff, code = await viewer(lin), await fresh_code(lin)
    assert staff
    now = time.time()
    tries = [spend_code(staff, code, int(now)) for _ in range(10)]
    assert (await asyncio.gather(*tries)).count(True) == 1
    assert not await spend_code(staff, code, int(now))


async def test_codes_of_long_ago_and_of_later_are_wrong(browser: Browser, lin: str) -> None:
    await set_up_phone(browser, lin)
    secret, staff = (await StaffMember.get(login=lin)).totp_secret or "", await viewer(lin)
    assert staff
    await StaffMember.filter(login=lin).update(totp_step=0)
    now = int(time.time())
    assert not any([await spend_code(staff, code_at(secret, steps), now) for steps in (-3, 3)])
    assert await spend_code(staff, code_at(secret, 0), now)


async def test_a_recovery_code_opens_once(panel: FastAPI, browser: Browser, lin: str) -> None:
    [first, *_] = await set_up_phone(browser, lin)
    for typed, status in ((first.lower().replace("-", " "), 303), (first, 401)):
        again = Browser(panel)
        asked = await again.sign_in(lin)
        assert (await again.press(asked.headers["location"], "登录", {"验证码": typed})).status_code == status
    assert len((await StaffMember.get(login=lin)).recovery_hashes) == 9


async def test_wrong_codes_lock_like_wrong_passwords(panel: FastAPI, browser: Browser, lin: str) -> None:
    await set_up_phone(browser, lin)
    guesser = Browser(panel, "198.51.100.1")
    asked = (await guesser.sign_in(lin)).headers["location"]
    for number in range(4):
        refused = await guesser.press(asked, "登录", {"验证码": f"00000{number}"})
        assert refused.status_code == 401
    locked = await guesser.press(asked, "登录", {"验证码": await fresh_code(lin)})
    assert "试错次数太多" in locked.text
    assert (await Browser(panel, "198.51.100.2").sign_in(lin)).status_code == 429


async def test_signing_in_with_codes_counts_no_try(panel: FastAPI, browser: Browser, lin: str) -> None:
    await set_up_phone(browser, lin)
    for _ in range(6):
        await StaffMember.filter(login=lin).update(totp_step=0)
        again = Browser(panel)
        asked = await again.sign_in(lin)
        done = await again.press(asked.headers["location"], "登录", {"验证码": await fresh_code(lin)})
        assert done.status_code == 303


@pytest.fixture
async def asking(redis: Redis, lin: str, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Somebody signed in to a panel that has a deed and a page for which a code is wanted."""

    async def reveal(visit: Visit) -> Response:
        return await visit.go("/admin/", f"看了 {visit.field('reason')}")

    async def look(_: Visit) -> Response:
        return PlainTextResponse("完整信息")

    asked = (
        require_post(ANY_STAFF, "/reveal", reveal, step_up=True),
        require(ANY_STAFF, "/look", look, step_up=True),
    )
    monkeypatch.setattr(app, "ROUTES", (*app.ROUTES, *asked))
    browser = Browser(panel_in(Env.TEST, redis))
    await browser.sign_in(lin)
    return browser


async def test_a_sensitive_act_asks_for_a_code_and_is_then_done(asking: Browser, lin: str, redis: Redis) -> None:
    await set_up_phone(asking, lin)
    await redis.delete(*await redis.keys("panel:step:*"))
    asked = await asking.post("/admin/reveal", reason="核实电话")
    assert asked.status_code == 403
    form = next(form for form in forms(asked.text) if "确认" in form.buttons)
    assert (form.action, form.values["reason"]) == ("/admin/reveal", "核实电话")
    wrong = await asking.http.post(form.action, data=form.values | {form.named("验证码"): "000000"})
    assert wrong.status_code == 403
    assert "验证码不对" in wrong.text
    done = await asking.http.post(form.action, data=form.values | {form.named("验证码"): await fresh_code(lin)})
    assert "看了 核实电话" in await asking.follow(done)
    assert "看了 再看" in await asking.follow(await asking.post("/admin/reveal", reason="再看"))


async def test_a_code_counts_for_five_minutes_and_this_session_only(asking: Browser, lin: str, redis: Redis) -> None:
    await set_up_phone(asking, lin)
    [key] = await redis.keys("panel:step:*")
    assert 290 <= await redis.ttl(key) <= 300
    other = Browser(panel_in(Env.TEST, redis))
    other.http.cookies.set(COOKIE, (await PanelSessions(redis).begin(lin)).id)
    assert (await other.post("/admin/reveal", reason="x")).status_code == 403


async def test_a_page_that_is_looked_at_is_gone_back_to_after_the_code(asking: Browser, lin: str, redis: Redis) -> None:
    await set_up_phone(asking, lin)
    await redis.delete(*await redis.keys("panel:step:*"))
    asked = await asking.get("/admin/look?q=1")
    assert asked.headers["location"] == "/admin/account/confirm?next=%2Fadmin%2Flook%3Fq%3D1"
    done = await asking.press(asked.headers["location"], "确认", {"验证码": await fresh_code(lin)})
    assert done.headers["location"] == "/admin/look?q=1"
    assert await asking.page("/admin/look?q=1") == "完整信息"


async def test_without_a_phone_the_sensitive_act_leads_to_setting_one_up_and_back(asking: Browser, lin: str) -> None:
    asked = await asking.http.post(
        "/admin/reveal",
        data={"token": await asking.token(), "reason": "x"},
        headers={"Referer": "http://127.0.0.1:8000/admin/dwellings?q=501"},
    )
    form = next(form for form in forms(asked.text) if "设置验证码" in form.buttons)
    begun = await asking.http.post(form.action, data=form.values)
    sent = {"验证码": await fresh_code(lin), "密码": PASSWORD}
    shown = await asking.follow(await asking.press(begun.headers["location"], "确认设置", sent))
    assert 'href="/admin/dwellings?q=501"' in shown
    assert "看了 x" in await asking.follow(await asking.post("/admin/reveal", reason="x"))


async def test_the_demonstration_shows_the_code_and_nothing_else_does(redis: Redis, lin: str) -> None:
    for env, shown in ((Env.DEMO, True), (Env.TEST, False), (Env.PRODUCTION, False)):
        browser = Browser(panel_in(env, redis))
        browser.http.cookies.set(COOKIE, (await PanelSessions(redis).begin(lin)).id)
        await browser.press("/admin/account", "设置验证码")
        assert ("演示环境" in await browser.page("/admin/account/factor")) is shown


async def test_in_production_the_powerful_set_up_a_phone_first(redis: Redis, community: Community) -> None:
    panel = panel_in(Env.PRODUCTION, redis)
    for role, made in (
        (StaffRole.ADMIN, True),
        (StaffRole.AUDITOR, True),
        (StaffRole.WORKER, True),
        (StaffRole.EDITOR, False),
    ):
        await add_staff(f"{role}", PASSWORD, role, community.code)
        browser = Browser(panel)
        browser.http.cookies.set(COOKIE, (await PanelSessions(redis).begin(role)).id)
        answer = await browser.get("/admin/")
        assert (answer.status_code == 303 and answer.headers["location"] == "/admin/account") is made, role
        if made:
            assert "请先设置动态验证码" in await browser.page("/admin/account")
            await set_up_phone(browser, role)
        assert (await browser.get("/admin/")).status_code == 200


async def test_a_first_password_is_replaced_before_all_else(browser: Browser, lin: str) -> None:
    await StaffMember.filter(login=lin).update(must_change_password=True)
    assert (await browser.get("/admin/dwellings")).headers["location"] == "/admin/account"
    sent = {"原密码": PASSWORD, "新密码": "quite-another-one", "再写一遍": "quite-another-one"}
    for wrong in ({"原密码": "wrong-password"}, {"再写一遍": "typo"}, {"新密码": PASSWORD, "再写一遍": PASSWORD}):
        assert (await browser.press("/admin/account", "换密码", sent | wrong)).status_code == 422
    assert "密码已换" in await browser.follow(await browser.press("/admin/account", "换密码", sent))
    assert (await browser.get("/admin/dwellings")).status_code == 200


async def test_a_new_password_ends_the_sessions_elsewhere(panel: FastAPI, browser: Browser, lin: str) -> None:
    other = Browser(panel)
    await other.sign_in(lin)
    sent = {"原密码": PASSWORD, "新密码": "quite-another-one", "再写一遍": "quite-another-one"}
    await browser.press("/admin/account", "换密码", sent)
    assert (await other.get("/admin/")).status_code == 303
    assert (await browser.get("/admin/")).status_code == 200


async def test_a_new_phone_and_new_recovery_codes(browser: Browser, lin: str) -> None:
    first = await set_up_phone(browser, lin)
    page = await browser.follow(await browser.press("/admin/account", "生成新的备用码"))
    assert "新的备用码已生成" in page
    assert not any(code in page for code in first)
    assert "已经显示过了" in await browser.page(account.CODES)
    await browser.press("/admin/account", "换手机")
    assert (await StaffMember.get(login=lin)).totp_secret is None
    assert len(await set_up_phone(browser, lin)) == 10


async def test_what_is_done_to_a_second_factor_is_in_the_audit_trail_without_a_code(browser: Browser, lin: str) -> None:
    [code, *_] = await set_up_phone(browser, lin)
    staff = await viewer(lin)
    assert staff
    await spend_code(staff, code, int(time.time()))
    await spend_code(staff, "000000", int(time.time()))
    entries = await AuditEntry.filter(subject="staff:lin").order_by("id")
    assert [entry.action for entry in entries][-3:] == [
        "staff.second_factor",
        "staff.recovery_code",
        "staff.refuse_code",
    ]
    assert code not in str([entry.detail for entry in entries])


async def test_ones_sessions_are_listed_and_ended(panel: FastAPI, browser: Browser, lin: str) -> None:
    phone = Browser(panel, "203.0.113.9")
    phone.http.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0"
    await phone.sign_in(lin)
    page = words(await browser.page("/admin/account"))
    assert "手机微信" in page
    assert "203.0.*.*" in page
    assert "那一处已退出" in await browser.follow(await browser.press("/admin/account", "退出这处"))
    assert (await phone.get("/admin/")).status_code == 303
    assert "别处没有登录" in await browser.follow(await browser.post("/admin/account/sessions/end"))


async def test_nobody_ends_the_session_of_another(browser: Browser, community: Community, redis: Redis) -> None:
    await add_staff("chen", PASSWORD, StaffRole.EDITOR, community.code)
    sessions = PanelSessions(redis)
    theirs = await sessions.begin("chen")
    [seat] = await sessions.seats("chen")
    assert (await browser.post(f"/admin/account/sessions/{seat.handle}/end")).status_code == 404
    assert await sessions.find(theirs.id)
