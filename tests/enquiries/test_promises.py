"""What a resident was promised is kept: after refused answers, beside merged and recorded ones, left and put off."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clock import clock
from errors import Conflict, Invalid
from handlers.conversations.rules import Outcome
from handlers.enquiries.actions.answering import answer_enquiry, leave_answer, snooze_enquiry, take_enquiry
from handlers.enquiries.actions.asked import add_to_enquiry, end_enquiry
from handlers.enquiries.actions.passing_on import merge_enquiries
from handlers.enquiries.actions.recorded import Recorded, record_enquiry
from handlers.enquiries.jobs import give_back_silent, keep_in_turn
from handlers.enquiries.queries.residents import open_enquiry_of
from handlers.enquiries.queries.thread import neighbours
from handlers.enquiries.rules import Said
from models.desk import EnquiryChannel
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Account, Binding
from models.states import BindingState, Delivered, EnquiryState
from tests.admin.platform import Letterbox
from tests.enquiries.conftest import APP_ID, Neighbourhood
from tests.enquiries.test_desk import HOURS, ask, fresh
from tests.enquiries.test_talk import Phones
from tests.factories import make_resident
from tests.phone import Phone


@pytest.mark.parametrize("code", [45015, 45047, 43004])
async def test_a_refused_answer_answers_nobody(neighbourhood: Neighbourhood, code: int) -> None:
    enquiry = await ask(neighbourhood)
    since = enquiry.waiting_since
    refused = Letterbox(outcome=Outcome(Delivered.FAILED, code))
    await answer_enquiry(neighbourhood.worker, enquiry.id, "明天修", uuid4(), refused.send_text)
    waits = await fresh(enquiry)
    assert (waits.waiting_since, waits.answered_at, waits.answered_by) == (since, None, "")
    await give_back_silent(clock.now() + 2 * HOURS)
    assert (await fresh(enquiry)).state is EnquiryState.WAITING


async def test_of_two_who_are_answered_the_one_not_reached_is_told_of(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood, "电梯停了", "oFather"), await ask(neighbourhood, "电梯坏了", "oSon")
    await merge_enquiries(neighbourhood.worker, second.id, first.id)

    async def send(app_id: str, address: str, text: str) -> Outcome:
        return Outcome(Delivered.FAILED, 43004) if address == "oSon" else Outcome(Delivered.SENT)

    line = await answer_enquiry(neighbourhood.worker, first.id, "来修", uuid4(), send)
    assert (line.delivered, line.errcode) == (Delivered.FAILED, 43004)


async def test_what_was_put_off_is_not_ended_by_silence(neighbourhood: Neighbourhood) -> None:
    enquiry, now = await ask(neighbourhood), clock.now()
    await answer_enquiry(neighbourhood.worker, enquiry.id, "下周告诉您", uuid4(), Letterbox().send_text)
    await snooze_enquiry(neighbourhood.worker, enquiry.id, now + HOURS, now)
    await keep_in_turn(now + HOURS)
    await give_back_silent(now + 4 * HOURS)
    assert (await fresh(enquiry)).state is EnquiryState.WAITING


async def test_what_was_left_stands_above_the_next_answer_in_chat(neighbourhood: Neighbourhood, phone: Phones) -> None:
    resident = await _at_home(neighbourhood, phone)
    await resident.say("人工")
    await resident.say("楼道灯坏了三天")
    enquiry = await Enquiry.get()
    await leave_answer(neighbourhood.worker, enquiry.id, "已经修好了", uuid4())
    assert "已经修好了" in await resident.say("请问有结果了吗")
    assert "已经修好了" not in await resident.say("还在吗各位同志")


async def test_nothing_is_left_for_who_follows_no_more(neighbourhood: Neighbourhood) -> None:
    enquiry = await ask(neighbourhood)
    await Account.filter(id=enquiry.account_id).update(following=False)
    with pytest.raises(Conflict):
        await leave_answer(neighbourhood.worker, enquiry.id, "修好了", uuid4())
    assert (await fresh(enquiry)).waiting_since is not None


async def test_a_recorded_call_cuts_no_chat_off(neighbourhood: Neighbourhood) -> None:
    enquiry = await ask(neighbourhood)
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    resident = await make_resident("王秀英", neighbourhood.dwelling)
    await Binding.filter(account_id=enquiry.account_id).update(resident_id=resident.id)
    call = Recorded(EnquiryChannel.PHONE, "问停水", "明天来水", resident_id=resident.id)
    recorded = await record_enquiry(neighbourhood.colleague, call, uuid4(), clock.now())
    assert recorded.id != enquiry.id
    spoken = await open_enquiry_of(enquiry.account_id)
    assert spoken is not None
    assert spoken.id == enquiry.id


async def test_nothing_is_merged_where_no_chat_leads(neighbourhood: Neighbourhood) -> None:
    enquiry = await ask(neighbourhood)
    resident = await make_resident("王大爷", neighbourhood.dwelling)
    call = Recorded(EnquiryChannel.VISIT, "灯不亮", resident_id=resident.id)
    recorded = await record_enquiry(neighbourhood.worker, call, uuid4(), clock.now())
    assert await neighbours(neighbourhood.worker, enquiry) == []
    with pytest.raises(Invalid):
        await merge_enquiries(neighbourhood.worker, enquiry.id, recorded.id)
    await merge_enquiries(neighbourhood.worker, recorded.id, enquiry.id)
    assert (await fresh(enquiry)).state is EnquiryState.WAITING


async def test_a_claim_that_nobody_checked_is_no_home(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood), await ask(neighbourhood)
    await Binding.filter(account_id=second.account_id).update(state=BindingState.PENDING)
    assert await neighbours(neighbourhood.worker, first) == []
    with pytest.raises(Invalid):
        await merge_enquiries(neighbourhood.worker, second.id, first.id)


async def test_whose_question_was_merged_can_leave_and_his_pictures_are_his(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood), await ask(neighbourhood)
    await merge_enquiries(neighbourhood.worker, second.id, first.id)
    await add_to_enquiry(second.account_id, Said("照片", "media-1"), clock.now())
    picture = await EnquiryLine.get(media="media-1")
    assert (picture.enquiry_id, picture.account_id) == (first.id, second.account_id)
    left = await end_enquiry(second.account_id, clock.now() + timedelta(minutes=1))
    assert left is not None
    assert left.id == second.id
    assert await open_enquiry_of(second.account_id) is None
    assert (await fresh(first)).state is EnquiryState.WAITING


async def _at_home(neighbourhood: Neighbourhood, phone: Phones) -> Phone:
    await neighbourhood.settle("oHome")
    assert await Account.filter(app_id=APP_ID, openid="oHome").exists()
    return phone("oHome")
