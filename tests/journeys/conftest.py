"""The whole service as its users meet it: `linli serve` as processes, the webhook and the panel over HTTP."""

import csv
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.envelope import Credentials, Mode
from settings import DEMO_AES_KEY, DEMO_APP_ID, DEMO_TOKEN
from tests.journeys.platform_push import Platform
from tests.residency.districts import write_district

ROOT = Path(__file__).parent.parent.parent
LINLI = Path(sys.executable).parent / "linli"
PASSWORD = "correct-horse-7"
DISTRICT, COMMUNITY = "990205", "990205001001"
VOTE = {
    "id": "W1",
    "title": "小区大门夜里关不关",
    "kind": "户代表表决",
    "scope": "第一社区",
    "secret": True,
    "changeable": False,
    "start": -1,
    "end": 60,
    "options": ["关", "不关", "弃权"],
    "abstain": "弃权",
    "places": [COMMUNITY],
    "electorate": "household",
    "age_min": 18,
    "legal_effect": "征求意见",
}


@dataclass
class Service:
    """A running installation: its address, its data folder, and its command line."""

    url: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"
    mode: str

    def linli(self, *arguments: str) -> str:
        """Run a command beside the server; what it printed."""
        return linli(self.environment, *arguments)

    def phone(self, openid: str) -> Platform:
        credentials = Credentials(DEMO_APP_ID, DEMO_TOKEN, DEMO_AES_KEY, Mode(self.mode))
        return Platform(self.url, credentials, openid)

    def wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the service did not become ready")


def _environment(folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    return inherited | {"LINLI_ENV": "test", "LINLI_SIMULATOR": "1", "LINLI_DATA_DIR": str(folder)}


def start(folder: Path, mode: str, **settings: Any) -> Service:
    """`linli serve` on a free port with its own engines in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    more = {f"LINLI_{name.upper()}": str(value) for name, value in settings.items()}
    environment = _environment(folder) | {"LINLI_PORT": str(port), "LINLI_WECHAT_MODE": mode} | more
    process = subprocess.Popen([LINLI, "serve"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    service = Service(f"http://127.0.0.1:{port}", environment, process, mode)
    service.wait()
    return service


def linli(environment: dict[str, str], *arguments: str, said: str = "") -> str:
    done = subprocess.run(
        [LINLI, *arguments],
        env=environment,
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"linli {arguments}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Town:
    """河东区 990205 on disk: its data folder, and the letters' address → code."""

    folder: Path
    letters: dict[str, str]

    def take(self) -> tuple[str, str]:
        """The address and code of a household that no other test has had."""
        return self.letters.popitem()


def _co_own(register: Path) -> None:
    """The first dwelling has two owners, who have one voice."""
    head, first, *others = register.read_text("utf-8").splitlines()
    half = first.removesuffix("1/1") + "1/2"
    other = half.replace("R0-0,周安宁", "R0-1,吴小满")
    register.write_text("\n".join([head, half, other, *others, ""]), "utf-8")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Generator[Town]:
    """Registers and a household vote of two months loaded, staff of every step added, letters printed, by command."""
    ledgers = tmp_path_factory.mktemp("ledgers")
    write_district(ledgers, district=DISTRICT, communities=1)
    _co_own(ledgers / "owners.csv")
    (ledgers / "votes.yaml").write_text(yaml.safe_dump({"votes": [VOTE]}, allow_unicode=True), "utf-8")
    with tempfile.TemporaryDirectory(prefix="linli-town-", ignore_cleanup_errors=True) as folder:
        environment = _environment(Path(folder))
        linli(environment, "demo", str(ledgers))
        added = ("staff", "add", "chief", "--role", "admin", "--org", COMMUNITY, "--password-stdin")
        linli(environment, *added, said=PASSWORD + "\n")
        file = Path(folder) / "letters.csv"
        linli(environment, "letters", "--community", COMMUNITY, "--csv", str(file))
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield Town(Path(folder), {row["address"]: row["code"] for row in csv.DictReader(lines)})


@pytest.fixture
def serve(town: Town) -> Generator[Callable[..., Service]]:
    """`serve("safe", workers=2)` starts the town's installation; it is stopped after the test."""
    running: list[Service] = []

    def begin(mode: str, **settings: Any) -> Service:
        running.append(start(town.folder, mode, **settings))
        return running[-1]

    yield begin
    for service in running:
        service.process.terminate()
        service.process.wait(20)
