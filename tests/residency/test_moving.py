"""Homes change: leases that end, somebody moves, a WeChat account is changed, and who is told of it."""

from datetime import timedelta

import pytest

from clock import clock
from handlers.residency import jobs
from handlers.residency.actions.decide import decide_binding
from handlers.staff.rules import Viewer
from models.accounts import OfficialAccount
from models.audit import AuditEntry
from models.conversations import Notification
from models.organisations import Organisation
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, Level, StaffRole
from tests.factories import make_community, make_district, make_dwelling, make_estate
from tests.phone import Phone
from tests.residency.transcripts import CODE, Phones, make_registered_home, registers, says

WORKER = Viewer("lin", "林工", StaffRole.WORKER, "880412", Level.DISTRICT)


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def told(openid: str) -> list[str]:
    """What an account was told without having asked, in order."""
    return [one.text for one in await Notification.filter(account__openid=openid).order_by("id")]


async def rents(p: Phone, days: int) -> None:
    """赵新 registers as a tenant for so many days."""
    ends_on = clock.today() + timedelta(days=days)
    await says(p, "绑定", "同意", "幸福里3-2-501", "3", ends_on.isoformat(), "赵新", "1", CODE)


async def run_jobs() -> None:
    await jobs.remind_tenants(clock.now())
    await jobs.end_tenancies(clock.now())


async def test_a_tenant_is_reminded_once_and_then_the_tenancy_ends(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await rents(p, 30)
    await run_jobs()
    assert await told("oZhao") == []
    clock.shift = timedelta(days=16)
    for _ in range(2):
        await run_jobs()
    [reminder] = await told("oZhao")
    for shown in ("到期", home.address, "续租"):
        assert shown in reminder
    clock.shift = timedelta(days=30)
    await run_jobs()
    assert (await Binding.get()).state is BindingState.ACTIVE
    clock.shift = timedelta(days=31)
    assert "还没有登记住址" in await says(p, "家里人")
    for _ in range(2):
        await run_jobs()
    binding = await Binding.get()
    assert (binding.state, binding.reason, binding.name) == (BindingState.ENDED, "租约到期", "赵新")
    assert "租约已到期" in (await told("oZhao"))[-1]
    assert await AuditEntry.filter(action="binding.end", actor="clock").count() == 1
    assert await AuditEntry.filter(action="binding.remind").count() == 1


async def test_a_tenant_renews_in_chat_and_is_reminded_of_the_new_end(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await rents(p, 10)
    await run_jobs()
    until = clock.today() + timedelta(days=40)
    assert "到哪一天为止" in await says(p, "续租")
    assert "没看懂这个日期" in await says(p, "不知道")
    assert f"租期到 {until}" in await says(p, until.isoformat())
    clock.shift = timedelta(days=27)
    await run_jobs()
    assert len([text for text in await told("oZhao") if "还接着住" in text]) == 2
    assert (await Binding.get()).state is BindingState.ACTIVE


async def test_whoever_is_no_tenant_has_nothing_to_renew(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await says(p, "绑定", "同意", "幸福里3-2-501", "3", "说不准", "李秀英", CODE)
    assert (await Binding.get()).lease_ends_on is None
    assert "不用续租" in await says(p, "续租")


async def test_moving_out_is_confirmed_and_keeps_the_history(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "先登记新住址，再解除旧的" in await says(p, "我搬家了")
    assert f"要解除这处登记：\n{home.address}" in await says(p, "2")
    assert (await Binding.get()).state is BindingState.ACTIVE
    assert "已解除登记" in await says(p, "确认")
    binding = await Binding.get()
    assert (binding.state, binding.reason, binding.name) == (BindingState.ENDED, "本人搬走", "李秀英")
    assert "登记成功" in await registers(p, "李秀英")


async def test_a_new_member_is_told_to_all_who_are_there_and_to_nobody_else(home: Dwelling, phone: Phones) -> None:
    await registers(phone("oLi"), "李秀英")
    await registers(phone("oZhao"), "赵新")
    await registers(phone("oQian"), "钱进")
    assert len(await told("oLi")) == 2
    [text] = await told("oZhao")
    assert "钱**刚登记为您家的业主家人" in text
    assert "不是家人请回复「不是我家人」" in text
    assert await told("oQian") == []


async def test_a_changed_wechat_account_replaces_the_former_one_when_a_worker_grants_it(
    home: Dwelling, phone: Phones
) -> None:
    old, new = phone("oOld"), phone("oNew")
    await registers(old, "李秀英")
    await registers(phone("oZhao"), "赵新")
    await Binding.filter(name__not_isnull=True, account__openid="oOld").update(represents=True)
    assert "请选「我换了微信」" in await says(new, "换手机了")
    await says(new, "绑定", "同意", "幸福里3-2-501", "4", "2", "李秀英")
    assert "已提交审核" in new.read
    waiting = await Binding.get(state=BindingState.PENDING)
    assert waiting.reason == "换了微信号"
    assert await Binding.filter(state=BindingState.ACTIVE).count() == 2
    granted = await decide_binding(WORKER, waiting.id, accept=True)
    assert (granted.verified, granted.represents) == (True, True)
    former = await Binding.get(account__openid="oOld")
    assert (former.state, former.reason) == (BindingState.ENDED, "换了微信号")
    assert "已转到新的微信号" in (await told("oOld"))[-1]
    assert "您的登记已通过" in (await told("oNew"))[0]
    assert (await Binding.get(account__openid="oZhao")).state is BindingState.ACTIVE


async def test_a_decision_is_told_with_its_reason(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await registers(p, "赵新", "无")
    await decide_binding(WORKER, (await Binding.get()).id, accept=False, reason="没有查到您的租约")
    [text] = await told("oZhao")
    assert "没有通过" in text
    assert "原因：没有查到您的租约" in text
    assert text in await says(p, "菜单")


async def test_another_official_account_s_community_is_named_with_that_account(home: Dwelling, phone: Phones) -> None:
    other = await make_community(await make_district("880413"), "河西社区")
    there = await make_dwelling(await make_estate(other, "翠湖名邸"))
    p = phone("oLi")
    for app_id, name, code in ((p.app_id, "临水社区通", "880412"), ("wx-west", "河西社区通", "880413")):
        await OfficialAccount.create(
            slug=app_id,
            name=name,
            organisation=await Organisation.get(code=code),
            app_id=app_id,
            app_secret="s",
            token="t",
            aes_key="k",
            created_at=clock.now(),
        )
    answer = await says(p, "绑定", "同意", "翠湖名邸3-2-501")
    assert f"{there.address}归河西社区管" in answer
    assert "河西社区通" in answer
    assert "「幸福里3号楼2单元501」" in await says(p, "幸福里3-2-501")
    assert await Account.all().count() == 1
