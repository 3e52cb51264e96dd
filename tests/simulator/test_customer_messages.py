"""Customer messages: the allowance each act opens, the refusals, and the "typing" sign."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.simulator.stand_ins import Bot, Phones

HOUR = 3600


async def resident_without_window(phones: Phones) -> str:
    openid = await phones.add()
    phones.clock.seconds += 61
    return openid


async def sent_until_refused(phones: Phones, openid: str) -> tuple[int, int]:
    """How many messages pass, and the errcode of the first that does not."""
    for count in range(10):
        if errcode := await phones.send_text(openid):
            return count, errcode
    raise AssertionError("never refused")


async def test_sent_message_opens_five_for_48_hours(phones: Phones) -> None:
    openid = await resident_without_window(phones)
    await phones.press(openid, "text", text="你好")
    assert await sent_until_refused(phones, openid) == (5, 45047)
    await phones.press(openid, "text", text="你好")
    phones.clock.seconds += 48 * HOUR - 1
    assert await phones.send_text(openid) == 0
    phones.clock.seconds += 1
    assert await phones.send_text(openid) == 45015


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("click", {"key": "menu"}),
        ("scan", {"scene": "bd_1"}),
        ("text", {"text": "投票", "list_id": "m1"}),
        ("scancode", {"kind": "scancode_waitmsg", "key": "k", "result": "r"}),
    ],
)
async def test_click_scan_and_tapped_choice_open_three_for_a_minute(phones: Phones, name: str, data: dict) -> None:
    openid = await resident_without_window(phones)
    await phones.press(openid, name, **data)
    assert await sent_until_refused(phones, openid) == (3, 45047)
    phones.clock.seconds += 60
    assert await phones.send_text(openid) == 45015


async def test_following_opens_three_for_a_minute(phones: Phones) -> None:
    assert await sent_until_refused(phones, await phones.add()) == (3, 45047)


async def test_opening_a_page_from_the_menu_opens_nothing(phones: Phones) -> None:
    openid = await resident_without_window(phones)
    await phones.press(openid, "view", url="https://example.org/")
    assert await phones.send_text(openid) == 45015


async def test_allowances_do_not_add_up_and_the_larger_rest_stays(phones: Phones) -> None:
    openid = await resident_without_window(phones)
    await phones.press(openid, "text", text="你好")
    assert await phones.send_text(openid) == 0
    await phones.press(openid, "click", key="menu")
    assert await sent_until_refused(phones, openid) == (4, 45047)
    await phones.press(openid, "click", key="menu")
    phones.clock.seconds += 24 * HOUR
    assert await sent_until_refused(phones, openid) == (3, 45047)


async def test_stranger_and_one_who_left_get_nothing(phones: Phones) -> None:
    openid = await phones.add()
    await phones.press(openid, "unfollow")
    assert await phones.send_text("oSIM-nobody") == 40003
    assert await phones.send_text(openid) == 43004


async def test_coming_back_opens_no_more_than_following_does(phones: Phones) -> None:
    openid = await phones.add()
    await phones.press(openid, "text", text="你好")
    for name in ("unfollow", "follow"):
        await phones.press(openid, name)
    assert await sent_until_refused(phones, openid) == (3, 45047)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"msgtype": "text", "text": {"content": "汉" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "选", "list": []}}, 44004),
        ({"msgtype": "hologram", "hologram": {}}, 40008),
        ({"msgtype": ["text"]}, 40008),
    ],
)
async def test_unfit_message_is_refused_and_costs_nothing(phones: Phones, message: dict, expected: int) -> None:
    openid = await phones.add()
    answer = await phones.call("/cgi-bin/message/custom/send", {"touser": openid, **message})
    assert answer["errcode"] == expected
    assert await sent_until_refused(phones, openid) == (3, 45047)


async def test_choices_and_pictures_arrive_in_the_phone(phones: Phones) -> None:
    openid = await phones.add()
    picture = b"\x89PNG\r\n\x1a\n" + b"x" * 100
    token = await phones.token()
    uploaded = await phones.http.post(
        "api/cgi-bin/media/upload", params={"access_token": token, "type": "image"}, files={"media": ("a.png", picture)}
    )
    media_id = uploaded.json()["media_id"]
    choices = {"head_content": "满意吗？", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"}
    for message in ({"msgtype": "image", "image": {"media_id": media_id}}, {"msgtype": "msgmenu", "msgmenu": choices}):
        assert (await phones.call("/cgi-bin/message/custom/send", {"touser": openid, **message}))["errcode"] == 0
    *_, image, menu = (await phones.http.get(f"phone/{openid}/messages")).json()["messages"]
    assert (image["kind"], image["media_id"]) == ("image", media_id)
    assert (menu["head"], menu["choices"]) == ("满意吗？", [{"id": "101", "content": "满意"}])
    fetched = await phones.http.get("api/cgi-bin/media/get", params={"access_token": token, "media_id": media_id})
    assert (fetched.headers["content-type"], fetched.content) == ("image/png", picture)


async def test_unicode_escapes_stand_in_the_phone_as_they_were_sent(phones: Phones) -> None:
    openid = await phones.add()
    body = rb'{"touser": "%b", "msgtype": "text", "text": {"content": "\u60a8\\u597d\n"}}' % openid.encode()
    query = {"access_token": await phones.token()}
    answer = await phones.http.post("api/cgi-bin/message/custom/send", params=query, content=body)
    assert answer.json()["errcode"] == 0
    assert (await phones.words(openid))[-1] == "\\u60a8\\u597d\n"


class TestTyping:
    async def command(self, phones: Phones, openid: str, command: str = "Typing") -> int:
        data = {"touser": openid, "command": command}
        return (await phones.call("/cgi-bin/message/custom/typing", data))["errcode"]

    async def is_shown(self, phones: Phones, openid: str) -> bool:
        seen = await phones.http.get("phone/live")
        return next(phone["typing"] for phone in seen.json()["residents"] if phone["openid"] == openid)

    async def test_shows_until_a_message_comes(self, phones: Phones) -> None:
        openid = await phones.add()
        assert await self.command(phones, openid) == 0
        assert await self.command(phones, openid) == 45081
        assert await self.is_shown(phones, openid)
        await phones.send_text(openid)
        assert not await self.is_shown(phones, openid)
        assert await self.command(phones, openid) == 0
        assert await self.command(phones, openid, "CancelTyping") == 0
        assert not await self.is_shown(phones, openid)

    async def test_needs_an_act_within_thirty_seconds_and_a_known_command(self, phones: Phones) -> None:
        openid = await phones.add()
        phones.clock.seconds += 31
        assert await self.command(phones, openid) == 45080
        assert await self.command(phones, openid, "Sleep") == 45072


async def test_message_sent_while_the_webhook_still_thinks_comes_before_its_reply(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()

    async def send_then_reply(request: Request, body: str) -> Response:
        assert await phones.send_text(openid, "先到") == 0
        bot.replies("后到")
        return await bot.answer(request, body)

    bot.answer = send_then_reply
    await phones.press(openid, "text", text="你好")
    assert (await phones.words(openid))[-3:] == ["你好", "先到", "后到"]
