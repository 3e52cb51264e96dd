"""SMS through a gateway: one HTTP call a message, and its receipts; the console where there is no gateway to be had."""

import hmac
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from campaigns.actions.settle import report_sms
from campaigns.channels import Outgoing, Result
from clock import clock
from models.reach import AttemptOutcome
from settings import Settings

LONGEST = 300
"""Characters of a message, signature included; the gateway splits it into parts of 67."""
TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=3.0)
BUSY = frozenset({408, 429, 503})
LATER = timedelta(minutes=1)

RECEIPTS = "/sms/receipts"
SIGNATURE = "X-Linli-Signature"
MOST_BYTES, MOST_RECEIPTS = 256 * 1024, 1000
ARRIVED = {"delivered": True, "failed": False}
_OURS = re.compile(r"linli-([1-9][0-9]{0,17})")

log = structlog.get_logger("sms")


class HttpGateway:
    """A gateway that takes `POST {url}` with a bearer key and {phone, text, id}, and answers 2xx with {id}.

    `id` in the request is one for each message: asked twice, the gateway sends once. 408, 429 and 503 mean later, 400,
    404 and 422 that this number gets nothing, any other 4xx that key or address are wrong.
    """

    def __init__(
        self,
        url: str,
        key: str,
        sign: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._url = url
        self._sign = sign
        self._now = now
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT, transport=transport, headers={"Authorization": f"Bearer {key}"} if key else {}
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(self, message: Outgoing) -> Result:
        once = f"linli-{message.delivery_id}"
        body = {"phone": message.address, "text": signed(self._sign, message), "id": once}
        try:
            answer = await self._http.post(self._url, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Result(AttemptOutcome.TEMPORARY, reason="短信网关连不上", retry_at=self._now() + LATER)
        except httpx.HTTPError as error:
            return Result(AttemptOutcome.UNCERTAIN, reason=type(error).__name__)
        return self._result(answer)

    def _result(self, answer: httpx.Response) -> Result:
        status = answer.status_code
        reason = f"短信网关 HTTP {status}"
        if answer.is_success:
            return Result(AttemptOutcome.ACCEPTED, message_id=_number(answer))
        if status in BUSY:
            return Result(AttemptOutcome.TEMPORARY, status, retry_at=self._now() + LATER, reason=reason)
        if status in (400, 404, 422):
            return Result(AttemptOutcome.PERMANENT, status, reason=reason)
        if status < 500:
            return Result(AttemptOutcome.TECHNICAL, status, reason=reason)
        return Result(AttemptOutcome.UNCERTAIN, status, reason=reason)


class Console:
    """Says that a message would have gone out, for demo and tests; neither number nor text are written down."""

    async def send(self, message: Outgoing) -> Result:
        log.info("sms", delivery=message.delivery_id, characters=len(signed("", message)))
        return Result(AttemptOutcome.ACCEPTED, message_id=f"console-{message.delivery_id}")


def signed(sign: str, message: Outgoing) -> str:
    """「【松涛社区】…」 with the link last; a long text is cut, neither sign nor link."""
    begins = f"【{sign}】" if sign else ""
    link = f" {message.link}" if message.link else ""
    room = LONGEST - len(begins) - len(link)
    text = message.text if len(message.text) <= room else f"{message.text[: room - 1]}…"
    return begins + text + link


def _number(answer: httpx.Response) -> str:
    """The gateway's own number of a message, where it tells one."""
    try:
        told: Any = answer.json()
    except ValueError:
        return ""
    return str(cast(dict[str, Any], told).get("id", ""))[:64] if isinstance(told, dict) else ""


@dataclass(frozen=True, slots=True)
class Gateway:
    """How this installation sends SMS; without a `channel` nobody is told that way."""

    channel: HttpGateway | Console | None

    async def aclose(self) -> None:
        if isinstance(self.channel, HttpGateway):
            await self.channel.aclose()


def gateway(settings: Settings) -> Gateway:
    """The gateway of the settings, the console in demo and test, or none."""
    if settings.sms_url:
        return Gateway(HttpGateway(settings.sms_url, settings.sms_key, settings.sms_sign))
    return Gateway(None if settings.production else Console())


def receipt_routes(settings: Settings) -> list[Route]:
    """`POST /sms/receipts`, where the gateway tells what became of messages; not there without its key.

    The body is a JSON list of {id, status, code}: our id of the request, `delivered` or `failed`, and a number of the
    gateway's for the reason. It is signed: the hexadecimal HMAC-SHA256 of the body, by the key, in X-Linli-Signature.
    Told twice is told once; what is not ours, or is no final status, is passed over.
    """

    async def take(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return JSONResponse({"error": "too large"}, 413)
        expected = hmac.new(settings.sms_key.encode(), body, "sha256").hexdigest()
        if not hmac.compare_digest(expected.encode(), request.headers.get(SIGNATURE, "").lower().encode()):
            return JSONResponse({"error": "wrong signature"}, 401)
        receipts = _receipts(body)
        if receipts is None:
            return JSONResponse({"error": f"a JSON list of at most {MOST_RECEIPTS} objects is expected"}, 400)
        settled = [await report_sms(ids, arrived, clock.now(), code) for (arrived, code), ids in receipts.items()]
        return JSONResponse({"settled": sum(settled)})

    return [Route(RECEIPTS, take, methods=["POST"])] if settings.sms_key else []


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _receipts(body: bytes) -> dict[tuple[bool, int], list[int]] | None:
    """Our deliveries by what became of them and why; None where it is no such list."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(cast(list[Any], told)) > MOST_RECEIPTS:
        return None
    receipts: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for one in cast(list[Any], told):
        if not isinstance(one, dict):
            return None
        receipt = cast(dict[str, Any], one)
        ours, arrived = _OURS.fullmatch(str(receipt.get("id", ""))), ARRIVED.get(str(receipt.get("status", "")))
        if ours and arrived is not None:
            receipts[arrived, _code(receipt.get("code"))].append(int(ours[1]))
    return receipts


def _code(told: Any) -> int:
    """The gateway's number for the reason; words are not kept."""
    number = str(told)
    return int(number) if number.isascii() and number.isdecimal() and 0 < len(number) < 10 else 0
