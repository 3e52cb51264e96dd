"""Tags of the account, menus for who carries one, and the ticket for pages: what the stand-in takes and refuses."""

import pytest

from tests.simulator.stand_ins import Phones

MENU = {"button": [{"type": "click", "name": "登记住址", "key": "bind"}]}
OWN = {"button": [{"type": "click", "name": "我的", "key": "me"}]}
TAGGING, UNTAGGING = (f"/cgi-bin/tags/members/batch{name}" for name in ("tagging", "untagging"))


async def create(phones: Phones, name: str) -> int:
    return (await phones.call("/cgi-bin/tags/create", {"tag": {"name": name}}))["tag"]["id"]


async def test_a_tag_is_carried_by_followers_until_it_is_taken_or_they_leave(phones: Phones) -> None:
    first, second = await phones.add(), await phones.add()
    tag = await create(phones, "松涛社区")
    for _ in range(2):
        assert (await phones.call(TAGGING, {"tagid": tag, "openid_list": [first, second]}))["errcode"] == 0
    listed = (await phones.call("/cgi-bin/tags/get"))["tags"]
    assert {"id": tag, "name": "松涛社区", "count": 2} in listed
    page = await phones.call("/cgi-bin/user/tag/get", {"tagid": tag, "next_openid": first})
    assert (page["count"], page["data"]["openid"]) == (1, [second])
    await phones.call(UNTAGGING, {"tagid": tag, "openid_list": [first]})
    await phones.press(second, "unfollow")
    assert await phones.call("/cgi-bin/user/tag/get", {"tagid": tag}) == {"count": 0}
    assert (await phones.call("/cgi-bin/tags/getidlist", {"openid": first}))["tagid_list"] == []


async def test_what_the_platform_refuses_of_tags(phones: Phones) -> None:
    openid = await phones.add()
    tag = await create(phones, "松涛社区")
    made = "/cgi-bin/tags/create"
    assert (await phones.call(made, {"tag": {"name": "松涛社区"}}))["errcode"] == 45157
    assert (await phones.call(made, {"tag": {"name": "社" * 11}}))["errcode"] == 45158
    for number, openids, errcode in (
        (tag, [openid] * 51, 40032),
        (tag, [openid, "oNobody"], 40003),
        (2, [openid], 45058),
        (tag + 1, [openid], 45159),
    ):
        assert (await phones.call(TAGGING, {"tagid": number, "openid_list": openids}))["errcode"] == errcode
    assert (await phones.call("/cgi-bin/user/tag/get", {"tagid": tag}))["count"] == 0


async def test_the_menu_is_that_of_the_tag_given_last(phones: Phones) -> None:
    openid, other = await phones.add(), await phones.add()
    tag, place = await create(phones, "已登记"), await create(phones, "松涛社区")
    rule = {"matchrule": {"tag_id": str(tag)}}
    assert (await phones.call("/cgi-bin/menu/addconditional", OWN | rule))["errcode"] == 65303
    await phones.call("/cgi-bin/menu/create", MENU)
    assert (await phones.call("/cgi-bin/menu/addconditional", OWN | {"matchrule": {"sex": "1"}}))["errcode"] == 65320
    number = (await phones.call("/cgi-bin/menu/addconditional", OWN | rule))["menuid"]
    await phones.call(TAGGING, {"tagid": tag, "openid_list": [openid]})
    assert await menus(phones) == {openid: OWN, other: MENU}
    await phones.call(TAGGING, {"tagid": place, "openid_list": [openid]})
    assert await menus(phones) == {openid: MENU, other: MENU}
    await phones.call(UNTAGGING, {"tagid": place, "openid_list": [openid]})
    assert (await phones.call("/cgi-bin/menu/get"))["conditionalmenu"][0]["menuid"] == number
    assert (await phones.call("/cgi-bin/menu/delconditional", {"menuid": number}))["errcode"] == 0
    assert await menus(phones) == {openid: MENU, other: MENU}


@pytest.mark.parametrize(("kind", "errcode"), [("jsapi", 0), ("wx_card", 40097)])
async def test_a_ticket_for_pages_is_granted(phones: Phones, kind: str, errcode: int) -> None:
    answer = await phones.call("/cgi-bin/ticket/getticket", None, type=kind)
    assert answer["errcode"] == errcode
    assert ("ticket" in answer) == (errcode == 0)


async def menus(phones: Phones) -> dict[str, object]:
    shown = (await phones.http.get("phone/live")).json()["residents"]
    return {resident["openid"]: resident["menu"] for resident in shown}
