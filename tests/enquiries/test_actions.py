"""What is written at once, what silence does, and answers that do not arrive."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import IntegrityError

from clock import clock
from errors import Conflict, Forbidden, NotFound
from handlers.conversations.rules import Outcome
from handlers.enquiries.actions.answering import answer_enquiry, close_enquiry, take_enquiry
from handlers.enquiries.actions.asked import add_to_enquiry, end_enquiry, open_enquiry
from handlers.enquiries.jobs import give_back_silent
from handlers.enquiries.rules import AlreadyClosed, HeldByAnother, Said
from handlers.residency.visitors import visitor
from handlers.staff.rules import Viewer
from models.database import rows
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Account
from models.states import Delivered, EnquiryState, Level, StaffRole
from tests.admin.platform import Letterbox
from tests.enquiries.conftest import APP_ID, Neighbourhood

HOURS = timedelta(hours=1)


@pytest.fixture
async def account(neighbourhood: Neighbourhood) -> Account:
    return await neighbourhood.settle("oWang")


@pytest.fixture
async def enquiry(account: Account) -> Enquiry:
    return await ask(account, "楼道灯坏了")


async def ask(account: Account, words: str) -> Enquiry:
    [home] = (await visitor(APP_ID, account.openid)).homes
    return await open_enquiry(account.id, home, Said(words), clock.now())


async def state(enquiry: Enquiry) -> tuple[EnquiryState, str]:
    now = await Enquiry.get(id=enquiry.id)
    return now.state, now.held_by


async def test_two_messages_at_once_open_one_conversation(account: Account) -> None:
    both = await asyncio.gather(ask(account, "楼道灯坏了"), ask(account, "水管也漏"))
    assert both[0].id == both[1].id
    assert {line.text for line in await EnquiryLine.all()} == {"楼道灯坏了", "水管也漏"}


async def test_the_database_keeps_one_open_conversation_for_each_account(enquiry: Enquiry) -> None:
    now = clock.now()
    again = {"account_id": enquiry.account_id, "state": EnquiryState.HELD, "opened_at": now, "last_at": now}
    with pytest.raises(IntegrityError):
        await Enquiry.create(**again)
    await end_enquiry(enquiry.account_id, clock.now())
    await Enquiry.create(**again)


async def test_words_are_bytes_in_the_database(enquiry: Enquiry) -> None:
    [row] = await rows("SELECT text FROM enquiry_line")
    assert isinstance(row["text"], bytes)
    assert "楼道".encode() not in row["text"]


async def test_the_line_is_there_before_it_is_sent(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    found: list[tuple[str, Delivered | None]] = []

    async def send(app_id: str, address: str, text: str) -> Outcome:
        [line] = await EnquiryLine.filter(author="lin")
        found.append((line.text, line.delivered))
        return Outcome(Delivered.SENT)

    await answer_enquiry(neighbourhood.worker, enquiry.id, "马上去看", uuid4(), send)
    assert found == [("马上去看", Delivered.UNKNOWN)]
    assert (await EnquiryLine.get(author="lin")).delivered is Delivered.SENT
    assert await state(enquiry) == (EnquiryState.HELD, "lin")


async def test_a_process_that_dies_while_sending_leaves_it_uncertain(
    enquiry: Enquiry, neighbourhood: Neighbourhood
) -> None:
    async def die(app_id: str, address: str, text: str) -> Outcome:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await answer_enquiry(neighbourhood.worker, enquiry.id, "马上去看", uuid4(), die)
    assert (await EnquiryLine.get(author="lin")).delivered is Delivered.UNKNOWN


async def test_the_same_form_at_once_sends_once(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    letterbox, key = Letterbox(), UUID(int=7)
    answers = [answer_enquiry(neighbourhood.worker, enquiry.id, "马上去看", key, letterbox.send_text) for _ in range(2)]
    first, second = await asyncio.gather(*answers)
    assert first.id == second.id
    assert letterbox.sent == [("oWang", "工作人员回复：\n马上去看")]


async def test_a_refusal_is_kept_with_the_line(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    letterbox = Letterbox(Outcome(Delivered.FAILED, 45015))
    await answer_enquiry(neighbourhood.worker, enquiry.id, "马上去看", uuid4(), letterbox.send_text)
    line = await EnquiryLine.get(author="lin")
    assert (line.delivered, line.errcode, line.text) == (Delivered.FAILED, 45015, "马上去看")


async def test_a_colleague_is_not_answered_over_or_passed_over_unawares(
    enquiry: Enquiry, neighbourhood: Neighbourhood
) -> None:
    letterbox = Letterbox()
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    with pytest.raises(HeldByAnother):
        await answer_enquiry(neighbourhood.colleague, enquiry.id, "我来", uuid4(), letterbox.send_text)
    with pytest.raises(HeldByAnother):
        await close_enquiry(neighbourhood.colleague, enquiry.id)
    with pytest.raises(Conflict, match="已有同事接手"):
        await take_enquiry(neighbourhood.colleague, enquiry.id, "")
    assert letterbox.sent == []
    await take_enquiry(neighbourhood.colleague, enquiry.id, "lin")
    assert await state(enquiry) == (EnquiryState.HELD, "zhou")


async def test_nothing_follows_the_end(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    await close_enquiry(neighbourhood.worker, enquiry.id)
    with pytest.raises(AlreadyClosed):
        await take_enquiry(neighbourhood.worker, enquiry.id, "")
    with pytest.raises(AlreadyClosed):
        await close_enquiry(neighbourhood.worker, enquiry.id)
    with pytest.raises(AlreadyClosed):
        await answer_enquiry(neighbourhood.worker, enquiry.id, "还在吗", uuid4(), Letterbox().send_text)
    assert await add_to_enquiry(enquiry.account_id, Said("还在吗"), clock.now()) is None


async def test_others_are_refused(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    foreigner = Viewer("x", "x", StaffRole.ADMIN, "880499001001", Level.COMMUNITY)
    looker = Viewer("y", "y", StaffRole.SUPERVISOR, neighbourhood.community.code, Level.COMMUNITY)
    for viewer, refusal in ((foreigner, NotFound), (looker, Forbidden)):
        with pytest.raises(refusal):
            await take_enquiry(viewer, enquiry.id, "")


async def test_two_silent_hours_end_what_was_answered(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    await answer_enquiry(neighbourhood.worker, enquiry.id, "已经修好", uuid4(), Letterbox().send_text)
    await give_back_silent(clock.now() + 2 * HOURS - timedelta(minutes=1))
    assert await state(enquiry) == (EnquiryState.HELD, "lin")
    await give_back_silent(clock.now() + 2 * HOURS)
    assert (await state(enquiry))[0] is EnquiryState.CLOSED


async def test_what_was_not_answered_waits_again(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    await answer_enquiry(neighbourhood.worker, enquiry.id, "哪一层", uuid4(), Letterbox().send_text)
    await add_to_enquiry(enquiry.account_id, Said("三楼"), clock.now() + HOURS)
    await give_back_silent(clock.now() + 2 * HOURS)
    assert await state(enquiry) == (EnquiryState.HELD, "lin")
    await give_back_silent(clock.now() + 3 * HOURS)
    assert await state(enquiry) == (EnquiryState.WAITING, "")


async def test_taking_begins_the_two_hours(enquiry: Enquiry, neighbourhood: Neighbourhood) -> None:
    await EnquiryLine.all().update(at=clock.now() - 5 * HOURS)
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    await give_back_silent(clock.now() + HOURS)
    assert (await state(enquiry))[0] is EnquiryState.HELD


async def test_who_waits_is_never_given_up(enquiry: Enquiry) -> None:
    await give_back_silent(clock.now() + 100 * HOURS)
    assert (await state(enquiry))[0] is EnquiryState.WAITING
