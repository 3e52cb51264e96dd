"""A notice by everybody who has a hand in it: written, passed, sent, read, walked to the last door, taken back."""

import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import browser
from tests.journeys.conftest import Service, Town
from tests.journeys.desk import Desk
from tests.journeys.test_screens import PHONE, _answer, _join, _say

TITLE = "三号楼明天上午停水"
WRITTEN = {
    "标题": TITLE,
    "正文": "供水所更换阀门，请提前储水。",
    "责任单位": "第一社区居委会",
    "责任人": "值班负责人",
    "联系电话": "0101-7000-0001",
}
SOON = 20_000
"""Milliseconds: outreach goes round every five seconds."""


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_a_notice_from_the_draft_to_the_last_door(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    phone = _registered(chromium, service, town)
    editor = Desk(chromium, service, tmp_path, "editor")
    notice = _written(editor)
    approver = _sent(chromium, service, tmp_path, notice)

    expect(_answer(phone)).to_contain_text(TITLE, timeout=SOON)
    _say(phone, "已阅")
    expect(_answer(phone)).to_contain_text("已记下：您已阅这条通知")
    phone.screenshot(path=tmp_path / "60-read.png")
    _arrived(editor, notice)
    left = _walked(editor, notice)
    _walked_by_link(chromium, editor, notice, left)

    approver.to(notice).fill(标题=f"{TITLE}，改到下午")
    approver.page.locator("#correct-reason").fill("供水所改了时间")
    approver.press("更正", "已更正").look("66-corrected")
    expect(_answer(phone)).to_contain_text("改到下午", timeout=SOON)
    approver.page.locator("#withdraw-reason").fill("供水所说不停了")
    approver.press("撤回", "已撤回").look("67-withdrawn", narrow=True)
    expect(_answer(phone)).to_contain_text("这条通知已撤回", timeout=SOON)
    phone.screenshot(path=tmp_path / "68-withdrawn.png")


def _registered(chromium: Browser, service: Service, town: Town) -> Page:
    address, code = town.take()
    phone = chromium.new_context(viewport=PHONE).new_page()  # pyright: ignore[reportArgumentType]
    _join(phone, service)
    for words in ("登记住址", "同意", address, "2", "外乡人", "1", code):
        _say(phone, words)
    expect(_answer(phone)).to_contain_text("登记成功")
    return phone


def _written(editor: Desk) -> str:
    """The address of an urgent notice, with whom it would reach counted while it was written, and a picture."""
    editor.to("/admin/notices/new").fill(**WRITTEN)
    editor.page.get_by_label("类别").select_option(label="紧急")
    editor.page.get_by_label("范围").select_option(index=1)
    for box in ("短信", "要回执"):
        editor.page.get_by_label(box, exact=True).set_checked(box == "要回执")
    # Without the page's scripts the button counts, with them each change does.
    editor.page.get_by_role("button", name="看看能送到谁").click()
    counted = editor.page.locator("#audience")
    expect(counted).to_contain_text(re.compile(r"[1-9]\d* 人，[1-9]\d* 户"), timeout=SOON)
    expect(counted).to_contain_text("公众号消息")
    editor.look("61-form", narrow=True).press("新建通知", "草稿已保存")
    editor.upload("添加附件").press("上传", "附件已存").look("62-draft", narrow=True)
    editor.press("提交审核", "等审核人看")
    return editor.page.url.removeprefix(editor.url)


def _sent(chromium: Browser, service: Service, folder: Path, notice: str) -> Desk:
    reviewer, approver = (Desk(chromium, service, folder, role) for role in ("reviewer", "approver"))
    reviewer.to(notice).press("通过", "已通过，等批准人发送")
    return approver.to(notice).press("发送", "开始发送了")


def _arrived(editor: Desk, notice: str) -> None:
    """The funnel, to its last step."""
    editor.to(f"{notice}/reach")
    funnel = editor.page.locator("#funnel tbody")
    for word in ("已发出", "已读", "已阅"):
        expect(funnel.get_by_role("row").filter(has_text=word)).to_have_text(re.compile(rf"{word}\s*1\s*1\s*[\d.]+%"))
    editor.look("63-funnel", narrow=True)


def _walked(editor: Desk, notice: str) -> int:
    """How many homes are left after one was told by phone, and the list was printed."""
    editor.to(f"{notice}/unreached").look("64-unreached", narrow=True)
    expect(editor.page.locator("main")).to_contain_text("没有关注")
    homes = editor.page.get_by_role("button", name="电话告知").count()
    editor.page.get_by_role("button", name="电话告知").first.click()
    expect(editor.page.locator("main")).to_contain_text("这一户告知过了")
    expect(editor.page.get_by_role("button", name="电话告知")).to_have_count(homes - 1)
    editor.page.get_by_role("link", name="打印上门单").click()
    expect(editor.page.locator("main")).to_contain_text("供水所更换阀门")
    editor.look("65-doorstep")
    return homes - 1


def _walked_by_link(chromium: Browser, editor: Desk, notice: str, left: int) -> None:
    """A grid worker without a login ticks one room of the first building on a phone."""
    editor.to(f"{notice}/unreached")
    editor.page.get_by_label("楼栋").select_option(index=1)
    editor.press("查看").press("生成链接", "链接生成了").look("65-link", narrow=True)
    address = editor.page.get_by_label("链接").input_value()
    worker = chromium.new_context(viewport=PHONE).new_page()  # pyright: ignore[reportArgumentType]
    worker.goto(address)
    rooms = worker.get_by_role("button", name="已告知")
    homes = rooms.count()
    rooms.first.click()
    expect(rooms).to_have_count(homes - 1)
    worker.screenshot(path=editor.folder / "65-door.png", full_page=True)
    assert worker.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    editor.to(f"{notice}/unreached")
    expect(editor.page.get_by_role("button", name="电话告知")).to_have_count(left - 1)
