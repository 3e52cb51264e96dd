"""Claims granted by code or by a worker, cut to the worker's scope, and what holds when two come at once."""

import asyncio
from datetime import timedelta

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.residency import rules
from handlers.residency.actions.bind import Claim, bind_with_code, request_binding
from handlers.residency.actions.consents import give_consent
from handlers.residency.actions.corrections import report_stranger
from handlers.residency.actions.decide import decide_binding
from handlers.residency.actions.unbind import end_bindings, welcome_back
from handlers.residency.claims import pending_bindings, registered_there
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.events import Event
from models.residency import Account, Binding, CodeBrake, DoorCode, Dwelling
from models.states import BindingState, CorrectionKind, Level, MemberRole, StaffRole
from tests.factories import (
    make_code,
    make_community,
    make_district,
    make_dwelling,
    make_estate,
    make_home,
    make_resident,
)

CODE = "7KQ2M9XD"
APP = "wxtest"


@pytest.fixture
async def home(database: str) -> Dwelling:
    dwelling = await make_home()
    await make_resident("李秀英", dwelling)
    await make_code(dwelling, CODE)
    return dwelling


async def claim(
    dwelling: Dwelling, openid: str = "oA", name: str = "赵新", role: MemberRole = MemberRole.GUEST
) -> Claim:
    return Claim(await give_consent(APP, openid), dwelling.id, name, role)


def worker(code: str = "880412", role: StaffRole = StaffRole.WORKER) -> Viewer:
    return Viewer("lin", "林工", role, code, Level.DISTRICT)


async def test_consent_is_recorded_once_for_an_account_with_its_version(database: str) -> None:
    first = await give_consent(APP, "oA")
    assert await give_consent(APP, "oA") == first
    account = await Account.get()
    assert (account.consent_version, account.following) == (rules.CONSENT_VERSION, True)
    assert await AuditEntry.filter(action="consent.give", actor=f"account:{first}").count() == 1


async def test_without_consent_nothing_is_claimed(home: Dwelling) -> None:
    wanted = await claim(home)
    await Account.all().update(consent_version="0")
    for attempt in (bind_with_code(wanted, CODE), request_binding(wanted, "没有绑定码")):
        with pytest.raises(rules.ConsentMissing):
            await attempt
    assert await Binding.all().count() == 0
    assert (await DoorCode.get()).uses == 0


async def test_a_deed_is_audited_with_its_community_and_tells_others(home: Dwelling) -> None:
    binding = await bind_with_code(await claim(home), CODE)
    entry = await AuditEntry.get(action="binding.bind")
    community = (await home.community).code
    assert (entry.subject, entry.place, entry.before, entry.after) == (f"binding:{binding.id}", community, "", "active")
    event = await Event.get()
    assert (event.name, event.payload) == ("MemberJoined", {"binding": binding.id, "dwelling": home.id})


async def test_the_same_account_twice_at_once_is_bound_once(home: Dwelling) -> None:
    wanted = await claim(home)
    done = await asyncio.gather(*(bind_with_code(wanted, CODE) for _ in range(4)), return_exceptions=True)
    assert len([result for result in done if isinstance(result, Binding)]) == 1
    assert all(isinstance(result, Binding | rules.AlreadyBound) for result in done)
    assert (await DoorCode.get()).uses == 1


async def test_many_accounts_at_once_never_overspend_a_code(home: Dwelling) -> None:
    claims = [await claim(home, f"o{number}") for number in range(8)]
    done = await asyncio.gather(*(bind_with_code(wanted, CODE) for wanted in claims), return_exceptions=True)
    assert len([result for result in done if isinstance(result, Binding)]) == rules.ACCOUNTS_PER_CODE
    assert len([result for result in done if isinstance(result, rules.CodeSpent)]) == 4
    assert (await DoorCode.get()).uses == rules.ACCOUNTS_PER_CODE


async def test_guesses_at_once_are_all_counted(home: Dwelling) -> None:
    wanted = await claim(home)
    done = await asyncio.gather(*(bind_with_code(wanted, "22222222") for _ in range(6)), return_exceptions=True)
    left = sorted(result.left for result in done if isinstance(result, rules.WrongCode))
    assert left == [1, 2, 3, 4]
    assert len([result for result in done if isinstance(result, rules.AddressLocked)]) == 2
    with pytest.raises(rules.AddressLocked):
        await bind_with_code(wanted, CODE)


async def test_a_refused_claim_keeps_the_misses_and_spends_no_code(home: Dwelling) -> None:
    child = await make_resident("李小宝", home, birth_on=clock.today() - timedelta(days=3000))
    assert child.birth_on
    wanted = await claim(home, name="李小宝")
    with pytest.raises(rules.WrongCode):
        await bind_with_code(wanted, "22222222")
    with pytest.raises(rules.TooYoung):
        await bind_with_code(wanted, CODE)
    assert (await CodeBrake.get()).misses == 1
    assert (await DoorCode.get()).uses == 0


async def test_the_register_s_age_overrules_what_was_said(home: Dwelling) -> None:
    await make_resident("李小英", home, birth_on=clock.today() - timedelta(days=16 * 365))
    assert not (await bind_with_code(await claim(home, name="李小英"), CODE)).adult


async def test_the_same_claim_again_keeps_its_number(home: Dwelling) -> None:
    wanted = await claim(home)
    first = await request_binding(wanted, "没有绑定码")
    assert (await request_binding(wanted, "没有绑定码")).id == first.id


async def test_at_most_three_claims_of_an_account_wait(home: Dwelling) -> None:
    estate = await home.estate
    for room in ("101", "102", "103"):
        await request_binding(await claim(await make_dwelling(estate, "7", "1", room)), "没有绑定码")
    with pytest.raises(rules.TooManyPending):
        await request_binding(await claim(home), "没有绑定码")


async def test_a_worker_grants_a_claim(home: Dwelling) -> None:
    waiting = await request_binding(await claim(home), "没有绑定码")
    await decide_binding(worker(), waiting.id, accept=True)
    binding = await Binding.get()
    assert (binding.state, binding.verified, binding.decided_by) == (BindingState.ACTIVE, True, "lin")
    assert binding.decided_at is not None
    names = await Event.all().order_by("id").values_list("name", flat=True)
    assert names == ["BindingDecided", "MemberJoined"]
    entry = await AuditEntry.get(action="binding.approve")
    assert (entry.actor, entry.before, entry.after) == ("staff:lin", "pending", "active")


async def test_a_granted_owner_stays_unverified_until_the_register_names_them(home: Dwelling) -> None:
    owner = await request_binding(await claim(home, role=MemberRole.OWNER), "没有绑定码")
    assert not (await decide_binding(worker(), owner.id, accept=True)).verified
    known = await request_binding(await claim(home, "oLi", "李秀英", MemberRole.OWNER), "没有绑定码")
    granted = await decide_binding(worker(), known.id, accept=True)
    assert (granted.role, granted.verified) == (MemberRole.FAMILY, True)
    assert granted.resident_id is not None


async def test_a_refusal_needs_a_reason_and_frees_the_dwelling_for_a_new_claim(home: Dwelling) -> None:
    wanted = await claim(home)
    waiting = await request_binding(wanted, "没有绑定码")
    with pytest.raises(Invalid):
        await decide_binding(worker(), waiting.id, accept=False, reason=" ")
    refused = await decide_binding(worker(), waiting.id, accept=False, reason="查无此人")
    assert (refused.state, refused.reason) == (BindingState.REFUSED, "查无此人")
    assert (await request_binding(wanted, "没有绑定码")).id != waiting.id


async def test_a_claim_is_decided_once(home: Dwelling) -> None:
    waiting = await request_binding(await claim(home), "没有绑定码")
    done = await asyncio.gather(
        decide_binding(worker(), waiting.id, accept=True),
        decide_binding(worker(), waiting.id, accept=False, reason="查无此人"),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, Conflict) for result in done) == [False, True]
    assert await Event.filter(name="BindingDecided").count() == 1


async def test_nobody_decides_outside_their_scope_or_role(home: Dwelling) -> None:
    waiting = await request_binding(await claim(home), "没有绑定码")
    with pytest.raises(NotFound):
        await decide_binding(worker("880413"), waiting.id, accept=True)
    with pytest.raises(NotFound):
        await decide_binding(worker(), waiting.id + 1, accept=True)
    with pytest.raises(Forbidden):
        await decide_binding(worker(role=StaffRole.AUDITOR), waiting.id, accept=True)
    assert (await Binding.get()).state is BindingState.PENDING


async def test_the_queue_holds_only_the_viewer_s_claims_longest_waiting_first(home: Dwelling) -> None:
    foreign = await make_dwelling(await make_estate(await make_community(await make_district("990777")), "翠湖名邸"))
    await bind_with_code(await claim(home, "oThere", "李秀英"), CODE)
    first = await request_binding(await claim(home, "oA", "李秀英"), "没有绑定码")
    second = await request_binding(await claim(home, "oB", "赵新"), "自述为新住户")
    await request_binding(await claim(foreign, "oC", "钱进"), "没有绑定码")
    queue = await pending_bindings(worker())
    assert [item.id for item in queue] == [first.id, second.id]
    assert [item.on_register for item in queue] == [True, False]
    assert (queue[1].address, queue[1].name, queue[1].registered_there) == (home.address, "赵新", 1)
    assert [item.id for item in await pending_bindings(worker(), limit=1)] == [first.id]
    community = (await home.community).code
    assert len(await pending_bindings(worker(community))) == 2
    assert [item.name for item in await pending_bindings(worker("990777"))] == ["钱进"]


async def test_leaving_touches_only_one_s_own_bindings(home: Dwelling) -> None:
    await bind_with_code(await claim(home, "oA"), CODE)
    await bind_with_code(await claim(home, "oB", "钱进"), CODE)
    await end_bindings(APP, "oA", "取消关注")
    await end_bindings("wxother", "oB", "取消关注")
    assert await registered_there(home.id, None) == ["钱进"]
    assert await AuditEntry.filter(action="binding.end").count() == 1


async def test_leaving_twice_ends_once_and_coming_back_twice_queues_once(home: Dwelling) -> None:
    await bind_with_code(await claim(home, name="李秀英"), CODE)
    for _ in range(2):
        await end_bindings(APP, "oA", "取消关注")
    assert await AuditEntry.filter(action="binding.end").count() == 1
    assert [await welcome_back(APP, "oA") for _ in range(2)] == [1, 0]
    assert await Binding.filter(state=BindingState.PENDING).count() == 1
    assert await welcome_back(APP, "oNever") == 0


async def test_only_who_is_bound_there_reports_and_only_others(home: Dwelling) -> None:
    mine = await bind_with_code(await claim(home), CODE)
    outsider = await give_consent(APP, "oOut")
    for account_id in (mine.account_id, outsider):
        with pytest.raises(NotFound):
            await report_stranger(account_id, home.id)
    await bind_with_code(await claim(home, "oB", "钱进"), CODE)
    report = await report_stranger(mine.account_id, home.id)
    assert (report.kind, report.account_id) == (CorrectionKind.STRANGER, mine.account_id)
    assert (await report_stranger(mine.account_id, home.id)).id == report.id
