"""A stranger's first minutes in a real browser: the phone on one side, the committee's panel on the other."""

import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from demonstration import PASSWORD as STAFF_PASSWORD
from tests.chromium import browser
from tests.journeys.conftest import COMMUNITY, PASSWORD, Service, Town

RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_register_vote_publish_close_and_see_the_result(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    address, code = town.take()
    phone = chromium.new_page(viewport=PHONE)
    panel = chromium.new_page(viewport=DESK)
    errors: list[str] = []
    for page in (phone, panel):
        page.on("pageerror", lambda error: errors.append(str(error)))

    _join(phone, service)
    for words in ("登记住址", "同意", address, "2", "外乡人", "1", code):
        _say(phone, words)
    expect(_answer(phone)).to_contain_text("登记成功")

    title = "楼道里装不装声控灯"
    _sign_in(panel, service)
    _publish(panel, title)
    panel.screenshot(path=tmp_path / "vote-open.png", full_page=True)
    assert panel.evaluate("document.documentElement.scrollWidth") <= DESK["width"]

    _say(phone, "投票")
    if "请选要看的投票" in (_answer(phone).text_content() or ""):
        _say(phone, title)
    expect(_answer(phone)).to_contain_text(title)
    _tap(phone, "2 不同意")
    _tap(phone, "确认")
    expect(_answer(phone)).to_contain_text("投票成功")
    assert RECEIPT.search(_answer(phone).text_content() or "")
    phone.screenshot(path=tmp_path / "receipt.png")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    panel.reload()
    expect(panel.locator("main")).to_contain_text("已投 1 户")
    service.linli("clock", "+8d")
    panel.reload()
    panel.get_by_role("button", name="计票").click()
    expect(panel.locator("main")).to_contain_text("已经计票，请另一位工作人员确认")
    expect(panel.get_by_role("button", name="确认结果")).to_have_count(0)
    vote = panel.url
    panel.get_by_role("button", name="退出").click()
    _sign_in(panel, service, f"approver-{COMMUNITY}", STAFF_PASSWORD)
    panel.goto(vote)
    panel.get_by_role("button", name="确认结果").click()
    expect(panel.locator("main")).to_contain_text("结果公示")
    panel.set_viewport_size(PHONE)
    panel.screenshot(path=tmp_path / "result.png", full_page=True)
    assert panel.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    _say(phone, "结果")
    if "请选" in (_answer(phone).text_content() or ""):
        _say(phone, title)
    expect(_answer(phone)).to_contain_text("不同意：1票")
    service.linli("clock", "reset")
    assert not errors


def _join(phone: Page, service: Service) -> None:
    phone.goto(f"{service.url}/simulator/")
    phone.get_by_role("button", name="添加第一位居民").or_(phone.get_by_role("button", name="添加居民")).last.click()
    expect(_answer(phone)).to_contain_text("登记住址")


def _answer(phone: Page) -> Locator:
    """The latest bubble of the official account."""
    return phone.locator(".chat li:not(.resident):not(.time):not(.note)").last


def _say(phone: Page, words: str) -> None:
    count = phone.locator(".chat > *").count()
    phone.locator(".words").last.fill(words)
    phone.get_by_role("button", name="发送", exact=True).last.click()
    phone.wait_for_function("count => document.querySelectorAll('.chat > *').length >= count + 2", arg=count)


def _tap(phone: Page, words: str) -> None:
    count = phone.locator(".chat > *").count()
    phone.get_by_text(words, exact=True).last.click()
    phone.wait_for_function("count => document.querySelectorAll('.chat > *').length >= count + 2", arg=count)


def _sign_in(panel: Page, service: Service, login: str = "chief", password: str = PASSWORD) -> None:
    panel.goto(f"{service.url}/admin/")
    panel.get_by_label("账号").fill(login)
    panel.get_by_label("密码").fill(password)
    panel.get_by_role("button", name="登录").click()


def _publish(panel: Page, title: str) -> None:
    panel.get_by_role("link", name="投票", exact=True).first.click()
    panel.get_by_role("link", name="新建投票").click()
    panel.get_by_label("标题").fill(title)
    panel.get_by_label("范围").select_option(index=1)
    panel.locator("form button.btn-primary").last.click()
    panel.get_by_role("button", name="发布").click()
    expect(panel.locator("main")).to_contain_text("投票中")
