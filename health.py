"""What machines ask of the service: is it alive, is it ready, what are its figures."""

import asyncio
import os
import shutil
from collections.abc import Awaitable
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from models.database import rows
from settings import Settings

CHECK_SECONDS = 2.0
SHARED = "PROMETHEUS_MULTIPROC_DIR"


def health_routes(settings: Settings, redis: Redis) -> list[Route]:
    """`/healthz` (the process answers), `/readyz` (database and Redis answer), `/metrics` (Prometheus), and `/`."""

    async def ready(_: Request) -> Response:
        ping = redis.ping()  # pyright: ignore[reportUnknownMemberType]
        parts = {"database": await _answers(rows("SELECT 1")), "redis": await _answers(ping)}
        return JSONResponse(parts, 200 if all(parts.values()) else 503)

    async def front(_: Request) -> Response:
        return RedirectResponse("/simulator/" if settings.uses_simulator else "/admin/")

    return [
        Route("/healthz", _alive),
        Route("/readyz", ready),
        Route("/metrics", _metrics),
        Route("/", front),
    ]


async def _answers(check: Awaitable[object]) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check
    except Exception:
        return False
    return True


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _metrics(_: Request) -> Response:
    registry = REGISTRY
    if SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # pyright: ignore[reportUnknownMemberType]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def share_metrics(folder: Path) -> None:
    """Let several web processes count together; must be called before they are started."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[SHARED] = str(folder)
