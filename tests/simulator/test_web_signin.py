"""Signing in to a page inside WeChat: the choice of a resident, the code, the openid behind it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.stand_ins import ADDRESS, APP_ID, APP_SECRET, Phones

QUERY = {
    "appid": APP_ID,
    "redirect_uri": f"{ADDRESS}/m/back?page=votes",
    "response_type": "code",
    "scope": "snsapi_userinfo",
    "state": "abc123",
}


async def code_for(phones: Phones, openid: str, **changed: str) -> str:
    answer = await phones.http.get("open/connect/oauth2/authorize", params=QUERY | {"openid": openid} | changed)
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (query["page"], query["state"]) == (["votes"], ["abc123"])
    return query["code"][0]


async def exchange(phones: Phones, code: str) -> dict[str, Any]:
    query = {"appid": APP_ID, "secret": APP_SECRET, "code": code, "grant_type": "authorization_code"}
    return (await phones.http.get("api/sns/oauth2/access_token", params=query)).json()


async def test_page_asks_as_whom_to_go_on(phones: Phones) -> None:
    page = await phones.http.get("open/connect/oauth2/authorize", params=QUERY)
    assert "还没有居民" in page.text
    openid = await phones.add()
    page = await phones.http.get("open/connect/oauth2/authorize", params=QUERY)
    assert "选择以谁的身份继续" in page.text
    assert f"openid={openid}" in page.text


async def test_code_gives_the_openid_once(phones: Phones) -> None:
    openid = await phones.add()
    code = await code_for(phones, openid)
    granted = await exchange(phones, code)
    assert (granted["openid"], granted["scope"], granted["expires_in"]) == (openid, "snsapi_userinfo", 7200)
    assert (await exchange(phones, code))["errcode"] == 40163
    assert (await exchange(phones, "invented"))["errcode"] == 40029


async def test_user_info_needs_its_scope_and_its_own_token(phones: Phones) -> None:
    openid = await phones.add()
    granted = await exchange(phones, await code_for(phones, openid))
    query = {"access_token": granted["access_token"], "openid": openid}
    info = (await phones.http.get("api/sns/userinfo", params=query)).json()
    assert (info["openid"], info["nickname"]) == (openid, "微信用户")
    assert (await phones.http.get("api/sns/userinfo", params=query | {"openid": "x"})).json()["errcode"] == 40003
    server_token = query | {"access_token": await phones.token()}
    assert (await phones.http.get("api/sns/userinfo", params=server_token)).json()["errcode"] == 40001
    silent = await exchange(phones, await code_for(phones, openid, scope="snsapi_base"))
    query["access_token"] = silent["access_token"]
    assert (await phones.http.get("api/sns/userinfo", params=query)).json()["errcode"] == 48001


@pytest.mark.parametrize(
    "wrong",
    [
        {"appid": "wxother"},
        {"redirect_uri": "https://elsewhere.example/back"},
        {"redirect_uri": "javascript://linli.test/%0aalert(1)"},
        {"scope": "snsapi_all"},
        {"state": "<script>"},
        {"response_type": "token"},
    ],
)
async def test_wrong_request_leads_nowhere(phones: Phones, wrong: dict[str, str]) -> None:
    openid = await phones.add()
    answer = await phones.http.get("open/connect/oauth2/authorize", params=QUERY | {"openid": openid} | wrong)
    assert answer.status_code == 400
    assert "location" not in answer.headers
