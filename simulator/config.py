"""What the stand-in is told when it is mounted: the account's secrets, where the webhook is, and the state's Redis."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from redis.asyncio import Redis
from starlette.requests import Request

ACCOUNT = "gh_simulator"
ACCOUNT_NAME = "邻里"

Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True)
class SimulatorConfig:
    """Settings of one simulated official account; every process given the same Redis shows the same phones.

    `deadline` is the seconds the webhook has for each delivery (wechat-platform §1.5); `now` tells the platform's time
    in Unix seconds, so that tests can let tokens and windows run out.
    """

    redis: Redis
    webhook_url: str
    public_url: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Mode
    demo_file: Path
    deadline: float = 5.0
    now: Callable[[], float] = time.time


def config_of(request: Request) -> SimulatorConfig:
    """The configuration of the simulator that is answering this request."""
    return request.app.state.config


def address_of(request: Request) -> str:
    """Where the simulator is mounted, as outsiders write it: the public URL and the mount's path, no final slash."""
    return config_of(request).public_url.rstrip("/") + request.scope.get("root_path", "")
