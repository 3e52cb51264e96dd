"""Logs as JSON lines with a request id; never a name, phone, openid, token or choice.

Of an exception only its type and places in the code are written: a driver's message may quote the row it failed on.
"""

import logging
import os
import secrets
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, cast

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict

from clock import BEIJING

QUIET_PATHS = ("/wechat", "/healthz", "/readyz", "/metrics", "/simulator", "/admin/static")
log = structlog.get_logger("http")

_PROCESSORS: list[Any] = []


def configure_logs(*, as_json: bool = True) -> None:
    """Send everything to standard error: our own events and the libraries' warnings."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", force=True
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    # One list for ever: a logger that was used before holds on to it.
    _PROCESSORS[:] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _places_only,
        renderer,
    ]
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )


class _DayFiles:
    """`linli-20260501.log` and so on in a folder, which every process of this machine appends to; older ones go."""

    def __init__(self, folder: Path, days: int) -> None:
        self._folder, self._days = folder, days
        self._day: date | None = None
        self._file = -1

    def write(self, text: str) -> None:
        today = datetime.now(UTC).astimezone(BEIJING).date()
        if today != self._day:
            self._turn_to(today)
        os.write(self._file, text.encode())

    def _turn_to(self, day: date) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._file >= 0:
            os.close(self._file)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file, self._day = os.open(self._folder / _log_name(day), flags, 0o600), day
        oldest = _log_name(day - timedelta(days=self._days))
        for file in self._folder.glob("linli-*.log"):
            if file.name < oldest:
                file.unlink(missing_ok=True)


def _log_name(day: date) -> str:
    return f"linli-{day:%Y%m%d}.log"


_kept: list[_DayFiles] = []


def keep_logs(folder: Path, days: int) -> None:
    """Keep every line in a folder too, for so many days (wechat-platform.md §5.2: six months at least)."""
    _kept[:] = [_DayFiles(folder, days)]


class _StandardError:
    """Standard error as it is when a line is written, not as it was when the first logger was made."""

    def write(self, text: str) -> int:
        for files in _kept:
            with suppress(OSError):
                files.write(text)
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _places_only(_logger: Any, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event["trace"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


class RequestLog:
    """One line a request of panel and pages, with an id that is also sent back as X-Request-ID."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(QUIET_PATHS):
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        began = time.monotonic()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                spent = round((time.monotonic() - began) * 1000)
                log.info("request", method=scope["method"], path=scope["path"], status=status, ms=spent)
