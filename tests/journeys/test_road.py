"""The road from the webhook to the result, through real processes: import, letters, binding, ballot, panel, clock."""

import asyncio
import re
from collections.abc import Callable

import httpx
import pytest

from demonstration import PASSWORD as STAFF_PASSWORD
from tests.journeys.conftest import COMMUNITY, PASSWORD, Service, Town

RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def _bind(service: Service, openid: str, address: str, code: str, name: str = "外乡人") -> str:
    phone = service.phone(openid)
    said = ""
    for words in ("绑定", "同意", address, "2", name):
        said = phone.say(words)
    if "您已满18周岁" in said:
        said = phone.say("1")
    return phone.say(code)


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_resident_registers_votes_and_gets_a_receipt(serve: Callable[..., Service], town: Town, mode: str) -> None:
    service = serve(mode)
    address, code = town.take()
    assert "登记成功" in _bind(service, f"oRoad{mode}", address, code)
    resident = service.phone(f"oRoad{mode}")
    assert "小区大门夜里关不关" in resident.say("投票")
    assert "您选择：2 不关" in resident.say("2")
    msg_id = {"plain": 77, "compatible": 78, "safe": 79}[mode]
    confirmed = resident.say("确认", msg_id=msg_id)
    assert "投票成功" in confirmed
    assert resident.say("确认", msg_id=msg_id) == confirmed
    number = RECEIPT.search(confirmed)
    assert number
    assert "已收到" in resident.say(f"凭证 {number[0]}")
    assert (
        httpx.post(f"{service.url}/wechat", content=b"<xml/>", headers={"content-type": "text/xml"}).status_code == 403
    )


def test_a_household_confirming_at_once_in_two_processes_casts_one_ballot(
    serve: Callable[..., Service], town: Town
) -> None:
    service = serve("safe", workers=2)
    address, code = town.take()
    family = [f"oFamily{number}" for number in range(4)]
    for number, openid in enumerate(family):
        said = _bind_beside(service, openid, address, code) if number else _bind(service, openid, address, code)
        assert "登记成功" in said, said
        service.phone(openid).say("投票")
        service.phone(openid).say("1")
    answers = asyncio.run(_together(service, family))
    assert sum("投票成功" in answer for answer in answers) == 1
    assert sum("您家已投票" in answer for answer in answers) == 3


def test_a_committee_publishes_the_clock_closes_and_the_result_is_posted(
    serve: Callable[..., Service], town: Town
) -> None:
    service = serve("safe", workers=2)
    for number in range(3):
        assert "登记成功" in _bind(service, f"oRoad{number}", *town.take())
    with httpx.Client(base_url=service.url, follow_redirects=True) as panel:
        _sign_in(panel)
        page = _post(
            panel, "/admin/votes/new", "/admin/votes", title="单元门装不装闭门器", choices="装\n不装", place=COMMUNITY
        )
        assert "草稿" in page.text
        vote = str(page.url)
        page = _post(panel, vote, f"{vote}/publish")
        assert "投票中" in page.text
        for number in range(3):
            _vote(service, f"oRoad{number}", "单元门装不装闭门器", "1" if number else "2")
        service.linli("clock", "+8d")  # the vote ran for seven days
        page = panel.get(vote)
        assert "计票中" in page.text
        page = _post(panel, vote, f"{vote}/count")
        assert "已经计票，请另一位工作人员确认" in page.text
    assert "装：2票" not in _result_of(service, "单元门装不装闭门器")
    with httpx.Client(base_url=service.url, follow_redirects=True) as panel:
        _sign_in(panel, f"approver-{COMMUNITY}", STAFF_PASSWORD)
        assert "结果公示" in _post(panel, vote, f"{vote}/certify").text
    said = _result_of(service, "单元门装不装闭门器")
    assert "装：2票" in said
    assert "不装：1票" in said


def _result_of(service: Service, title: str) -> str:
    said = service.phone("oRoad0").say("结果")
    return service.phone("oRoad0").say(title) if "请选" in said else said


def _sign_in(panel: httpx.Client, login: str = "chief", password: str = PASSWORD) -> None:
    page = _post(panel, "/admin/login", "/admin/login", login=login, password=password)
    assert "退出" in page.text


def _post(panel: httpx.Client, form: str, to: str, **fields: str) -> httpx.Response:
    """Fill in a form as a browser does: its token and its other fields as they stand."""
    shown = panel.get(form)
    token = TOKEN.search(shown.text)
    assert token, shown.text
    standing = dict(re.findall(r'<input[^>]*id="(opens_at|closes_at)"[^>]*value="([^"]*)"', shown.text))
    standing |= dict(re.findall(r'<input[^>]*name="(opens_at|closes_at)"[^>]*value="([^"]*)"', shown.text))
    return panel.post(to, data={"token": token[1], **standing, **fields})


def _vote(service: Service, openid: str, title: str, choice: str) -> None:
    phone = service.phone(openid)
    said = phone.say("投票")
    if "请选要看的投票" in said:
        phone.say(title)
    phone.say(choice)
    assert "投票成功" in phone.say("确认")


def _bind_beside(service: Service, openid: str, address: str, code: str) -> str:
    phone = service.phone(openid)
    for words in ("绑定", "同意", address, "1", "2"):
        said = phone.say(words)
    said = phone.say("外乡人")
    if "您已满18周岁" in said:
        phone.say("1")
    return phone.say(code)


async def _together(service: Service, openids: list[str]) -> list[str]:
    async with httpx.AsyncClient() as client:
        return list(await asyncio.gather(*(service.phone(openid).say_with(client, "确认") for openid in openids)))
