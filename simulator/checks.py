"""The platform's look at texts, by a table of words: `msg_sec_check` as a stand-in (wechat-platform §3.12)."""

import secrets

from starlette.requests import Request

from simulator.bodies import json_object
from simulator.config import SimulatorConfig
from simulator.errcodes import PlatformError
from simulator.residents import find_resident
from simulator.store import Record

PASS, NORMAL = "pass", 100
WORDS = {"赌博": ("risky", 20006), "裸聊": ("risky", 20002), "傻瓜": ("review", 20003), "代购": ("review", 10001)}
"""What is found, by the first word that stands in a text."""
LONGEST = 2500
NOT_ACTIVE, EMPTY = 61010, 44004


async def check_text(config: SimulatorConfig, request: Request) -> Record:
    """POST /wxa/msg_sec_check."""
    body = json_object(await request.body()) or {}
    content = str(body.get("content", ""))
    if not content or len(content) > LONGEST:
        raise PlatformError(EMPTY, "empty content")
    if await find_resident(config, body.get("openid")) is None:
        raise PlatformError(NOT_ACTIVE, "code is expired")
    suggest, label = next((found for word, found in WORDS.items() if word in content), (PASS, NORMAL))
    return {"trace_id": secrets.token_hex(16), "result": {"suggest": suggest, "label": label}, "detail": []}
