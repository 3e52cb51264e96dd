"""kill -9 between 「确认」 and its answer: the ballot counts once, and the redelivery gets the receipt.

And after each statement of closing and of counting: all of it is done, or nothing.
"""

import asyncio
import os
import re
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest

from bot.envelope import Credentials, Mode
from clock import clock
from engines import Engines
from handlers.votes.actions.box import enter_box, sign_box
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.paper import tick_paper
from handlers.votes.tallies import Line, Weight
from models.ballots import Ballot, RollEntry, RollMark, SealedChoice, SealedReceipt
from models.database import rows
from models.states import BoxSource, CastChannel, PollState
from models.votes import Poll
from settings import DEMO_AES_KEY, DEMO_APP_ID, DEMO_TOKEN
from tests.bot.poll import until
from tests.journeys.platform_push import Platform
from tests.votes.conftest import Community, second
from tests.votes.test_seal import chains_fit

ROOT = Path(__file__).parent.parent.parent
DEMO = Credentials(DEMO_APP_ID, DEMO_TOKEN, DEMO_AES_KEY, Mode.SAFE)
RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


class Server:
    """A web process on the test's database, and how to die: `moment` empty for a healthy one."""

    def __init__(self, environment: dict[str, str], openid: str, moment: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.phone = Platform(self.url, DEMO, openid)
        factory = "tests.votes.mortal:create_app" if moment else "main:create_app"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--log-level", "error"],
            env=environment | {"MORTAL_MOMENT": moment, "LINLI_PORT": str(port)},
            cwd=ROOT,
        )

    async def ready(self) -> bool:
        try:
            return (await asyncio.to_thread(httpx.get, f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            assert self.process.poll() is None
            return False


Serve = Callable[..., Server]


@pytest.fixture
def serve(database: str, engines: Engines) -> Generator[Serve]:
    """`serve("oAnna", "after the commit")` starts a server for that phone; all are stopped after the test."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    ours |= {"LINLI_ENV": "test", "LINLI_DATABASE_URL": database, "LINLI_REDIS_URL": engines.redis_url}
    running: list[Server] = []

    def start(openid: str, moment: str = "") -> Server:
        running.append(Server(ours, openid, moment))
        return running[-1]

    yield start
    for server in running:
        server.process.terminate()
        server.process.wait(20)


def die_confirming(doomed: Server) -> None:
    doomed.phone.say("投票")
    assert "您选择：2" in doomed.phone.say("2")
    with pytest.raises(httpx.TransportError):
        doomed.phone.say("确认", msg_id=doomed.process.pid)
    assert doomed.process.wait(10) == -9


@pytest.mark.usefixtures("redis")
async def test_a_confirmed_ballot_survives_the_process(community: Community, serve: Serve) -> None:
    await community.poll()
    for openid, dwelling in zip(("oAnna", "oBert"), community.dwellings, strict=False):
        await community.bind(openid, "周桂兰", dwelling)
    before = serve("oAnna", "before the commit")
    after = serve("oBert", "after the commit")
    healthy = serve("oCara")
    for server in (before, after, healthy):
        await until(server.ready, patience=60)
    die_confirming(before)
    assert await Ballot.all().count() == await RollMark.all().count() == 0
    die_confirming(after)
    assert await Ballot.all().count() == await RollMark.all().count() == 1
    for doomed in (after, before):
        phone = Platform(healthy.url, DEMO, doomed.phone.openid)
        # The first delivery may have to wait until the dead process's heartbeat has run out.
        answers = [phone.say("确认", doomed.process.pid) for _ in range(3)]
        assert len(set(filter(None, answers))) == 1
        receipt = RECEIPT.search(answers[-1])
        assert receipt
        assert "已收到" in healthy.phone.say(f"凭证 {receipt[0]}")
    assert await Ballot.all().count() == await RollMark.all().count() == 2


async def _snapshot() -> list[object]:
    """What lies in the box and on the lists, and how far the vote is."""
    tables = ("ballot", "sealed_receipt", "sealed_choice", "audit_entry", "event")
    counts = [(await rows(f"SELECT count(*) AS lines FROM {table}"))[0]["lines"] for table in tables]
    seals = await rows("SELECT poll_id, seal FROM sealed_choice ORDER BY poll_id, number")
    return [*counts, await Poll.all().values_list("state", "result"), [row["seal"] for row in seals]]


@pytest.mark.parametrize("deed", ["close", "count"])
async def test_whenever_a_process_dies_a_vote_is_closed_and_counted_whole_or_not_at_all(
    community: Community, database: str, deed: str
) -> None:
    poll = await community.poll()
    entries = await RollEntry.filter(poll=poll).order_by("dwelling_id")
    await tick_paper(community.viewer, poll.id, [entries[3].id], CastChannel.PAPER, clock.now())
    for at, dwelling in enumerate(community.dwellings[:3]):
        await cast_ballot(poll.id, await community.home(f"o{at}", dwelling), (at % 2,), clock.now())
    if deed == "count":
        await close_poll(poll.id, poll.closes_at)
        paper = [Line((1,), Weight(1, 1))]
        box = await enter_box(community.viewer, poll.id, BoxSource.PAPER, paper, 0, clock.now())
        await sign_box(second(community), box.id, clock.now())
    before, deaths = await _snapshot(), 0
    command = [sys.executable, "-m", "tests.votes.sealer", database, deed, str(poll.id), community.organisation.code]
    ours = os.environ | {"LINLI_ENV": "test"}
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT, env=ours)
    assert process.stdin
    assert process.stdout
    while await process.stdout.readline() == b"died\n" and await _snapshot() == before:
        deaths += 1
        process.stdin.write(b"on\n")
    process.stdin.close()
    await process.wait()
    assert deaths > 10
    assert (await Poll.get(id=poll.id)).state is PollState.COUNTING
    assert await Ballot.all().count() == 0
    assert await SealedReceipt.all().count() == 3
    assert await SealedChoice.all().count() == (4 if deed == "count" else 3)
    await chains_fit(poll)
