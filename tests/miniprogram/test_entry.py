"""Coming in by the platform: only the browser that set out comes back, once, and only as somebody real."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from miniprogram.layout import COOKIE, IDLE_SECONDS, Refused, SignedIn
from models.audit import AuditEntry
from settings import get_settings
from tests.miniprogram.conftest import APP_ID, Handset, Handsets, Wechat, make_account

EXPIRED = "页面已过期"
RIVER = "wx000000000river00"


async def test_who_has_registered_nothing_is_told_how(handset: Handsets) -> None:
    await make_account("oLi")
    page = await handset().enter("oLi")
    assert page.status_code == 200
    assert "您还没有登记住址" in page.text
    assert "回复「绑定」" in page.text


@pytest.mark.parametrize("following", [None, False])
async def test_who_never_followed_or_has_left_sees_a_page_that_explains(
    handset: Handsets, following: bool | None
) -> None:
    if following is not None:
        await make_account("oGone", following=following)
    phone = handset()
    page = await phone.enter("oGone")
    assert page.status_code == 403
    assert "请先关注公众号" in page.text
    assert (await phone.http.get("/m/")).status_code == 302


async def test_a_session_ends_when_its_account_stops_following(handset: Handsets) -> None:
    account = await make_account("oLi")
    phone = handset()
    assert (await phone.enter("oLi")).status_code == 200
    account.following = False
    await account.save()
    assert (await phone.http.get("/m/")).status_code == 403
    account.following = True
    await account.save()
    assert (await phone.http.get("/m/")).status_code == 302


async def test_a_forged_state_leads_nowhere_and_asks_the_platform_nothing(handset: Handsets, wechat: Wechat) -> None:
    await make_account("oLi")
    phone = handset()
    state = await phone.set_out()
    forged = await phone.come_back(state[:-1] + ("0" if state[-1] != "0" else "1"), wechat.code("oLi"))
    assert (forged.status_code, wechat.asked) == (403, 0)
    assert EXPIRED in forged.text
    assert (await phone.come_back(state, wechat.code("oLi"))).status_code == 303


async def test_a_link_with_somebody_elses_code_signs_nobody_in(handset: Handsets, wechat: Wechat) -> None:
    await make_account("oMallory")
    mallory, victim = handset(), handset()
    state = await mallory.set_out()
    await victim.set_out()
    lured = await victim.come_back(state, wechat.code("oMallory"))
    assert (lured.status_code, wechat.asked) == (403, 0)
    bare = await handset().come_back(state, wechat.code("oMallory"))
    assert (bare.status_code, wechat.asked) == (403, 0)


async def test_the_way_back_is_open_once(handset: Handsets, wechat: Wechat) -> None:
    await make_account("oLi")
    phone = handset()
    state, code = await phone.set_out(), wechat.code("oLi")
    before = phone.http.cookies[COOKIE]
    assert (await phone.come_back(state, code)).status_code == 303
    assert phone.http.cookies[COOKIE] != before
    phone.http.cookies.set(COOKIE, before, domain="127.0.0.1", path="/m")
    assert (await phone.come_back(state, code)).status_code == 403
    assert wechat.asked == 1


async def test_a_stale_code_starts_again_once(handset: Handsets, wechat: Wechat) -> None:
    phone = handset()
    again = await phone.come_back(await phone.set_out(), "used")
    assert again.status_code == 302
    state = again.headers["location"].rsplit("state=")[1]
    refused = await phone.come_back(state, "used")
    assert (refused.status_code, wechat.asked) == (403, 2)
    assert "微信没有确认您的身份" in refused.text


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [(Refused.SNAPSHOT, 403, "使用完整服务"), (Refused.AWAY, 503, "请过几分钟再试")],
)
async def test_a_preview_and_a_platform_that_is_down_are_told_kindly(
    handset: Handsets, wechat: Wechat, answer: Refused, status: int, words: str
) -> None:
    await make_account("oLi")
    wechat.answer = answer
    phone = handset()
    page = await phone.enter("oLi")
    assert page.status_code == status
    assert words in page.text
    assert "在公众号的对话里回复「我的」" in page.text
    assert (await phone.http.get("/m/")).status_code == 302


async def test_the_page_that_was_wanted_opens_after_signing_in(handset: Handsets) -> None:
    await make_account("oLi")
    page = await handset().enter("oLi", "/m/consent")
    assert page.url.path == "/m/consent"


async def test_the_link_in_chat_always_asks_anew(handset: Handsets) -> None:
    await make_account("oLi")
    await make_account("oWang")
    phone = handset()
    await phone.enter("oLi")
    old = phone.http.cookies[COOKIE]
    await phone.enter("oWang")
    phone.http.cookies.set(COOKIE, old, domain="127.0.0.1", path="/m")
    assert (await phone.http.get("/m/")).status_code == 302


async def test_a_further_account_has_its_own_way_in_and_its_people_are_others(handset: Handsets) -> None:
    await make_account("oSame")
    phone = handset()
    page = await phone.enter("oSame", f"/m/in/{RIVER}", RIVER)
    assert page.status_code == 403
    await make_account("oSame", RIVER)
    assert (await phone.enter("oSame", f"/m/in/{RIVER}", RIVER)).status_code == 200
    await phone.press("/m/", "在这台手机上退出")
    state = await phone.set_out("/m/")
    back = await phone.come_back(state, phone.wechat.code("oSame", RIVER))
    assert back.status_code == 303


async def test_a_way_in_that_nobody_has_is_not_there(handset: Handsets) -> None:
    page = await handset().http.get("/m/in/nobody")
    assert (page.status_code, "没有这个公众号" in page.text) == (404, True)


async def test_cookies_are_kept_from_scripts_and_the_session_ends_idle(
    handset: Handsets, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_account("oLi")
    phone = handset()
    answer = await phone.come_back(await phone.set_out(), phone.wechat.code("oLi"))
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE)]
    assert {"HttpOnly", "Path=/m", "SameSite=lax"} <= set(cookie.split("; "))
    sessions = [key async for key in redis.scan_iter("resident:session:*")]
    assert phone.http.cookies[COOKIE] not in str(sessions)
    assert timedelta(seconds=await redis.ttl(sessions[0])) <= timedelta(seconds=IDLE_SECONDS)
    monkeypatch.setattr(type(get_settings()), "base_url", "https://linli.example.org")
    assert "Secure" in (await handset().http.get("/m/in")).headers["set-cookie"]


async def test_logging_out_ends_the_session(handset: Handsets) -> None:
    await make_account("oLi")
    phone = handset()
    await phone.enter("oLi")
    kept = phone.http.cookies[COOKIE]
    assert "已退出" in (await phone.press("/m/", "在这台手机上退出")).text
    phone.http.cookies.set(COOKIE, kept, domain="127.0.0.1", path="/m")
    assert (await phone.http.get("/m/")).status_code == 302


async def test_whoever_hammers_the_way_in_waits(handset: Handsets) -> None:
    phone: Handset = handset()
    statuses = [(await phone.http.get("/m/in")).status_code for _ in range(61)]
    assert (statuses[:60], statuses[60]) == ([302] * 60, 429)


async def test_what_joins_accounts_is_kept_once(handset: Handsets) -> None:
    account = await make_account("oLi")
    for _ in range(2):
        phone = handset()
        state = await phone.set_out()
        code = phone.wechat.code("oLi")
        phone.wechat.people[f"{APP_ID}:{code}"] = SignedIn(APP_ID, "oLi", "uLi")
        assert (await phone.come_back(state, code)).status_code == 303
    await account.refresh_from_db()
    assert account.union_id == "uLi"
    [entry] = await AuditEntry.filter(action="account.join")
    assert "uLi" not in f"{entry.subject}{entry.detail}"
