"""ZIP archives sent while they are written: one file in memory at a time, nothing on a disk."""

import asyncio
import io
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.responses import StreamingResponse

from clock import BEIJING

Content = bytes | AsyncIterable[bytes]


class _Sink(io.RawIOBase):
    """Where the archive is written to: what has come since one last looked."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any, /) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def zip_stream(name: str, members: AsyncIterable[tuple[str, Content]], now: datetime) -> StreamingResponse:
    """An archive to save, packed in threads while it is sent; logged by the caller.

    Args:
        members: names and what they hold, whole or in parts.
    """
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.zip')}"}
    return StreamingResponse(zipped(members, now), headers=headers, media_type="application/zip")


async def zipped(members: AsyncIterable[tuple[str, Content]], now: datetime) -> AsyncIterator[bytes]:
    """The bytes of the archive."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        async for name, content in members:
            info = ZipInfo(name, now.astimezone(BEIJING).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                async for part in _parts(content):
                    await asyncio.to_thread(member.write, part)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


async def _parts(content: Content) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
    else:
        async for part in content:
            yield part
