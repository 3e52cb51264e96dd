"""A quarrel from the proposal to its appraisal, in chat, on the panel and on the public page, at both widths."""

import time
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from clock import clock
from tests.chromium import browser
from tests.journeys.conftest import Service, Town
from tests.journeys.desk import DESK, PICTURES, Desk
from tests.journeys.platform_push import Platform
from tests.journeys.test_screens import PHONE

TITLE, PROBLEM = "电动车停哪里充电", "地面车棚只有60个位，楼道里有人飞线充电。"
OPINION, BODY = "北门加两层停车架", "充电棚离楼不足6米要有防火隔断"
RESOLUTION = "先改一号车棚80位，费用由充电收益三年摊回。"


@pytest.fixture
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_a_quarrel_from_the_proposal_to_the_appraisal(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe", workers=2)
    proposer, neighbour = (_known(service, town, f"oQuarrel{number}") for number in range(2))
    worker, approver, editor = (Desk(chromium, service, tmp_path, role) for role in ("worker", "approver", "editor"))

    _proposed(proposer)
    _passed(worker.to("/admin/moderation").look("80-queue", narrow=True))
    _endorsed(neighbour)
    topic = _reviewed(approver, editor)
    _deliberated(proposer, neighbour, worker, topic)
    _decided(approver, editor, topic)
    _appraised(service, proposer, approver, topic)
    _public(chromium, service, topic, tmp_path)
    service.linli("clock", "reset")


def _known(service: Service, town: Town, openid: str) -> Platform:
    """The chat of somebody whom the register knows."""
    address, code = town.take()
    phone = service.phone(openid)
    for words in ("登记住址", "同意", address, "1", "周安宁"):
        phone.say(words)
    assert "登记成功" in phone.say(code)
    return phone


def _passed(worker: Desk) -> None:
    worker.page.get_by_role("button", name="通过").first.click()
    expect(worker.page.locator("main")).to_contain_text("现在没有等您审核的发言")


def _proposed(phone: Platform) -> None:
    for words in ("提议", TITLE):
        phone.say(words)
    assert TITLE in phone.say(PROBLEM)
    assert "已收到您的提议" in phone.say("确认")


def _endorsed(phone: Platform) -> None:
    said = phone.say("我也想提")
    for _ in range(20):  # the clock hands over what a moderator has decided every five seconds
        if "已有1户附议，要2户" in said:
            break
        time.sleep(1)
        said = phone.say("我也想提")
    assert "已有1户附议，要2户" in said
    assert "够2户" in phone.say("1")


def _reviewed(approver: Desk, editor: Desk) -> str:
    """The address of the topic, taken up and without a posting for a reason that all can read."""
    approver.to("/admin/consultations").look("81-board", narrow=True).page.get_by_role("link", name=TITLE).click()
    topic = approver.page.url.removeprefix(approver.url)
    editor.to(f"{topic}/edit").fill(参与方="居民\n物业\n消防").press("保存", "物业")
    approver.to(topic).look("82-review", narrow=True)
    card = approver.page.locator("form", has=approver.page.get_by_role("heading", name="列入议事"))
    card.get_by_label("答复", exact=True).fill("消防隐患，大家一起商量。")
    card.get_by_text("紧急，跳过公示").click()
    card.get_by_label("跳过公示的原因").fill("消防限期整改")
    card.get_by_role("button", name="列入议事").click()
    expect(approver.page.locator("main")).to_contain_text("消防限期整改")
    return topic


def _deliberated(proposer: Platform, neighbour: Platform, worker: Desk, topic: str) -> None:
    for words in ("发言", OPINION):
        proposer.say(words)
    assert "收到，谢谢您的观点" in proposer.say("确认")
    _passed(worker.to("/admin/moderation"))
    worker.to(f"{topic}/statements").page.get_by_label("其他单位").fill("消防")
    worker.page.get_by_label("观点", exact=True).fill(BODY)
    worker.press("发布观点", "已发布").look("83-statements", narrow=True)
    assert "第1条，共2条" in neighbour.say("议事")
    neighbour.say("1")
    assert "您都表过态了" in neighbour.say("2")


def _decided(approver: Desk, editor: Desk, topic: str) -> None:
    approver.to(topic)
    _early(approver, "进入表决或共识", "意见已经一致")
    editor.to(topic).page.get_by_label("协商意见", exact=True).fill(RESOLUTION)
    editor.page.get_by_label("不同意见", exact=True).fill("7号楼3户要求移到北门。")
    editor.press("保存意见书", "意见书已保存").look("84-resolution", narrow=True)
    approver.to(topic).press("公布决定", "决定已公布")
    editor.to(topic).fill(做什么="出方案和造价", 谁负责="物业经理", 哪天前=str(clock.today() + timedelta(days=30)))
    editor.press("加任务", "出方案和造价").look("85-tasks", narrow=True)


def _early(approver: Desk, word: str, reason: str) -> None:
    """A step before its time, for a reason that all can read."""
    card = approver.page.locator("form", has=approver.page.get_by_role("heading", name=word))
    card.get_by_label("原因").fill(reason)
    card.get_by_role("button", name=word).click()
    expect(approver.page.locator("main")).to_contain_text(reason)


def _appraised(service: Service, phone: Platform, approver: Desk, topic: str) -> None:
    """Not carried out, so it is begun anew; then carried out, and it ends."""
    _early(approver.to(topic), "请居民评议", "任务不多")
    for words in ("评议", "未落实"):
        phone.say(words)
    assert "已记下您的评议" in phone.say("2")
    service.linli("clock", "+15d")
    expect(approver.to(topic).page.locator("main")).to_contain_text("未落实，重新办理")
    approver.look("86-reopened", narrow=True)
    _early(approver, "请居民评议", "已经办完")
    for words in ("评议", "1", "5"):
        phone.say(words)
    service.linli("clock", "+30d")
    expect(approver.to(topic).page.locator("h1")).to_contain_text("已办结")


def _public(chromium: Browser, service: Service, topic: str, folder: Path) -> None:
    """Everything that was skipped, shortened and begun anew stands on the page that anybody may open."""
    page = chromium.new_context(viewport=PHONE).new_page()  # pyright: ignore[reportArgumentType]
    page.goto(f"{service.url}{topic.replace('/admin/', '/m/')}")
    for words in (TITLE, RESOLUTION, "消防限期整改", "意见已经一致", "未落实，重新办理", "7号楼3户", "物业经理"):
        expect(page.locator("main")).to_contain_text(words)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        if PICTURES:
            page.screenshot(path=folder / f"87-public-{size['width']}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
