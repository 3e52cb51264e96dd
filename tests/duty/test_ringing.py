"""The gateway that rings phones: taken, refused, down, slow; nothing in production without one."""

import json

import httpx
import pytest

from errors import ConfigurationError
from models.desk import Ring
from ringing import ring_by_gateway, ringing, say_on_console
from settings import Env, Settings

URL = "https://ring.example.org/calls"


async def ring(answer: httpx.Response | Exception) -> tuple[Ring, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = httpx.MockTransport(handle)
    outcome = await ring_by_gateway(URL, "secret", "15400000001", "请看工作台", "linli-alarm-7", transport=transport)
    return outcome, seen


async def test_a_ring_is_a_post_with_a_key_and_an_id_of_its_own() -> None:
    outcome, [request] = await ring(httpx.Response(202))
    assert outcome is Ring.TAKEN
    assert str(request.url) == URL
    assert request.headers["Authorization"] == "Bearer secret"
    assert json.loads(request.content) == {"phone": "15400000001", "text": "请看工作台", "id": "linli-alarm-7"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(401), Ring.FAILED),
        (httpx.Response(429), Ring.FAILED),
        (httpx.Response(302, headers={"location": "https://elsewhere"}), Ring.FAILED),
        (httpx.Response(502), Ring.UNCERTAIN),
        (httpx.ConnectError("down"), Ring.FAILED),
        (httpx.ReadTimeout("slow"), Ring.UNCERTAIN),
    ],
)
async def test_only_2xx_is_taken(answer: httpx.Response | Exception, expected: Ring) -> None:
    assert (await ring(answer))[0] is expected


def test_without_an_address_the_demo_says_it_on_the_console_and_production_rings_nobody() -> None:
    assert ringing(Settings(env=Env.DEMO)) is say_on_console
    assert ringing(Settings(env=Env.PRODUCTION)) is None
    assert ringing(Settings(env=Env.PRODUCTION, ring_url=URL, ring_key="k")) is not None


@pytest.mark.parametrize(("url", "key"), [("http://ring.example.org", "secret"), (URL, "")])
def test_production_refuses_a_gateway_without_key_or_encryption(url: str, key: str) -> None:
    with pytest.raises(ConfigurationError, match="LINLI_RING_URL"):
        Settings(env=Env.PRODUCTION, ring_url=url, ring_key=key).refuse_unsafe()
