"""Rubbish and broken connections: nothing but the tree comes out of the client, and nothing private into the logs."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.client import CodeRejected, PlatformError, TemporaryError, UncertainError, WeChatClient, WeChatConfig
from tests.bot.mock_platform import OPENID, SECRET, TOKEN_PATH, MockPlatform, seal, unseal

ANSWERS = {
    b"/prefix/cgi-bin/stable_token": b'{"access_token": "a-token-of-the-wire", "expires_in": 7200}',
    b"/prefix/cgi-bin/menu/delete": b'{"errcode": 0}',
    b"/prefix/sns/oauth2/access_token": b'{"errcode": 40029}',
}


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer what has an answer, and hang up on everything else."""
    head = await reader.readuntil(b"\r\n\r\n")
    if body := ANSWERS.get(head.split(b" ")[1].split(b"?")[0]):
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
    writer.close()


async def test_over_a_real_connection_outcomes_are_told_apart_and_the_logs_keep_quiet(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/prefix"
    client = WeChatClient(WeChatConfig("wx-real", SECRET, api_base=address), redis, seal, unseal)
    with capture_logs() as logs:
        await client.delete_menu()
        with pytest.raises(UncertainError):
            await client.send_text(OPENID, "您好")
        with pytest.raises(CodeRejected):
            await client.exchange_code("a-code-of-the-browser")
        server.close()
        await server.wait_closed()
        with pytest.raises(TemporaryError, match="ConnectError"):
            await client.send_text(OPENID, "您好")
    await client.aclose()
    written = caplog.text + repr(logs)
    assert len(logs) == 3
    assert caplog.records
    assert not [word for word in (OPENID, SECRET, "a-token-of", "a-code-of", "您好") if word in written]


EVERY_CALL: list[Callable[[WeChatClient], Awaitable[Any]]] = [
    lambda client: client.send_text(OPENID, "您好"),
    lambda client: client.send_menu(OPENID, "头", [("1", "一")]),
    lambda client: client.typing(OPENID),
    lambda client: client.create_menu([]),
    lambda client: client.get_menu(),
    lambda client: client.delete_menu(),
    lambda client: client.create_scene("x", 60),
    lambda client: client.create_permanent_scene("x"),
    lambda client: client.user_info(OPENID),
    lambda client: client.followers(),
    lambda client: client.media("m"),
    lambda client: client.upload_image(b"x", "a.png"),
    lambda client: client.exchange_code("c"),
    lambda client: client.check(),
]
NAMES = [
    "errcode", "errmsg", "access_token", "expires_in", "ticket", "url", "openid", "unionid", "subscribe", "total",
    "data", "next_openid", "ip_list", "media_id", "is_snapshotuser",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", "a\n", "字"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.one_of(
    st.binary(max_size=64),
    st.just(b"<!DOCTYPE html><html><body>502</body></html>"),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8).map(lambda value: json.dumps(value).encode()),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(["application/json", "text/html", "image/jpeg", "", ";;", "text/x; charset=q"]),
        "location": st.sampled_from(["http://[", "//", "https://a.test/"]),
        "set-cookie": st.sampled_from(["=;=", "a=b; expires=never"]),
        "content-length": st.just("7"),
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    call=st.sampled_from(EVERY_CALL),
    path_is_token=st.booleans(),
    status=st.sampled_from([200] * 6 + [201, 204, 302, 307, 400, 404, 429, 500, 503, 599]),
    headers=HEADERS,
    body=BODIES,
    encoding=st.sampled_from(["", "", "", "gzip", "br", "nonsense"]),
)
@example(EVERY_CALL[6], False, 200, {}, b'{"ticket":"\\ud800","url":"x"}', "")
@example(EVERY_CALL[0], True, 200, {}, b'{"access_token":"\\ud800","expires_in":7200}', "")
async def test_no_answer_raises_anything_outside_the_tree(
    redis: Redis,
    call: Callable[[WeChatClient], Awaitable[Any]],
    path_is_token: bool,
    status: int,
    headers: dict[str, str],
    body: bytes,
    encoding: str,
) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH and not path_is_token:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})

        async def stream() -> AsyncIterator[bytes]:
            yield body

        return httpx.Response(
            status, headers=headers | ({"content-encoding": encoding} if encoding else {}), content=stream()
        )

    client = MockPlatform().client(redis, answer)
    try:
        await call(client)
    except PlatformError as error:
        str(error).encode()
    finally:
        await client.aclose()
