"""The JS-SDK's signature, and its ticket: fetched once for all processes, renewed with everything else."""

import asyncio

import httpx
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from wechatpy.client.api.jsapi import WeChatJSAPI

from bot.client import WeChatClient, WeChatConfig
from bot.signature import signature
from tests.bot.mock_platform import SECRET, MockPlatform, refused, seal, unseal

TICKET_PATH = "/cgi-bin/ticket/getticket"
PAGE = "https://linli.example/m/subscribe"


def test_the_signature_is_that_of_the_manual() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    given = (ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert signature(*given) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert signature(*given[:3], f"{given[3]}#part") == signature(*given)
    oracle = WeChatJSAPI(None).get_jsapi_signature(given[1], given[0], given[2], given[3])
    assert signature(*given) == oracle


async def test_processes_that_ask_at_once_fetch_one_ticket(redis: Redis) -> None:
    platform = MockPlatform()
    platform.script(TICKET_PATH, *({"ticket": f"ticket-{at}", "expires_in": 7200, "errcode": 0} for at in range(1, 9)))
    config = WeChatConfig("wxTicket00000001", SECRET)
    processes = [WeChatClient(config, redis, seal, unseal, transport=_slow(platform)) for _ in range(5)]
    signed = await asyncio.gather(*(process.sign_page(PAGE) for process in processes))
    assert len(platform.calls(TICKET_PATH)) == 1
    assert {one.signature for one in signed} == {
        signature("ticket-1", one.nonce, one.timestamp, PAGE) for one in signed
    }
    assert await redis.ttl("token:wxTicket00000001:jsapi") in range(6800, 6901)
    assert b"ticket-1" not in (await redis.get("token:wxTicket00000001:jsapi") or b"")


async def test_a_stale_access_token_is_renewed_once_for_the_ticket(redis: Redis) -> None:
    platform = MockPlatform()
    platform.script(TICKET_PATH, refused(42001), {"ticket": "ticket-1", "expires_in": 7200})
    one = await platform.client(redis).sign_page(PAGE)
    assert one.signature == signature("ticket-1", one.nonce, one.timestamp, PAGE)
    assert len(platform.calls(TICKET_PATH)) == 2


async def test_without_redis_a_page_is_signed_all_the_same() -> None:
    platform = MockPlatform()
    platform.script(TICKET_PATH, {"ticket": "ticket-1", "expires_in": 7200})
    nowhere = Redis(host="127.0.0.1", port=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
    assert (await platform.client(nowhere).sign_page(PAGE)).app_id


def _slow(platform: MockPlatform) -> httpx.MockTransport:
    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.05)
        return await platform.answer(request)

    return httpx.MockTransport(answer)
