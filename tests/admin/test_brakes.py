"""Whose address a request has, and that tries at once are all counted."""

import asyncio

import pytest
from redis.asyncio import Redis
from starlette.requests import Request

from admin.brakes import MOST_PRESSES, Brakes, TooHasty
from tests.admin.browser import Browser
from web.headers import client_address

PROXIES = ("10.0.0.0/8", "192.0.2.1")


def request(address: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (address, 1), "headers": headers})


@pytest.mark.parametrize(
    ("address", "forwarded", "meant"),
    [
        ("198.51.100.9", "", "198.51.100.9"),
        ("198.51.100.9", "203.0.113.5", "198.51.100.9"),
        ("10.1.2.3", "203.0.113.5", "203.0.113.5"),
        ("192.0.2.1", "made-up, 203.0.113.5, 10.0.0.7", "203.0.113.5"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "10.0.0.7", "10.0.0.7"),
        ("not-an-address", "203.0.113.5", "not-an-address"),
    ],
)
def test_only_a_trusted_proxy_is_believed(address: str, forwarded: str, meant: str) -> None:
    assert client_address(request(address, forwarded), PROXIES) == meant


async def test_a_hundred_guesses_at_once_are_five(redis: Redis) -> None:
    brakes = Brakes(redis)
    waits = await asyncio.gather(*(brakes.attempt("lin", "192.0.2.7") for _ in range(100)))
    assert waits.count(0) == 5


async def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(redis: Redis) -> None:
    brakes, waits = Brakes(redis), list[int]()
    for _ in range(40):
        if await brakes.attempt("lin", "192.0.2.7") == 0 and await redis.exists(*await redis.keys("*:wait"), "-"):
            waits.append(await brakes.attempt("lin", "192.0.2.7"))
            await redis.delete(*await redis.keys("*:wait"))
    assert [round(wait, -1) for wait in waits[:8]] == [10, 20, 40, 80, 160, 320, 640, 900]
    assert {round(wait, -1) for wait in waits[8:]} == {900}


async def test_a_script_that_presses_buttons_is_slowed_down(admin: Browser) -> None:
    token = await admin.token()
    presses = [admin.http.post("/admin/type", data={"token": token, "size": "large"}) for _ in range(60)]
    answers = await asyncio.gather(*presses)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) > 10
    assert len(answers) - len(refused) >= MOST_PRESSES
    assert "点得太快了" in refused[0].text
    assert (await admin.get("/admin/")).status_code == 200


async def presses_until_refused(brakes: Brakes) -> int:
    for count in range(3 * MOST_PRESSES):
        try:
            await brakes.press("x")
        except TooHasty:
            return count
    raise AssertionError("never refused")


async def test_the_bucket_fills_up_by_one_each_second(redis: Redis) -> None:
    brakes = Brakes(redis)
    assert MOST_PRESSES <= await presses_until_refused(brakes) <= MOST_PRESSES + 3
    [key] = await redis.keys("panel:tries:press:*")
    await redis.hincrby(key, "at", -10)
    assert 10 <= await presses_until_refused(brakes) <= 13
