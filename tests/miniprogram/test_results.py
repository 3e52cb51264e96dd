"""Votes that take no ballot here, listed apart; /m/results: what a vote came to, for anybody, nothing personal."""

from collections.abc import Callable
from datetime import timedelta

from clock import clock
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import certify_poll, count_poll
from models.states import PollKind, PollState
from models.votes import PollChange
from tests.admin.browser import forms
from tests.miniprogram.conftest import Handset, Handsets
from tests.miniprogram.test_votes import RECEIPT, STATUTORY, votes_on_the_page, zhou
from tests.phone import Phone
from tests.votes.conftest import Community, community, second
from tests.votes.kinds import make_poll

__all__ = ["community", "zhou"]


async def test_what_is_voted_elsewhere_and_what_was_stopped_is_listed_apart(
    community: Community, zhou: Handset
) -> None:
    await make_poll(community, PollKind.OWNERS, title="换物业", **STATUTORY)
    stopped = await make_poll(community, title="跳蚤市场", state=PollState.SUSPENDED)
    await PollChange.create(poll=stopped, field="state", reason="没有场地", made_by="lin", made_at=clock.now())
    listed = (await zhou.http.get("/m/votes")).text
    assert "请您投票" not in listed
    assert (
        listed.index("法定投票，不在这里投")
        < listed.index("换物业")
        < listed.index("已结束")
        < listed.index("跳蚤市场")
    )
    assert "投票已中止：没有场地" in (await zhou.http.get(f"/m/votes/{stopped.id}")).text


async def test_the_posted_result_is_for_anybody_and_says_nothing_personal(
    community: Community, zhou: Handset, handset: Handsets, phone: Callable[[str], Phone]
) -> None:
    poll = await make_poll(community)
    number = RECEIPT.search(await votes_on_the_page(zhou, poll, "2"))
    anybody = handset().http
    assert (await anybody.get(f"/m/results/{poll.id}")).status_code == 404
    clock.shift += timedelta(days=8)
    await close_poll(poll.id, clock.now())
    await count_poll(community.viewer, poll.id, clock.now())
    await certify_poll(second(community), poll.id, clock.now())
    page = (await anybody.get(f"/m/results/{poll.id}")).text
    for words in ("名册", "反对", "征求意见", "最后的封印"):
        assert words in page
    for secret in ("周桂兰", "周**", "101", "tester", "oA"):
        assert secret not in page
    assert number
    listed = await anybody.get(f"/m/results/{poll.id}/receipts")
    assert number[0] in listed.text
    token = forms(listed.text)[-1].values["token"]
    found = await anybody.post(str(listed.url), data={"token": token, "number": number[0]})
    assert "在名单里，第1号" in found.text
    file = await anybody.get(f"/m/results/{poll.id}/list.json")
    assert file.json()["receipts"][0][1] == number[0]
    assert f"/m/results/{poll.id}" in await phone("oA").say("结果")
