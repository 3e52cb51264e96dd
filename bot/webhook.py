"""The door: verify, decrypt, parse, act once, answer inside five seconds; a late answer becomes a customer message."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import Receive, Scope, Send

from bot import phrases
from bot.envelope import MAX_BYTES, Credentials, answer_body, open_push, verify_url
from bot.exchange import Bot
from bot.messages import EnvelopeError, Incoming, Kind, incoming

log = structlog.get_logger("webhook")

ANSWER_WITHIN = 4.3
"""Seconds; the platform hangs up after 5 (wechat-platform.md §1.5)."""
MAX_DIGITS = 12
"""Of a content-length; longer ones only cost time to read."""
EMERGENCY_WITHIN = 1.5
"""Seconds after which somebody in danger hears whom to call, also while everything behind the door stands still."""
ACT_WITHIN = 30.0
"""Seconds after which an act is given up and undone."""
SPOKEN_TO = frozenset({"click", "scan", "subscribe"})
"""Events after which a person expects to hear something."""

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
    waiting: int = 0
    late: bool = False
    said: str | None = None
    """What was answered before it ended."""


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application: GET verifies the address, POST takes a push; anything wrong is a 4xx without a trace."""
        try:
            status, (content, media_type) = 200, await self._serve(scope, receive)
        except EnvelopeError as refusal:
            REFUSED.labels(refusal.status).inc()
            status, content, media_type = refusal.status, refusal.reason.encode(), "text/plain"
        headers = [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _serve(self, scope: Scope, receive: Receive) -> tuple[bytes, str]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["method"] == "GET":
            return verify_url(self._credentials, query).encode(), "text/plain"
        if scope["method"] != "POST":
            raise EnvelopeError(405, "GET or POST")
        began = time.monotonic()
        headers = dict(scope["headers"])
        body = await _read(headers, receive, began + ANSWER_WITHIN)
        push = open_push(self._credentials, query, headers.get(b"content-type", b"").decode("latin-1"), body)
        message = incoming(push.fields, self._credentials.app_id)
        text = await self._answer_by(began + ANSWER_WITHIN, message)
        SECONDS.observe(time.monotonic() - began)
        return answer_body(self._credentials, push, message, text or "", message.sent_at, query.get("nonce", ""))

    async def _answer_by(self, deadline: float, message: Incoming) -> str | None:
        key = message.key.hex
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(self._safely(message)))
            flight.task.add_done_callback(lambda _: self._landed(message))
        flight.waiting += 1
        emergency = self._bot.router.emergency(message)
        if emergency:
            deadline = min(deadline, time.monotonic() + EMERGENCY_WITHIN)
        try:
            await asyncio.wait((flight.task,), timeout=max(deadline - time.monotonic(), 0))
        finally:
            flight.waiting -= 1
        if not flight.task.done():
            self._leave_behind(flight)
            flight.said = emergency
            return emergency
        text = _outcome(flight, message)
        _ANSWERED["nothing" if text is None else "sorry" if text is phrases.SORRY else "answered"].inc()
        return text

    def _leave_behind(self, flight: Flight) -> None:
        """The platform gets `success`; the act goes on for a while, and is undone if it does not end."""
        _ANSWERED["late"].inc()
        if not flight.late:
            flight.late = True
            asyncio.get_running_loop().call_later(ACT_WITHIN - ANSWER_WITHIN, flight.task.cancel)

    def _landed(self, message: Incoming) -> None:
        """A flight ended. Where no delivery waits for its answer any more, it goes out as a customer message."""
        flight = self._flights.pop(message.key.hex)
        text = _outcome(flight, message)
        if text is not None and flight.said is None and not flight.waiting:
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
            return await self._bot.answer(message)
        except Exception as error:
            log.error("message not answered", message=message.key.hex, failure=type(error).__name__, exc_info=error)
            return _sorry(message)


def _outcome(flight: Flight, message: Incoming) -> str | None:
    """What a flight that ended has to say; of one that was given up, that nothing was done."""
    return _sorry(message) if flight.task.cancelled() else flight.task.result()


def _sorry(message: Incoming) -> str | None:
    return None if message.kind is Kind.EVENT and message.event not in SPOKEN_TO else phrases.SORRY


async def _read(headers: dict[bytes, bytes], receive: Receive, deadline: float) -> bytes:
    """The body, never more than the door takes, and never later than the platform would have been answered."""
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or len(declared) > MAX_DIGITS or int(declared) > MAX_BYTES:
        raise EnvelopeError(413, "the body is too large")
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            return await _received(receive)
    except TimeoutError as error:
        raise EnvelopeError(408, "the body did not arrive in time") from error


async def _received(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise EnvelopeError(400, "the body is incomplete")
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > MAX_BYTES:
            raise EnvelopeError(413, "the body is too large")
    return bytes(body)
