"""What the platform thinks of a text: asked as it wants it, and read by its result alone (wechat-platform §3.12)."""

import json

import pytest
from redis.asyncio import Redis

from accounts import UNJUDGED, checker
from bot.client import WeChatClient
from tests.bot.mock_platform import MockPlatform, refused

PATH = "/wxa/msg_sec_check"


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform()


@pytest.fixture
def client(platform: MockPlatform, redis: Redis) -> WeChatClient:
    return platform.client(redis)


async def test_only_the_result_of_a_text_check_counts(platform: MockPlatform, client: WeChatClient) -> None:
    detail = [{"strategy": "keyword", "suggest": "risky", "label": 20006}, {"strategy": "content_model"}]
    result = {"suggest": "pass", "label": 100}
    platform.script(PATH, {"errcode": 0, "trace_id": "t", "result": result, "detail": detail})
    found = await client.msg_sec_check("oA", "字" * 3000, 3)
    assert (found.suggest, found.label, found.trace) == ("pass", 100, "t")
    sent = json.loads(platform.calls(PATH)[-1].content)
    assert (sent["version"], sent["scene"], len(sent["content"])) == (2, 3, 2500)


@pytest.mark.parametrize("answer", [refused(61010), refused(45009), {"errcode": 0}, {"errcode": 0, "result": {}}])
async def test_whatever_goes_wrong_the_platform_has_said_nothing(
    platform: MockPlatform, client: WeChatClient, answer: dict[str, object]
) -> None:
    async def find(app_id: str) -> WeChatClient | None:
        return client if app_id == "wx1" else None

    platform.script(PATH, answer)
    check = checker(find)
    assert await check("wx1", "oA", "statement", "话") == UNJUDGED
    assert await check("wx2", "oA", "statement", "话") == UNJUDGED
