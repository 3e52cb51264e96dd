"""Access tokens in their two independent families, and the check every call makes (wechat-platform §3.1)."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from starlette.requests import Request

from simulator.bodies import call_body
from simulator.config import SimulatorConfig
from simulator.errcodes import OK, PlatformError
from simulator.store import Record, key, load, save

LIFETIME = 7200
OVERLAP = 300
FORCE_GAP = 30
FORCE_PER_DAY = 20
DAY = 86400

_SHAPE = re.compile(r"\d{2}_[\w-]{100,512}", re.ASCII)
_BEIJING = timezone(timedelta(hours=8))


async def grant_plain(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/token: always a new token; the one before it stays usable for five minutes."""
    check_credentials(config, request.query_params, "client_credential")
    async with config.redis.lock(key("lock", "tokens"), timeout=5, sleep=0.01):
        previous = await load(config.redis, key("tokens", "plain"))
        if previous is not None:
            await _allow_until(config, previous["token"], min(previous["expires_at"], config.now() + OVERLAP))
        return _granted(config, await _issue(config, "plain"))


async def grant_stable(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/stable_token: the same token until its last five minutes, unless a forced refresh kills it.

    A forced refresh within 30 seconds of the last one is answered as a normal call; the 21st of a day is 45009.
    """
    data = await call_body(request)
    check_credentials(config, data, "client_credential")
    async with config.redis.lock(key("lock", "tokens"), timeout=5, sleep=0.01):
        current = await load(config.redis, key("tokens", "stable"))
        if data.get("force_refresh") is True and await _may_force(config):
            if current is not None:
                await config.redis.delete(key("token", current["token"]))
            return _granted(config, await _issue(config, "stable"))
        if current is None or current["expires_at"] - config.now() <= OVERLAP:
            current = await _issue(config, "stable")
        return _granted(config, current)


async def grant_ticket(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/ticket/getticket?type=jsapi: a new ticket for pages each time; the earlier ones go on."""
    if request.query_params.get("type") != "jsapi":
        raise PlatformError(40097)
    return {**OK, "ticket": f"sim-ticket-{secrets.token_urlsafe(48)}", "expires_in": LIFETIME}


async def check_access_token(config: SimulatorConfig, token: str) -> None:
    """Raise PlatformError 41001, 40014, 40001 or 42001 unless the token is good now."""
    if not token:
        raise PlatformError(41001)
    if not _SHAPE.fullmatch(token):
        raise PlatformError(40014)
    expires_at = await config.redis.get(key("token", token))
    if expires_at is None:
        raise PlatformError(40001)
    if config.now() >= float(expires_at):
        raise PlatformError(42001)


def check_credentials(config: SimulatorConfig, given: Mapping[str, Any], grant_type: str) -> None:
    """Raise PlatformError 40002, 41002, 40013, 41004 or 40125 unless this is our account asking."""
    if given.get("grant_type") != grant_type:
        raise PlatformError(40002)
    for field, ours, missing, wrong in (
        ("appid", config.app_id, 41002, 40013),
        ("secret", config.app_secret, 41004, 40125),
    ):
        if not given.get(field):
            raise PlatformError(missing)
        if given[field] != ours:
            raise PlatformError(wrong)


async def _may_force(config: SimulatorConfig) -> bool:
    """Whether a forced refresh counts now; raises PlatformError 45009 past the day's twenty."""
    last = await config.redis.get(key("forced", "last"))
    if last is not None and config.now() - float(last) < FORCE_GAP:
        return False
    today = key("forced", datetime.fromtimestamp(config.now(), UTC).astimezone(_BEIJING).date().isoformat())
    if await config.redis.incr(today) > FORCE_PER_DAY:
        raise PlatformError(45009)
    await config.redis.expire(today, 2 * DAY)
    await config.redis.set(key("forced", "last"), config.now(), ex=DAY)
    return True


async def _issue(config: SimulatorConfig, family: str) -> Record:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
    issued: Record = {"token": token, "expires_at": config.now() + LIFETIME}
    await _allow_until(config, token, issued["expires_at"])
    await save(config.redis, key("tokens", family), issued)
    return issued


async def _allow_until(config: SimulatorConfig, token: str, expires_at: float) -> None:
    await config.redis.set(key("token", token), expires_at, ex=LIFETIME + DAY)


def _granted(config: SimulatorConfig, issued: Record) -> Record:
    return {"access_token": issued["token"], "expires_in": int(issued["expires_at"] - config.now())}
