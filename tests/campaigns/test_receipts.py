"""What an SMS gateway tells afterwards: signed, capped, told twice, of what is not ours, of what was uncertain."""

import hmac
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from campaigns.actions.launch import Message, start_campaign
from campaigns.audience import Audience
from campaigns.channels import Result
from campaigns.jobs import drive
from clock import clock
from models.campaigns import Attempt, Delivery
from models.reach import AttemptOutcome, DeliveryState, Path, Purpose
from settings import Settings
from sms import MOST_BYTES, RECEIPTS, receipt_routes
from tests.campaigns.conftest import Recorder, Town

KEY = "a-gateway-key-0123456789"


def told(delivery_id: int, status: str, code: object = 0) -> dict[str, Any]:
    return {"id": f"linli-{delivery_id}", "status": status, "code": code}


class Gateway:
    """The provider's side: posts a body with its signature, or another one."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, body: bytes, signature: str | None = None) -> httpx.Response:
        right = hmac.new(KEY.encode(), body, "sha256").hexdigest()
        return await self.http.post(RECEIPTS, content=body, headers={"X-Linli-Signature": signature or right})

    async def tell(self, *receipts: object) -> int:
        answer = await self.post(json.dumps(receipts).encode())
        assert answer.status_code == 200, answer.text
        return answer.json()["settled"]


@pytest.fixture
async def gateway() -> AsyncGenerator[Gateway]:
    app = Starlette(routes=receipt_routes(Settings(sms_key=KEY)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli.test") as http:
        yield Gateway(http)


async def sent(town: Town, recorder: Recorder, outcome: AttemptOutcome = AttemptOutcome.ACCEPTED) -> list[int]:
    """Two people who are told by SMS alone."""
    for phone in ("15400000001", "15400000002"):
        await town.settle(phone=phone)
    recorder.answers = lambda message: Result(outcome, message_id="G-1" if outcome is AttemptOutcome.ACCEPTED else "")
    audience, message = Audience((town.code,)), Message("明天停水", "明天停水。")
    await start_campaign("notice:1:1", Purpose.NOTICE, town.code, message, audience, [Path.SMS], clock.now())
    await drive(recorder.channels(), {}, clock.now())
    return [one.id for one in await Delivery.all().order_by("id")]


async def states() -> list[DeliveryState]:
    return [one.state for one in await Delivery.all().order_by("id")]


async def test_what_arrived_and_what_did_not_is_settled_once(town: Town, recorder: Recorder, gateway: Gateway) -> None:
    first, second = await sent(town, recorder)
    receipts = (told(first, "delivered"), told(second, "failed", "27"))
    assert await gateway.tell(*receipts) == 2
    assert await gateway.tell(*receipts) == 0
    assert await gateway.tell(told(first, "failed")) == 0
    await drive(recorder.channels(), {}, clock.now())
    assert await states() == [DeliveryState.DELIVERED, DeliveryState.PERMANENT]
    assert len(recorder.sent) == 2
    tries = {one.delivery_id: one for one in await Attempt.all()}
    assert (tries[second].errcode, tries[first].message_id) == (27, "G-1")


async def test_an_uncertain_message_is_settled_either_way(town: Town, recorder: Recorder, gateway: Gateway) -> None:
    first, second = await sent(town, recorder, AttemptOutcome.UNCERTAIN)
    assert await states() == [DeliveryState.UNCERTAIN] * 2
    assert await gateway.tell(told(first, "delivered"), told(second, "failed", "UNDELIV")) == 2
    await drive(recorder.channels(), {}, clock.now())
    assert await states() == [DeliveryState.DELIVERED, DeliveryState.PERMANENT]
    assert len(recorder.sent) == 2


async def test_what_is_forged_changes_nothing(town: Town, recorder: Recorder, gateway: Gateway) -> None:
    first, _ = await sent(town, recorder)
    body = json.dumps([told(first, "failed")]).encode()
    other = hmac.new(b"another-key-0123456789", body, "sha256").hexdigest()
    for forged in (other, "0" * 64, "zh-中".encode().hex(), " "):
        assert (await gateway.post(body, forged)).status_code == 401
    right = hmac.new(KEY.encode(), body, "sha256").hexdigest()
    assert (await gateway.post(body + b" ", right)).status_code == 401
    assert await states() == [DeliveryState.SENT] * 2


async def test_what_is_not_ours_or_not_final_is_passed_over(town: Town, recorder: Recorder, gateway: Gateway) -> None:
    first, _ = await sent(town, recorder)
    strange = [told(first + 99, "failed"), {"id": "G-1", "status": "failed"}, told(first, "buffered"), {}]
    assert await gateway.tell(*strange, {"id": f"linli-{first}x", "status": "failed"}) == 0
    assert await states() == [DeliveryState.SENT] * 2


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff", json.dumps([{}] * 1001).encode()])
async def test_a_body_that_is_no_list_of_receipts_is_refused(body: bytes, gateway: Gateway) -> None:
    assert (await gateway.post(body)).status_code == 400


async def test_a_body_that_is_too_large_is_not_even_compared(gateway: Gateway) -> None:
    assert (await gateway.post(b" " * (MOST_BYTES + 1))).status_code == 413


def test_without_a_key_there_is_no_such_address() -> None:
    assert receipt_routes(Settings(sms_key="")) == []
