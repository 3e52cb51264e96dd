"""Driving a web server over keep-alive connections with requests made beforehand, and reading what it cost."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """What answering took: seconds on the wall and of processor time, over all processes that took part."""

    answers: int
    wall: float
    cpu: float

    @property
    def per_cpu_second(self) -> float:
        return self.answers / self.cpu


def post(path: str, query: str, body: bytes) -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    head = (
        f"POST {path}?{query} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def processor_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes and all their children, ended ones included."""
    total = 0.0
    for pid in pids:
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system
        ended = psutil.Process(pid).cpu_times()
        total += ended.children_user + ended.children_system
    return total


async def drive(port: int, requests: Sequence[bytes], pids: Sequence[int], connections: int) -> Cost:
    """Send every request once, over so many connections, and check that each is answered with 200.

    Raises:
        RuntimeError: an answer was not 200 or had no body.
    """
    waiting = iter(requests)
    before, began = processor_seconds(pids), time.monotonic()
    await asyncio.gather(*(_client(port, waiting) for _ in range(connections)))
    return Cost(len(requests), time.monotonic() - began, processor_seconds(pids) - before)


async def _client(port: int, waiting: Iterator[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        writer.write(request)
        head = await reader.readuntil(HEAD_END)
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200") or not body:
            raise RuntimeError(f"answered {head[:40]!r}")
    writer.close()


async def until_listening(port: int, seconds: float = 30.0) -> None:
    """Wait for a server to take connections.

    Raises:
        TimeoutError: it did not in time.
    """
    async with asyncio.timeout(seconds):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return


def engine_pids(folder: Path) -> list[int]:
    """PostgreSQL's and Valkey's processes that work in this folder."""
    here = folder.resolve()
    found: list[int] = []
    for process in psutil.process_iter(["pid", "name", "cwd"]):
        name, cwd = process.info["name"] or "", process.info["cwd"] or ""
        if name.startswith(("postgres", "valkey", "redis")) and Path(cwd).is_relative_to(here):
            parent = process.parent()
            if parent is None or not parent.name().startswith("postgres"):
                found.append(process.info["pid"])
    return found
