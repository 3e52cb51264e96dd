"""After a secret vote through chat nothing leads from a voter to a choice: not a table, a log, Redis or the backup."""

import asyncio
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from redis import asyncio as aioredis

from clock import clock
from engines import pg_bin
from handlers.conversations.inbox import forget_secret_answers
from main import SESSION
from models.ballots import Ballot
from models.database import rows
from models.sealed import unseal_bytes
from tests.phone import Phone
from tests.votes.conftest import Community

Phones = Callable[[str], Phone]
RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
CHOICES = ("把老槐树留下来", "把老槐树移走", "弃权")
PICKED = CHOICES[1]


async def _voted(community: Community, phone: Phones) -> str:
    """An account votes for the second choice, after a word that was not understood; its receipt."""
    await community.poll("院里的老槐树留不留", CHOICES)
    await community.bind("oAnna", "周桂兰", community.dwellings[0])
    anna = phone("oAnna")
    await anna.say("投票")
    assert PICKED in await anna.say("2")
    assert "确认" in await anna.say("好的")
    receipt = RECEIPT.search(await anna.say("确认"))
    assert receipt
    return receipt[0]


async def _after(redis: "aioredis.Redis", time: timedelta) -> None:
    """So much time passes: the clock's job runs, and Redis drops what had less to live."""
    await forget_secret_answers(clock.now() + time)
    for key in await redis.keys("*"):
        if 0 <= await redis.ttl(key) <= time.total_seconds():
            await redis.delete(key)


async def _tables() -> dict[str, str]:
    """Every table as text."""
    names = [row["name"] for row in await rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")]
    lines = {name: await rows(f"SELECT t::text AS line FROM {name} t") for name in names}
    return {name: "\n".join(row["line"] for row in found) for name, found in lines.items()}


async def _of_chat(redis: "aioredis.Redis") -> str:
    """Words, answers and dialogue states of all messages, and what Redis holds, opened with the key."""
    found = await rows("SELECT content, answer, after FROM message")
    opened = [unseal_bytes(row[name], f"message:{name}") for row in found for name in row if row[name]]
    opened += [unseal_bytes(await redis.get(key), SESSION) for key in await redis.keys("session:*")]
    return b"\n".join(opened).decode()


async def test_a_minute_after_voting_the_choice_stands_in_the_box_alone(
    community: Community, phone: Phones, redis: "aioredis.Redis", capfd: pytest.CaptureFixture[str]
) -> None:
    await _voted(community, phone)
    await _after(redis, timedelta(seconds=61))
    assert {name for name, lines in (await _tables()).items() if PICKED in lines} == {"poll"}  # the question itself
    chat = await _of_chat(redis)
    assert len({chat.count(choice) for choice in CHOICES}) == 1  # the question as it was put, and no answer to it
    assert '"answer": [1]' not in chat.replace('"answer":[1]', '"answer": [1]')
    assert PICKED not in "".join(capfd.readouterr())
    [ballot] = await Ballot.all()
    assert ballot.answer == "1"


async def test_nothing_of_a_ballot_is_found_in_another_table_or_twice_in_the_backup(
    community: Community, phone: Phones, redis: "aioredis.Redis", database: str
) -> None:
    receipt = await _voted(community, phone)
    for words in (f"凭证 {receipt}", receipt, receipt.lower().replace("-", " ")):
        assert "已收到" in await phone("oAnna").say(words)
    await _after(redis, timedelta(minutes=16))
    [ballot] = await rows("SELECT id::text AS id, encode(receipt_index, 'hex') AS index FROM ballot")
    tables = await _tables()
    for sign in (ballot["id"], ballot["index"]):
        assert {name for name, lines in tables.items() if sign in lines} == {"ballot"}
    assert receipt not in await _of_chat(redis)
    dumped = [pg_bin("pg_dump"), "--inserts", database]
    dump = (await asyncio.to_thread(subprocess.run, dumped, capture_output=True, check=True)).stdout.decode()
    for sign in (ballot["id"], ballot["index"]):
        assert [line.split()[2] for line in dump.splitlines() if sign in line] == ["public.ballot"]
    assert [line.split()[2] for line in dump.splitlines() if PICKED in line] == ["public.poll"]
    assert receipt not in dump


async def test_a_receipt_that_was_lost_is_told_again_for_a_quarter_of_an_hour_to_its_account_alone(
    community: Community, phone: Phones, redis: "aioredis.Redis"
) -> None:
    receipt = await _voted(community, phone)
    await community.bind("oBert", "赵建国", community.dwellings[0])
    assert "15分钟内没有" in await phone("oBert").say("凭证")
    await _after(redis, timedelta(minutes=14))
    told = await phone("oAnna").say("凭证")
    assert receipt in told
    assert not any(choice in told for choice in CHOICES)
    await _after(redis, timedelta(minutes=16))
    assert "15分钟内没有" in await phone("oAnna").say("凭证")
