"""The door behind the real web server: bodies that lie about their length, trickle or never end."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from urllib.parse import urlencode

import pytest
import uvicorn

from bot import webhook
from tests.bot.caller import calling, text, xml_of
from tests.bot.platform_side import encrypted, padded, sealed_query, xml_envelope
from tests.bot.poll import until
from tests.bot.rehearsal import Resident

SEALED = encrypted(padded(xml_of(text("报数"))))
BODY = xml_envelope(SEALED)
TARGET = f"POST /wechat?{urlencode(sealed_query(SEALED))} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n"


@pytest.fixture
async def port(anna: Resident, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[int]:
    monkeypatch.setattr(webhook, "ANSWER_WITHIN", 1)
    async with calling(anna.bot) as caller:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(caller.door, lifespan="off", log_level="error"))
        running = asyncio.create_task(server.serve([listening]))
        await until(lambda: asyncio.sleep(0, server.started))
        yield listening.getsockname()[1]
        server.should_exit = True
        await running


async def post(port: int, head: str, *chunks: bytes) -> bytes:
    """The first line that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((TARGET + head + "\r\n").encode())
    writer.writelines(chunks)
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return line.strip()


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("head", "chunks", "status"),
    [
        (f"Content-Length: {len(BODY)}\r\n", (BODY,), 200),
        ("Transfer-Encoding: chunked\r\n", (chunked(BODY), b"0\r\n\r\n"), 200),
        (f"Content-Length: {len(BODY) + 1}\r\n", (BODY,), 408),
        ("Transfer-Encoding: chunked\r\n", (chunked(BODY),), 408),
        ("Transfer-Encoding: chunked\r\n", (chunked(b"x" * 70_000),), 413),
        ("Content-Length: 1048576\r\n", (b"x" * 1000,), 413),
        ("Content-Length: 99999999999999999999999\r\n", (), 400),
        (f"Content-Length: {len(BODY) - 1}\r\n", (BODY[:-1],), 400),
    ],
    ids=["whole", "chunked", "declared longer", "no end", "70 KB in a chunk", "1 MB declared", "absurd length", "cut"],
)
async def test_bodies_over_the_wire_are_taken_whole_or_refused_in_time(
    port: int, anna: Resident, head: str, chunks: tuple[bytes, ...], status: int
) -> None:
    line = await post(port, head, *chunks)
    assert line.startswith(f"HTTP/1.1 {status}".encode())
    assert len(anna.acts) == (status == 200)
