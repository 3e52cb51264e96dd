"""Tokens: two independent families, overlap, forced refresh, and what a bad token is told."""

import re

import pytest

from tests.simulator.stand_ins import APP_ID, APP_SECRET, Phones

CREDENTIALS = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}


async def plain(phones: Phones) -> dict:
    return (await phones.http.get("api/cgi-bin/token", params=CREDENTIALS)).json()


async def stable(phones: Phones, *, force: bool = False) -> dict:
    return (await phones.http.post("api/cgi-bin/stable_token", json=CREDENTIALS | {"force_refresh": force})).json()


async def errcode(phones: Phones, token: str | None) -> int:
    query = {} if token is None else {"access_token": token}
    return (await phones.http.get("api/cgi-bin/getcallbackip", params=query)).json().get("errcode", 0)


async def test_plain_call_gives_a_new_token_and_the_old_one_lasts_five_minutes_more(phones: Phones) -> None:
    old, new = (await plain(phones))["access_token"], (await plain(phones))["access_token"]
    assert old != new
    phones.clock.seconds += 299
    assert (await errcode(phones, old), await errcode(phones, new)) == (0, 0)
    phones.clock.seconds += 1
    assert (await errcode(phones, old), await errcode(phones, new)) == (42001, 0)


async def test_token_expires_after_two_hours(phones: Phones) -> None:
    granted = await plain(phones)
    assert granted["expires_in"] == 7200
    phones.clock.seconds += 7200
    assert await errcode(phones, granted["access_token"]) == 42001


async def test_stable_call_repeats_the_token_until_its_last_five_minutes(phones: Phones) -> None:
    first = await stable(phones)
    phones.clock.seconds += 6899
    assert await stable(phones) == {"access_token": first["access_token"], "expires_in": 301}
    phones.clock.seconds += 1
    second = await stable(phones)
    assert second["access_token"] != first["access_token"]
    assert await errcode(phones, first["access_token"]) == 0
    assert await errcode(phones, second["access_token"]) == 0


async def test_forced_refresh_kills_the_token_but_not_within_thirty_seconds(phones: Phones) -> None:
    first = (await stable(phones))["access_token"]
    second = (await stable(phones, force=True))["access_token"]
    assert await errcode(phones, first) == 40001
    assert (await stable(phones, force=True))["access_token"] == second
    phones.clock.seconds += 30
    assert (await stable(phones, force=True))["access_token"] != second


async def test_twenty_first_forced_refresh_of_a_day_is_refused(phones: Phones) -> None:
    phones.clock.seconds = 1_700_000_000  # 06:13 in Beijing
    for _ in range(20):
        assert "access_token" in await stable(phones, force=True)
        phones.clock.seconds += 30
    assert (await stable(phones, force=True))["errcode"] == 45009
    phones.clock.seconds += 86400
    assert "access_token" in await stable(phones, force=True)


async def test_families_do_not_touch_each_other(phones: Phones) -> None:
    stable_token = (await stable(phones))["access_token"]
    plain_token = (await plain(phones))["access_token"]
    await plain(phones)
    await stable(phones, force=True)
    assert await errcode(phones, plain_token) == 0
    assert await errcode(phones, stable_token) == 40001
    phones.clock.seconds += 301
    assert await errcode(phones, plain_token) == 42001


@pytest.mark.parametrize(
    ("token", "expected"), [(None, 41001), ("", 41001), ("short", 40014), ("42_" + "x" * 128, 40001)]
)
async def test_bad_token_is_named(phones: Phones, token: str | None, expected: int) -> None:
    assert await errcode(phones, token) == expected


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"grant_type": "code"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxother"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "other"}, 40125),
    ],
)
async def test_bad_credentials_are_named_by_both_families(phones: Phones, wrong: dict, expected: int) -> None:
    by_query = await phones.http.get("api/cgi-bin/token", params=CREDENTIALS | wrong)
    by_body = await phones.http.post("api/cgi-bin/stable_token", json=CREDENTIALS | wrong)
    assert [answer.json()["errcode"] for answer in (by_query, by_body)] == [expected, expected]
    assert by_query.status_code == 200


async def test_refusal_carries_a_rid(phones: Phones) -> None:
    answer = await phones.http.get("api/cgi-bin/getcallbackip")
    assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer.json()["errmsg"])


async def test_wrong_method_and_broken_json_are_named(phones: Phones) -> None:
    assert (await phones.http.post("api/cgi-bin/token")).json()["errcode"] == 43001
    assert (await phones.http.get("api/cgi-bin/stable_token")).json()["errcode"] == 43002
    assert (await phones.http.post("api/cgi-bin/stable_token", content=b"[1]")).json()["errcode"] == 47001


async def test_planned_fault_strikes_as_often_as_planned(phones: Phones) -> None:
    await phones.http.post("control/fault", json={"path": "/cgi-bin/getcallbackip", "errcode": -1, "times": 2})
    codes = [(await phones.call("/cgi-bin/getcallbackip")).get("errcode", 0) for _ in range(3)]
    assert codes == [-1, -1, 0]
    assert (await phones.call("/cgi-bin/user/get"))["total"] == 0
