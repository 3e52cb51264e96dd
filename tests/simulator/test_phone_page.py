"""The page in a real browser: chat, taps, menu, scanning, several phones, and that nothing written in a chat runs."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, FilePayload, Page, async_playwright, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from simulator.app import create_simulator
from simulator.conversation import UNAVAILABLE
from tests.chromium import QUIET, need_browser
from tests.simulator.stand_ins import Bot, Configure, Phones, served

HARM = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TAP = f'请选：<a href="weixin://bizmsgmenu?msgmenucontent={quote("我要投票")}&msgmenuid=m-7">投票</a>\n第二行 {HARM}'
MENU = {
    "button": [
        {"name": "事务", "sub_button": [{"type": "click", "name": "登记住址", "key": "bind"}]},
        {"type": "view", "name": "网页", "url": "https://example.org/"},
    ]
}


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = need_browser()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, configure: Configure) -> AsyncIterator[Page]:
    async with served(Starlette(routes=[Mount("/simulator", create_simulator(configure()))])) as address:
        page = await browser.new_page(base_url=f"{address}/simulator/", viewport={"width": 375, "height": 812})
        alarms: list[str] = []
        page.on("dialog", lambda dialog: alarms.append(dialog.message))
        page.on("pageerror", lambda error: alarms.append(str(error)))
        page.on("console", lambda message: alarms.append(message.text) if message.type == "error" else None)
        await page.goto("")
        yield page
        await page.close()
        assert alarms == []


async def add_first(page: Page) -> None:
    await page.get_by_role("button", name="添加第一位居民").click()
    await expect(page.get_by_text("已关注")).to_be_visible()


async def test_resident_joins_writes_and_taps(page: Page, bot: Bot) -> None:
    bot.replies(TAP)
    await add_first(page)
    await expect(page.get_by_label("居民1发消息")).to_be_focused()
    await page.keyboard.type("你好<b>")
    await page.keyboard.press("Enter")
    await expect(page.locator(".resident .bubble")).to_have_text("居民1：你好<b>")
    await page.get_by_role("link", name="投票").last.click()
    await expect(page.get_by_text("我要投票")).to_be_visible()
    assert (bot.pushed("Content")[-1], bot.pushed("bizmsgmenuid")[-1]) == ("我要投票", "m-7")


async def test_nothing_in_a_chat_becomes_markup(page: Page, bot: Bot) -> None:
    bot.replies(TAP + '<a href="javascript:alert(3)">点我</a><a href="https://example.org/?a=1&b=2">网页</a>')
    await add_first(page)
    bubble = page.locator(".account .bubble")
    await expect(bubble).to_contain_text(f"第二行 {HARM}点我网页")
    assert await bubble.locator("img, script").count() == 0
    addresses = [await link.get_attribute("href") for link in await bubble.locator("a").all()]
    assert addresses == ["#", "https://example.org/?a=1&b=2"]


async def test_menu_opens_by_keyboard_and_sends_its_key(page: Page, bot: Bot, phones: Phones) -> None:
    await phones.call("/cgi-bin/menu/create", MENU)
    await add_first(page)
    opener = page.get_by_role("button", name="事务")
    await opener.press("Enter")
    await expect(page.get_by_role("button", name="登记住址")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="登记住址")).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.press("Enter")
    bot.replies("请发送地址")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("请发送地址")).to_be_visible()
    assert bot.pushed("EventKey")[-1] == "bind"


async def test_page_button_opens_a_page_and_tells_the_account(page: Page, bot: Bot, phones: Phones) -> None:
    await phones.call("/cgi-bin/menu/create", MENU)
    await add_first(page)
    await page.context.route("https://example.org/", lambda route: route.fulfill(body="opened"))
    async with page.expect_popup() as opened:
        await page.get_by_role("button", name="网页").click()
    await expect((await opened.value).get_by_text("opened")).to_be_visible()
    for _ in range(500):
        if bot.pushed("EventKey")[-1]:
            break
        await asyncio.sleep(0.02)
    assert bot.pushed("EventKey")[-1] == "https://example.org/"


async def test_code_is_picked_and_scanned(page: Page, bot: Bot, phones: Phones) -> None:
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "bd_letter"}}}
    await phones.call("/cgi-bin/qrcode/create", scene)
    await add_first(page)
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("button", name="扫一扫").click()
    await page.get_by_role("button", name="bd_letter").click()
    await expect(page.get_by_label("二维码的内容")).to_have_value("bd_letter")
    await page.get_by_role("button", name="扫描").click()
    await expect(page.get_by_text("扫描了二维码 bd_letter")).to_be_visible()
    assert bot.pushed("Event")[-1] == "SCAN"


async def test_picture_is_shown_and_pushed(page: Page, bot: Bot) -> None:
    await add_first(page)
    picture: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": await page.screenshot()}
    await page.get_by_label("发送图片").set_input_files(picture)
    await expect(page.get_by_role("img", name="图片")).to_be_visible()
    assert bot.pushed("MsgType")[-1] == "image"


async def test_message_of_the_account_arrives_by_itself(page: Page, phones: Phones) -> None:
    await add_first(page)
    (resident,) = (await phones.http.get("phone/residents")).json()["residents"]
    await phones.send_text(resident["openid"], "您有一条通知")
    await expect(page.get_by_text("您有一条通知")).to_be_visible()


async def test_account_that_answers_nonsense_is_unavailable(page: Page, bot: Bot) -> None:
    await add_first(page)

    async def answer(request: Request, body: str) -> Response:
        return Response('{"reply": "好"}')

    bot.answer = answer
    await page.get_by_placeholder("发消息").fill("在吗")
    await page.get_by_role("button", name="发送", exact=True).click()
    await expect(page.get_by_text(UNAVAILABLE)).to_be_visible()


async def test_phones_stand_side_by_side_or_behind_tabs(page: Page) -> None:
    await add_first(page)
    await page.get_by_role("button", name="添加居民").click()
    first, second = page.get_by_role("region", name="居民1的手机"), page.get_by_role("region", name="居民2的手机")
    await expect(second).to_be_visible()
    await expect(first).to_be_hidden()
    await page.get_by_role("navigation", name="选择手机").get_by_role("button", name="居民1").click()
    await expect(first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375
    await page.set_viewport_size({"width": 1280, "height": 900})
    await expect(second).to_be_visible()
    left, right = await first.bounding_box(), await second.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]


async def test_leaving_and_coming_back(page: Page) -> None:
    await add_first(page)
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("button", name="取消关注").click()
    await expect(page.get_by_placeholder("发消息")).to_be_hidden()
    await page.get_by_role("button", name="关注", exact=True).click()
    await expect(page.get_by_placeholder("发消息")).to_be_visible()


async def test_large_letters_stay_after_a_reload(page: Page) -> None:
    await page.get_by_role("button", name="大字").click()
    await page.reload()
    await expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
