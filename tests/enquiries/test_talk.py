"""「人工」 as residents hear it (conversations.md, Rules for every reply)."""

from collections.abc import Callable

import pytest

from handlers.enquiries.actions.answering import close_enquiry, take_enquiry
from models.audit import AuditEntry
from models.enquiries import Enquiry, EnquiryLine
from models.events import Event
from models.residency import Account
from models.states import BindingState, EnquiryState
from tests.enquiries.conftest import Neighbourhood, SetClock
from tests.phone import Phone

Phones = Callable[[str], Phone]
ASKED = "请用一句话或语音说说什么事"
QUESTION = "楼道灯坏了三天，没人修"


async def said() -> list[str]:
    return [line.text for line in await EnquiryLine.all().order_by("id")]


async def asks(phone: Phone) -> Enquiry:
    await phone.say("人工")
    await phone.say(QUESTION)
    [enquiry] = await Enquiry.exclude(state=EnquiryState.CLOSED)
    return enquiry


@pytest.fixture
async def resident(neighbourhood: Neighbourhood, phone: Phones, set_clock: SetClock) -> Phone:
    """王秀英 of 幸福里, on a Monday morning."""
    set_clock("2026-05-11 09:00")
    await neighbourhood.settle("oWang")
    return phone("oWang")


async def test_a_question_is_put_to_a_worker(resident: Phone, neighbourhood: Neighbourhood) -> None:
    asked = await resident.say("人工")
    assert ASKED in asked
    assert "河东社区 0XXX-7000-0001" in asked
    assert not await Enquiry.exists()
    answer = await resident.say(QUESTION)
    [enquiry] = await Enquiry.all()
    for words in ("已转人工", f"编号 {enquiry.id}", "工作人员会在这里回复您", "0XXX-7000-0001"):
        assert words in answer
    assert (enquiry.state, enquiry.community_id) == (EnquiryState.WAITING, neighbourhood.community.id)
    assert await said() == [QUESTION]
    assert await Event.filter(name="EnquiryOpened", payload={"enquiry": enquiry.id}).count() == 1


@pytest.mark.parametrize("words", ["找人", "客服", "转人工", "我要跟活人说话", "人工。"])
async def test_every_word_for_a_person_asks_the_same(resident: Phone, words: str) -> None:
    assert ASKED in await resident.say(words)


async def test_clicked_or_tapped_the_same_is_asked(resident: Phone) -> None:
    assert ASKED in await resident.event("click", EventKey="agent")
    await resident.say("菜单")
    assert ASKED in await resident.tap("人工")


async def test_after_hours_the_next_opening_is_named(resident: Phone, set_clock: SetClock) -> None:
    set_clock("2026-05-15 20:00")
    await resident.say("人工")
    answer = await resident.say(QUESTION)
    assert "已转人工" in answer
    assert "明天9:00上班后回复您" in answer
    assert "会在这里回复您" not in answer


async def test_in_a_long_holiday_the_day_after_it_is_named(resident: Phone, set_clock: SetClock) -> None:
    set_clock("2026-10-01 10:00")
    await resident.say("人工")
    assert "10月8日8:30上班后回复您" in await resident.say(QUESTION)


async def test_leaving_before_saying_anything_records_nothing(resident: Phone) -> None:
    for leave in ("0", "取消", "退出"):
        await resident.say("人工")
        assert "已取消" in await resident.say(leave)
    assert not await Enquiry.exists()
    assert "已转人工" in await resident.say(QUESTION)


async def test_a_number_is_no_question(resident: Phone) -> None:
    await resident.say("人工")
    for words in ("1", "三", "嗯"):
        assert "讲清楚是什么事" in await resident.say(words)
    assert not await Enquiry.exists()


async def test_more_is_added_and_confirmed_once(resident: Phone) -> None:
    await asks(resident)
    assert "已补充" in await resident.say("三号楼")
    assert await resident.say("2") == ""
    assert await resident.say("是") == ""
    assert await said() == [QUESTION, "三号楼", "2", "是"]


async def test_commands_and_danger_are_answered_all_the_while(resident: Phone, neighbourhood: Neighbourhood) -> None:
    enquiry = await asks(resident)
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    assert await resident.say("好的谢谢") == ""
    assert "120" in await resident.say("老人摔倒起不来了")
    assert "没有需要您投的票" in await resident.say("投票")
    assert await resident.say("灯还是不亮") == ""
    assert await said() == [QUESTION, "好的谢谢", "灯还是不亮"]


async def test_what_is_said_after_something_else_is_added_all_the_same(resident: Phone) -> None:
    await asks(resident)
    await resident.say("我的")
    assert "已补充" in await resident.say("对了，是东边那盏")
    assert await resident.say("3") == ""
    assert await said() == [QUESTION, "对了，是东边那盏", "3"]


async def test_a_bare_number_beside_the_conversation_is_stale(resident: Phone) -> None:
    await asks(resident)
    await resident.say("我的")
    await resident.say("取消")
    assert "刚才的步骤已过期" in await resident.say("7")
    assert await said() == [QUESTION]


async def test_cancelling_says_that_the_message_stays(resident: Phone) -> None:
    await asks(resident)
    answer = await resident.say("取消")
    assert "已取消" in answer
    assert "留言还在" in answer
    assert "没有提交" not in answer
    assert (await Enquiry.get()).state is EnquiryState.WAITING


async def test_asking_again_goes_on_with_the_same_conversation(resident: Phone) -> None:
    enquiry = await asks(resident)
    again = await resident.say("人工")
    assert ASKED in again
    assert f"编号 {enquiry.id}" in again
    await resident.say("还有水表也坏了")
    assert await said() == [QUESTION, "还有水表也坏了"]
    assert await Enquiry.all().count() == 1


async def test_the_resident_ends_it(resident: Phone) -> None:
    enquiry = await asks(resident)
    assert f"留言已结束，编号 {enquiry.id}" in await resident.say("结束")
    ended = await Enquiry.get()
    assert (ended.state, ended.closed_by) == (EnquiryState.CLOSED, "")
    assert await Event.filter(name="EnquiryClosed").count() == 1
    assert "没有等人回的留言" in await resident.say("结束")
    assert (await asks(resident)).id != enquiry.id


async def test_after_a_worker_ended_it_the_resident_is_told_how_to_go_on(
    resident: Phone, neighbourhood: Neighbourhood
) -> None:
    enquiry = await asks(resident)
    await close_enquiry(neighbourhood.worker, enquiry.id)
    assert "已经结束" in await resident.say("那我明天来")
    assert ASKED in await resident.tap("人工")


async def test_a_stranger_is_heard_too(neighbourhood: Neighbourhood, phone: Phones) -> None:
    stranger = phone("oStranger")
    assert "12345" in await stranger.say("人工")
    await stranger.say("怎么才能登记")
    [enquiry] = await Enquiry.all()
    account = await Account.get(id=enquiry.account_id)
    assert (enquiry.community_id, account.openid, account.consent_version) == (None, "oStranger", None)
    await stranger.say("我住幸福里")
    assert await said() == ["怎么才能登记", "我住幸福里"]


async def test_whoever_waits_to_be_registered_asks_that_community(neighbourhood: Neighbourhood, phone: Phones) -> None:
    await neighbourhood.settle("oWang", state=BindingState.PENDING)
    assert (await asks(phone("oWang"))).community_id == neighbourhood.community.id


async def test_a_repeated_delivery_says_it_once(resident: Phone) -> None:
    await resident.say("人工")
    first = await resident.say(QUESTION, msg_id=77)
    assert await resident.say(QUESTION, msg_id=77) == first
    await resident.say("三号楼", msg_id=78)
    await resident.say("快点", msg_id=79)
    assert await resident.say("快点", msg_id=79) == ""
    assert await said() == [QUESTION, "三号楼", "快点"]


async def test_an_id_number_is_masked_before_it_is_put_to_anybody(resident: Phone) -> None:
    await resident.say("人工")
    answer = await resident.say("我的证号 11010519491231002X 能查吗")
    assert "身份证号已隐去" in answer
    assert "已转人工" in answer
    assert await said() == ["我的证号 110105************ 能查吗"]


async def test_three_misses_elsewhere_lead_here(resident: Phone) -> None:
    await resident.say("绑定")
    for _ in range(3):
        await resident.say("呃")
    assert "「人工」" in resident.read
    assert ASKED in await resident.say("人工")


async def test_the_trail_tells_who_did_what_and_nothing_of_what_was_said(
    resident: Phone, neighbourhood: Neighbourhood
) -> None:
    enquiry = await asks(resident)
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    await resident.say("结束")
    trail = await AuditEntry.filter(subject=f"enquiry:{enquiry.id}").order_by("id")
    account = f"account:{enquiry.account_id}"
    assert [(entry.actor, entry.action, entry.before, entry.after) for entry in trail] == [
        (account, "enquiry.open", "", "waiting"),
        ("staff:lin", "enquiry.take", "waiting", "held"),
        (account, "enquiry.close", "held", "closed"),
    ]
    assert all(entry.place == neighbourhood.community.code for entry in trail)
    assert not [entry for entry in trail if entry.reason or entry.detail]
