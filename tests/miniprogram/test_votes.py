"""投票 on the residents' pages: by the same rules as in chat, confirmed once, and nothing of it kept or left behind."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from clock import clock
from models.ballots import Ballot, NamedBallot, RollEntry, RollMark
from models.residency import Binding
from models.states import CastChannel, LegalEffect, PollKind, PollState
from models.votes import Poll, RollObjection
from tests.admin.browser import forms
from tests.miniprogram.conftest import Handset, Handsets
from tests.phone import Phone
from tests.votes.conftest import Community, community
from tests.votes.kinds import make_poll, settle

__all__ = ["community"]

RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
FIVE = ["楼道扶手", "晾衣架", "充电棚", "路灯", "坡道"]
Meanwhile = Callable[[], Awaitable[Any]]


async def nothing() -> None:
    return


@pytest.fixture
async def zhou(community: Community, handset: Handsets) -> Handset:
    """周桂兰's browser, signed in; she owns and lives at 101."""
    await settle(community, "oA", "周桂兰", community.dwellings[0])
    browser = handset()
    await browser.enter("oA")
    return browser


def paper(words: str, page: str) -> dict[str, str]:
    """A form filled in with what somebody would write in chat."""
    numbers = words.split()
    if 'name="score-0"' in page:
        return {f"score-{at}": number for at, number in enumerate(numbers)}
    if 'name="choice-0"' in page:
        return {f"choice-{int(number) - 1}": "1" for number in numbers}
    return {"choice": str(int(numbers[0]) - 1)}


async def votes_on_the_page(browser: Handset, poll: Poll, words: str, before_confirming: Meanwhile = nothing) -> str:
    """From the question to whatever page ends it."""
    path = f"/m/votes/{poll.id}"
    page = (await browser.http.get(path, follow_redirects=True)).text
    form = next((form for form in forms(page) if "下一步" in form.buttons), None)
    if form is None:
        return page
    kept = {name: form.values[name] for name in ("token", "home")}
    sent = await browser.http.post(path, data=kept | paper(words, page))
    if sent.status_code != 303:
        return sent.text
    assert sent.headers["location"] == f"{path}/confirm"
    await before_confirming()
    cast = await browser.press(f"{path}/confirm", "确认") if await _open(browser, path) else sent
    return (await browser.http.get(cast.headers["location"], follow_redirects=True)).text


async def _open(browser: Handset, path: str) -> bool:
    return (await browser.http.get(f"{path}/confirm")).status_code == 200


async def votes_in_chat(phone: Phone, poll: Poll, words: str, before_confirming: Meanwhile = nothing) -> str:
    said = await phone.say("投票")
    if "请选要看的投票" in said:
        said = await phone.tap(poll.title)
    if poll.title not in said or not re.search("请选|最多选|每项打", said):
        return said
    said = await phone.say(words)
    if "确认" not in said or re.search("最多选|请打|每项请", said.split("\n")[0]):
        return said
    await before_confirming()
    return await phone.say("确认")


@dataclass(frozen=True)
class Case:
    """A ballot and what becomes of it on every surface."""

    said: str
    words: str = "2"
    kind: PollKind = PollKind.HOUSEHOLD
    poll: Any = None
    binding: Any = None
    meanwhile: str = ""


SEVERAL = {"choices": FIVE, "max_choices": 2, "abstain": ""}
STATUTORY = {"legal_effect": LegalEffect.STATUTORY, "legal_basis": "市电子投票系统"}
CASES = {
    "cast": Case("投票成功"),
    "several": Case("投票成功", "1 3", PollKind.OPINION, SEVERAL),
    "scores": Case("投票成功", "5 4 4 3 5", PollKind.SCORE),
    "delegates": Case("投票成功", kind=PollKind.DELEGATES),
    "owners": Case("投票成功", kind=PollKind.OWNERS),
    "too many": Case("最多选2项", "1 2 3", PollKind.OPINION, SEVERAL),
    "abstaining and more": Case("弃权不能和别的选项一起选", "1 3", PollKind.OPINION, {"max_choices": 2}),
    "off the scale": Case("每项请打1到5分", "5 4 4 3 9", PollKind.SCORE),
    "minor": Case("未满18周岁", binding={"adult": False}),
    "tenant among owners": Case("租户不参加业主表决", kind=PollKind.OWNERS, binding={"role": "tenant"}),
    "unchecked owner": Case("还待核实", kind=PollKind.OWNERS, binding={"verified": False}),
    "force of law": Case("法定投票，不在微信和网页上投", kind=PollKind.OWNERS, poll=STATUTORY),
    "stopped": Case("投票已中止", poll={"state": PollState.SUSPENDED, "reason": "写错了"}),
    "posted": Case("公示中", poll={"state": PollState.ANNOUNCED, "opened_at": None}),
    "closed before confirming": Case("投票已结束", meanwhile="close"),
    "cast by another before confirming": Case("已投票", meanwhile="neighbour"),
}


@pytest.mark.parametrize("way", ["chat", "page"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_chat_and_page_keep_the_same_rules(
    community: Community, zhou: Handset, phone: Callable[[str], Phone], case: Case, way: str
) -> None:
    poll = await make_poll(community, case.kind, **(case.poll or {}))
    if case.binding:
        await Binding.all().update(**case.binding)

    async def meanwhile() -> None:
        if case.meanwhile == "close":
            poll.closes_at = clock.now()
            await poll.save()
        if case.meanwhile == "neighbour":
            await settle(community, "oB", "赵小兰", community.dwellings[0])
            await votes_in_chat(phone("oB"), poll, "1")

    if way == "chat":
        said = await votes_in_chat(phone("oA"), poll, case.words, meanwhile)
    else:
        said = await votes_on_the_page(zhou, poll, case.words, meanwhile)
    assert case.said in said
    cast = await Ballot.all().count() + await NamedBallot.all().count()
    assert cast == (case.said == "投票成功") + (case.meanwhile == "neighbour")
    if case.said == "投票成功":
        assert RECEIPT.search(said)
        assert (await RollMark.get()).channel == CastChannel(way)


@pytest.mark.parametrize("kind", [PollKind.HOUSEHOLD, PollKind.OWNERS])
async def test_the_same_confirmation_counts_once_and_always_gets_its_receipt(
    community: Community, zhou: Handset, kind: PollKind
) -> None:
    """Pressed three times at once, and again by a browser that never got an answer: one ballot, one receipt."""
    poll = await make_poll(community, kind)
    path = f"/m/votes/{poll.id}"
    await zhou.press(path, "下一步", choice="1")
    token = forms((await zhou.http.get(f"{path}/confirm")).text)[-2].values["token"]
    cookies = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in zhou.http.cookies.jar)}
    answers = await asyncio.gather(*[_confirms(zhou, path, token, cookies) for _ in range(3)])
    answers += [await _confirms(zhou, path, token, cookies)]
    assert {answer.headers["location"] for answer in answers} == {f"{path}/done"}
    for lost in ("", "/confirm"):
        told = await zhou.http.get(f"{path}{lost}", headers=cookies)
        assert told.headers["location"] == f"{path}/done"
    numbers = RECEIPT.findall((await zhou.http.get(f"{path}/done")).text)
    assert len(set(numbers)) == 1
    assert "已收到" in (await zhou.press("/m/receipts", "查", number=numbers[0])).text
    assert await Ballot.all().count() + await NamedBallot.all().count() == 1


async def _confirms(browser: Handset, path: str, token: str, cookies: dict[str, str]) -> httpx.Response:
    return await browser.http.post(f"{path}/confirm", data={"token": token}, headers=cookies)


async def test_two_browsers_of_a_household_cast_one_ballot(
    community: Community, zhou: Handset, handset: Handsets
) -> None:
    poll = await make_poll(community)
    await community.bind("oB", "赵小兰", community.dwellings[0])
    other = handset()
    await other.enter("oB")
    path = f"/m/votes/{poll.id}"
    tokens = list[str]()
    for browser in (zhou, other):
        await browser.press(path, "下一步", choice="0")
        tokens.append(forms((await browser.http.get(f"{path}/confirm")).text)[-2].values["token"])
    answers = await asyncio.gather(
        *[
            browser.http.post(f"{path}/confirm", data={"token": token})
            for browser, token in zip((zhou, other), tokens, strict=True)
        ]
    )
    ends = [
        await browser.http.get(answer.headers["location"])
        for browser, answer in zip((zhou, other), answers, strict=True)
    ]
    assert sum("投票成功" in end.text for end in ends) == 1
    assert sum("已投票" in end.text for end in ends) == 1
    assert await Ballot.all().count() == 1


async def test_going_back_says_that_it_is_done(community: Community, zhou: Handset) -> None:
    poll = await make_poll(community)
    done = await votes_on_the_page(zhou, poll, "2")
    number = RECEIPT.search(done)
    assert number
    back = await zhou.http.get(f"/m/votes/{poll.id}/confirm", follow_redirects=True)
    assert "您家已投票" in back.text
    assert "从网页投的" in back.text
    assert "下一步" not in back.text
    assert "已投" in (await zhou.http.get("/m/votes")).text
    checked = await zhou.press("/m/receipts", "查", number=number[0].lower())
    assert "已收到" in checked.text
    assert "查不到" in (await zhou.press("/m/receipts", "查", number="<b>2222-3333-4444")).text


async def test_what_is_chosen_stands_in_no_address_and_no_store(
    community: Community, zhou: Handset, redis: Redis
) -> None:
    poll = await make_poll(community, PollKind.OPINION, choices=["种银杏", "种香樟"], abstain="")
    path = f"/m/votes/{poll.id}"
    sent = await zhou.press(path, "下一步", choice="1")
    page = await zhou.http.get(f"{path}/confirm")
    assert "您选择：2 种香樟" in page.text
    cookie = next(line for line in sent.headers.get_list("set-cookie") if line.startswith("linli_chosen"))
    assert "httponly" in cookie.lower()
    assert f"Path={path}" in cookie
    for answer in (sent, page):
        assert answer.headers["cache-control"] == "no-store"
        assert "choice" not in str(answer.url)
    kept = [await redis.dump(key) or b"" for key in await redis.keys("resident:*")]
    assert not any("香樟".encode() in value for value in kept)


async def test_a_choice_in_the_browser_opens_for_nobody_else(
    community: Community, zhou: Handset, handset: Handsets
) -> None:
    poll, other_poll = await make_poll(community), await make_poll(community, title="另一个投票")
    await settle(community, "oB", "吴建国", community.dwellings[1])
    stranger = handset()
    await stranger.enter("oB")
    await zhou.press(f"/m/votes/{poll.id}", "下一步", choice="0")
    cookie = zhou.http.cookies.get("linli_chosen", path=f"/m/votes/{poll.id}") or ""
    assert cookie
    for browser, target in ((stranger, poll), (zhou, other_poll)):
        token = forms((await browser.http.get(f"/m/votes/{target.id}/roll")).text)[-1].values["token"]
        path = f"/m/votes/{target.id}/confirm"
        sent = await browser.http.post(path, data={"token": token}, headers={"Cookie": _jar(browser, cookie)})
        assert "再选一次" in (await browser.follow(sent)).text
    assert not await Ballot.exists()


def _jar(browser: Handset, chosen: str) -> str:
    return "; ".join([*(f"{one.name}={one.value}" for one in browser.http.cookies.jar), f"linli_chosen={chosen}"])


@pytest.mark.parametrize("sent", [{}, {"choice": "9"}, {"choice": "-1"}, {"choice": "²"}, {"choice": "1" * 9000}])
async def test_a_paper_that_is_not_ours_is_refused_in_words(
    community: Community, zhou: Handset, sent: dict[str, str]
) -> None:
    poll = await make_poll(community)
    form = next(one for one in forms((await zhou.http.get(f"/m/votes/{poll.id}")).text) if "下一步" in one.buttons)
    kept = {name: form.values[name] for name in ("token", "home")}
    answer = await zhou.http.post(form.action, data=kept | sent)
    assert answer.status_code == 422
    assert "请至少选一项" in answer.text or "没有这个选项" in answer.text
    wrong = await zhou.http.post(form.action, data=kept | {"home": "999999", "choice": "1"})
    assert wrong.status_code == 409
    assert (await zhou.http.post(form.action, data=kept | {"token": "x", "choice": "1"})).status_code == 403


async def test_another_community_s_vote_is_not_there(community: Community, zhou: Handset) -> None:
    poll = await make_poll(community, places=["990103009"])
    await RollEntry.all().delete()
    for path in ("", "/confirm", "/done", "/roll", "/files/1"):
        assert (await zhou.http.get(f"/m/votes/{poll.id}{path}")).status_code == 404
    assert poll.title not in (await zhou.http.get("/m/votes")).text


async def test_the_roll_is_shown_for_each_home_and_objected_to(community: Community, zhou: Handset) -> None:
    await community.bind("oA", "周桂兰", community.dwellings[4])
    poll = await make_poll(community, state=PollState.ANNOUNCED, opened_at=None)
    page = (await zhou.http.get(f"/m/votes/{poll.id}/roll")).text
    assert "已投" not in page
    assert f"{community.dwellings[0].address}：在名册上" in page
    assert f"{community.dwellings[4].address}：不在名册上" in page
    sent = await zhou.press(f"/m/votes/{poll.id}/roll", "提出异议", home=str(community.dwellings[4].id))
    assert "异议已记下" in (await zhou.follow(sent)).text
    assert (await RollObjection.get()).dwelling_id == community.dwellings[4].id
