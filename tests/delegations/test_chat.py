"""代办 as it is spoken: asked for, agreed to, given, stopped, and done in the elder's name."""

from datetime import date, timedelta

import pytest

from clock import clock
from handlers.delegations import rules
from handlers.delegations.actions.decide import confirm_for
from handlers.delegations.rules import months_after
from models.audit import AuditEntry
from models.enquiries import Enquiry, EnquiryLine
from models.households import DelegatedAct, Delegation, NameBrake
from models.residency import Account
from models.states import DelegationState, EnquiryState
from tests.delegations.conftest import ASKING, CHILD, ELDER, Family, Phones, says
from tests.delegations.transcripts import agreed, state, told
from tests.factories import make_resident


async def test_a_child_asks_and_the_elder_agrees_in_chat(family: Family, phone: Phones) -> None:
    elder_account, child_account = await family.elder_on_wechat(), await family.child()
    child, elder = phone("oChild"), phone("oElder")
    await child.say("代办")
    assert "1 我替家人办\n2 让家人替我办" in child.read
    summary = await says(child, "1", "幸福里3-2-501", ELDER, "子女", "1 3", "一年")
    until = f"{months_after(clock.today(), 12):%Y-%m-%d}"
    for shown in (f"替{ELDER}办", "幸福里3号楼2单元501", "留言求助、办事", until, "投票不能代办"):
        assert shown in summary
    assert not await Delegation.exists()
    assert "已提交" in await says(child, "确认")
    assert await told(elder_account) == [f"{CHILD}（子女）想替您办事。\n请回复「代办」，选同意或不同意。"]
    asked = await says(elder, "代办")
    assert "1 同意\n2 不同意" in asked
    assert f"{CHILD}（子女）" in asked
    opened = await says(elder, "1")
    for shown in ("代办已开通", "留言求助、办事", until, "办事还没开通"):
        assert shown in opened
    delegation = await Delegation.get()
    assert (delegation.state, delegation.confirmed_how) == (DelegationState.ACTIVE, "chat")
    assert (delegation.scope, delegation.expires_on) == (["enquiry", "affairs"], months_after(clock.today(), 12))
    assert "代办已开通" in (await told(child_account))[0]


async def test_the_elder_who_is_not_on_wechat_is_asked_by_a_worker(family: Family, phone: Phones) -> None:
    child_account = await family.child()
    assert "社区会打电话或上门核实" in await says(phone("oChild"), *ASKING)
    waiting = await Delegation.get()
    assert "等本人同意" in await says(phone("oChild"), "代办")
    await confirm_for(family.worker, waiting.id, "phone", "本人电话里说同意")
    assert "代办已开通" in (await told(child_account))[0]
    assert "替李秀英留言" in await says(phone("oChild"), "代办")


async def test_the_elder_refuses_and_is_left_in_peace(family: Family, phone: Phones) -> None:
    await family.elder_on_wechat()
    child_account = await family.child()
    await says(phone("oChild"), *ASKING)
    assert "不能替您办事" in await says(phone("oElder"), "代办", "不同意")
    assert await state() is DelegationState.REFUSED
    assert "没有同意" in (await told(child_account))[0]
    assert "30天内不能再申请" in await says(phone("oChild"), *ASKING)
    assert await Delegation.all().count() == 1


async def test_the_elder_lets_somebody_of_the_household_act_at_once(family: Family, phone: Phones) -> None:
    await family.elder_on_wechat()
    mate = await family.settle("oMate", "王强", family.home)
    await family.settle("oYoung", "王小", family.home, adult=False)
    elder = phone("oElder")
    listed = await says(elder, "让家人替我办")
    assert "王强" in listed
    assert "王小" not in listed
    assert "代办已开通" in await says(elder, "1", "1 2", "三个月", "确认")
    assert await state() is DelegationState.ACTIVE
    assert "李秀英请您代办" in (await told(mate))[0]
    assert "王强替您办：留言求助、服务预约" in await says(elder, "代办")


async def test_an_elder_alone_is_told_how_another_phone_begins(family: Family, phone: Phones) -> None:
    await family.elder_on_wechat()
    assert "选「我替家人办」" in await says(phone("oElder"), "代办", "2")
    stranger = await family.settle("oNew", "张无名", family.home)
    assert stranger
    assert "登记册上还没有您的姓名" in await says(phone("oNew"), "让家人替我办")


async def test_either_side_stops_it_and_the_other_is_told(family: Family, phone: Phones) -> None:
    delegation = await agreed(family, phone)
    assert "代办已停止" in await says(phone("oElder"), "停止代办")
    assert await state() is DelegationState.ENDED
    assert "代办已停止" in (await told(delegation.account_id))[-1]
    await says(phone("oChild"), *ASKING)
    assert "代办已停止" in await says(phone("oChild"), "停止代办")
    assert "没有代办" in await says(phone("oChild"), "停止代办")
    assert await Delegation.filter(state=DelegationState.ENDED).count() == 2


async def test_a_question_is_asked_in_the_elders_name(family: Family, phone: Phones) -> None:
    delegation = await agreed(family, phone)
    child = phone("oChild")
    await says(child, "代办")
    await child.tap("替李秀英留言")
    assert "代李秀英留言" in child.read
    assert "已转人工（代李秀英）" in await says(child, "楼道的灯坏了，老人出门看不见")
    enquiry = await Enquiry.get()
    assert (enquiry.delegation_id, enquiry.community_id) == (delegation.id, family.community.organisation.id)
    act = await DelegatedAct.get()
    assert (act.delegation_id, act.subject) == (delegation.id, f"enquiry:{enquiry.id}")
    entry = await AuditEntry.get(action="delegation.act")
    assert (entry.actor, entry.detail["delegation"]) == (f"account:{delegation.account_id}", delegation.id)
    elder_account = (await Account.get(openid="oElder")).id
    assert f"{CHILD}刚才代{ELDER}留言，编号 {enquiry.id}。" in (await told(elder_account))[-1]
    await says(child, "还有一楼的也坏了")
    assert await EnquiryLine.all().count() == 2
    assert "您代李秀英的留言还在处理" in await says(child, "人工")


async def test_stopped_by_the_elder_in_the_middle_of_the_dialogue_nothing_is_asked(
    family: Family, phone: Phones
) -> None:
    await agreed(family, phone)
    child = phone("oChild")
    await says(child, "代办", "替李秀英留言")
    await says(phone("oElder"), "停止代办")
    assert "代办已经停止或到期" in await says(child, "楼道的灯坏了")
    assert not await Enquiry.exists()
    assert not await DelegatedAct.exists()


async def test_a_conversation_ends_with_the_delegation(family: Family, phone: Phones) -> None:
    await agreed(family, phone)
    child = phone("oChild")
    await says(child, "代办", "替李秀英留言", "楼道的灯坏了")
    await says(phone("oElder"), "停止代办")
    assert "上次的留言已经结束" in await says(child, "还有一楼的")
    assert (await Enquiry.get()).state is EnquiryState.CLOSED
    assert await EnquiryLine.all().count() == 1


async def test_what_runs_out_between_two_steps_is_over(family: Family, phone: Phones) -> None:
    await agreed(family, phone)
    child = phone("oChild")
    await says(child, "代办", "替李秀英留言")
    await Delegation.all().update(expires_on=clock.today() - timedelta(days=1))
    assert "代办已经停止或到期" in await says(child, "楼道的灯坏了")
    assert "替李秀英留言" not in await says(child, "代办")
    assert not await Enquiry.exists()


async def test_a_delegate_never_votes(family: Family, phone: Phones) -> None:
    await agreed(family, phone)
    for words in ("替李秀英投票", "代投票", "帮我妈投个票"):
        assert "投票要本人投" in await says(phone("oChild"), words)
    assert "投票要本人投" not in await says(phone("oChild"), "帮我看看怎么投票")


async def test_somebody_elses_delegation_is_nobodys_business(family: Family, phone: Phones) -> None:
    await family.elder_on_wechat()
    await family.child()
    await says(phone("oChild"), *ASKING)
    number = (await Delegation.get()).id
    await family.settle("oNosy", "王多事", family.home)
    for words in (f"同意代办 {number}", f"不同意代办 {number}", f"代办留言 {number}"):
        for nosy in ("oNosy", "oStranger", "oChild"):
            await phone(nosy).say(words)
    assert await state() is DelegationState.ASKED
    await says(phone("oElder"), "代办", "1")
    assert "代办已经停止或到期" in await says(phone("oNosy"), f"代办留言 {number}")
    assert "没有代办" in await says(phone("oNosy"), "停止代办")
    assert await state() is DelegationState.ACTIVE


async def test_wrong_names_are_braked_whatever_the_address(family: Family, phone: Phones) -> None:
    await family.child()
    child = phone("oChild")
    await says(child, "我替家人办", "幸福里3-2-501")
    assert "还可以试4次" in await says(child, "王不在")
    await says(child, "张不在", "我替家人办", "安居苑3-2-501", ELDER)
    assert "还可以试1次" in await says(child, "赵不在")
    assert "24小时内不能再试" in await says(child, "钱不在")
    assert "24小时内不能再试" in await says(child, "我替家人办", "幸福里3-2-501", ELDER)
    clock.shift += timedelta(hours=24, minutes=1)
    assert "您是家人的什么人" in await says(child, "我替家人办", "幸福里3-2-501", ELDER)
    assert await NameBrake.all().count() == 1


async def test_minors_are_neither_delegates_nor_represented(family: Family, phone: Phones) -> None:
    today = clock.today()
    await make_resident("李小", family.home, birth_on=date(today.year - 10, 1, 1))
    await family.child()
    await family.settle("oYoung", "王小", family.home, adult=False)
    assert "由父母或监护人办理" in await says(phone("oChild"), "我替家人办", "幸福里3-2-501", "李小")
    assert "年满18周岁" in await says(phone("oYoung"), "我替家人办")
    assert "请先登记住址" in await says(phone("oStranger"), "代办")


async def test_nobody_acts_for_oneself_or_for_more_than_five(family: Family, phone: Phones) -> None:
    await family.elder_on_wechat()
    await family.child()
    assert "这是您自己" in await says(phone("oElder"), "我替家人办", "1", ELDER)
    for number in range(rules.MOST_LIVE):
        await make_resident(f"王{'一二三四五'[number]}", family.home)
        asking = (*ASKING[:2], f"王{'一二三四五'[number]}", *ASKING[3:])
        assert "已提交" in await says(phone("oChild"), *asking)
    assert "最多替5位家人" in await says(phone("oChild"), *ASKING)
    assert await Delegation.all().count() == rules.MOST_LIVE


async def test_asking_twice_keeps_the_first(family: Family, phone: Phones) -> None:
    await family.child()
    await says(phone("oChild"), *ASKING)
    assert "代办已经有了" in await says(phone("oChild"), *ASKING)
    assert await Delegation.all().count() == 1


@pytest.mark.parametrize(
    ("before", "wrong", "expects"),
    [
        (1, "嗯", "小区、楼号、单元和房号"),
        (2, "我也不知道", "只发送姓名"),
        (3, "9", "回复选项的数字"),
        (4, "7 1", "回复选项的数字，例如 1 2"),
        (5, "2020-01-01", "最长两年"),
        (5, "2099-01-01", "最长两年"),
        (6, "好", "请回复「确认」提交"),
    ],
)
async def test_a_step_that_does_not_understand_asks_again(
    family: Family, phone: Phones, before: int, wrong: str, expects: str
) -> None:
    await family.child()
    child = phone("oChild")
    await says(child, *ASKING[:before])
    assert expects in await says(child, wrong)
    assert "已提交" in await says(child, *ASKING[before:])
