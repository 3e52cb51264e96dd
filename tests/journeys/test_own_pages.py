"""A resident's own pages in a real browser at 375 px: from chat through sign-in; 关怀模式; a preview refused."""

import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.chromium import browser
from tests.journeys.conftest import Service, Town
from tests.journeys.test_screens import PHONE, _answer, _join, _say

PAGES = (
    "",
    "notices",
    "articles",
    "subscribe",
    "stored",
    "corrections",
    "consent",
    "consent/residency/withdraw",
    "closing",
)
SMALL = """() => [...document.querySelectorAll('a, button, select, textarea, .check')]
  .filter(e => !e.classList.contains('skip') && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
TINY = """() => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 20).map(e => e.outerHTML)"""


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_from_the_chat_to_the_own_pages_and_out(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    address, code = town.take()
    wechat = chromium.new_context(viewport=PHONE, java_script_enabled=True)
    phone = wechat.new_page()
    _join(phone, service)
    for words in ("登记住址", "同意", address, "2", "外乡人", "1", code):
        _say(phone, words)
    expect(_answer(phone)).to_contain_text("登记成功")
    _say(phone, "我的")
    with wechat.expect_page() as opened:
        phone.locator(".chat a[target]").last.click()
    page = opened.value
    expect(page.get_by_role("heading", name=address)).to_be_visible()

    for path in PAGES:
        _look(page, service, path, tmp_path)
    page.goto(f"{service.url}/m/")
    page.get_by_role("button", name="关怀模式").click()
    for path in PAGES:
        _look(page, service, path, tmp_path / "care")
        assert page.evaluate(TINY) == []

    page.goto(f"{service.url}/m/stored")
    with page.expect_download() as file:
        page.get_by_role("button", name="下载我的信息").click()
    assert json.loads(Path(file.value.path()).read_text("utf-8"))["登记"][0]["住址"] == address
    _correct(page, service)

    page.goto(f"{service.url}/m/in")
    page.get_by_role("link", name="只是预览").click()
    expect(page.get_by_role("heading", name="请使用完整服务")).to_be_visible()
    assert Axe().run(page).violations_count == 0


def _look(page: Page, service: Service, path: str, folder: Path) -> None:
    """Nothing sticks out, nothing is too small to tap, and axe finds nothing."""
    page.goto(f"{service.url}/m/{path}")
    page.screenshot(path=folder / f"{path.replace('/', '-') or 'home'}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert page.evaluate(SMALL) == [], path
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def _correct(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/m/corrections")
    page.get_by_label("正确的是什么").fill("楼号写错了")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("更正号")
