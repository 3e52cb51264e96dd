"""The levers behind the scenes: calls that fail, deliveries that repeat themselves, the account's settings saved."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bodies import json_object
from simulator.config import config_of
from simulator.push import verify
from simulator.store import key

MOST_FAULTS = 1000


async def plan_fault(request: Request) -> Response:
    """POST /control/fault {path, errcode, times}: the next calls of that path are refused; 0 times clears."""
    data = json_object(await request.body()) or {}
    path, errcode, times = data.get("path"), data.get("errcode"), data.get("times", 1)
    if not isinstance(path, str) or not isinstance(errcode, int) or not isinstance(times, int):
        return JSONResponse({"error": "需要 path、errcode、times。"}, 400)
    redis, faults = config_of(request).redis, key("fault", path)
    await redis.delete(faults)
    if times > 0:
        await redis.rpush(faults, *[errcode] * min(times, MOST_FAULTS))
    return JSONResponse({"path": path, "errcode": errcode, "times": times})


async def choose_resend(request: Request) -> Response:
    """POST /control/resend {identical}: whether a repeated delivery keeps its timestamp, nonce and signature.

    Which of the two the platform does is unknown (wechat-platform §1.2); fresh ones are the default.
    """
    is_identical = (json_object(await request.body()) or {}).get("identical") is True
    redis = config_of(request).redis
    await (redis.set(key("identical"), 1) if is_identical else redis.delete(key("identical")))
    return JSONResponse({"identical": is_identical})


async def save_settings(request: Request) -> Response:
    """POST /control/verify: the GET that the platform sends when the webhook's settings are saved."""
    return JSONResponse({"verified": await verify(config_of(request))})
