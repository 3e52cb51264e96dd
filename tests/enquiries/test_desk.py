"""Whose turn it is, what is passed on, put off, noted, merged and left, and what colleagues elsewhere may do."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.conversations.actions import show_unseen
from handlers.enquiries.actions.answering import (
    answer_enquiry,
    close_enquiry,
    leave_answer,
    note_enquiry,
    snooze_enquiry,
    take_enquiry,
)
from handlers.enquiries.actions.asked import add_to_enquiry, end_enquiry, open_enquiry
from handlers.enquiries.actions.passing_on import merge_enquiries, pass_to_branch, pass_to_colleague
from handlers.enquiries.jobs import keep_in_turn
from handlers.enquiries.queries.desk import Which, desk, enquiries
from handlers.enquiries.queries.thread import conversation, neighbours
from handlers.enquiries.rules import AnsweredMeanwhile, HeldByAnother, Said
from handlers.residency.visitors import visitor
from handlers.staff.rules import Viewer
from models.desk import EnquiryOutcome, LineKind
from models.duty import DutyShift
from models.enquiries import Enquiry, EnquiryLine
from models.organisations import GridAssignment, Organisation
from models.residency import Account
from models.states import Delivered, EnquiryState, Level, StaffRole
from settings import get_settings
from tests.admin.platform import Letterbox
from tests.enquiries.conftest import APP_ID, Neighbourhood, make_worker

HOURS = timedelta(hours=1)


async def ask(neighbourhood: Neighbourhood, words: str = "楼道灯坏了", openid: str = "") -> Enquiry:
    account = await neighbourhood.settle(openid or f"o{uuid4().hex[:12]}")
    [home] = (await visitor(APP_ID, account.openid)).homes
    return await open_enquiry(account.id, home, Said(words), clock.now())


async def fresh(enquiry: Enquiry) -> Enquiry:
    return await Enquiry.get(id=enquiry.id)


async def grid_worker(neighbourhood: Neighbourhood, login: str) -> None:
    assigned = GridAssignment.filter(grid_id=neighbourhood.dwelling.grid_id)
    await assigned.update(login=login)


async def street(neighbourhood: Neighbourhood) -> Viewer:
    above = await Organisation.get(code=neighbourhood.community.code[:9])
    return await make_worker("street", "街道小郑", above)


async def test_a_question_is_the_turn_of_the_grids_worker(neighbourhood: Neighbourhood) -> None:
    await grid_worker(neighbourhood, "zhou")
    enquiry = await ask(neighbourhood)
    assert (enquiry.assigned_to, enquiry.state, enquiry.held_by) == ("zhou", EnquiryState.WAITING, "")
    viewer = neighbourhood.colleague
    assert [one.assigned for one in await enquiries(viewer, Which.MINE)] == ["周工"]
    assert await enquiries(neighbourhood.worker, Which.MINE) == []


async def test_nobody_gets_more_than_the_cap_however_many_ask_at_once(
    neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_INBOX_CAP", "3")
    get_settings.cache_clear()
    await grid_worker(neighbourhood, "zhou")
    found = await asyncio.gather(*(ask(neighbourhood) for _ in range(8)))
    assert sorted(one.assigned_to for one in found) == [""] * 5 + ["zhou"] * 3
    done = next(one for one in found if one.assigned_to)
    await close_enquiry(neighbourhood.colleague, done.id)
    await keep_in_turn(clock.now())
    assert await Enquiry.filter(assigned_to="zhou", state=EnquiryState.WAITING).count() == 3
    get_settings.cache_clear()


async def test_who_is_on_duty_comes_after_the_grids_worker_and_by_rank(neighbourhood: Neighbourhood) -> None:
    now = clock.now()
    for login, rank in (("lin", 2), ("zhou", 1)):
        await DutyShift.create(
            organisation=neighbourhood.community,
            login=login,
            rank=rank,
            starts_at=now - HOURS,
            ends_at=now + HOURS,
            written_by="lin",
            written_at=now,
        )
    assert (await ask(neighbourhood)).assigned_to == "zhou"
    await DutyShift.all().update(ends_at=now)
    assert (await ask(neighbourhood)).assigned_to == ""


async def test_who_was_put_off_comes_back_in_time(neighbourhood: Neighbourhood) -> None:
    enquiry, now = await ask(neighbourhood), clock.now()
    await snooze_enquiry(neighbourhood.worker, enquiry.id, now + HOURS, now)
    assert (await fresh(enquiry)).state is EnquiryState.SNOOZED
    await keep_in_turn(now + HOURS - timedelta(seconds=1))
    assert (await fresh(enquiry)).state is EnquiryState.SNOOZED
    await keep_in_turn(now + HOURS)
    back = await fresh(enquiry)
    assert (back.state, back.held_by, back.snoozed_until) == (EnquiryState.HELD, "lin", None)


async def test_whatever_the_resident_says_brings_it_back_at_once(neighbourhood: Neighbourhood) -> None:
    enquiry, now = await ask(neighbourhood), clock.now()
    await snooze_enquiry(neighbourhood.worker, enquiry.id, now + HOURS, now)
    await add_to_enquiry(enquiry.account_id, Said("又不亮了"), now)
    assert (await fresh(enquiry)).state is EnquiryState.HELD


@pytest.mark.parametrize("hours", [-1, 0, 24 * 30 + 1])
async def test_it_is_put_off_neither_into_the_past_nor_for_ever(neighbourhood: Neighbourhood, hours: int) -> None:
    enquiry, now = await ask(neighbourhood), clock.now()
    with pytest.raises(Invalid):
        await snooze_enquiry(neighbourhood.worker, enquiry.id, now + hours * HOURS, now)
    assert (await fresh(enquiry)).state is EnquiryState.WAITING


async def test_what_goes_to_the_street_is_answered_there_and_still_seen_at_home(neighbourhood: Neighbourhood) -> None:
    above, enquiry = await street(neighbourhood), await ask(neighbourhood)
    assert enquiry.account_id is not None
    await take_enquiry(neighbourhood.worker, enquiry.id, "")
    await pass_to_branch(neighbourhood.worker, enquiry.id, above.code, "跨社区的路灯")
    moved = await fresh(enquiry)
    assert (moved.place, moved.state, moved.held_by) == (above.code, EnquiryState.WAITING, "")
    talk = await conversation(neighbourhood.worker, enquiry.id, clock.now())
    assert [line.kind for line in talk.lines] == [LineKind.SAID, LineKind.DEED]
    assert "跨社区的路灯" in talk.lines[-1].text
    with pytest.raises(Conflict):
        await answer_enquiry(neighbourhood.worker, enquiry.id, "我来", uuid4(), Letterbox().send_text)
    assert "已转给" in await show_unseen(enquiry.account_id, clock.now())
    await answer_enquiry(above, enquiry.id, "明天修", uuid4(), Letterbox().send_text)
    await pass_to_branch(above, enquiry.id, neighbourhood.community.code, "修好了，请回访")
    assert (await fresh(enquiry)).place == neighbourhood.community.code


async def test_it_goes_only_to_bodies_above_the_residents_home(neighbourhood: Neighbourhood) -> None:
    enquiry = await ask(neighbourhood)
    other = await Organisation.create(code="880412001077", name="河西社区", level=Level.COMMUNITY)
    for code in (other.code, "880499", "", neighbourhood.community.code):
        with pytest.raises(NotFound):
            await pass_to_branch(neighbourhood.worker, enquiry.id, code, "不归我们")
    with pytest.raises(Invalid):
        await pass_to_branch(neighbourhood.worker, enquiry.id, neighbourhood.community.code[:9], "")


async def test_a_colleague_finds_what_was_passed_on_and_a_stranger_gets_nothing(neighbourhood: Neighbourhood) -> None:
    enquiry = await ask(neighbourhood)
    other = await Organisation.create(code="880412001077", name="河西社区", level=Level.COMMUNITY)
    await make_worker("hexi", "河西小李", other)
    with pytest.raises(NotFound):
        await pass_to_colleague(neighbourhood.worker, enquiry.id, "hexi", "请您处理")
    await pass_to_colleague(neighbourhood.worker, enquiry.id, "zhou", "您熟悉电路")
    assert [one.id for one in await enquiries(neighbourhood.colleague, Which.MINE)] == [enquiry.id]


async def test_a_note_is_read_by_colleagues_and_never_sent(neighbourhood: Neighbourhood) -> None:
    enquiry, key = await ask(neighbourhood), uuid4()
    for _ in range(2):
        await note_enquiry(neighbourhood.colleague, enquiry.id, "家里老人独居", key)
    talk = await conversation(neighbourhood.worker, enquiry.id, clock.now())
    assert [(line.kind, line.author) for line in talk.lines] == [(LineKind.SAID, ""), (LineKind.NOTE, "周工")]
    assert (await fresh(enquiry)).waiting_since is not None


async def test_two_of_one_home_are_merged_and_both_hear_the_answer(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood, "电梯停了", "oFather"), await ask(neighbourhood, "电梯坏了", "oSon")
    assert [one.id for one in await neighbours(neighbourhood.worker, second)] == [first.id]
    await merge_enquiries(neighbourhood.worker, second.id, first.id)
    letterbox = Letterbox()
    await answer_enquiry(neighbourhood.worker, first.id, "下午来修", uuid4(), letterbox.send_text)
    assert sorted(address for address, _ in letterbox.sent) == ["oFather", "oSon"]
    given = await fresh(second)
    assert (given.state, given.outcome, given.merged_into_id) == (
        EnquiryState.CLOSED,
        EnquiryOutcome.MERGED,
        first.id,
    )
    added = await add_to_enquiry(second.account_id, Said("还没来"), clock.now())
    assert added is not None
    assert added.id == first.id
    talk = await conversation(neighbourhood.worker, first.id, clock.now())
    assert [line.text for line in talk.lines if line.kind is LineKind.SAID] == ["电梯停了", "电梯坏了", "还没来"]
    left = await end_enquiry(second.account_id, clock.now())
    assert left is not None
    assert left.id == second.id
    assert (await fresh(first)).state is EnquiryState.HELD


async def test_other_homes_are_not_merged_nor_what_a_colleague_holds(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood), await ask(neighbourhood)
    stranger = await Account.create(app_id=APP_ID, openid="oNobody", created_at=clock.now())
    third = await open_enquiry(stranger.id, None, Said("怎么登记"), clock.now())
    district = Viewer("q", "区", StaffRole.WORKER, "880412", Level.DISTRICT)
    with pytest.raises(Invalid):
        await merge_enquiries(district, third.id, first.id)
    with pytest.raises(Invalid):
        await merge_enquiries(neighbourhood.worker, first.id, first.id)
    with pytest.raises(NotFound):
        await merge_enquiries(neighbourhood.worker, first.id, third.id)
    await take_enquiry(neighbourhood.colleague, second.id, "")
    with pytest.raises(HeldByAnother):
        await merge_enquiries(neighbourhood.worker, first.id, second.id)
    assert await Enquiry.filter(state=EnquiryState.CLOSED).count() == 0


async def test_crosswise_merging_at_once_keeps_one_open(neighbourhood: Neighbourhood) -> None:
    first, second = await ask(neighbourhood), await ask(neighbourhood)
    done = await asyncio.gather(
        merge_enquiries(neighbourhood.worker, first.id, second.id),
        merge_enquiries(neighbourhood.worker, second.id, first.id),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Enquiry) for one in done) == 1
    assert await Enquiry.exclude(state=EnquiryState.CLOSED).count() == 1


async def test_who_did_not_see_a_colleagues_answer_sends_nothing(neighbourhood: Neighbourhood) -> None:
    enquiry, letterbox = await ask(neighbourhood), Letterbox()
    seen = (await EnquiryLine.get(enquiry_id=enquiry.id)).id
    await answer_enquiry(neighbourhood.colleague, enquiry.id, "明天修", uuid4(), letterbox.send_text, seen)
    await take_enquiry(neighbourhood.worker, enquiry.id, "zhou")
    with pytest.raises(AnsweredMeanwhile):
        await answer_enquiry(neighbourhood.worker, enquiry.id, "今天修", uuid4(), letterbox.send_text, seen)
    assert len(letterbox.sent) == 1


async def test_what_is_left_is_shown_once_with_the_next_answer(neighbourhood: Neighbourhood) -> None:
    enquiry, key = await ask(neighbourhood), uuid4()
    assert enquiry.account_id is not None
    for _ in range(2):
        line = await leave_answer(neighbourhood.worker, enquiry.id, "已经修好了", key)
        assert line.delivered is Delivered.LEFT
    shown = await show_unseen(enquiry.account_id, clock.now())
    assert shown.count("已经修好了") == 1
    assert await show_unseen(enquiry.account_id, clock.now()) == ""


async def test_the_desk_counts_its_piles_and_the_longest_wait(neighbourhood: Neighbourhood) -> None:
    first, second, third = [await ask(neighbourhood) for _ in range(3)]
    began = clock.now() - 3 * HOURS
    await Enquiry.filter(id=first.id).update(waiting_since=began)
    await take_enquiry(neighbourhood.worker, second.id, "")
    await snooze_enquiry(neighbourhood.worker, third.id, clock.now() + HOURS, clock.now())
    seen = await desk(neighbourhood.worker)
    assert seen.piles == {Which.OPEN: 3, Which.MINE: 2, Which.WAITING: 1, Which.HELD: 1, Which.SNOOZED: 1}
    assert seen.longest == began
    outsider = Viewer("x", "x", StaffRole.ADMIN, "880499001001", Level.COMMUNITY)
    assert (await desk(outsider)).piles[Which.OPEN] == 0
