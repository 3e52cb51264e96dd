"""我的, 不是我家人, and followers who come and go: transcripts through the real engine and database."""

import pytest

from handlers.residency.actions.decide import decide_binding
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.households import Correction
from models.residency import Account, Binding, Dwelling
from models.states import BindingState, CorrectionKind, Level, StaffRole
from tests.factories import (
    make_code,
    make_dwelling,
)
from tests.residency.transcripts import Phones, make_registered_home, registers, says


@pytest.fixture
async def home(database: str) -> Dwelling:
    return await make_registered_home()


async def test_whoever_follows_is_greeted_with_the_menu(database: str, phone: Phones) -> None:
    p = phone("oNew")
    await p.event("subscribe", EventKey="")
    assert "欢迎" in p.read
    assert "登记住址" in p.read
    assert await Account.all().count() == 0


async def test_my_homes_of_whoever_has_none_leads_to_registering(database: str, phone: Phones) -> None:
    p = phone("oNew")
    await p.event("CLICK", EventKey="me")
    assert "还没有登记住址" in p.read
    await p.tap("登记住址")
    assert "回复「同意」继续" in p.read


async def test_not_my_family_is_reported_to_a_worker(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert "只有您一人" in await says(p, "不是我家人")
    await registers(phone("oZhao"), "赵新")
    stranger = await Binding.filter(name__not_isnull=True).order_by("-id").first()
    told = await says(p, "不是我家人")
    assert "已转给社区工作人员核实" in told
    report = await Correction.get(kind=CorrectionKind.STRANGER)
    assert stranger is not None
    assert report.binding_id == stranger.id
    assert f"受理号：{report.id}" in told
    assert await AuditEntry.filter(action="correction.request", subject=f"correction:{report.id}").exists()
    assert await Binding.filter(state=BindingState.ACTIVE).count() == 2


async def test_not_my_family_asks_which_of_two_homes(home: Dwelling, phone: Phones) -> None:
    other = await make_dwelling(await home.estate, "4", "1", "102")
    await make_code(other, "WXYZ6789")
    p = phone("oLi")
    await registers(p, "李秀英")
    await says(p, "绑定 幸福里4-1-102", "1", "李秀英", "1", "WXYZ6789")
    await registers(phone("oZhao"), "赵新")
    assert "哪一处住址" in await says(p, "不是我家人")
    assert "已转给社区工作人员核实" in await says(p, "1")


async def test_nobody_unbound_reports_anybody(database: str, phone: Phones) -> None:
    assert "还没有登记住址" in await says(phone("oNew"), "不是我家人")


@pytest.mark.parametrize("event", ["unsubscribe", "user_authorization_revoke", "user_authorization_cancellation"])
async def test_leaving_ends_the_link_and_forgets_the_name(home: Dwelling, phone: Phones, event: str) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    assert await p.event(event, OpenID="oLi", AppID=p.app_id, RevokeInfo="301") == ""
    account, binding = await Account.get(), await Binding.get()
    assert (account.following, account.consent_version) == (False, None)
    assert (binding.state, binding.name) == (BindingState.ENDED, "")
    assert await AuditEntry.filter(action="binding.end", before="active", after="ended").exists()
    assert "还没有登记住址" in await says(p, "我的")


async def test_whoever_follows_again_is_queued_as_verified_before(home: Dwelling, phone: Phones) -> None:
    p = phone("oLi")
    await registers(p, "李秀英")
    await p.event("unsubscribe")
    await p.event("subscribe", EventKey="")
    assert "欢迎您回来" in p.read
    waiting = await Binding.get(state=BindingState.PENDING)
    assert (waiting.reason, waiting.name, waiting.verified) == ("曾核实", "李秀英", False)
    assert "回复「同意」继续" in await says(p, "绑定")


async def test_whoever_was_never_verified_starts_anew(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await registers(p, "赵新")
    await p.event("unsubscribe")
    await p.event("subscribe", EventKey="")
    assert "欢迎您关注" in p.read
    assert await Binding.filter(state=BindingState.PENDING).count() == 0


async def test_leaving_without_ever_registering_is_no_error(database: str, phone: Phones) -> None:
    assert await phone("oNew").event("unsubscribe") == ""


async def test_a_refusal_is_read_under_my_homes(home: Dwelling, phone: Phones) -> None:
    p = phone("oZhao")
    await registers(p, "赵新", "无")
    viewer = Viewer("lin", "林工", StaffRole.WORKER, "880412", Level.DISTRICT)
    await decide_binding(viewer, (await Binding.get()).id, accept=False, reason="没有查到您的租约")
    assert "已退回，原因：没有查到您的租约" in await says(p, "我的")
    await registers(p, "赵新", "无")
    assert "已退回" not in await says(p, "我的")
