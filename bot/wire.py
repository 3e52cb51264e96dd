"""One request to the platform, and what came of it: its answer, or an error of the tree in `errcodes`."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import uniform
from typing import Annotated, Any, TypeVar, cast

import httpx
import structlog
from pydantic import BaseModel, StringConstraints, ValidationError

from bot.errcodes import (
    BUSY,
    NO_CODE,
    OversizeError,
    PlatformError,
    TechnicalError,
    TemporaryError,
    UncertainError,
    refusal,
)

TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=3.0)
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16)
TOTAL_SECONDS = 20.0
MAX_BYTES = 12 * 1024 * 1024
CHUNK = 64 * 1024
TRIES = 3
PAUSE_SECONDS = (0.5, 4.0)
TEXTUAL = ("text/", "application/json")

log = structlog.get_logger()
# httpx logs whole addresses at INFO, and ours carry the access_token, openids and the secret.
logging.getLogger("httpx").setLevel(logging.WARNING)

Filled = Annotated[str, StringConstraints(min_length=1)]
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `repeatable`: doing it twice does no harm. `is_file`: the answer is a file, or JSON if refused.

    Of a file at most `most_bytes` are read.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    upload: tuple[str, bytes] | None = field(default=None, repr=False)
    repeatable: bool = True
    is_file: bool = False
    most_bytes: int = MAX_BYTES

    def signed(self, token: str) -> "Call":
        return replace(self, query={**self.query, "access_token": token})

    def unanswered(self, reason: str) -> PlatformError:
        """The request went out, and nothing readable came back."""
        return TemporaryError(NO_CODE, reason) if self.repeatable else UncertainError(NO_CODE, reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said: `fields` of a JSON object, or a file's `content` (then `fields` is empty)."""

    status: int
    content_type: str
    content: bytes = field(repr=False)
    fields: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)


class Wire:
    """The HTTP client, the pause between tries, and the clock that says when a quota is fresh again."""

    def __init__(
        self, http: httpx.AsyncClient, sleep: Callable[[float], Awaitable[None]], now: Callable[[], datetime]
    ) -> None:
        self.http = http
        self.sleep = sleep
        self.now = now

    async def exchange(self, call: Call) -> Answer:
        """Send `call`, up to three times while the platform says it is busy, 0.5 to 4 seconds apart.

        Raises an error of the tree and nothing else. Source: wechat-platform §3.2.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._attempt(call)
            except TemporaryError as error:
                if error.errcode != BUSY:
                    raise
            await self.sleep(uniform(*PAUSE_SECONDS))
        return await self._attempt(call)

    async def _attempt(self, call: Call) -> Answer:
        try:
            return self._judge(call, await self._deliver(call))
        except PlatformError as error:
            log_failure(call.path, error)
            raise

    async def _deliver(self, call: Call) -> Answer:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await self._transfer(call)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise TechnicalError(NO_CODE, type(error).__name__) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TemporaryError(NO_CODE, type(error).__name__) from error
        except (httpx.HTTPError, OSError) as error:
            raise call.unanswered(type(error).__name__) from error

    async def _transfer(self, call: Call) -> Answer:
        # The platform takes \u escapes literally, so the body keeps its characters (wechat-platform §3).
        body = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        async with self.http.stream(
            call.method,
            call.path,
            params=call.query or None,
            content=body,
            files=None if call.upload is None else {"media": call.upload},
            headers=None if body is None else {"Content-Type": "application/json"},
        ) as response:
            content = bytearray()
            if call.is_file and _told_size(response) > call.most_bytes:
                raise OversizeError(NO_CODE, "file too large")
            async for chunk in response.aiter_bytes(CHUNK):
                content += chunk
                if len(content) > call.most_bytes:
                    too_large = "answer too large"
                    raise OversizeError(NO_CODE, too_large) if call.is_file else call.unanswered(too_large)
            return Answer(response.status_code, response.headers.get("content-type", ""), bytes(content))

    def _judge(self, call: Call, answer: Answer) -> Answer:
        if call.is_file and _is_file(answer):
            return answer
        fields = _json_object(answer.content)
        errcode = None if fields is None else fields.get("errcode", NO_CODE)
        if fields is None or type(errcode) is not int or (errcode == 0 and not _is_success(answer)):
            raise _unreadable(call, answer)
        error = refusal(errcode, str(fields.get("errmsg", "")), self.now()) if errcode else None
        if error:
            raise error
        return replace(answer, fields=fields)


def file_call(address: str, most_bytes: int, **query: str) -> Call:
    """Asks for a file; of an address only what stands before its query is logged, where a key may follow."""
    url = httpx.URL(address)
    query = dict(url.params) | query
    return Call("GET", str(url.copy_with(query=None)), query=query, is_file=True, most_bytes=most_bytes)


def get_call(name: str, **query: str) -> Call:
    """Asks `/cgi-bin/NAME`."""
    return Call("GET", f"/cgi-bin/{name}", query=query)


def post_call(name: str, body: Mapping[str, Any]) -> Call:
    return Call("POST", f"/cgi-bin/{name}", body=body)


def shaped(shape: type[Shape], call: Call, answer: Answer) -> Shape:
    """Read the fields of an answer as `shape`. Raises TemporaryError for a success that lacks what it should hold."""
    try:
        return shape.model_validate(answer.fields)
    except ValidationError:
        error = TemporaryError(NO_CODE, "answer lacks its fields")
        log_failure(call.path, error)
        raise error from None  # the cause would quote what the fields hold


def log_failure(path: str, error: PlatformError) -> None:
    log.warning("platform_call_failed", path=path, kind=type(error).__name__, errcode=error.errcode, rid=error.rid)


def _is_success(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _is_file(answer: Answer) -> bool:
    return _is_success(answer) and bool(answer.content) and not answer.content_type.lower().startswith(TEXTUAL)


def _told_size(response: httpx.Response) -> int:
    """The bytes that are to come, as far as the platform tells; 0 where it does not."""
    told = response.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else 0


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return cast(dict[str, Any], parsed) if isinstance(parsed, dict) else None


def _unreadable(call: Call, answer: Answer) -> PlatformError:
    """A status that says who is at fault; else nobody knows whether the request was carried out."""
    reason = f"HTTP {answer.status}"
    if answer.status in {408, 429}:
        return TemporaryError(NO_CODE, reason)
    if 300 <= answer.status < 500:
        return TechnicalError(NO_CODE, reason)
    return call.unanswered(reason)
