"""The stand-in's look at texts: by its table of words, of its own residents alone."""

import pytest

from tests.simulator.stand_ins import Phones

PATH = "/wxa/msg_sec_check"


@pytest.mark.parametrize(("text", "suggest"), [("装一盏灯", "pass"), ("网上赌博", "risky"), ("你个傻瓜", "review")])
async def test_a_text_is_judged_by_its_words(phones: Phones, text: str, suggest: str) -> None:
    openid = await phones.add()
    answer = await phones.call(PATH, {"version": 2, "openid": openid, "scene": 3, "content": text})
    assert (answer["result"]["suggest"], bool(answer["trace_id"])) == (suggest, True)


async def test_nobody_and_nothing_are_refused(phones: Phones) -> None:
    assert (await phones.call(PATH, {"openid": "oNobody", "content": "话"}))["errcode"] == 61010
    assert (await phones.call(PATH, {"openid": await phones.add(), "content": ""}))["errcode"] == 44004
