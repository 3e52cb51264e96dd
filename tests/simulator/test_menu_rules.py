"""The menu the platform takes, and the code of each fault it refuses."""

from typing import Any

import pytest

from tests.simulator.stand_ins import Phones

OK = {"errcode": 0, "errmsg": "ok"}
VOTE = {"type": "click", "name": "投票", "key": "vote"}
PAGE = {"type": "view", "name": "网页", "url": "https://example.org/"}
MENU = {
    "button": [
        {"name": "社区事务", "sub_button": [VOTE, PAGE]},
        {"type": "scancode_waitmsg", "name": "扫码", "key": "scan", "sub_button": []},
        {"type": "miniprogram", "name": "小程序", "url": "https://example.org/", "appid": "wx1", "pagepath": "p"},
    ]
}


async def test_menu_is_kept_shown_and_deleted(phones: Phones) -> None:
    assert await phones.call("/cgi-bin/menu/create", MENU) == OK
    assert await phones.call("/cgi-bin/menu/get") == {"menu": MENU}
    assert (await phones.http.get("phone/live")).json()["menu"] == MENU
    assert await phones.call("/cgi-bin/menu/delete") == OK
    assert (await phones.call("/cgi-bin/menu/get"))["errcode"] == 46003
    assert (await phones.http.get("phone/live")).json()["menu"] is None


@pytest.mark.parametrize(
    "button",
    [VOTE | {"name": "一二三四五a"}, VOTE | {"key": "k" * 128}, PAGE | {"url": "https://" + "u" * 1016}],
    ids=["16 bytes of name", "128 bytes of key", "1024 bytes of address"],
)
async def test_largest_button_is_taken(phones: Phones, button: dict[str, Any]) -> None:
    assert await phones.call("/cgi-bin/menu/create", {"button": [button]}) == OK


@pytest.mark.parametrize(
    ("buttons", "expected"),
    [
        ([], 40016),
        ([VOTE] * 4, 40016),
        ("投票", 40016),
        (["投票"], 40016),
        ([{"name": "投票", "key": "vote"}], 40017),
        ([VOTE | {"type": "dance"}], 40017),
        ([VOTE | {"sub_button": [VOTE]}], 40017),
        ([VOTE | {"name": ""}], 40018),
        ([VOTE | {"name": "一二三四五ab"}], 40018),
        ([{"type": "click", "name": "投票"}], 40019),
        ([VOTE | {"key": "k" * 129}], 40019),
        ([{"type": "view", "name": "网页"}], 40020),
        ([PAGE | {"url": "https://" + "u" * 1017}], 40020),
        ([PAGE | {"url": "javascript:alert(1)"}], 40055),
        ([{"name": "事务", "sub_button": [VOTE] * 6}], 40023),
        ([{"name": "事务", "sub_button": [VOTE | {"name": "一" * 21}]}], 40025),
        ([{"name": "事务", "sub_button": [VOTE | {"type": "dance"}]}], 40017),
    ],
)
async def test_unfit_menu_is_refused_and_the_old_one_stays(phones: Phones, buttons: Any, expected: int) -> None:
    await phones.call("/cgi-bin/menu/create", MENU)
    assert (await phones.call("/cgi-bin/menu/create", {"button": buttons}))["errcode"] == expected
    assert await phones.call("/cgi-bin/menu/get") == {"menu": MENU}


async def test_unicode_escapes_are_refused(phones: Phones) -> None:
    body = rb'{"button": [{"type": "click", "name": "\u6295", "key": "vote"}]}'
    query = {"access_token": await phones.token()}
    answer = await phones.http.post("api/cgi-bin/menu/create", params=query, content=body)
    assert answer.json()["errcode"] == 40033
