"""SMS through a gateway: one HTTP call a message, or the console where there is no gateway to be had."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import structlog

from campaigns.channels import Outgoing, Result
from clock import clock
from models.reach import AttemptOutcome
from settings import Settings

LONGEST = 300
"""Characters of a message, signature included; the gateway splits it into parts of 67."""
TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=3.0)
BUSY = frozenset({408, 429, 503})
LATER = timedelta(minutes=1)

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
        body = {"phone": message.address, "text": signed(self._sign, message), "id": f"linli-{message.delivery_id}"}
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
