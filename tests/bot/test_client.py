"""What each method of the client asks the platform, and what it makes of the answer."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from redis.asyncio import Redis

from bot.client import (
    CodeRejected,
    OAuthUser,
    PermanentError,
    Scene,
    TechnicalError,
    TemporaryError,
    UserInfo,
    WeChatClient,
)
from tests.bot.mock_platform import OPENID, SECRET, SEND_PATH, TOKEN_PATH, MockPlatform, refused

QR_PATH = "/cgi-bin/qrcode/create"
OAUTH_PATH = "/sns/oauth2/access_token"


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform()


@pytest.fixture
def client(platform: MockPlatform, redis: Redis) -> WeChatClient:
    return platform.client(redis)


async def test_text_is_sent_as_it_stands(platform: MockPlatform, client: WeChatClient) -> None:
    await client.send_text(OPENID, "您好，😀 \u2028“引号”")
    [request] = platform.calls(SEND_PATH)
    assert (request.method, dict(request.url.params)) == ("POST", {"access_token": "token-1"})
    assert request.headers["content-type"] == "application/json"
    assert "您好，😀 \u2028“引号”".encode() in request.content
    assert platform.body(SEND_PATH) == {
        "touser": OPENID,
        "msgtype": "text",
        "text": {"content": "您好，😀 \u2028“引号”"},
    }


async def test_text_of_2048_bytes_is_sent_and_one_more_is_refused_unsent(
    platform: MockPlatform, client: WeChatClient
) -> None:
    await client.send_text(OPENID, "字" * 682 + "ab")
    with pytest.raises(ValueError, match="2049 bytes"):
        await client.send_text(OPENID, "字" * 683)
    assert len(platform.calls(SEND_PATH)) == 1


async def test_a_list_to_tap_is_sent_with_its_ids(platform: MockPlatform, client: WeChatClient) -> None:
    await client.send_menu(OPENID, "满意吗？", [("yes", "满意"), ("no", "不满意")], "谢谢")
    assert platform.body(SEND_PATH)["msgmenu"] == {
        "head_content": "满意吗？",
        "list": [{"id": "yes", "content": "满意"}, {"id": "no", "content": "不满意"}],
        "tail_content": "谢谢",
    }
    with pytest.raises(ValueError, match="2049 bytes"):
        await client.send_menu(OPENID, "字" * 300, [("1", "字" * 300)], "字" * 83)


async def test_typing_is_shown_and_a_second_sign_is_no_error(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script("/cgi-bin/message/custom/typing", {"errcode": 0}, refused(45081), refused(45080))
    await client.typing(OPENID)
    await client.typing(OPENID)
    with pytest.raises(PermanentError):
        await client.typing(OPENID)
    assert platform.body("/cgi-bin/message/custom/typing") == {"touser": OPENID, "command": "Typing"}


async def test_the_menu_is_created_read_and_deleted(platform: MockPlatform, client: WeChatClient) -> None:
    buttons = [{"name": "办事", "sub_button": [{"type": "click", "name": "登记住址", "key": "bind"}]}]
    platform.script("/cgi-bin/menu/get", {"menu": {"button": buttons}}, refused(46003))
    await client.create_menu(buttons)
    assert platform.body("/cgi-bin/menu/create") == {"button": buttons}
    assert "登记住址".encode() in platform.calls("/cgi-bin/menu/create")[0].content
    assert await client.get_menu() == {"menu": {"button": buttons}}
    await client.delete_menu()
    assert platform.calls("/cgi-bin/menu/delete")[0].method == "GET"
    with pytest.raises(TechnicalError):
        await client.get_menu()


async def test_a_scene_code_has_its_life_and_its_picture(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(QR_PATH, {"ticket": "gQ/+==", "expire_seconds": 1800, "url": "http://weixin.qq.com/q/x"})
    assert await client.create_scene("bd_A1", 1800) == Scene(
        "gQ/+==",
        "http://weixin.qq.com/q/x",
        "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%2F%2B%3D%3D",
    )
    assert platform.body(QR_PATH) == {
        "expire_seconds": 1800,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "bd_A1"}},
    }


async def test_a_permanent_scene_code_names_no_life(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(QR_PATH, {"ticket": "t", "url": "http://weixin.qq.com/q/x"})
    await client.create_permanent_scene("gate")
    assert platform.body(QR_PATH) == {
        "action_name": "QR_LIMIT_STR_SCENE",
        "action_info": {"scene": {"scene_str": "gate"}},
    }


async def test_a_stand_in_platform_is_asked_under_its_path_for_calls_and_pictures(
    platform: MockPlatform, redis: Redis
) -> None:
    client = platform.client(redis, api_base="http://127.0.0.1:8000/simulator/api")
    path = "/simulator/api/cgi-bin/qrcode/create"
    platform.script("/simulator/api" + TOKEN_PATH, {"access_token": "t", "expires_in": 7200})
    platform.script(path, {"ticket": "t", "url": "http://127.0.0.1/q/t"})
    scene = await client.create_scene("bd", 60)
    assert scene.image_url == "http://127.0.0.1:8000/simulator/api/cgi-bin/showqrcode?ticket=t"
    assert len(platform.calls(path)) == 1


@pytest.mark.parametrize(("scene", "seconds"), [("", 60), ("x" * 65, 60), ("x", 59), ("x", 2592001)])
async def test_a_scene_beyond_the_limits_is_refused_unsent(
    platform: MockPlatform, client: WeChatClient, scene: str, seconds: int
) -> None:
    with pytest.raises(ValueError, match="scene"):
        await client.create_scene(scene, seconds)
    assert platform.requests == []


async def test_user_info_tells_who_follows(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(
        "/cgi-bin/user/info",
        {"subscribe": 1, "openid": OPENID, "unionid": "u1", "tagid_list": [1]},
        {"subscribe": 0, "openid": OPENID},
    )
    assert await client.user_info(OPENID) == UserInfo(openid=OPENID, is_following=True, union_id="u1")
    assert await client.user_info(OPENID) == UserInfo(openid=OPENID, is_following=False)
    assert platform.requests[-1].url.params["openid"] == OPENID


async def test_followers_are_read_page_by_page(platform: MockPlatform, client: WeChatClient) -> None:
    first = {"total": 2, "count": 2, "data": {"openid": ["o1", "o2"]}, "next_openid": "o2"}
    platform.script("/cgi-bin/user/get", first, {"total": 2, "count": 0, "next_openid": ""})
    page = await client.followers()
    assert (page.total, page.openids, page.next_openid) == (2, ("o1", "o2"), "o2")
    assert (await client.followers("o2")).openids == ()
    assert [request.url.params["next_openid"] for request in platform.calls("/cgi-bin/user/get")] == ["", "o2"]


async def test_callback_addresses_are_read(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script("/cgi-bin/getcallbackip", {"ip_list": ["1.2.3.4", "101.226.103.0/25"]})
    assert await client.callback_ips() == ("1.2.3.4", "101.226.103.0/25")
    await client.check()


async def test_a_picture_comes_as_bytes_even_if_they_look_like_json(
    platform: MockPlatform, client: WeChatClient
) -> None:
    picture = httpx.Response(200, content=b'{"errcode":40007}', headers={"Content-Type": "image/jpeg"})
    platform.script("/cgi-bin/media/get", picture)
    media = await client.media("m1")
    assert (media.content, media.content_type) == (b'{"errcode":40007}', "image/jpeg")


@pytest.mark.parametrize("content_type", ["application/json; encoding=utf-8", "text/plain", "Text/Plain"])
async def test_a_lost_picture_is_told_as_json(platform: MockPlatform, client: WeChatClient, content_type: str) -> None:
    answer = httpx.Response(200, content=b'{"errcode":40007,"errmsg":"x"}', headers={"Content-Type": content_type})
    platform.script("/cgi-bin/media/get", answer)
    with pytest.raises(TechnicalError) as raised:
        await client.media("m1")
    assert raised.value.errcode == 40007


@pytest.mark.parametrize("content_type", ["text/html", "image/jpeg"])
async def test_a_page_or_nothing_is_no_picture(platform: MockPlatform, client: WeChatClient, content_type: str) -> None:
    content = b"" if content_type == "image/jpeg" else b"<html>"
    platform.script("/cgi-bin/media/get", httpx.Response(200, content=content, headers={"Content-Type": content_type}))
    with pytest.raises(TemporaryError):
        await client.media("m1")


async def test_an_image_is_uploaded_as_a_form_field(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script("/cgi-bin/media/upload", {"type": "image", "media_id": "m-1", "created_at": 1})
    assert await client.upload_image(b"\x89PNG\r\n\x00", "通知.png") == "m-1"
    [request] = platform.calls("/cgi-bin/media/upload")
    assert request.url.params["type"] == "image"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'form-data; name="media"; filename="\xe9\x80\x9a\xe7\x9f\xa5.png"' in request.content
    assert b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x00\r\n--" in request.content


async def test_an_image_over_2_mb_is_refused_unsent(platform: MockPlatform, client: WeChatClient) -> None:
    with pytest.raises(ValueError, match="2097153 bytes"):
        await client.upload_image(bytes(2 * 1024 * 1024 + 1), "a.png")
    assert platform.requests == []


def test_the_sign_in_address_keeps_the_order_the_platform_wants(platform: MockPlatform, redis: Redis) -> None:
    client = platform.client(redis, app_id="wx1")
    assert client.authorize_url("https://linli.test/回/m?a=1&b", "s1", "snsapi_userinfo") == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1"
        "&redirect_uri=https%3A%2F%2Flinli.test%2F%E5%9B%9E%2Fm%3Fa%3D1%26b&response_type=code"
        "&scope=snsapi_userinfo&state=s1#wechat_redirect"
    )
    assert dict(parse_qsl(urlsplit(client.authorize_url("https://a.b/", "")).query))["scope"] == "snsapi_base"


@pytest.mark.parametrize("state", ["a" * 129, "a b", "a&b=1", "甲", "a\n"])
def test_a_state_the_platform_would_refuse_is_refused(platform: MockPlatform, redis: Redis, state: str) -> None:
    with pytest.raises(ValueError, match="128 letters and digits"):
        platform.client(redis).authorize_url("https://a.b/", state)


async def test_a_code_becomes_a_person_without_the_account_token(platform: MockPlatform, redis: Redis) -> None:
    platform.script(OAUTH_PATH, {"access_token": "x", "expires_in": 7200, "openid": OPENID, "unionid": "u"})
    assert await platform.client(redis, app_id="wx1").exchange_code("c1") == OAuthUser(openid=OPENID, union_id="u")
    [request] = platform.requests
    assert dict(request.url.params) == {
        "appid": "wx1",
        "secret": SECRET,
        "code": "c1",
        "grant_type": "authorization_code",
    }


async def test_a_snapshot_is_marked(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(OAUTH_PATH, {"openid": OPENID, "is_snapshotuser": 1})
    assert (await client.exchange_code("c1")).is_snapshot


@pytest.mark.parametrize("errcode", [40029, 40163, 42003])
async def test_a_code_that_is_wrong_used_or_stale_is_rejected_at_once(
    platform: MockPlatform, client: WeChatClient, errcode: int
) -> None:
    platform.script(OAUTH_PATH, refused(errcode))
    with pytest.raises(CodeRejected):
        await client.exchange_code("c1")
    assert len(platform.requests) == 1


NAMES = ("ticket", "url", "openid", "subscribe", "total", "ip_list", "media_id", "access_token", "expires_in")
EMPTY = dict.fromkeys(NAMES, "")
NUMBERS = dict.fromkeys(NAMES, -1)
READING: list[tuple[str, Callable[[WeChatClient], Awaitable[object]]]] = [
    (QR_PATH, lambda client: client.create_scene("x", 60)),
    ("/cgi-bin/user/info", lambda client: client.user_info(OPENID)),
    ("/cgi-bin/user/get", lambda client: client.followers()),
    ("/cgi-bin/getcallbackip", lambda client: client.check()),
    ("/cgi-bin/media/upload", lambda client: client.upload_image(b"x", "a.png")),
    (OAUTH_PATH, lambda client: client.exchange_code("c")),
    ("/wxa/msg_sec_check", lambda client: client.msg_sec_check(OPENID, "话", 3)),
    (TOKEN_PATH, lambda client: client.delete_menu()),
]


@pytest.mark.parametrize("answer", [{"errcode": 0, "errmsg": "ok"}, EMPTY, NUMBERS], ids=["absent", "empty", "wrong"])
@pytest.mark.parametrize(("path", "call"), READING)
async def test_a_success_without_its_fields_is_a_temporary_failure(
    platform: MockPlatform,
    client: WeChatClient,
    path: str,
    call: Callable[[WeChatClient], Awaitable[object]],
    answer: dict[str, Any],
) -> None:
    platform.script(path, answer)
    with pytest.raises(TemporaryError, match="answer lacks its fields") as raised:
        await call(client)
    assert raised.value.__suppress_context__  # what it was raised from quotes the fields


@pytest.mark.parametrize("errcode", [40013, 40125, 40164])
async def test_the_check_tells_what_is_wrong_with_the_settings(
    platform: MockPlatform, client: WeChatClient, errcode: int
) -> None:
    platform.script(TOKEN_PATH, refused(errcode))
    with pytest.raises(TechnicalError) as raised:
        await client.check()
    assert raised.value.errcode == errcode
    assert len(platform.requests) == 1


def test_configuration_and_people_stay_out_of_reprs(platform: MockPlatform, redis: Redis) -> None:
    client = platform.client(redis)
    user, person = OAuthUser(openid=OPENID, union_id="u"), UserInfo(openid=OPENID, is_following=True)
    assert not {SECRET, OPENID} & set(repr((client.__dict__, user, person)).replace("'", " ").split())
    assert SECRET not in repr(client.__dict__)
    assert OPENID not in repr((user, person))
