"""What refusals of the platform and of the gateway mean for a delivery."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis

from bot.client import WeChatClient
from bot.errcodes import PlatformError, UncertainError, refusal
from campaigns.channels import PAGES, Outgoing, Result
from channels import platform_channels, refused
from models.reach import AttemptOutcome, Path, Purpose
from settings import Env, Settings
from sms import Console, HttpGateway, gateway, signed
from tests.bot.mock_platform import MockPlatform

NOW = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
CUSTOM, MASS = "/cgi-bin/message/custom/send", "/cgi-bin/message/mass/send"


def pages(app_id: str) -> str:
    return f"https://x/m/in/{app_id}"


def outgoing(path: Path, number: int = 1, **more: object) -> Outgoing:
    given = {"text": "明天停水。", "link": "/1", "template_id": "T1", "content": {"thing1": "停水"}} | more
    address = "15400000001" if path is Path.SMS else f"o{number}"
    return Outgoing(number, 9, path, "wx1", address, Purpose.NOTICE, **given)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("code", "outcome", "closed", "dead"),
    [
        (-1, AttemptOutcome.TEMPORARY, False, False),
        (45009, AttemptOutcome.TEMPORARY, True, False),
        (45011, AttemptOutcome.TEMPORARY, True, False),
        (45028, AttemptOutcome.PERMANENT, False, False),
        (40003, AttemptOutcome.PERMANENT, False, False),
        (43004, AttemptOutcome.PERMANENT, False, False),
        (43101, AttemptOutcome.PERMANENT, False, False),
        (45015, AttemptOutcome.PERMANENT, False, False),
        (45047, AttemptOutcome.PERMANENT, False, False),
        (48002, AttemptOutcome.PERMANENT, False, False),
        (48001, AttemptOutcome.PERMANENT, False, False),
        (47003, AttemptOutcome.PERMANENT, False, False),
        (40037, AttemptOutcome.PERMANENT, False, True),
        (40001, AttemptOutcome.TECHNICAL, False, False),
        (40164, AttemptOutcome.TECHNICAL, False, False),
        (99999, AttemptOutcome.TECHNICAL, False, False),
    ],
)
def test_each_code_does_what_the_table_says(code: int, outcome: AttemptOutcome, closed: bool, dead: bool) -> None:
    error = refusal(code, "no", NOW)
    assert isinstance(error, PlatformError)
    result = refused(error)
    assert (result.outcome, result.errcode, result.closed, result.dead_template) == (outcome, code, closed, dead)
    assert str(code) in result.reason
    if code == 45009:
        assert result.retry_at == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_what_got_no_readable_answer_is_uncertain() -> None:
    assert refused(UncertainError(0, "HTTP 502")).outcome is AttemptOutcome.UNCERTAIN


async def test_a_long_text_is_cut_and_never_its_link(redis: Redis) -> None:
    platform = MockPlatform()
    client = platform.client(redis)
    channels = platform_channels(_only(client), pages)
    result = await channels[Path.CUSTOMER].send(outgoing(Path.CUSTOMER, text="水" * 900))
    assert result == Result(AttemptOutcome.ACCEPTED)
    sent = platform.body(CUSTOM)["text"]["content"]
    assert sent.endswith("…\nhttps://x/m/in/wx1/1")
    assert len(sent.encode()) <= 2048


async def test_addresses_lead_to_the_pages_of_the_account_that_is_followed(redis: Redis) -> None:
    platform = MockPlatform()
    channels = platform_channels(_only(platform.client(redis)), pages)
    await channels[Path.CUSTOMER].send(outgoing(Path.CUSTOMER, text=f"停水。{PAGES}/votes/7"))
    assert platform.body(CUSTOM)["text"]["content"] == "停水。https://x/m/in/wx1/votes/7\nhttps://x/m/in/wx1/1"


async def test_a_value_that_does_not_fit_its_key_is_not_sent(redis: Redis) -> None:
    platform = MockPlatform()
    channels = platform_channels(_only(platform.client(redis)), pages)
    result = await channels[Path.TEMPLATE].send(outgoing(Path.TEMPLATE, content={"time2": "明天"}))
    assert (result.outcome, result.errcode, result.reason) == (AttemptOutcome.PERMANENT, 47003, "time2没有合适的内容")
    assert platform.requests == []


async def test_those_who_are_told_the_same_at_once_are_one_mass_message(redis: Redis) -> None:
    platform = MockPlatform()
    platform.script(MASS, {"errcode": 0, "msg_id": 77})
    mass = platform_channels(_only(platform.client(redis)), pages)[Path.MASS]
    crowd = [outgoing(Path.MASS, number) for number in range(1, 81)]
    results = await asyncio.gather(*(mass.send(one) for one in crowd))
    assert results == [Result(AttemptOutcome.ACCEPTED, message_id="77")] * 80
    assert platform.body(MASS)["touser"] == [one.address for one in crowd]
    assert len(platform.calls(MASS)) == 1
    alone = await mass.send(crowd[0])
    assert (alone.outcome, alone.errcode) == (AttemptOutcome.PERMANENT, 40130)
    assert len(platform.calls(MASS)) == 1


async def test_an_account_that_is_no_more_tells_nobody() -> None:
    result = await platform_channels(_only(None), pages)[Path.CUSTOMER].send(outgoing(Path.CUSTOMER))
    assert result.outcome is AttemptOutcome.PERMANENT


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(200, json={"id": "S1"}), AttemptOutcome.ACCEPTED),
        (httpx.Response(202, text="ok"), AttemptOutcome.ACCEPTED),
        (httpx.Response(429), AttemptOutcome.TEMPORARY),
        (httpx.Response(422), AttemptOutcome.PERMANENT),
        (httpx.Response(401), AttemptOutcome.TECHNICAL),
        (httpx.Response(500), AttemptOutcome.UNCERTAIN),
        (httpx.ReadTimeout("late"), AttemptOutcome.UNCERTAIN),
        (httpx.ConnectError("no"), AttemptOutcome.TEMPORARY),
    ],
    ids=str,
)
async def test_the_gateway_is_asked_once_and_understood(
    answer: httpx.Response | Exception, outcome: AttemptOutcome
) -> None:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    channel = HttpGateway(
        "https://sms.test/v1", "k", "松涛社区", transport=httpx.MockTransport(respond), now=lambda: NOW
    )
    result = await channel.send(outgoing(Path.SMS, link="https://x/m/1"))
    await channel.aclose()
    assert result.outcome is outcome
    [request] = asked
    assert request.headers["authorization"] == "Bearer k"
    assert json.loads(request.content) == {
        "phone": "15400000001",
        "text": "【松涛社区】明天停水。 https://x/m/1",
        "id": "linli-1",
    }
    if outcome is AttemptOutcome.TEMPORARY:
        assert result.retry_at == NOW + timedelta(minutes=1)


def test_a_long_sms_keeps_sign_and_link() -> None:
    text = signed("松涛社区", outgoing(Path.SMS, text="水" * 400))
    assert len(text) == 300
    assert text.startswith("【松涛社区】水")
    assert text.endswith("… /1")


async def test_the_demo_has_a_console_and_production_without_a_gateway_has_no_sms() -> None:
    demo = gateway(Settings(env=Env.TEST)).channel
    assert isinstance(demo, Console)
    assert (await demo.send(outgoing(Path.SMS))).outcome is AttemptOutcome.ACCEPTED
    assert gateway(Settings(env=Env.PRODUCTION)).channel is None
    assert Path.SMS not in platform_channels(_only(None), pages, gateway(Settings(env=Env.PRODUCTION)).channel)


def _only(client: WeChatClient | None) -> Callable[[str], Awaitable[WeChatClient | None]]:
    async def find(_: str) -> WeChatClient | None:
        return client

    return find
