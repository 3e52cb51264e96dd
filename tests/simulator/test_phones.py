"""The phones' JSON: residents come and go, every press has its push, and limits hold."""

import json
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.simulator.stand_ins import ADDRESS, Bot, Configure, Phones, phones_of

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


async def test_residents_come_and_go(phones: Phones) -> None:
    first, second = await phones.add(), await phones.add(follow=False)
    listed = (await phones.http.get("phone/residents")).json()["residents"]
    assert [(one["openid"], one["name"], one["following"]) for one in listed] == [
        (first, "居民1", True),
        (second, "居民2", False),
    ]
    assert first.startswith("oSIM")
    assert len(first) == 28
    assert (await phones.http.delete(f"phone/residents/{first}")).status_code == 204
    assert (await phones.http.delete(f"phone/residents/{first}")).status_code == 404
    assert (await phones.http.get(f"phone/{first}/messages")).json() == {"messages": []}


async def test_following_and_leaving_are_told_to_both_sides(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    assert (await phones.call("/cgi-bin/user/get"))["data"] == {"openid": [openid]}
    bot.replies("再见")
    await phones.press(openid, "unfollow")
    assert bot.pushed("Event") == ["subscribe", "unsubscribe"]
    assert await phones.words(openid) == ["已关注", "已取消关注"]
    assert await phones.call("/cgi-bin/user/info", openid=openid) == {"subscribe": 0, "openid": openid}
    assert (await phones.call("/cgi-bin/user/get"))["total"] == 0
    assert (await phones.call("/cgi-bin/user/info", openid="oSIM-nobody"))["errcode"] == 40003


async def test_typed_and_tapped_words_are_pushed(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    bot.replies("好的")
    result = await phones.press(openid, "text", text="投 票\x07\n<a>")
    assert [message["text"] for message in result["messages"]] == ["投 票\x07\n<a>", "好的"]
    await phones.press(openid, "text", text="投票", list_id="m-7")
    assert bot.pushed("Content")[1:] == ["投 票\n<a>", "投票"]
    assert bot.pushed("bizmsgmenuid")[1:] == ["", "m-7"]
    assert bot.pushed("CreateTime")[1] == str(int(phones.clock.seconds))


async def test_menu_presses_are_pushed(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    bot.replies("好的")
    await phones.press(openid, "click", key="vote")
    await phones.press(openid, "view", url="https://example.org/a?b=1&c=2")
    await phones.press(openid, "scancode", kind="scancode_waitmsg", key="scan", result="https://example.org/")
    assert bot.pushed("Event")[1:] == ["CLICK", "VIEW", "scancode_waitmsg"]
    assert bot.pushed("EventKey")[1:] == ["vote", "https://example.org/a?b=1&c=2", "scan"]
    assert bot.pushed("ScanCodeInfo/ScanResult")[-1] == "https://example.org/"
    assert await phones.words(openid) == ["已关注", "好的", "好的"]  # opening a page shows no answer


async def test_picture_is_pushed_with_an_address_that_shows_it(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    assert (await phones.http.post(f"phone/{openid}/picture", content=PNG)).status_code == 200
    media_id = bot.pushed("MediaId")[-1]
    assert bot.pushed("PicUrl")[-1] == f"{ADDRESS}/simulator/media/{media_id}"
    shown = await phones.http.get(bot.pushed("PicUrl")[-1])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert (await phones.http.get("media/other")).status_code == 404


async def test_a_recording_is_pushed_and_can_be_fetched(phones: Phones, bot: Bot) -> None:
    openid = await phones.add()
    for recording in (b"#!AMR\n<sounds", b""):
        assert (await phones.http.post(f"phone/{openid}/voice", content=recording)).status_code == 200
        assert (bot.pushed("MsgType")[-1], bot.pushed("Format")[-1]) == ("voice", "amr")
        sent = await phones.http.get(f"media/{bot.pushed('MediaId')[-1]}")
        assert sent.headers["content-type"] == "audio/amr"
        assert sent.content == recording or sent.content.startswith(b"#!AMR\n")
    assert (await phones.http.post(f"phone/{openid}/voice", content=b"MZ")).status_code == 400


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"", PNG + b"x" * 2 * 1024 * 1024])
async def test_other_files_and_large_pictures_are_refused(phones: Phones, bot: Bot, content: bytes) -> None:
    openid = await phones.add()
    answer = await phones.http.post(f"phone/{openid}/picture", content=content)
    assert answer.status_code == 400
    assert len(bot.bodies) == 1


async def test_oversized_bodies_are_refused_unread(phones: Phones) -> None:
    openid = await phones.add()
    at_limit = json.dumps({"text": "好", "rest": ""}).encode()
    padded = at_limit.replace(b'""', b'"' + b"x" * (64 * 1024 - len(at_limit)) + b'"')
    assert (await phones.http.post(f"phone/{openid}/text", content=padded)).status_code == 200
    assert (await phones.http.post(f"phone/{openid}/text", content=padded + b" ")).status_code == 413
    picture = await phones.http.post(f"phone/{openid}/picture", content=b"x" * 2200 * 1024)
    assert picture.status_code == 413
    sent = await phones.http.post("api/cgi-bin/message/custom/send", content=b"x" * 65 * 1024)
    assert sent.status_code == 413


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("text", b"{}", 400),
        ("text", b'{"text": "  "}', 400),
        ("text", b'{"text": 5}', 400),
        ("text", b'["text"]', 400),
        ("click", b"{", 400),
        ("scancode", b'{"kind": "CLICK", "key": "k", "result": "r"}', 400),
        ("follow", b"{}", 409),
    ],
)
async def test_impossible_press_is_refused_and_not_pushed(
    phones: Phones, bot: Bot, name: str, body: bytes, status: int
) -> None:
    openid = await phones.add()
    answer = await phones.http.post(f"phone/{openid}/{name}", content=body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith("。")
    assert len(bot.bodies) == 1


async def test_only_followers_write_and_only_phones_press(phones: Phones, bot: Bot) -> None:
    openid = await phones.add(follow=False)
    assert (await phones.http.post(f"phone/{openid}/text", json={"text": "好"})).status_code == 409
    assert (await phones.http.post(f"phone/{openid}/unfollow")).status_code == 409
    assert (await phones.http.post("phone/oSIM-nobody/text", json={"text": "好"})).status_code == 404
    assert bot.bodies == []


async def test_chat_is_read_from_where_one_stopped(phones: Phones) -> None:
    openid = await phones.add()
    for words in "甲乙":
        await phones.press(openid, "text", text=words)
    chat = (await phones.http.get(f"phone/{openid}/messages", params={"after": 1})).json()["messages"]
    assert [(message["id"], message["text"]) for message in chat] == [(2, "甲"), (3, "乙")]
    seen = (await phones.http.get("phone/live", params={openid: 2})).json()["residents"][0]
    assert [message["text"] for message in seen["messages"]] == ["乙"]


async def test_two_processes_share_the_phones(phones: Phones, configure: Configure) -> None:
    openid = await phones.add()
    async with phones_of(configure(), phones.clock) as other:
        await other.press(openid, "text", text="在吗")
    assert (await phones.words(openid))[-1] == "在吗"


async def test_everything_is_kept_under_one_prefix(phones: Phones, redis: Redis) -> None:
    openid = await phones.add()
    await phones.press(openid, "text", text="在吗")
    await phones.send_text(openid)
    assert all(name.startswith(b"sim:") for name in await redis.keys())


async def test_demo_note_is_on_the_page_when_there_is_a_demo(phones: Phones, tmp_path: Path) -> None:
    assert "演示说明" not in (await phones.http.get("")).text
    demo = {
        "panel": f"{ADDRESS}/admin/",
        "logins": [{"login": "clerk", "password": "pass-1", "role": "社工", "org": "清河社区"}],
        "residents": [{"address": "幸福里3-2-501", "name": "<b>李秀英", "code": "7KQ2-M9XD"}],
    }
    (tmp_path / "demo.json").write_text(json.dumps(demo))
    page = (await phones.http.get("")).text
    for words in ("演示说明", f"{ADDRESS}/admin/", "clerk", "pass-1", "幸福里3-2-501", "&lt;b&gt;李秀英", "7KQ2-M9XD"):
        assert words in page
