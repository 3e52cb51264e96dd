"""The page 代办: who sees what, what a worker's confirmation, refusal and revocation do, and to whom it is closed."""

import asyncio

import pytest

from clock import clock
from errors import Conflict
from handlers.delegations.actions.act import record_act
from handlers.delegations.actions.ask import Terms, ask_delegation
from handlers.delegations.actions.decide import confirm_delegation, confirm_for, stop_delegation
from handlers.delegations.rules import DelegationOver, Matter, OutOfScope, TooManyDelegations, months_after
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.conversations import Notification
from models.households import DelegatedAct, Delegation
from models.residency import Account, Binding, Dwelling, Resident
from models.states import BindingState, DelegationState, Level, MemberRole, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim
from tests.factories import Community, make_dwelling, make_estate, make_resident

PAGE = "/admin/delegations"


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


@pytest.fixture
async def elder(home: Dwelling) -> Resident:
    return await make_resident("李秀英", home)


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def make_delegate(community: Community) -> int:
    """An account bound to a home of its own; its id."""
    number = await Account.all().count()
    flat = await make_dwelling(await make_estate(community, f"安居{number}苑"))
    return (await make_claim(flat, "李明", BindingState.ACTIVE)).account_id


def terms(account_id: int, elder: Resident, home: Dwelling) -> Terms:
    scope = [Matter.ENQUIRY, Matter.BOOKING]
    return Terms(account_id, elder.id, home.id, "子女", scope, months_after(clock.today(), 12))


@pytest.fixture
async def asked(community: Community, elder: Resident, home: Dwelling) -> Delegation:
    return await ask_delegation(terms(await make_delegate(community), elder, home), clock.now())


async def elder_account(elder: Resident, home: Dwelling) -> int:
    account = await Account.create(app_id="wx-test", openid="oElder", created_at=clock.now())
    known = {"role": MemberRole.FAMILY, "name": elder.name, "state": BindingState.ACTIVE, "created_at": clock.now()}
    await Binding.create(account=account, dwelling=home, resident=elder, **known)
    return account.id


async def state() -> DelegationState:
    return (await Delegation.get()).state


def viewer(community: Community) -> Viewer:
    return Viewer("lin", "林工", StaffRole.WORKER, community.code, Level.COMMUNITY)


async def test_what_waits_is_shown_with_masked_names(worker: Browser, asked: Delegation, home: Dwelling) -> None:
    page = words(await worker.page(PAGE))
    for shown in ("待确认 1 份", "李**（子女）", "留言求助、服务预约", home.address):
        assert shown in page
    assert "秀英" not in page
    assert "代办待确认" in words(await worker.page("/admin/"))
    assert "现在没有代办" not in page


async def test_a_worker_confirms_by_phone(worker: Browser, asked: Delegation, community: Community) -> None:
    path = f"{PAGE}/{asked.id}"
    refused = await worker.press(path, "本人同意，开通", {"怎么核实": "phone", "核实记录": " "})
    assert refused.status_code == 422
    assert "写明本人怎么说的" in refused.text
    assert await state() is DelegationState.ASKED
    page = await worker.follow(
        await worker.press(path, "本人同意，开通", {"怎么核实": "visit", "核实记录": "见到本人"})
    )
    assert "已开通" in page
    assert "见到本人" in page
    now = await Delegation.get()
    assert (now.state, now.confirmed_how, now.confirmed_by) == (
        DelegationState.ACTIVE,
        "visit",
        f"staff:worker-{community.code}",
    )
    entry = await AuditEntry.get(action="delegation.confirm")
    assert (entry.before, entry.after, entry.place, entry.detail) == (
        "asked",
        "active",
        community.code,
        {"how": "visit"},
    )
    assert "代办已开通" in (await Notification.get(account_id=asked.account_id)).text


async def test_a_worker_refuses_with_a_reason(worker: Browser, asked: Delegation) -> None:
    path = f"{PAGE}/{asked.id}"
    assert (await worker.press(path, "退回", {"原因": ""})).status_code == 422
    await worker.follow(await worker.press(path, "退回", {"原因": "本人说不认识"}))
    assert await state() is DelegationState.REFUSED
    assert "本人说不认识" in (await Notification.get(account_id=asked.account_id)).text
    assert "本人说不认识" in await worker.page(path)
    assert "退回" not in words(await worker.page(path)).replace("已退回", "")


async def test_a_worker_ends_one_that_runs_and_both_are_told(
    worker: Browser, asked: Delegation, community: Community, elder: Resident, home: Dwelling
) -> None:
    mine = await elder_account(elder, home)
    await confirm_delegation(mine, asked.id, clock.now())
    await worker.follow(await worker.press(f"{PAGE}/{asked.id}", "停止代办", {"原因": "家属要求"}))
    assert await state() is DelegationState.ENDED
    for account_id in (mine, asked.account_id):
        assert "家属要求" in (await Notification.filter(account_id=account_id).order_by("-id").first()).text
    assert "已停止" in words(await worker.page(f"{PAGE}?which=closed"))


async def test_another_branch_sees_and_decides_nothing(
    signed_in: SignIn, asked: Delegation, elsewhere: Community
) -> None:
    foreigner = await signed_in(StaffRole.WORKER, elsewhere.code)
    assert f"代办号 {asked.id}" not in await foreigner.page(PAGE)
    path = f"{PAGE}/{asked.id}"
    assert (await foreigner.get(path)).status_code == 404
    for deed in ("confirm", "refuse", "revoke"):
        assert (await foreigner.post(f"{path}/{deed}", how="phone", note="x", reason="x")).status_code == 404
    assert await state() is DelegationState.ASKED


async def test_who_may_only_look_can_not_decide(signed_in: SignIn, asked: Delegation, community: Community) -> None:
    looking = await signed_in(StaffRole.GRID_WORKER, community.code)
    assert "本人同意，开通" not in await looking.page(f"{PAGE}/{asked.id}")
    assert (await looking.post(f"{PAGE}/{asked.id}/confirm", how="phone", note="x")).status_code == 403
    editor = await signed_in(StaffRole.EDITOR, community.code)
    assert (await editor.get(PAGE)).status_code == 403


async def test_two_confirmations_at_once_open_it_once(
    asked: Delegation, community: Community, elder: Resident, home: Dwelling
) -> None:
    mine = await elder_account(elder, home)
    outcomes = await asyncio.gather(
        confirm_delegation(mine, asked.id, clock.now()),
        confirm_for(viewer(community), asked.id, "phone", "本人同意"),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True]
    assert await AuditEntry.filter(action="delegation.confirm").count() == 1


async def test_asked_at_once_for_six_people_only_five_are_asked(community: Community, home: Dwelling) -> None:
    account_id = await make_delegate(community)
    elders = [await make_resident(f"王{number}", home) for number in "一二三四五六"]
    asking = (ask_delegation(terms(account_id, elder, home), clock.now()) for elder in elders)
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [TooManyDelegations]
    assert await Delegation.all().count() == 5


async def test_an_act_needs_a_delegation_that_runs_for_such_matters(
    asked: Delegation, community: Community, elder: Resident, home: Dwelling
) -> None:
    account_id = asked.account_id
    with pytest.raises(DelegationOver):
        await record_act(asked.id, account_id, Matter.ENQUIRY, "留言", "enquiry:1")
    await confirm_for(viewer(community), asked.id, "phone", "本人同意")
    await record_act(asked.id, account_id, Matter.ENQUIRY, "留言", "enquiry:1")
    for matter in (Matter.AFFAIRS, Matter.BOOKING):
        with pytest.raises(OutOfScope):
            await record_act(asked.id, account_id, matter, "预约", "booking:1")
    with pytest.raises(DelegationOver):
        await record_act(asked.id, await make_delegate(community), Matter.ENQUIRY, "留言", "enquiry:1")
    await stop_delegation(account_id, asked.id, clock.now())
    with pytest.raises(DelegationOver):
        await record_act(asked.id, account_id, Matter.ENQUIRY, "留言", "enquiry:1")
    assert await DelegatedAct.all().count() == 1
