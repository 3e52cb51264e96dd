"""A platform and an SMS gateway in a storm: they refuse, are busy, break off, and remember whom they really told."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from redis.asyncio import Redis

from bot.client import WeChatClient, WeChatConfig
from campaigns.channels import Channels
from channels import platform_channels
from sms import HttpGateway
from tests.bot.mock_platform import SECRET, seal, unseal
from tests.campaigns.conftest import APP_ID

REFUSALS = (45015, 45047, -1, 42001, 45011)
FATES = ("fine", "slow", "refused", "502", "reset", "unreachable")


@dataclass
class Storm:
    """`told` counts what arrived by openid, and by phone number; `severity` is how often something goes wrong."""

    seed: int
    severity: float = 0.4
    slowest: float = 0.02
    told: Counter[str] = field(default_factory=Counter[str])
    under_way: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.tokens = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("stable_token"):
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"token-{self.tokens}", "expires_in": 7200})
        body = json.loads(request.content)
        self.under_way += 1
        try:
            return await self._meet(body, _people(body))
        finally:
            self.under_way -= 1

    async def _meet(self, body: dict[str, Any], people: list[str]) -> httpx.Response:
        troubled = self.chance.random() < self.severity
        fate = self.chance.choice(FATES) if troubled else "fine"
        await asyncio.sleep(self.chance.uniform(0, self.slowest) * (10 if fate == "slow" else 1))
        if fate == "unreachable":
            raise httpx.ConnectError("no")
        if fate == "refused":
            if "phone" in body:
                return httpx.Response(self.chance.choice((422, 429)))
            return httpx.Response(200, json={"errcode": self.chance.choice(REFUSALS), "errmsg": "no"})
        broken = fate in ("502", "reset")
        if not broken or self.chance.random() < 0.5:
            self.told.update(people)
        if fate == "reset":
            raise httpx.ReadError("reset")
        if fate == "502":
            return httpx.Response(502, text="bad gateway")
        number = self.chance.randrange(10**9)
        return httpx.Response(200, json={"errcode": 0, "msgid": number, "id": str(number)})

    def channels(self, redis: Redis) -> Channels:
        async def no_pause(_: float) -> None:
            await asyncio.sleep(0)

        transport = httpx.MockTransport(self.answer)
        config = WeChatConfig(APP_ID, SECRET)
        client = WeChatClient(config, redis, seal, unseal, transport=transport, sleep=no_pause)

        async def find(_: str) -> WeChatClient:
            return client

        gateway = HttpGateway("https://sms.test/send", "key", "河东社区", transport=transport)
        return platform_channels(find, lambda _: "https://x/m/in", gateway)


def _people(body: dict[str, Any]) -> list[str]:
    told = body.get("touser") or body["phone"]
    return told if isinstance(told, list) else [told]
