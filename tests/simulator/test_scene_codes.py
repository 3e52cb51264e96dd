"""Scene codes: what may be made, how they are drawn, and what scanning one pushes."""

from typing import Any

import pytest

from tests.simulator.stand_ins import ADDRESS, Bot, Phones

DAY = 86400


async def create(phones: Phones, action: str = "QR_STR_SCENE", scene: Any = None, **fields: Any) -> dict[str, Any]:
    scene = {"scene_str": "bd_7kq2m9xd"} if scene is None else scene
    data = {"action_name": action, "action_info": {"scene": scene}, "expire_seconds": 600} | fields
    return await phones.call("/cgi-bin/qrcode/create", data)


async def test_follower_scans_a_code(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    made = await create(phones)
    assert made["expire_seconds"] == 600
    await phones.press(openid, "scan", scene="bd_7kq2m9xd")
    assert bot.pushed("Event")[-1] == "SCAN"
    assert bot.pushed("EventKey")[-1] == "bd_7kq2m9xd"
    assert bot.pushed("Ticket")[-1] == made["ticket"]


async def test_stranger_follows_by_scanning(phones: Phones, bot: Bot) -> None:
    openid = await phones.add(follow=False)
    made = await create(phones, "QR_LIMIT_SCENE", {"scene_id": 42})
    assert "expire_seconds" not in made
    await phones.press(openid, "scan", scene=made["url"])
    assert bot.pushed("Event") == ["subscribe"]
    assert bot.pushed("EventKey") == ["qrscene_42"]
    info = await phones.call("/cgi-bin/user/info", openid=openid)
    assert (info["subscribe"], info["subscribe_scene"], info["qr_scene"]) == (1, "ADD_SCENE_QR_CODE", 42)


async def test_following_with_a_scene_is_the_same(phones: Phones, bot: Bot) -> None:
    openid = await phones.add(follow=False)
    await phones.press(openid, "follow", scene="bd_invented")
    assert bot.pushed("EventKey") == ["qrscene_bd_invented"]
    assert (await phones.call("/cgi-bin/user/info", openid=openid))["qr_scene_str"] == "bd_invented"


async def test_code_that_ran_out_pushes_nothing(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    await create(phones)
    assert [code["scene"] for code in (await phones.http.get("phone/scenes")).json()["scenes"]] == ["bd_7kq2m9xd"]
    phones.clock.seconds += 600
    pushed = len(bot.bodies)
    answer = await phones.http.post(f"phone/{openid}/scan", json={"scene": "bd_7kq2m9xd"})
    assert (answer.status_code, answer.json()) == (410, {"error": "这个二维码已经过期。"})
    assert len(bot.bodies) == pushed
    assert (await phones.http.get("phone/scenes")).json() == {"scenes": []}


async def test_code_is_drawn_and_its_address_leads_to_the_phones(phones: Phones) -> None:
    made = await create(phones)
    assert made["url"] == f"{ADDRESS}/simulator/q/{made['ticket']}"
    drawn = await phones.http.get("api/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
    assert drawn.headers["content-type"] == "image/png"
    assert drawn.content.startswith(b"\x89PNG")
    assert (await phones.http.get("api/cgi-bin/showqrcode", params={"ticket": "gQ"})).status_code == 404
    opened = await phones.http.get(made["url"])
    assert opened.headers["location"] == f"/simulator/?ticket={made['ticket']}"


@pytest.mark.parametrize(
    ("action", "scene", "fields"),
    [
        ("QR_STR_SCENE", {"scene_str": ""}, {}),
        ("QR_STR_SCENE", {"scene_str": "x" * 65}, {}),
        ("QR_STR_SCENE", {"scene_id": 1}, {}),
        ("QR_SCENE", {"scene_id": 0}, {}),
        ("QR_SCENE", {"scene_id": 2**32}, {}),
        ("QR_LIMIT_SCENE", {"scene_id": 100001}, {}),
        ("QR_OTHER", {"scene_id": 1}, {}),
        ("QR_STR_SCENE", "bd_1", {}),
        ("QR_STR_SCENE", {"scene_str": "bd_1"}, {"expire_seconds": 0}),
        ("QR_STR_SCENE", {"scene_str": "bd_1"}, {"expire_seconds": 30 * DAY + 1}),
    ],
)
async def test_unfit_code_is_refused(phones: Phones, action: str, scene: Any, fields: dict[str, Any]) -> None:
    assert (await create(phones, action, scene, **fields))["errcode"] == 40053


async def test_largest_codes_are_made(phones: Phones) -> None:
    assert "ticket" in await create(phones, scene={"scene_str": "x" * 64}, expire_seconds=30 * DAY)
    assert "ticket" in await create(phones, "QR_SCENE", {"scene_id": 2**32 - 1})
    assert "ticket" in await create(phones, "QR_LIMIT_SCENE", {"scene_id": 100000})
