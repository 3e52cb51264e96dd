"""Two processes cast the same ballots 1,000 times each: one mark and one ballot for each entry."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from handlers.votes.queries.lists import ballot_of
from models.ballots import Ballot, NamedBallot, RollMark
from models.votes import Poll
from tests.votes.conftest import APP_ID, Community

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("secret", [True, False])
async def test_two_processes_casting_the_same_ballots_cast_each_once(
    community: Community, database: str, secret: bool
) -> None:
    poll = await community.poll()
    await Poll.filter(id=poll.id).update(secret=secret)
    households = community.dwellings[:4]
    couples = [[f"o{who}{number}" for number in range(4)] for who in ("His", "Hers")]
    for openids in couples:
        for openid, dwelling in zip(openids, households, strict=True):
            await community.bind(openid, "周桂兰", dwelling)
    receipts = await _cast_twice(database, poll.id, couples)
    held = [await ballot_of(receipt) for receipt in receipts]
    assert [one and one.poll.id for one in held] == [poll.id] * 4
    assert await RollMark.all().count() == 4
    assert await (Ballot if secret else NamedBallot).all().count() == 4


async def _cast_twice(database: str, poll_id: int, couples: list[list[str]]) -> list[str]:
    """Start one process for each half of the couples, let them go together, and gather their receipts."""
    command = [sys.executable, "-m", "tests.votes.caster", database, APP_ID, str(poll_id)]
    ours = os.environ | {"LINLI_ENV": "test"}
    running = [
        await asyncio.create_subprocess_exec(*command, ",".join(openids), stdin=PIPE, stdout=PIPE, cwd=ROOT, env=ours)
        for openids in couples
    ]
    for process in running:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in running))
    assert [process.returncode for process in running] == [0, 0]
    return [receipt for out, _ in told for receipt in json.loads(out)]
