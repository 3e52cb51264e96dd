"""The door: verify, decrypt, parse, act once, answer inside five seconds; a late answer becomes a customer message."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot import phrases
from bot.envelope import MAX_BYTES, Credentials, answer_body, open_push, verify_url
from bot.exchange import Bot
from bot.messages import EnvelopeError, Incoming, Kind, incoming

log = structlog.get_logger("webhook")

ANSWER_WITHIN = 4.3
"""Seconds; the platform hangs up after 5 (wechat-platform.md §1.5)."""
ACT_WITHIN = 30.0
"""Seconds after which an act is given up and undone."""
NOTHING = "success"

ANSWERS = Counter("linli_webhook_answers", "Pushes answered", ["outcome"])
REFUSED = Counter("linli_webhook_refused", "Pushes refused at the door", ["status"])
SECONDS = Histogram(
    "linli_webhook_seconds", "Seconds from push to answer", buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 4.5, 5)
)
_ANSWERED = {outcome: ANSWERS.labels(outcome) for outcome in ("answered", "nothing", "late", "sorry")}


@dataclass(slots=True)
class Flight:
    """A message under way in this process; deliveries of the same message wait for the same answer."""

    task: asyncio.Task[str | None]
    late: bool = False
    answered: bool = False


class Door:
    """One official account's webhook.

    Args:
        credentials: of the account.
        bot: everything behind the door.
        send_later: sends a text as a customer message, for answers that came too late.
    """

    def __init__(self, credentials: Credentials, bot: Bot, send_later: Callable[[str, str], Awaitable[None]]) -> None:
        self._credentials = credentials
        self._bot = bot
        self._send_later = send_later
        self._flights: dict[str, Flight] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def __call__(self, request: Request) -> Response:
        """GET verifies the address, POST takes a push; anything wrong is a 4xx that leaves no trace."""
        try:
            if request.method == "GET":
                return PlainTextResponse(verify_url(self._credentials, request.query_params))
            return await self._push(request)
        except EnvelopeError as refusal:
            REFUSED.labels(refusal.status).inc()
            return PlainTextResponse(refusal.reason, refusal.status)

    async def _push(self, request: Request) -> Response:
        began = time.monotonic()
        query = request.query_params
        body = await _read(request)
        push = open_push(self._credentials, query, request.headers.get("content-type", ""), body)
        message = incoming(push.fields, self._credentials.app_id)
        text = await self._answer_in_time(message)
        SECONDS.observe(time.monotonic() - began)
        if text is None:
            return Response(NOTHING, media_type="text/plain")
        content, media_type = answer_body(
            self._credentials, push, message, text, message.sent_at, query.get("nonce", "")
        )
        return Response(content, media_type=media_type)

    async def _answer_in_time(self, message: Incoming) -> str | None:
        key = message.key.hex
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(self._safely(message)))
            flight.task.add_done_callback(lambda _: self._landed(message))
        done, _ = await asyncio.wait({flight.task}, timeout=ANSWER_WITHIN)
        if not done:
            flight.late = True
            _ANSWERED["late"].inc()
            return None
        flight.answered = True
        text = flight.task.result()
        _ANSWERED["nothing" if text is None else "sorry" if text is phrases.SORRY else "answered"].inc()
        return text

    def _landed(self, message: Incoming) -> None:
        """A flight ended. If its time-out was answered with `success`, the answer goes out as a customer message."""
        flight = self._flights.pop(message.key.hex)
        text = None if flight.task.cancelled() else flight.task.result()
        if flight.late and not flight.answered and text is not None:
            sending = asyncio.create_task(self._send_late(message, text))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    async def drain(self) -> None:
        """Let what is under way finish, as at shutdown."""
        while waiting := [*(flight.task for flight in self._flights.values()), *self._sending]:
            await asyncio.wait(waiting)
            await asyncio.sleep(0)

    async def _send_late(self, message: Incoming, text: str) -> None:
        try:
            await self._send_later(message.sender, text)
        except Exception as error:
            log.error("late answer not sent", message=message.key.hex, failure=type(error).__name__)

    async def _safely(self, message: Incoming) -> str | None:
        """The answer, or one kind sentence when something behind the door is gone, slow or broken."""
        try:
            async with asyncio.timeout(ACT_WITHIN):
                return await self._bot.answer(message)
        except Exception as error:
            log.error("message not answered", message=message.key.hex, failure=type(error).__name__, exc_info=error)
            return None if message.kind is Kind.EVENT and message.event != "click" else phrases.SORRY


async def _read(request: Request) -> bytes:
    """The body, never more than the door takes."""
    if int(request.headers.get("content-length") or 0) > MAX_BYTES:
        raise EnvelopeError(413, "body too large")
    chunks = bytearray()
    try:
        async for chunk in request.stream():
            chunks += chunk
            if len(chunks) > MAX_BYTES:
                raise EnvelopeError(413, "body too large")
    except ClientDisconnect as error:
        raise EnvelopeError(400, "body incomplete") from error
    return bytes(chunks)
