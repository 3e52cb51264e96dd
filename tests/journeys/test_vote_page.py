"""One vote on the residents' pages in a real browser at 375 px, without JavaScript; back afterwards says it is done."""

import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import browser
from tests.journeys.conftest import VOTE, Service, Town
from tests.journeys.test_own_pages import TINY, _look
from tests.journeys.test_screens import PHONE, _answer, _join, _say

RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_a_resident_votes_on_the_page(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    page, poll = _signed_in(service, town, chromium)
    for path in ("votes", f"votes/{poll}", f"votes/{poll}/roll", "receipts"):
        _look(page, service, path, tmp_path)
    page.get_by_role("button", name="关怀模式").click()
    _look(page, service, f"votes/{poll}", tmp_path / "care")
    assert page.evaluate(TINY) == []
    page.get_by_role("button", name="关怀模式").click()

    plain = chromium.new_context(
        viewport=PHONE, java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto(f"{service.url}/m/votes")
    plain.get_by_role("link", name=str(VOTE["title"])).click()
    plain.get_by_label("2 不关").check()
    plain.get_by_role("button", name="下一步").click()
    expect(plain.locator("main")).to_contain_text("您选择：2 不关")
    plain.screenshot(path=tmp_path / "confirm.png", full_page=True)
    plain.get_by_role("button", name="确认").click()
    expect(plain.get_by_role("heading", name="投票成功")).to_be_visible()
    plain.screenshot(path=tmp_path / "done.png", full_page=True)
    number = RECEIPT.search(plain.locator("main").inner_text())
    assert number

    plain.go_back()
    expect(plain.locator("main")).to_contain_text("您家已投票")
    expect(plain.get_by_role("button", name="下一步")).to_have_count(0)
    plain.screenshot(path=tmp_path / "back.png", full_page=True)
    plain.goto(f"{service.url}/m/receipts")
    plain.get_by_label("投票凭证号").fill(number[0])
    plain.get_by_role("button", name="查", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("已收到")


def _signed_in(service: Service, town: Town, chromium: Browser) -> tuple[Page, str]:
    """A resident who has just registered, on their own pages, and the number of the open vote."""
    address, code = town.take()
    wechat = chromium.new_context(viewport=PHONE)
    phone = wechat.new_page()
    _join(phone, service)
    for words in ("登记住址", "同意", address, "2", "外乡人", "1", code):
        _say(phone, words)
    expect(_answer(phone)).to_contain_text("登记成功")
    _say(phone, "我的")
    with wechat.expect_page() as opened:
        phone.locator(".chat a[target]").last.click()
    page = opened.value
    page.goto(f"{service.url}/m/votes")
    address = page.get_by_role("link", name=str(VOTE["title"])).get_attribute("href") or ""
    return page, address.rsplit("/", 1)[-1]
