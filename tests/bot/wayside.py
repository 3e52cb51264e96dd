"""A way to PostgreSQL or Redis that can be blocked: everything stands still, or everything is cut."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Wayside:
    """Listens on one unix socket and passes everything on to another."""

    def __init__(self, here: Path, there: Path) -> None:
        self._here = here
        self._there = there
        self._moves = asyncio.Event()
        self._moves.set()
        self._server: asyncio.Server | None = None
        self._pumps: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._pass_on, self._here)

    def stall(self) -> None:
        """Connections are taken, and nothing moves on any of them until `clear`."""
        self._moves.clear()

    def clear(self) -> None:
        self._moves.set()

    async def cut(self) -> None:
        """Nobody listens any more, and every connection is broken, until `open`."""
        if self._server:
            self._server.close()
        self._here.unlink(missing_ok=True)
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self._there)
        except OSError:
            writer.close()
            return
        ways = (self._pump(reader, far_writer), self._pump(far_reader, writer))
        for pump in map(asyncio.create_task, ways):
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                while data := await reader.read(65536):
                    await self._moves.wait()
                    writer.write(data)
                    await writer.drain()
            finally:
                writer.close()


@asynccontextmanager
async def wayside(here: Path, there: Path) -> AsyncGenerator[Wayside]:
    way = Wayside(here, there)
    await way.open()
    yield way
    way.clear()
    await way.cut()
