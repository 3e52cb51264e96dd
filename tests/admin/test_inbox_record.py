"""代录: a call or a walk-in is written down once, in the right person's name, and reaches their chat."""

import asyncio
from uuid import uuid4

import pytest

from clock import clock
from handlers.enquiries.actions.answering import answer_enquiry
from handlers.enquiries.actions.asked import open_enquiry
from handlers.enquiries.actions.recorded import Recorded, record_enquiry
from handlers.enquiries.rules import Said
from handlers.staff.rules import Viewer
from models.conversations import Notification
from models.desk import EnquiryChannel, EnquiryOutcome
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Binding, Dwelling, Resident
from models.states import BindingState, EnquiryState, Level, StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.conversations import home_of
from tests.admin.people import make_claim
from tests.admin.platform import Letterbox
from tests.factories import Community, make_dwelling, make_estate, make_resident

RECORD = "/admin/inbox/record"
SAID = {"说了什么": "楼道灯坏了三天"}


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


@pytest.fixture
async def home(community: Community) -> Dwelling:
    return await make_dwelling(await make_estate(community))


@pytest.fixture
async def wang(home: Dwelling) -> Resident:
    """Somebody on the register who has a phone number there."""
    return await make_resident("王秀英", home)


@pytest.fixture
async def bound(home: Dwelling, wang: Resident) -> Binding:
    binding = await make_claim(home, "王秀英", BindingState.ACTIVE)
    await Binding.filter(id=binding.id).update(resident_id=wang.id)
    await binding.refresh_from_db()
    return binding


def viewer(community: Community) -> Viewer:
    return Viewer(f"worker-{community.code}", "", StaffRole.WORKER, community.code, Level.COMMUNITY)


async def found(worker: Browser, text: str) -> str:
    """The address of the screen with who was looked for."""
    answer = await worker.press(RECORD, "找人", {"姓名、电话或地址": text})
    assert text not in answer.headers["location"]
    return answer.headers["location"]


def calls(resident: Resident) -> dict[str, str]:
    """The buttons that are pressed in for somebody who was found and calls."""
    return {"未登记的人": str(resident.id), "来访": "phone"}


async def test_a_call_of_a_resident_is_answered_at_once_and_stands_in_the_ledger(
    worker: Browser, wang: Resident, bound: Binding
) -> None:
    screen = await found(worker, "王秀英")
    done = await worker.press(screen, "已答复，结束", SAID | calls(wang) | {"答复了什么": "明天来修。"})
    enquiry = await Enquiry.get()
    assert f"已记下，编号 {enquiry.id}，已结束" in await worker.follow(done)
    assert (enquiry.state, enquiry.outcome) == (EnquiryState.CLOSED, EnquiryOutcome.ANSWERED)
    assert (enquiry.resident_id, enquiry.account_id) == (wang.id, bound.account_id)
    assert (await Notification.get()).text == f"您今天来电问的事已答复，编号 {enquiry.id}。"
    page = words(await worker.page("/admin/inbox/ledger"))
    for said in ("电话", "王**", "幸福里3号楼2单元501", "楼道灯坏了三天", "明天来修。", "当场", "已答复"):
        assert said in page, said


async def test_what_is_left_open_waits_and_its_answer_reaches_the_chat(
    worker: Browser, community: Community, wang: Resident, bound: Binding, letterbox: Letterbox
) -> None:
    screen = await found(worker, wang.name)
    await worker.press(screen, "留着待办", SAID | calls(wang) | {"留着的话，交给谁": "mine"})
    enquiry = await Enquiry.get()
    assert (enquiry.state, enquiry.assigned_to) == (EnquiryState.WAITING, f"worker-{community.code}")
    assert "反映的事已记下" in (await Notification.get()).text
    assert "楼道灯" not in (await Notification.get()).text
    await answer_enquiry(viewer(community), enquiry.id, "修好了。", uuid4(), letterbox.send_text)
    assert "修好了。" in letterbox.sent[0][1]


async def test_it_joins_the_conversation_that_is_open_already(
    community: Community, wang: Resident, bound: Binding
) -> None:
    first = await open_enquiry(bound.account_id, await home_of(bound), Said("灯坏了"), clock.now())
    call = Recorded(EnquiryChannel.PHONE, "再催一下", resident_id=wang.id)
    assert (await record_enquiry(viewer(community), call, uuid4(), clock.now())).id == first.id
    assert (await EnquiryLine.all().order_by("-id").first()).text == "（电话）再催一下"  # type: ignore[union-attr]
    ended = Recorded(EnquiryChannel.VISIT, "问养老金", "找二楼。", resident_id=wang.id)
    assert (await record_enquiry(viewer(community), ended, uuid4(), clock.now())).id != first.id


async def test_the_same_form_twice_at_once_is_written_once(
    community: Community, wang: Resident, bound: Binding
) -> None:
    key, call = uuid4(), Recorded(EnquiryChannel.VISIT, "灯坏了", resident_id=wang.id)
    kept = await asyncio.gather(*(record_enquiry(viewer(community), call, key, clock.now()) for _ in range(4)))
    assert len({one.id for one in kept}) == 1
    assert await EnquiryLine.all().count() == 1
    assert await Notification.all().count() == 1


async def test_somebody_on_no_register_is_written_down_sealed_and_answered_by_phone(
    worker: Browser, community: Community
) -> None:
    bad = await worker.press(RECORD, "留着待办", SAID)
    assert bad.status_code == 422
    assert "请写来人姓名" in bad.text
    assert "楼道灯坏了三天" in bad.text
    await worker.press(RECORD, "留着待办", SAID | {"来人姓名": "赵先生", "来人电话": "13900000001"})
    enquiry = await Enquiry.get()
    assert (enquiry.caller, enquiry.account_id, enquiry.place) == ("赵先生", None, community.code)
    assert enquiry.community_id == community.organisation.id
    await worker.press(f"/admin/inbox/{enquiry.id}", "记下答复", {"答复了什么": "已回电，明天来修。"})
    await enquiry.refresh_from_db()
    assert enquiry.answered_at
    assert enquiry.waiting_since is None
    page = words(await worker.page("/admin/inbox/ledger"))
    assert "赵**" in page
    assert "赵先生" not in page
    assert "已回电，明天来修。" in page


async def test_what_can_not_be_kept_changes_nothing(
    worker: Browser, community: Community, elsewhere: Community, wang: Resident, signed_in: SignIn
) -> None:
    neighbour = await make_resident("李大力", await make_dwelling(await make_estate(elsewhere, "河西里")))
    assert "没有找到" in await worker.page(await found(worker, "李大力"))
    token = {"text": "灯坏了", "channel": "phone", "key": str(uuid4()), "how": "leave"}
    for wrong in ({"resident": str(neighbour.id)}, {"resident": str(wang.id), "channel": "chat"}, {"resident": ""}):
        assert (await worker.post(RECORD, **token | wrong)).status_code == 422, wrong
    assert (await worker.post(RECORD, **token | {"resident": str(wang.id), "key": "x"})).status_code == 422
    half = {"resident": str(wang.id), "answer": "明天来修"}
    assert "点「已答复，结束」" in (await worker.post(RECORD, **token | half)).text
    looking_on = await signed_in(StaffRole.AUDITOR, community.code)
    assert (await looking_on.get(RECORD)).status_code == 403
    assert not await Enquiry.exists()
