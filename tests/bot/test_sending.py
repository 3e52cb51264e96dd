"""Subscription notices, template messages and mass messages: what the client asks, and what it makes of the answer."""

import httpx
import pytest
from redis.asyncio import Redis

from bot.client import PermanentError, TechnicalError, TemporaryError, UncertainError, WeChatClient
from tests.bot.mock_platform import OPENID, MockPlatform, refused

SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
TEMPLATE = "/cgi-bin/message/template/send"
MASS = "/cgi-bin/message/mass/send"


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform()


@pytest.fixture
def client(platform: MockPlatform, redis: Redis) -> WeChatClient:
    return platform.client(redis)


async def test_a_subscription_notice_fills_its_keys_and_opens_a_page(
    platform: MockPlatform, client: WeChatClient
) -> None:
    platform.script(SUBSCRIPTION, {"errcode": 0, "errmsg": "ok"}, {"errcode": 0, "msgid": 3001})
    assert await client.send_subscription(OPENID, "T1", {"thing1": "停水"}, "https://x/m/1") == ""
    assert await client.send_subscription(OPENID, "T1", {"thing1": "停水"}) == "3001"
    first, second = platform.calls(SUBSCRIPTION)
    assert "\\u" not in first.content.decode()
    assert platform.body(SUBSCRIPTION) == {"touser": OPENID, "template_id": "T1", "data": {"thing1": {"value": "停水"}}}
    assert b"https://x/m/1" in first.content
    assert b"page" not in second.content


async def test_a_template_message_names_itself_so_that_it_is_sent_once(
    platform: MockPlatform, client: WeChatClient
) -> None:
    platform.script(TEMPLATE, {"errcode": 0, "msgid": 200228332})
    assert await client.send_template(OPENID, "T2", {"thing1": "停水"}, "https://x", "linli-7") == "200228332"
    assert platform.body(TEMPLATE) == {
        "touser": OPENID,
        "template_id": "T2",
        "url": "https://x",
        "client_msg_id": "linli-7",
        "data": {"thing1": {"value": "停水"}},
    }


async def test_a_mass_message_is_for_two_to_ten_thousand(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(MASS, {"errcode": 0, "msg_id": 34182}, {"errcode": 45065, "errmsg": "dup", "msg_id": 34182})
    assert await client.send_mass_text(["oA", "oB"], "停水", "linli-1") == "34182"
    assert await client.send_mass_text(["oA", "oB"], "停水", "linli-1") == "34182"
    assert platform.body(MASS) == {
        "touser": ["oA", "oB"],
        "msgtype": "text",
        "text": {"content": "停水"},
        "clientmsgid": "linli-1",
    }
    for crowd in (["oA"], ["o"] * 10_001):
        with pytest.raises(ValueError, match="people"):
            await client.send_mass_text(crowd, "停水", "linli-2")
    assert len(platform.calls(MASS)) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(43101), PermanentError),
        (refused(40037), TechnicalError),
        (refused(45009), TemporaryError),
        (httpx.ReadError("gone"), UncertainError),
        (httpx.ConnectError("no"), TemporaryError),
        (httpx.Response(502, text="bad gateway"), UncertainError),
    ],
    ids=str,
)
async def test_what_may_have_gone_out_is_never_called_temporary(
    platform: MockPlatform, client: WeChatClient, answer: dict | httpx.Response | Exception, error: type
) -> None:
    platform.script(TEMPLATE, answer)
    with pytest.raises(error):
        await client.send_template(OPENID, "T2", {"thing1": "停水"})
    assert len(platform.calls(TEMPLATE)) == 1
