"""A resident and two workers, each in a window of their own, on two processes: from the question to its end."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import browser
from tests.journeys.conftest import COMMUNITY, Service, Town
from tests.journeys.desk import Desk
from tests.journeys.test_notice import _registered
from tests.journeys.test_screens import _answer, _say

SCRIPT = "<script>document.title='坏了'</script><b>漏水</b>"
SOON = 20_000
"""Milliseconds: other tests share the machine; what changes is told at once."""


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_a_question_from_the_phone_to_the_desk_and_back(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe", workers=2)
    phone = _registered(chromium, service, town)
    worker, colleague = (Desk(chromium, service, tmp_path, role) for role in ("worker", "grid_worker"))
    worker.to("/admin/inbox").look("70-empty")
    expect(worker.page.locator("#pile")).to_contain_text("现在没有居民等人回")

    _say(phone, "人工")
    _say(phone, SCRIPT)
    expect(_answer(phone)).to_contain_text("已转人工")
    # Without a reload: the other window learns of it from whichever process took the message.
    expect(worker.page.locator("#pile")).to_contain_text("漏水", timeout=SOON)
    worker.look("71-new", narrow=True).page.get_by_role("link", name="漏水").click()
    expect(worker.page.locator("#lines")).to_contain_text(SCRIPT)
    assert "坏了" not in worker.page.title()

    colleague.to(_path(worker.page))
    expect(worker.page.locator("#lines")).to_contain_text("也在看这条", timeout=SOON)
    colleague.page.get_by_label("回复内容").press_sequentially("我来")
    expect(worker.page.locator("#lines")).to_contain_text("正在写回复", timeout=SOON)
    worker.look("72-colliding", narrow=True)

    worker.fill(回复内容="今天下午去修").press("回复", "已发给居民")
    expect(_answer(phone)).to_contain_text("今天下午去修", timeout=SOON)
    expect(colleague.page.locator("#lines")).to_contain_text("今天下午去修", timeout=SOON)
    colleague.press("回复", "同事正在处理")
    expect(colleague.page.get_by_label("您刚才写的，没有发出")).to_have_value("我来")

    # While a worker holds it the bot is silent; what is said lies on the desk at once.
    _words(phone, "几点来？")
    expect(worker.page.locator("#lines")).to_contain_text("几点来？", timeout=SOON)
    worker.page.get_by_text("备注（只有同事看得到）").click()
    worker.fill(备注内容="老人独居，先打电话").press("备注", "已记下").look("73-talk", narrow=True)
    expect(_answer(phone)).to_contain_text("今天下午去修")
    assert "老人独居" not in phone.content()

    worker.page.get_by_text("转交", exact=True).first.click()
    worker.page.get_by_label("转给谁").select_option(f"login:grid_worker-{COMMUNITY}")
    worker.fill(转交原因="您熟悉这栋楼").press("转交", "已转交")
    colleague.to("/admin/inbox?which=mine").page.get_by_role("link", name="漏水").click()
    colleague.press("接手", "已接手").press("结束", "已结束").look("74-closed")
    phone.screenshot(path=tmp_path / "75-phone.png")


def _path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def _words(phone: Page, words: str) -> None:
    """Say what gets no answer."""
    phone.locator(".words").last.fill(words)
    phone.get_by_role("button", name="发送", exact=True).last.click()
