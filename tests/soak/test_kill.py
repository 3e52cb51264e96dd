"""Web processes and PostgreSQL backends are killed while a town votes: nothing confirmed is lost or counted twice.

Each resident behaves as the platform does: a message without an answer is delivered again, three times in all, and then
the resident sends it anew.
"""

import asyncio
import os
import random
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import psutil

from bot.filters import fold
from tests.journeys.conftest import Service, Town
from tests.journeys.platform_push import Platform

RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
KILLS = int(os.environ.get("LINLI_SOAK_KILLS", "12"))
ATTEMPTS = 60
_numbers = count(900_000_000)


async def _deliver(client: httpx.AsyncClient, phone: Platform, text: str) -> str:
    """One message, delivered up to three times with the same number."""
    number = next(_numbers)
    for _ in range(3):
        try:
            return await phone.say_with(client, text, number)
        except (httpx.TransportError, AssertionError):
            await asyncio.sleep(0.5)
    return ""


async def _vote(client: httpx.AsyncClient, phone: Platform, choice: str) -> str:
    """Vote until told that it is done; the receipt, or an empty string when only 「您家已投票」 came back."""
    for _ in range(ATTEMPTS):
        said = ""
        for words, wanted in (("投票", "请选一项"), (choice, "您选择"), ("确认", "投票凭证号")):
            said = await _deliver(client, phone, words)
            if wanted not in said:
                break
        if number := RECEIPT.search(said):
            return number[0]
        if "您家已投票" in said:
            return ""
        await asyncio.sleep(0.5)
    raise AssertionError("could not vote")


async def _bind(client: httpx.AsyncClient, phone: Platform, address: str, code: str) -> None:
    for _ in range(ATTEMPTS):
        said = ""
        for words in ("绑定", "同意", address, "2", "外乡人", "1", code):
            said = await _deliver(client, phone, words)
            if "登记成功" in said or "已登记" in said:
                return
        await asyncio.sleep(0.5)
    raise AssertionError("could not register")


async def _kill_now_and_then(service: Service, done: asyncio.Event) -> int:
    """SIGKILL a web process or a PostgreSQL backend at random moments; their parents start them again."""
    kills = 0
    while kills < KILLS and not done.is_set():
        await asyncio.sleep(random.uniform(0.5, 2.5))
        if victims := _web_processes(service) if kills % 4 else _backends(service):
            os.kill(random.choice(victims), signal.SIGKILL)
            kills += 1
    return kills


def _web_processes(service: Service) -> list[int]:
    return [pid for pid, words in _processes(service.process.pid) if "spawn_main" in words]


def _backends(service: Service) -> list[int]:
    """PostgreSQL processes that serve a connection of this town; killing one makes PostgreSQL recover."""
    pid = int((Path(service.environment["LINLI_DATA_DIR"]) / "postgres" / "postmaster.pid").read_text().split()[0])
    return [child for child, words in _processes(pid) if "postgres linli" in words]


def _processes(parent: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for child in psutil.Process(parent).children():
        with suppress(psutil.Error):
            found.append((child.pid, " ".join(child.cmdline())))
    return found


def test_votes_survive_killed_processes(serve: Callable[..., Service], town: Town) -> None:
    service = serve("safe", workers=2)
    kills, receipts = asyncio.run(_soak(service, town))
    marks, ballots, households = asyncio.run(_counted(service))
    assert kills >= KILLS // 2
    assert marks == ballots == households == len(receipts)
    confirmed = [number for number in receipts if number]
    assert len(set(confirmed)) == len(confirmed)
    phone = service.phone("oSoakCheck")
    for number in confirmed:
        assert "已收到" in phone.say(f"凭证 {number}"), fold(number)


async def _soak(service: Service, town: Town) -> tuple[int, list[str]]:
    households = [town.take() for _ in range(len(town.letters))]
    done = asyncio.Event()
    async with httpx.AsyncClient() as client:
        killing = asyncio.create_task(_kill_now_and_then(service, done))

        async def live(number: int, address: str, code: str) -> str:
            phone = service.phone(f"oSoak{number}")
            await _bind(client, phone, address, code)
            return await _vote(client, phone, str(number % 3 + 1))

        receipts = await asyncio.gather(*(live(number, *home) for number, home in enumerate(households)))
        done.set()
        return await killing, list(receipts)


async def _counted(service: Service) -> tuple[int, int, int]:
    """Marks, ballots, and distinct households among the marks, read past the service."""
    socket = f"{service.environment['LINLI_DATA_DIR']}/run"
    connection = await asyncpg.connect(f"postgres://postgres@/linli?host={socket}")
    try:
        row = await connection.fetchrow(
            """SELECT (SELECT count(*) FROM roll_mark) AS marks, (SELECT count(*) FROM ballot) AS ballots,
                      (SELECT count(DISTINCT dwelling_id) FROM roll_mark m
                       JOIN roll_entry e ON e.id = m.entry_id) AS homes"""
        )
        return row["marks"], row["ballots"], row["homes"]
    finally:
        await connection.close()
