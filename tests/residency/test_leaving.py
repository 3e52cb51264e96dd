"""注销: what is forgotten, what the law keeps, and that nobody gains anything by coming back."""

import asyncio
from datetime import timedelta

import pytest

from clock import clock
from handlers.residency.actions.erase import close_account
from handlers.residency.queries.personal import personal_data
from models.audit import AuditEntry
from models.conversations import Message, Notification
from models.database import rows
from models.enquiries import Enquiry, EnquiryLine
from models.households import ConsentRecord, Correction, Delegation
from models.residency import Account, Binding, Dwelling, Resident
from models.states import BindingState, CorrectionKind, CorrectionState, DelegationState, EnquiryState
from tests.residency.transcripts import CODE, WRONG, Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_leaving_says_what_goes_and_what_stays_before_anything_happens(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    told = await says(p, "注销")
    for shown in ("马上删除", "依法留下", "居民登记册", "180天", "请回复「确认」"):
        assert shown in told
    assert "要提交，请回复「确认」" in await says(p, "1")
    assert "已取消" in await says(p, "取消")
    assert (await Binding.get()).state is BindingState.ACTIVE


async def test_all_that_was_said_and_given_is_forgotten_and_the_register_stays(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "人工", "楼道灯坏了", "信息有误", "5", "门牌写错了", "确认")
    account = await Account.get()
    await Notification.create(account=account, text="有新投票", created_at=clock.now())
    resident = await Resident.get()
    await Delegation.create(
        elder=resident,
        dwelling=home,
        account=account,
        delegate_name="李秀英",
        state=DelegationState.ACTIVE,
        asked_at=clock.now(),
        asked_by="x",
        expires_on=clock.today(),
    )
    assert "已注销" in await says(p, "注销", "确认")
    binding, delegation = await Binding.get(), await Delegation.get()
    assert (binding.state, binding.name, binding.resident_id) == (BindingState.ENDED, "", None)
    assert (delegation.state, delegation.delegate_name) == (DelegationState.ENDED, "")
    correction = await Correction.get()
    assert (correction.account_id, correction.words, correction.state) == (None, "", CorrectionState.REFUSED)
    assert await EnquiryLine.filter(enquiry_id=(await Enquiry.get()).id).values_list("text", flat=True) == [""]
    assert (await Enquiry.get()).state is EnquiryState.CLOSED
    assert await Notification.all().count() == 0
    assert (await ConsentRecord.get()).withdrawn_at is not None
    assert (await Resident.get()).name == "李秀英"
    gone = await Account.get()
    assert gone.openid.startswith("gone-")
    said = (await personal_data(gone.id))["聊天"]
    assert {one["您说"] for one in said} == {""}
    for table in ("message", "account", "event", "audit_entry"):
        assert await rows(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%oLi%'") == []


async def test_the_answer_to_leaving_is_repeated_and_leaving_twice_is_leaving_once(
    home: Dwelling, phone: Phones
) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "注销")
    first = await p.say("确认", msg_id=99)
    assert await p.say("确认", msg_id=99) == first
    assert "已注销" in await says(p, "注销", "确认")
    assert await AuditEntry.filter(action="account.close").count() == 1
    await asyncio.gather(*(close_account(p.app_id, "oLi") for _ in range(3)))
    assert await Account.all().count() == 1


async def test_whoever_comes_back_is_somebody_new(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "注销", "确认")
    assert "还没有登记住址" in await says(p, "我的")
    await p.event("unsubscribe")
    await p.event("subscribe", EventKey="")
    assert "欢迎您关注" in p.read
    assert await Binding.filter(state=BindingState.PENDING).count() == 0
    assert "登记成功" in await registers(p, "李秀英")
    assert await Account.all().count() == 2


async def test_leaving_does_not_unlock_an_address(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501", "2", "李秀英", *[WRONG] * 5)
    assert "24小时" in p.read
    await says(p, "注销", "确认")
    assert "24小时" in await says(p, "绑定", "同意", "幸福里3-2-501")
    clock.shift = timedelta(hours=25)
    assert "登记成功" in await says(p, "绑定", "幸福里3-2-501", "2", "李秀英", CODE)


async def test_a_stranger_is_still_looked_at_when_who_told_has_left(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await registers(phone("oZhao"), "赵新")
    await says(p, "不是我家人", "注销", "确认")
    report = await Correction.get(kind=CorrectionKind.STRANGER)
    assert (report.state, report.account_id) == (CorrectionState.PENDING, None)
    assert report.binding_id is not None


async def test_somebody_who_never_registered_may_leave_too(database: str, phone: Phones) -> None:
    p = phone("oNew")
    assert "已注销" in await says(p, "你好", "注销", "确认")
    assert await Message.filter(sender="oNew").count() == 0


async def test_who_unfollows_no_longer_acts_for_another(home: Dwelling, phone: Phones) -> None:
    p, elder = phone("oZhao"), phone("oLi")
    await registers(elder, "李秀英")
    await registers(p, "赵新")
    delegation = await Delegation.create(
        elder=await Resident.get(),
        dwelling=home,
        account=await Account.get(openid="oZhao"),
        delegate_name="赵新",
        state=DelegationState.ACTIVE,
        asked_at=clock.now(),
        asked_by="x",
        expires_on=clock.today(),
    )
    await p.event("unsubscribe")
    after = await Delegation.get(id=delegation.id)
    assert (after.state, after.delegate_name, after.reason) == (DelegationState.ENDED, "", "取消关注")
    elders = await Notification.filter(account__openid="oLi").order_by("-id").first()
    assert elders is not None
    assert "代办" in elders.text
