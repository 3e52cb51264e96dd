"""Subscription notices, template messages and mass messages: what the stand-in shows, refuses and reports."""

import pytest

from tests.simulator.stand_ins import Bot, Phones

NOTICE = {"thing1": {"value": "明天停水"}, "thing2": {"value": "紧急"}, "thing3": {"value": "河东社区"}}
BIZSEND, TEMPLATE, MASS = (f"/cgi-bin/message/{name}" for name in ("subscribe/bizsend", "template/send", "mass/send"))


def to(openid: str, template_id: str, data: object = NOTICE, **more: str) -> dict:
    return {"touser": openid, "template_id": template_id, "data": data, **more}


async def test_a_tick_is_one_subscription_notice_and_a_standing_one_is_all(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    once, always = to(openid, "SIM-CREDIT-NOTICE", page="https://x/m/1"), to(openid, "SIM-STANDING-NOTICE")
    assert (await phones.call(BIZSEND, once))["errcode"] == 43101
    await phones.press(openid, "allow")
    assert bot.pushed("Event")[-1] == "subscribe_msg_popup_event"
    assert bot.bodies[-1].count("<List>") == 8
    assert [(await phones.call(BIZSEND, once))["errcode"] for _ in range(2)] == [0, 43101]
    assert [(await phones.call(BIZSEND, always))["errcode"] for _ in range(3)] == [0, 0, 0]
    assert bot.pushed("Event")[-3:] == ["subscribe_msg_sent_event"] * 3
    said = await phones.words(openid)
    assert said[-4] == "【社区通知】\n通知标题：明天停水\n通知类型：紧急\n发布单位：河东社区\nhttps://x/m/1"


async def test_a_template_message_is_shown_and_reported_by_its_number(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    answer = await phones.call(TEMPLATE, to(openid, "SIM-TEMPLATE-NOTICE"))
    assert answer["errcode"] == 0
    assert bot.pushed("Event")[-1] == "TEMPLATESENDJOBFINISH"
    assert bot.pushed("MsgID")[-1] == str(answer["msgid"])
    assert bot.pushed("Status")[-1] == "success"


@pytest.mark.parametrize(
    ("template_id", "value", "errcode"),
    [
        ("SIM-TEMPLATE-NOTICE", "一" * 21, 47003),
        ("SIM-TEMPLATE-NOTICE", "", 47003),
        ("SIM-TEMPLATE-NOTICE", "停\n水", 47003),
        ("SIM-GONE", "停水", 40037),
        ("SIM-CREDIT-NOTICE", "停水", 40037),
    ],
)
async def test_a_wrong_value_or_template_is_refused_as_the_platform_does(
    phones: Phones, template_id: str, value: str, errcode: int
) -> None:
    openid = await phones.add()
    before = await phones.words(openid)
    answer = await phones.call(TEMPLATE, to(openid, template_id, NOTICE | {"thing1": {"value": value}}))
    assert answer["errcode"] == errcode
    if errcode == 47003:
        assert answer["errmsg"].startswith("argument invalid! data.thing1.value invalid rid:")
    assert await phones.words(openid) == before


async def test_strangers_and_those_who_left_get_nothing(phones: Phones) -> None:
    openid = await phones.add(follow=False)
    assert (await phones.call(TEMPLATE, to(openid, "SIM-TEMPLATE-NOTICE")))["errcode"] == 43004
    assert (await phones.call(TEMPLATE, to("oNobody", "SIM-TEMPLATE-NOTICE")))["errcode"] == 40003


async def test_a_mass_message_reaches_those_who_follow_and_says_how_many(phones: Phones, bot: Bot) -> None:
    first, second = await phones.add(), await phones.add()
    gone = await phones.add(follow=False)
    body = {"touser": [first, second, gone], "msgtype": "text", "text": {"content": "周六义诊"}}
    assert (await phones.call(MASS, body))["errcode"] == 0
    assert [(await phones.words(openid))[-1] for openid in (first, second)] == ["周六义诊"] * 2
    assert await phones.words(gone) == []
    told = {name: bot.pushed(name)[-1] for name in ("Event", "TotalCount", "SentCount", "ErrorCount")}
    assert told == {"Event": "MASSSENDJOBFINISH", "TotalCount": "3", "SentCount": "2", "ErrorCount": "1"}
    assert (await phones.call(MASS, body | {"touser": [first]}))["errcode"] == 40130
