"""Request bodies: how large they may be, and the platform's own way of reading JSON."""

import json
import re
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.errcodes import PlatformError
from simulator.store import Record

TEXT_LIMIT = 64 * 1024
PICTURE_LIMIT = 2 * 1024 * 1024
FORM_OVERHEAD = 4 * 1024

_UNICODE_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u")


class BodyLimit:
    """Answers 413 to a body over 64 KB, or over 2 MB where the path brings a file; reads no further than that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit and hand it on whole."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await _read(receive, _limit(scope["path"]))
        if body is None:
            await JSONResponse({"error": "内容太大了。"}, 413)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, replay, send)


def _limit(path: str) -> int:
    is_file = path.endswith(("/picture", "/voice", "/media/upload"))
    return PICTURE_LIMIT + FORM_OVERHEAD if is_file else TEXT_LIMIT


async def _read(receive: Receive, limit: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body", False):
            return bytes(body)


def json_object(raw: bytes) -> Record | None:
    """The JSON object in a body, or None when it is anything else."""
    try:
        record: Any = json.loads(raw)
    except ValueError:
        return None
    return cast(Record, record) if isinstance(record, dict) else None


async def call_body(request: Request, *, escapes_refused: bool = False) -> Record:
    r"""A platform call's JSON; `\uXXXX` is not understood: refused in menus (40033), literal in messages (§3).

    Raises PlatformError 47001 for anything that is not a JSON object.
    """
    raw = await request.body()
    if _UNICODE_ESCAPE.search(raw):
        if escapes_refused:
            raise PlatformError(40033)
        raw = _UNICODE_ESCAPE.sub(rb"\1\\\\u", raw)
    record = json_object(raw)
    if record is None:
        raise PlatformError(47001)
    return record
