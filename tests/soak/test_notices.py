"""Ten thousand recipients, three `linli worker` processes under kill -9, a platform in a storm.

Each recipient gets exactly one push, or is uncertain, or stands on the list; the platform itself keeps count.
"""

import asyncio
import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import clock
from engines import Engines
from models.campaigns import Campaign
from models.database import rows
from models.reach import CampaignState, DeliveryState
from scheduling import shift_clock
from tests.campaigns.conftest import Town, at_noon, town
from tests.campaigns.storm import Storm
from tests.campaigns.test_storm import ARRIVED, LISTED, begin
from tests.conftest import ROOT
from tests.simulator.stand_ins import served

__all__ = ["at_noon", "town"]
PEOPLE = int(os.environ.get("LINLI_SOAK_PEOPLE", "10000"))
KILLS = int(os.environ.get("LINLI_SOAK_KILLS", "20"))


def _platform(storm: Storm) -> Starlette:
    """The storm behind a real port; a reset and an unreachable host become a 500 and a 429."""

    async def respond(request: Request) -> Response:
        asked = httpx.Request(request.method, str(request.url), content=await request.body())
        try:
            answer = await storm.answer(asked)
        except httpx.ConnectError:
            return Response(status_code=429)
        except httpx.ReadError:
            return Response(status_code=500)
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))

    return Starlette(routes=[Route("/{path:path}", respond, methods=["GET", "POST"])])


def _worker(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    code = "from cli import app; app()"
    return subprocess.Popen([sys.executable, "-c", code, "worker"], env=os.environ | environment, cwd=ROOT)


async def _killed_now_and_then(environment: dict[str, str]) -> "list[subprocess.Popen[bytes]]":
    workers = [_worker(environment) for _ in range(3)]
    chance = random.Random(20261123)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(1, 5))
        at = chance.randrange(3)
        workers[at].kill()
        workers[at].wait()
        workers[at] = _worker(environment)
    return workers


async def test_each_of_ten_thousand_gets_one_push_or_is_uncertain_or_listed(
    town: Town, engines: Engines, database: str, redis: Redis, tmp_path: Path
) -> None:
    openids = await town.settle_crowd(PEOPLE)
    storm = Storm(1)
    async with served(_platform(storm)) as address:
        environment = {
            "LINLI_ENV": "test",
            "LINLI_DATA_DIR": str(tmp_path),
            "LINLI_DATABASE_URL": database,
            "LINLI_REDIS_URL": engines.redis_url,
            "LINLI_WECHAT_API_BASE": address,
            "LINLI_SMS_URL": f"{address}/sms",
            "LINLI_SMS_KEY": "k",
            "LINLI_SMS_SIGN": "河东社区",
        }
        await shift_clock(redis, clock.shift)
        campaign = await begin(town)
        workers = await _killed_now_and_then(environment)
        try:
            await _until_done(campaign, redis)
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait(15)
    await _judge(storm, {openid: f"154{at:08d}" for at, openid in enumerate(openids)})


async def _until_done(campaign: int, redis: Redis) -> None:
    for _ in range(200):
        if (await Campaign.get(id=campaign)).state is CampaignState.DONE:
            return
        await asyncio.sleep(6)
        due = await rows("SELECT count(*) AS n FROM delivery WHERE state = 'created' AND next_at <= $1", clock.now())
        if not due[0]["n"]:
            await shift_clock(redis, clock.shift + timedelta(minutes=3))
    raise AssertionError("never done")


async def _judge(storm: Storm, phones: dict[str, str]) -> None:
    found = await rows("SELECT a.openid, d.state FROM delivery d JOIN account a ON a.id = d.account_id")
    assert len(found) == PEOPLE
    arrived = 0
    for row in found:
        pushes, state = storm.told[row["openid"]] + storm.told[phones[row["openid"]]], DeliveryState(row["state"])
        arrived += state in ARRIVED
        assert pushes == 1 if state in ARRIVED else state in LISTED, state
        assert pushes == 0 or state in (*ARRIVED, DeliveryState.UNCERTAIN)
        assert pushes <= 1
    assert arrived > PEOPLE // 2
