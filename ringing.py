"""Ringing the phones of staff on duty through a gateway: one HTTP call a ring; the console where there is none."""

from functools import partial

import httpx
import structlog

from handlers.duty.rules import RingPhone
from models.desk import Ring
from settings import Settings

TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=3.0)

log = structlog.get_logger("ringing")


async def ring_by_gateway(
    url: str, key: str, phone: str, text: str, once: str, *, transport: httpx.AsyncBaseTransport | None = None
) -> Ring:
    """`POST {url}` with a bearer key and {phone, text, id}; 2xx says that the gateway has taken it.

    `id` is one for each ring: asked twice, the gateway rings once. Anything else below 500 is a refusal; whether a call
    rang that was answered by 5xx, or not at all, is uncertain.
    """
    headers = {"Authorization": f"Bearer {key}"}
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, transport=transport, headers=headers) as http:
            answer = await http.post(url, json={"phone": phone, "text": text, "id": once})
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        log.warning("not rung", id=once, failure=type(error).__name__)
        return Ring.FAILED
    except httpx.HTTPError as error:
        log.warning("perhaps rung", id=once, failure=type(error).__name__)
        return Ring.UNCERTAIN
    if answer.is_success:
        return Ring.TAKEN
    log.warning("ring refused", id=once, status=answer.status_code)
    return Ring.FAILED if answer.status_code < 500 else Ring.UNCERTAIN


async def say_on_console(phone: str, text: str, once: str) -> Ring:
    """Say that a phone would have rung, for demo and tests; neither number nor text are written down."""
    log.info("ring", id=once, characters=len(text))
    return Ring.TAKEN


def ringing(settings: Settings) -> RingPhone | None:
    """The gateway of the settings, the console in demo and test, or none: then nobody is rung, and nobody says so."""
    if settings.ring_url:
        return partial(ring_by_gateway, settings.ring_url, settings.ring_key)
    return None if settings.production else say_on_console
