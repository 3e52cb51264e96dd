"""Voting as residents hear it (conversations.md, 投票)."""

import re
from collections.abc import Callable
from datetime import timedelta

from clock import clock
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import certify_poll, count_poll
from models.ballots import Ballot, RollEntry
from models.conversations import Message
from models.residency import Binding
from models.sealed import unseal
from models.states import BindingState
from models.votes import RollObjection
from tests.factories import make_code
from tests.phone import Phone
from tests.votes.conftest import Community, second

Phones = Callable[[str], Phone]
RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


async def _voted(phone: Phone, choice: str = "1") -> str:
    await phone.say("投票")
    await phone.say(choice)
    return await phone.say("确认")


async def test_from_the_list_to_the_receipt(community: Community, phone: Phones) -> None:
    await community.poll("楼道里装不装扶手")
    await community.poll("大门口装不装路灯", days=3)
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    listed = await resident.say("投票")
    assert listed.index("大门口装不装路灯") < listed.index("楼道里装不装扶手")
    for words in ("户代表", "征求意见", "还剩"):
        assert words in listed
    question = await resident.say("1")
    for words in ("大门口装不装路灯", "无记名", "不可改", "每户一票", "1 同意", "2 不同意"):
        assert words in question
    assert "您选择：2 不同意" in await resident.say("２")
    done = await resident.say("确认")
    assert "投票成功" in done
    assert "投票凭证号" in done
    number = RECEIPT.search(done)
    assert number
    assert "已收到" in await resident.say(f"凭证 {number[0]}")
    assert "已收到" in await resident.say(f"回执{number[0].lower()}")
    assert "已收到" in await resident.say(number[0])
    assert "查不到" in await resident.say("凭证 2222-3333-4444")
    assert "已投" in await resident.say("投票")
    await resident.say("我在名册吗")
    await resident.tap("大门口装不装路灯")
    assert "已投1户，名册4户。" in resident.read


async def test_who_has_just_registered_is_led_to_the_open_vote(community: Community, phone: Phones) -> None:
    await community.poll()
    dwelling = community.dwellings[0]
    await make_code(dwelling, "7KQ2M9XD")
    resident = phone("oNew")
    for words in (f"绑定 {dwelling.address}", "同意", "业主家人", "周桂兰", "是"):
        await resident.say(words)
    registered = await resident.say("7KQ2-M9XD")
    assert "登记成功" in registered
    assert "1 投票" in registered


async def test_a_single_open_vote_skips_the_list(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    assert "请选一项" in await phone("oA").say("投票")


async def test_whoever_is_not_the_named_representative_is_told_who_is(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    await community.bind("oB", "赵小兰", community.dwellings[0])
    asked = await phone("oB").say("投票")
    await Binding.filter(account__openid="oA").update(represents=True)
    refused = await phone("oB").say("1") and await phone("oB").say("确认")
    for answer in (refused, await phone("oB").say("投票")):
        assert "您家的户代表是周**" in answer
    assert "请选一项" in asked
    assert "请选一项" in await phone("oA").say("投票")


async def test_every_choice_can_be_tapped(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    await resident.event("click", EventKey="vote")
    await resident.tap("不同意")
    assert "投票成功" in await resident.tap("确认")
    [ballot] = await Ballot.all()
    assert ballot.answer == "1"


async def test_a_stray_number_does_not_confirm(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    await resident.say("投票")
    await resident.say("2")
    assert "确认" in await resident.say("1")
    assert not await Ballot.exists()
    assert "投票成功" in await resident.say("确认")
    [ballot] = await Ballot.all()
    assert ballot.answer == "1"


async def test_an_option_called_cancel_is_taken_by_tap(community: Community, phone: Phones) -> None:
    await community.poll("门口的石墩留不留", ("保留", "取消"))
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    await resident.say("投票")
    assert "您选择：2 取消" in await resident.tap("取消")
    assert "已取消" in await resident.say("取消")
    assert not await Ballot.exists()


async def test_second_member_hears_who_voted_and_may_object(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    await community.bind("oB", "赵小兰", community.dwellings[0])
    await _voted(phone("oA"))
    second = phone("oB")
    said = await second.say("投票")
    for words in ("您家已投票", "周**", "异议"):
        assert words in said
    assert "编号" in await second.say("异议")
    assert await RollObjection.all().count() == 1
    assert await Ballot.all().count() == 1


async def test_two_at_the_same_confirmation_cast_one_ballot(community: Community, phone: Phones) -> None:
    await community.poll()
    for openid in ("oA", "oB"):
        await community.bind(openid, "周桂兰", community.dwellings[0])
        await phone(openid).say("投票")
        await phone(openid).say("1")
    answers = {await phone(openid).say("确认") for openid in ("oA", "oB")}
    assert sum("投票成功" in answer for answer in answers) == 1
    assert sum("您家已投票" in answer for answer in answers) == 1


async def test_two_homes_ask_for_which(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", *community.dwellings[:2])
    resident = phone("oA")
    assert "为哪一户投？" in await resident.say("投票")
    await resident.say("2")
    await resident.say("1")
    assert "投票成功" in await resident.say("确认")
    assert "已投" in await resident.say("投票")
    await resident.tap(community.dwellings[0].address)
    await resident.say("2")
    assert "投票成功" in await resident.say("确认")
    assert await Ballot.all().count() == 2


async def test_not_bound_is_asked_to_register_first(community: Community, phone: Phones) -> None:
    await community.poll()
    assert "请先登记住址" in await phone("oStranger").say("投票")


async def test_not_on_the_roll_hears_why(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[4])
    said = await phone("oA").say("投票")
    for words in ("不在投票范围", "名册", "异议"):
        assert words in said


async def test_a_minor_hears_that_adults_vote(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周小宝", community.dwellings[0], adult=False)
    assert "未满18周岁" in await phone("oA").say("投票")


async def test_closing_between_choice_and_confirmation_refuses(community: Community, phone: Phones) -> None:
    poll = await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    await resident.say("投票")
    await resident.say("1")
    poll.closes_at = clock.now()
    await poll.save()
    assert "投票已结束" in await resident.say("确认")
    assert not await Ballot.exists()


async def test_results_show_no_split_before_the_count(community: Community, phone: Phones) -> None:
    poll = await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    await community.bind("oB", "吴建国", community.dwellings[1])
    await community.bind("oC", "郑春花", community.dwellings[2])
    number = RECEIPT.search(await _voted(phone("oA")))
    for openid in ("oB", "oC"):
        await _voted(phone(openid), "2")
    clock.shift += timedelta(days=8)
    waiting = await phone("oA").say("结果")
    assert "正在计票" in waiting
    assert "票\n" not in waiting.replace("计票", "")
    assert "投票已结束" in await phone("oA").say("投票")
    await close_poll(poll.id, clock.now())
    await count_poll(community.viewer, poll.id, clock.now())
    await certify_poll(second(community), poll.id, clock.now())
    said = await phone("oA").say("结果")
    for words in ("投票已结束", "名册：4户", "参加：3户，75.00%", "同意：1票", "不同意：2票", "「不同意」超过一半"):
        assert words in said
    assert number
    assert "已公布的名单" in await phone("oA").say(f"凭证 {number[0]}")


async def test_the_menu_tells_what_waits(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    greeting = await resident.say("你好")
    assert "您有1个投票" in greeting
    assert "\n1 投票\n" in resident.read
    await _voted(resident)
    assert "您有" not in await resident.say("菜单")


async def test_what_was_chosen_is_nowhere_in_the_archive(community: Community, phone: Phones) -> None:
    await community.poll(choices=("种银杏", "种香樟"))
    await community.bind("oA", "周桂兰", community.dwellings[0])
    resident = phone("oA")
    await resident.say("投票")
    await resident.say("种香樟")
    await resident.say("确认")
    kept = await Message.all().order_by("received_at")
    contents = [unseal(message.content, "message:content") for message in kept]
    assert contents == ["投票", "投票步骤，内容不保存", "投票步骤，内容不保存"]
    after = [message.answer and unseal(message.answer, "message:answer") for message in kept]
    assert after[1] is None
    assert "种香樟" not in (after[2] or "")


async def test_another_community_s_vote_is_not_listed(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    poll = await community.poll("别处的投票跟这里无关")
    poll.places = ["990103009"]
    await poll.save()
    await RollEntry.filter(poll=poll).delete()
    assert "别处的投票" not in await phone("oA").say("投票")


async def test_whose_claim_waits_for_a_worker_hears_so(community: Community, phone: Phones) -> None:
    await community.poll()
    await community.bind("oA", "周桂兰", community.dwellings[0])
    await Binding.all().update(state=BindingState.PENDING)
    said = await phone("oA").say("投票")
    assert "请先登记住址" in said
    assert "还在审核" in said
