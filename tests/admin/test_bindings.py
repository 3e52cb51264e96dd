"""The queue of claims: who is shown how, what 通过 and 退回 do, and to whom they are open."""

import pytest

from handlers.residency.actions.corrections import report_stranger
from models.audit import AuditEntry
from models.residency import Binding, Dwelling
from models.states import BindingState, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def state(claim: Binding) -> tuple[BindingState, str, str]:
    now = await Binding.get(id=claim.id)
    return now.state, now.reason, now.decided_by


async def test_a_claim_is_shown_with_a_masked_name_and_what_the_register_says(worker: Browser, home: Dwelling) -> None:
    await make_resident("李秀英", home)
    await make_claim(home, "李秀英")
    await make_claim(home, "张无名")
    page = words(await worker.page("/admin/bindings"))
    assert home.address in page
    assert "李**" in page
    assert "秀英" not in page
    assert "业主家人" in page
    assert page.index("姓名与台账相符") < page.index("台账没有这个姓名")


async def test_an_empty_queue_says_so(worker: Browser) -> None:
    assert "没有待审核的登记。" in await worker.page("/admin/bindings")


async def test_a_claim_is_granted(worker: Browser, home: Dwelling, community: Community) -> None:
    claim = await make_claim(home, "张无名")
    page = await worker.follow(await worker.press("/admin/bindings", "通过"))
    assert f"登记号 {claim.id} 已通过。" in page
    assert "没有待审核的登记。" in page
    assert await state(claim) == (BindingState.ACTIVE, "", f"worker-{community.code}")


async def test_a_claim_is_refused_with_its_reason(worker: Browser, home: Dwelling, community: Community) -> None:
    claim = await make_claim(home, "张无名")
    page = await worker.follow(await worker.press("/admin/bindings", "退回", {"原因": "请带租赁合同来"}))
    assert f"登记号 {claim.id} 已退回。" in page
    assert await state(claim) == (BindingState.REFUSED, "请带租赁合同来", f"worker-{community.code}")


async def test_a_refusal_without_a_fit_reason_is_not_done(worker: Browser, home: Dwelling) -> None:
    claim = await make_claim(home, "张无名")
    for reason, problem in (("", "请填写退回的原因"), (" \t", "请填写退回的原因"), ("长" * 101, "原因最多100个字")):
        refused = await worker.press("/admin/bindings", "退回", {"原因": reason})
        assert refused.status_code == 422
        assert problem in refused.text
        assert 'aria-invalid="true"' in refused.text
    assert (await state(claim))[0] is BindingState.PENDING


async def test_a_second_click_says_how_it_stands_and_changes_nothing(worker: Browser, home: Dwelling) -> None:
    claim = await make_claim(home, "张无名")
    await worker.post(f"/admin/bindings/{claim.id}/accept")
    before = await state(claim), await AuditEntry.all().count()
    for button, fields in (("accept", {}), ("refuse", {"reason": "重复"})):
        page = await worker.follow(await worker.post(f"/admin/bindings/{claim.id}/{button}", **fields))
        assert "已是「已登记」" in page
    assert (await state(claim), await AuditEntry.all().count()) == before


async def test_another_communitys_claim_is_not_found_and_not_listed(
    signed_in: SignIn, home: Dwelling, elsewhere: Community
) -> None:
    claim = await make_claim(home, "张无名")
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert (await stranger.post(f"/admin/bindings/{claim.id}/accept")).status_code == 404
    assert (await stranger.post(f"/admin/bindings/{claim.id}/refuse", reason="不认识")).status_code == 404
    assert home.address not in await stranger.page("/admin/bindings")
    assert (await state(claim))[0] is BindingState.PENDING


async def test_who_may_only_look_sees_no_buttons(signed_in: SignIn, home: Dwelling, community: Community) -> None:
    await make_claim(home, "张无名")
    page = await (await signed_in(StaffRole.AUDITOR, community.code)).page("/admin/bindings")
    assert home.address in page
    assert "通过" not in page
    assert "退回" not in page


async def test_a_reason_is_never_taken_for_markup(worker: Browser, home: Dwelling) -> None:
    claim = await make_claim(home, "<i>张</i>")
    await Binding.filter(id=claim.id).update(reason="<b>粗</b>")
    page = await worker.page("/admin/bindings")
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;粗" in page


async def test_a_disputed_member_is_listed_for_the_worker_and_not_elsewhere(
    worker: Browser, home: Dwelling, signed_in: SignIn
) -> None:
    first, _ = await make_claim(home, "李秀英"), await make_claim(home, "张无名")
    await Binding.all().update(state=BindingState.ACTIVE)
    number = (await report_stranger(first.account_id, home.id)).id
    page = words(await worker.page("/admin/bindings"))
    for shown in ("不是我家人", str(number), home.address, "张**"):
        assert shown in page
    foreigner = await signed_in(StaffRole.WORKER, (await make_community(await make_district("880413", "别处区"))).code)
    assert home.address not in words(await foreigner.page("/admin/bindings"))
