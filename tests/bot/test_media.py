"""Files of residents as the platform gives them: never more than was asked for, videos by their address."""

from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from bot.client import WeChatClient
from bot.errcodes import OversizeError
from tests.bot.mock_platform import MockPlatform

PICTURE = {"Content-Type": "image/jpeg"}
PATH = "/cgi-bin/media/get"


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform()


@pytest.fixture
def client(platform: MockPlatform, redis: Redis) -> WeChatClient:
    return platform.client(redis)


async def without_end(sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent.append(65536)
        yield bytes(65536)


async def test_a_picture_that_is_told_to_be_too_large_is_not_read(platform: MockPlatform, client: WeChatClient) -> None:
    sent: list[int] = []
    told = {**PICTURE, "Content-Length": str(10 << 20)}
    platform.script(PATH, httpx.Response(200, content=without_end(sent), headers=told))
    with pytest.raises(OversizeError):
        await client.media("m1", 1 << 20)
    assert not sent


async def test_one_that_tells_nothing_is_read_no_further_than_that(
    platform: MockPlatform, client: WeChatClient
) -> None:
    sent: list[int] = []
    platform.script(PATH, httpx.Response(200, content=without_end(sent), headers=PICTURE))
    with pytest.raises(OversizeError):
        await client.media("m1", 1 << 20)
    assert sum(sent) <= (1 << 20) + 2 * 65536


async def test_a_video_is_fetched_from_its_address_without_our_token(
    platform: MockPlatform, client: WeChatClient, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.script(PATH, {"video_url": "http://video.example/v/1.mp4?key=SECRET&sig=1"})
    platform.script("/v/1.mp4", httpx.Response(200, content=b"movie", headers={"Content-Type": "video/mp4"}))
    found = await client.media("m1")
    assert (found.content, found.content_type) == (b"movie", "video/mp4")
    [asked] = platform.calls("/v/1.mp4")
    assert (asked.url.host, dict(asked.url.params)) == ("video.example", {"key": "SECRET", "sig": "1"})
    platform.script("/v/1.mp4", httpx.Response(200, content=bytes(2000), headers={"Content-Type": "video/mp4"}))
    with pytest.raises(OversizeError):
        await client.media("m1", 1000)
    assert "SECRET" not in capsys.readouterr().out
