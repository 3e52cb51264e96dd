"""Corrections decided on the panel, and wrong bindings put right: what is written, who is told, who may."""

import asyncio

import pytest

from errors import Conflict
from handlers.residency.actions.corrections import Decision, decide_correction, report_stranger, request_correction
from handlers.residency.actions.decide import end_wrong_binding, move_binding
from handlers.residency.people import name_key
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.conversations import Notification
from models.households import Correction
from models.residency import Binding, Dwelling, Resident
from models.sealed import blind_index
from models.states import BindingState, CorrectionKind, CorrectionState, Level, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim
from tests.factories import Community, make_dwelling, make_estate, make_resident

QUEUE = "/admin/bindings"


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


async def asked(home: Dwelling, kind: CorrectionKind, said: str) -> tuple[Binding, Correction]:
    """李秀英, who is on the register and bound, asks for a correction."""
    resident = await make_resident("李秀英", home)
    binding = await make_claim(home, "李秀英", BindingState.ACTIVE)
    await Binding.filter(id=binding.id).update(resident_id=resident.id, verified=True)
    return binding, await request_correction(binding.account_id, binding.id, kind, said)


async def told(binding: Binding) -> str:
    return "\n".join([one.text for one in await Notification.filter(account_id=binding.account_id).order_by("id")])


async def test_the_queue_is_filtered_by_its_reason(worker: Browser, home: Dwelling) -> None:
    await make_claim(home, "李秀英")
    await make_claim(home, "张无名")
    await Binding.filter(name__not_isnull=True).update(reason="没有绑定码")
    changed = await make_claim(home, "钱进")
    await Binding.filter(id=changed.id).update(reason="换了微信号")
    page = words(await worker.page(QUEUE))
    assert "没有绑定码（2）" in page
    assert "换了微信号（1）" in page
    only = words(await worker.page(f"{QUEUE}?reason=换了微信号"))
    assert "钱**" in only
    assert "李**" not in only


async def test_an_accepted_phone_is_written_to_the_register(worker: Browser, home: Dwelling) -> None:
    binding, correction = await asked(home, CorrectionKind.PHONE, "154 0000 0009")
    page = words(await worker.page(QUEUE))
    assert "电话有误" in page
    assert "154 0000 0009" in page
    assert "1 件更正申请待处理" in words(await worker.page("/admin/"))
    done = await worker.follow(await worker.press(QUEUE, "通过", {"原因": "已打电话核对"}))
    assert f"更正号 {correction.id} 已通过" in done
    resident = await Resident.get()
    assert (resident.phone, resident.corrected) == ("15400000009", ["phone"])
    assert resident.phone_index == blind_index("15400000009", "phone")
    assert "答复：已打电话核对" in await told(binding)
    entry = await AuditEntry.get(action="resident.correct")
    assert entry.detail == {"fields": ["phone"]}
    assert "没有待处理的更正" in done


async def test_an_accepted_name_is_found_by_the_new_name(worker: Browser, home: Dwelling) -> None:
    binding, correction = await asked(home, CorrectionKind.NAME, "我叫李秀莹")
    refused = await worker.post(f"/admin/corrections/{correction.id}/accept", reason="核对过", value="12")
    assert refused.status_code == 422
    assert "请填写正确的姓名" in refused.text
    await worker.follow(
        await worker.post(f"/admin/corrections/{correction.id}/accept", reason="核对过", value="李秀莹")
    )
    resident = await Resident.get()
    assert (resident.name, resident.name_index) == ("李秀莹", blind_index(name_key("李秀莹"), "name"))
    assert (await Binding.get(id=binding.id)).name == "李秀莹"


async def test_a_refusal_changes_nothing_and_tells_why(worker: Browser, home: Dwelling) -> None:
    binding, correction = await asked(home, CorrectionKind.PHONE, "154 0000 0009")
    for reason, problem in (("", "请填写原因"), ("长" * 101, "原因最多100个字")):
        answer = await worker.post(f"/admin/corrections/{correction.id}/refuse", reason=reason)
        assert answer.status_code == 422
        assert problem in answer.text
    await worker.follow(await worker.post(f"/admin/corrections/{correction.id}/refuse", reason="不是本人"))
    assert (await Correction.get()).state is CorrectionState.REFUSED
    assert (await Resident.get()).phone is None
    assert "不是本人" in await told(binding)
    late = await worker.follow(await worker.post(f"/admin/corrections/{correction.id}/accept", reason="好", value="1"))
    assert "已是「未更正」" in late


async def test_a_stranger_is_parted_from_the_household_by_a_worker_alone(worker: Browser, home: Dwelling) -> None:
    first = await make_claim(home, "李秀英", BindingState.ACTIVE)
    second = await make_claim(home, "张无名", BindingState.ACTIVE)
    report = await report_stranger(first.account_id, home.id)
    assert (await Binding.get(id=second.id)).state is BindingState.ACTIVE
    page = words(await worker.page(QUEUE))
    for shown in ("不是我家人", f"更正号 {report.id}", "张**", "就解除被反映的人的登记"):
        assert shown in page
    await worker.follow(await worker.press(QUEUE, "通过", {"原因": "上门核实过"}))
    assert (await Binding.get(id=second.id)).state is BindingState.ENDED
    assert (await Binding.get(id=first.id)).state is BindingState.ACTIVE
    assert "社区解除了您的登记" in await told(second)
    assert "上门核实过" in await told(first)


async def test_a_wrong_binding_is_moved_with_its_reason(worker: Browser, home: Dwelling) -> None:
    right = await make_dwelling(await home.estate, room="502")
    await make_resident("李秀英", right)
    neighbour = await make_claim(right, "钱进", BindingState.ACTIVE)
    wrong = await make_claim(home, "李秀英", BindingState.ACTIVE)
    found = words(await worker.page(f"{QUEUE}/bound?q=幸福里3-2-501"))
    assert f"{wrong.id} 李**" in found
    path = f"{QUEUE}/{wrong.id}"
    missing = await worker.press(path, "改到这一户", {"正确的地址": "幸福里3-2-999", "原因": "登记错了"})
    assert (missing.status_code, "没有找到这一户" in missing.text) == (422, True)
    page = await worker.follow(
        await worker.press(path, "改到这一户", {"正确的地址": "幸福里3-2-502", "原因": "登记错了"})
    )
    assert right.address in words(page)
    moved = await Binding.get(dwelling_id=right.id, account_id=wrong.account_id)
    assert (moved.state, moved.verified) == (BindingState.ACTIVE, True)
    ended = await Binding.get(id=wrong.id)
    assert (ended.state, ended.reason) == (BindingState.ENDED, "登记错了")
    assert f"现在：{right.address}" in await told(wrong)
    assert "李**刚登记为您家的" in await told(neighbour)
    assert await AuditEntry.filter(action="binding.move", reason="登记错了").count() == 1


async def test_a_wrong_binding_is_ended_with_its_reason(worker: Browser, home: Dwelling) -> None:
    wrong = await make_claim(home, "张无名", BindingState.ACTIVE)
    page = await worker.follow(await worker.press(f"{QUEUE}/{wrong.id}", "解除登记", {"原因": "已搬走"}))
    assert "已解除这份登记" in page
    assert "改到别的户室" not in page
    assert "原因：已搬走" in await told(wrong)


async def test_two_workers_at_once_put_right_once(home: Dwelling, community: Community) -> None:
    viewer = Viewer("lin", "林工", StaffRole.WORKER, community.code, Level.COMMUNITY)
    _, correction = await asked(home, CorrectionKind.OTHER, "门牌写错了")
    answers = (Decision(True, "已改"), Decision(False, "没有错"))
    done = await asyncio.gather(
        *(decide_correction(viewer, correction.id, answer) for answer in answers), return_exceptions=True
    )
    assert sorted(isinstance(one, Conflict) for one in done) == [False, True]
    right = await make_dwelling(await home.estate, room="502")
    wrong = await make_claim(home, "张无名", BindingState.ACTIVE)
    done = await asyncio.gather(
        move_binding(viewer, wrong.id, right.id, "登记错了"),
        end_wrong_binding(viewer, wrong.id, "已搬走"),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, Conflict) for one in done) == [False, True]
    assert await AuditEntry.filter(action="binding.end", subject=f"binding:{wrong.id}").count() == 1


async def test_nothing_of_another_community_is_found_or_reached(
    worker: Browser, home: Dwelling, signed_in: SignIn, elsewhere: Community
) -> None:
    binding, correction = await asked(home, CorrectionKind.PHONE, "154 0000 0009")
    foreign = await make_dwelling(await make_estate(elsewhere, "翠湖名邸"))
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert home.address not in await stranger.page(QUEUE)
    assert "还没有人登记" in await stranger.page(f"{QUEUE}/bound?q=幸福里3-2-501")
    assert (await stranger.get(f"{QUEUE}/{binding.id}")).status_code == 404
    for path, fields in (
        (f"/admin/corrections/{correction.id}/accept", {"reason": "好", "value": "15400000009"}),
        (f"/admin/corrections/{correction.id}/refuse", {"reason": "不"}),
        (f"{QUEUE}/{binding.id}/end", {"reason": "不"}),
        (f"{QUEUE}/{binding.id}/move", {"reason": "不", "address": "翠湖名邸3-2-501"}),
    ):
        assert (await stranger.post(path, **fields)).status_code == 404, path
    away = await worker.post(f"{QUEUE}/{binding.id}/move", reason="错了", address=foreign.address)
    assert away.status_code == 404
    assert (await Binding.get(id=binding.id)).state is BindingState.ACTIVE
    assert (await Correction.get()).state is CorrectionState.PENDING


async def test_whoever_may_only_look_sees_no_buttons(signed_in: SignIn, home: Dwelling, community: Community) -> None:
    binding, _ = await asked(home, CorrectionKind.PHONE, "154 0000 0009")
    grid_worker = await signed_in(StaffRole.GRID_WORKER, community.code)
    page = await grid_worker.page(QUEUE)
    assert "通过</button>" not in page
    assert "154 0000 0009" not in page
    assert "解除登记</button>" not in await grid_worker.page(f"{QUEUE}/{binding.id}")
