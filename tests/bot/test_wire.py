"""Refusals, retries, time-outs and rubbish: whatever the platform or the network does, the tree tells the caller."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

import bot.wire
from bot.client import (
    PermanentError,
    PlatformError,
    TechnicalError,
    TemporaryError,
    TokenRejected,
    UncertainError,
    WeChatClient,
)
from tests.bot.mock_platform import OPENID, SECRET, SEND_PATH, TOKEN_PATH, MockPlatform, refused, tokens_used

IPS = "/cgi-bin/getcallbackip"
LISTED = {"ip_list": ["1.2.3.4"]}


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform()


@pytest.fixture
def client(platform: MockPlatform, redis: Redis) -> WeChatClient:
    return platform.client(redis)


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_renewed_and_the_call_repeated(
    platform: MockPlatform, client: WeChatClient, errcode: int
) -> None:
    platform.script(SEND_PATH, refused(errcode), {"errcode": 0})
    await client.send_text(OPENID, "您好")
    await client.send_text(OPENID, "您好")
    assert tokens_used(platform.calls(SEND_PATH)) == ["token-1", "token-2", "token-2"]


async def test_a_token_request_is_in_normal_mode(platform: MockPlatform, redis: Redis) -> None:
    platform.script(IPS, LISTED)
    await platform.client(redis, app_id="wx1-normal").check()
    assert platform.body(TOKEN_PATH) == {
        "grant_type": "client_credential",
        "appid": "wx1-normal",
        "secret": SECRET,
    }


async def test_a_token_that_stays_bad_costs_two_calls_and_two_tokens(
    platform: MockPlatform, client: WeChatClient
) -> None:
    platform.script(TOKEN_PATH, {"access_token": "for-ever-bad", "expires_in": 7200})
    platform.script(SEND_PATH, refused(40001))
    with pytest.raises(TokenRejected):
        await client.send_text(OPENID, "您好")
    assert (len(platform.calls(SEND_PATH)), len(platform.calls(TOKEN_PATH))) == (2, 2)


async def test_a_wrong_secret_told_as_40001_costs_one_request(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(TOKEN_PATH, refused(40001))
    with pytest.raises(TechnicalError):
        await client.check()
    assert len(platform.requests) == 1


async def test_a_token_revoked_under_many_calls_is_renewed_once(platform: MockPlatform, redis: Redis) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        stale = request.url.params.get("access_token") == "token-1"
        return httpx.Response(200, json=refused(42001)) if stale else await platform.answer(request)

    client = platform.client(redis, answer)
    await asyncio.gather(*(client.send_text(OPENID, "您好") for _ in range(20)))
    assert len(platform.calls(TOKEN_PATH)) == 2
    assert tokens_used(platform.calls(SEND_PATH)) == ["token-2"] * 20


async def test_a_busy_platform_is_asked_three_times_with_pauses(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(SEND_PATH, refused(-1), refused(-1), {"errcode": 0})
    await client.send_text(OPENID, "您好")
    assert len(platform.calls(SEND_PATH)) == 3
    assert len(platform.slept) == 2
    assert all(0.5 <= seconds <= 4 for seconds in platform.slept)


async def test_a_platform_that_stays_busy_is_a_temporary_failure(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(SEND_PATH, refused(-1))
    with pytest.raises(TemporaryError) as raised:
        await client.send_text(OPENID, "您好")
    assert (raised.value.errcode, raised.value.retry_at) == (-1, None)
    assert len(platform.calls(SEND_PATH)) == 3


async def test_a_busy_token_desk_is_asked_again_too(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(TOKEN_PATH, refused(-1), {"access_token": "t", "expires_in": 7200})
    platform.script(IPS, LISTED)
    await client.check()
    assert len(platform.calls(TOKEN_PATH)) == 2


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [(45009, TemporaryError), (45047, PermanentError), (48001, TechnicalError), (12345, TechnicalError)],
)
async def test_other_refusals_are_told_at_once(
    platform: MockPlatform, client: WeChatClient, errcode: int, kind: type[PlatformError]
) -> None:
    platform.script(SEND_PATH, refused(errcode, "words"))
    with pytest.raises(kind) as raised:
        await client.send_text(OPENID, "您好")
    assert raised.value == kind(errcode, "words")
    assert raised.value.rid == "6540a1b2-0c1d2e3f-4a5b6c7d"
    assert len(platform.calls(SEND_PATH)) == 1


async def test_a_spent_day_is_retried_after_midnight_in_beijing(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(SEND_PATH, refused(45009))
    with pytest.raises(TemporaryError) as raised:
        await client.send_text(OPENID, "您好")
    assert raised.value.retry_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


UNSENT = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), httpx.ProxyError("x")]
SENT = [
    httpx.ReadTimeout("x"),
    httpx.ReadError("x"),
    httpx.WriteTimeout("x"),
    httpx.WriteError("x"),
    httpx.RemoteProtocolError("x"),
    httpx.DecodingError("x"),
    TimeoutError(),
    ConnectionResetError(),
    httpx.Response(500),
    httpx.Response(502, content=b"<html>Bad Gateway</html>"),
    httpx.Response(503, json={"errcode": 0}),
    httpx.Response(200, content=b""),
    httpx.Response(200, content=b"[]"),
    httpx.Response(200, content=b"<html>"),
    httpx.Response(200, json={"errcode": "0"}),
    httpx.Response(200, json={"errcode": None}),
    httpx.Response(200, content=b'{"errcode":' + b"9" * 5000 + b"}"),
    httpx.Response(200, content=b"[" * 200_000),
    httpx.Response(200, content=b'{"a":' * 200_000),
    httpx.Response(200, content=b'{"errcode":0,"padding":"' + b"x" * 13 * 1024 * 1024 + b'"}'),
]


@pytest.mark.parametrize("outcome", UNSENT, ids=repr)
async def test_a_message_that_never_left_may_be_tried_later(
    platform: MockPlatform, client: WeChatClient, outcome: Exception
) -> None:
    platform.script(SEND_PATH, outcome)
    with pytest.raises(TemporaryError):
        await client.send_text(OPENID, "您好")
    assert len(platform.calls(SEND_PATH)) == 1


@pytest.mark.parametrize("outcome", SENT, ids=lambda outcome: repr(outcome)[:40])
async def test_a_message_without_a_readable_answer_is_uncertain_and_not_repeated(
    platform: MockPlatform, client: WeChatClient, outcome: Exception | httpx.Response
) -> None:
    platform.script(SEND_PATH, outcome)
    with pytest.raises(UncertainError):
        await client.send_text(OPENID, "您好")
    assert len(platform.calls(SEND_PATH)) == 1
    assert platform.slept == []


@pytest.mark.parametrize("outcome", [*UNSENT, *SENT], ids=lambda outcome: repr(outcome)[:40])
async def test_a_question_without_a_readable_answer_may_be_asked_later(
    platform: MockPlatform, client: WeChatClient, outcome: Exception | httpx.Response
) -> None:
    platform.script(IPS, outcome)
    with pytest.raises(TemporaryError):
        await client.check()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, TechnicalError),
        (403, TechnicalError),
        (404, TechnicalError),
        (408, TemporaryError),
        (429, TemporaryError),
    ],
)
async def test_a_status_that_refuses_is_certain(
    platform: MockPlatform, client: WeChatClient, status: int, kind: type[PlatformError]
) -> None:
    platform.script(SEND_PATH, httpx.Response(status, headers={"Location": "https://elsewhere.test/"}))
    with pytest.raises(kind):
        await client.send_text(OPENID, "您好")
    assert len(platform.requests) == 2


@pytest.mark.parametrize("outcome", [httpx.UnsupportedProtocol("x"), httpx.InvalidURL("x")], ids=repr)
async def test_an_address_that_is_none_is_for_the_operator(
    platform: MockPlatform, client: WeChatClient, outcome: Exception
) -> None:
    platform.script(SEND_PATH, outcome)
    with pytest.raises(TechnicalError):
        await client.send_text(OPENID, "您好")


async def test_an_answer_that_trickles_is_cut_off(
    platform: MockPlatform, client: WeChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" "
            await asyncio.sleep(0.02)

    platform.script(SEND_PATH, httpx.Response(200, content=trickle()))
    monkeypatch.setattr(bot.wire, "TOTAL_SECONDS", 0.1)
    async with asyncio.timeout(3):
        with pytest.raises(UncertainError):
            await client.send_text(OPENID, "您好")


async def test_every_phase_of_a_request_has_its_time_out(platform: MockPlatform, client: WeChatClient) -> None:
    await client.send_text(OPENID, "您好")
    timeouts = [request.extensions["timeout"] for request in platform.requests]
    assert timeouts == [{"connect": 3, "read": 8, "write": 8, "pool": 3}] * 2


async def test_a_failure_is_logged_with_code_path_and_rid(platform: MockPlatform, client: WeChatClient) -> None:
    platform.script(SEND_PATH, refused(45047, OPENID))
    with capture_logs() as logs, pytest.raises(PermanentError):
        await client.send_text(OPENID, "您好")
    assert logs == [
        {
            "event": "platform_call_failed",
            "log_level": "warning",
            "path": SEND_PATH,
            "kind": "PermanentError",
            "errcode": 45047,
            "rid": "6540a1b2-0c1d2e3f-4a5b6c7d",
        }
    ]
