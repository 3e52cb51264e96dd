"""Processes of the service on engines that others share, and the platform that they call."""

import asyncio
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.conftest import ROOT
from tests.files.recordings import spoken
from tests.files.uploads import drawn
from tests.simulator.stand_ins import served

FROM_WORKER = "工作人员回复："


@dataclass
class StandIn:
    """The platform's own side: workers' answers that arrived, who got a late answer, and the files residents sent."""

    arrived: Counter[str] = field(default_factory=Counter[str])
    late: set[str] = field(default_factory=set[str])
    picture: bytes = field(default_factory=lambda: drawn("JPEG"))
    recording: bytes = field(default_factory=lambda: spoken(0.5))

    async def respond(self, request: Request) -> Response:
        if request.url.path.endswith("/media/get"):
            is_voice = request.query_params["media_id"].startswith("voice")
            content, kind = (self.recording, "audio/amr") if is_voice else (self.picture, "image/jpeg")
            return Response(content, media_type=kind)
        if request.url.path.endswith("/custom/send"):
            message = await request.json()
            head, _, words = message["text"]["content"].partition("\n")
            if head == FROM_WORKER:
                self.arrived[words] += 1
            else:
                self.late.add(message["touser"])
        return JSONResponse({"errcode": 0, "errmsg": "ok", "access_token": "t", "expires_in": 7200})

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[str]:
        app = Starlette(routes=[Route("/{path:path}", self.respond, methods=["GET", "POST"])])
        async with served(app) as address:
            yield address


class Server:
    """One `linli serve` beside others on the same engines."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._environment = environment | {"LINLI_PORT": str(port), "LINLI_BASE_URL": self.url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        code = "from cli import app; app()"
        quiet = subprocess.DEVNULL  # what it logs lies in its data folder too
        command = [sys.executable, "-c", code, "serve"]
        self._process = subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=quiet, stderr=quiet)

    async def ready(self) -> None:
        async with httpx.AsyncClient() as client:
            for _ in range(400):
                with suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz", timeout=2)).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise AssertionError("not ready")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(20)


def free_ports(many: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
