"""What the pages show and refuse: own homes alone, masked neighbours, forms of this very session, 关怀模式."""

import pytest
from fastapi import FastAPI

from clock import clock
from miniprogram.layout import COOKIE
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, MemberRole
from tests.admin.browser import forms
from tests.factories import make_home
from tests.miniprogram.conftest import Handset, Handsets, make_account

CARE = 'data-weui-mode="care"'


async def bind(account: Account, home: Dwelling, name: str, role: MemberRole = MemberRole.OWNER) -> Binding:
    return await Binding.create(
        account=account,
        dwelling=home,
        role=role,
        name=name,
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_home(estate="幸福里")


@pytest.fixture
async def li(home: Dwelling, handset: Handsets) -> Handset:
    """李秀英's browser, signed in."""
    await bind(await make_account("oLi"), home, "李秀英")
    phone = handset()
    await phone.enter("oLi")
    return phone


async def test_a_home_is_shown_with_role_and_masked_family_and_without_code(li: Handset, home: Dwelling) -> None:
    await bind(await make_account("oWang"), home, "王大力", MemberRole.FAMILY)
    page = (await li.http.get("/m/")).text
    for words in (home.address, "业主（待核实）", "待核实", "王**"):
        assert words in page
    for secret in ("王大力", "李秀英", "oLi", "oWang", "绑定码"):
        assert secret not in page


async def test_nobody_sees_anothers_home(li: Handset, home: Dwelling, handset: Handsets) -> None:
    await make_account("oZhao")
    stranger = handset()
    page = await stranger.enter("oZhao")
    assert home.address not in page.text


@pytest.mark.parametrize("path", ["/m/logout", "/m/care"])
async def test_a_form_of_another_session_or_site_changes_nothing(li: Handset, handset: Handsets, path: str) -> None:
    await make_account("oZhao")
    other = handset()
    await other.enter("oZhao")
    foreign = forms((await other.http.get("/m/")).text)[0].values["token"]
    own = forms((await li.http.get("/m/")).text)[0].values["token"]
    assert (await li.http.post(path, data={"token": foreign})).status_code == 403
    assert (await li.http.post(path)).status_code == 403
    elsewhere = await li.http.post(path, data={"token": own}, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert (await li.http.get("/m/")).status_code == 200


async def test_a_button_without_a_session_is_not_pressed_later(surface: FastAPI, handset: Handsets) -> None:
    answer = await handset().http.post("/m/logout", data={"token": "x"})
    assert answer.status_code == 403
    assert "没有提交" in answer.text


async def test_pressing_too_often_is_braked(li: Handset) -> None:
    token = forms((await li.http.get("/m/")).text)[0].values["token"]
    statuses = [(await li.http.post("/m/logout", data={"token": "stale"})).status_code for _ in range(20)]
    assert set(statuses) == {403}
    assert (await li.http.post("/m/logout", data={"token": token})).status_code == 429
    assert (await li.http.get("/m/")).status_code == 200


async def test_care_mode_holds_from_the_first_byte_also_for_strangers(handset: Handsets) -> None:
    phone = handset()
    page = await phone.http.get("/m/back")
    assert CARE not in page.text
    [form] = forms(page.text)
    await phone.http.post("/m/care", data=form.values | {"care": "on"})
    assert CARE in (await phone.http.get("/m/back")).text
    await make_account("oLi")
    assert CARE in (await phone.enter("oLi")).text
    switched = await phone.press("/m/", "关怀模式：已开")
    assert switched.headers["location"] == "/m/"
    assert CARE not in (await phone.http.get("/m/")).text


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/m/../admin/", "/m/\\evil", "/admin/"])
async def test_the_switch_leads_nowhere_else(li: Handset, path: str) -> None:
    token = forms((await li.http.get("/m/")).text)[0].values["token"]
    answer = await li.http.post("/m/care", data={"token": token, "care": "on", "next": path})
    assert answer.headers["location"].startswith("/m/")
    assert ".." not in answer.headers["location"]


async def test_pages_carry_the_headers_that_protect_them(li: Handset) -> None:
    for path in ("/m/", "/m/nothing", "/m/back"):
        headers = (await li.http.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
    assert (await li.http.get("/m/static/pages.css")).headers["cache-control"] == "no-cache"
    assert COOKIE in li.http.cookies
