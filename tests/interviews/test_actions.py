"""What is done in an interview: by whom, once however often it is pressed, and with whom told."""

import asyncio
from datetime import timedelta

import pytest

from clock import BEIJING, clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.interviews.actions.interviews import (
    cancel_interview,
    end_interview,
    open_interview,
    put_off_interview,
)
from handlers.interviews.actions.promises import keep_promise, promise
from handlers.interviews.actions.questions import answer_question, ask_question, back_question
from handlers.interviews.jobs import keep_time
from handlers.interviews.queries.questions import open_ones, questions_of
from models.audit import AuditEntry
from models.conversations import Notification
from models.deliberation import InterviewState, PostState
from models.interviews import Interview, Question, QuestionBacking, Undertaking
from models.participation import Post
from models.states import StaffRole
from tests.interviews.conftest import TEXT, Hall, viewer_in

TWICE = 6


async def test_pressed_at_once_a_voice_counts_once_and_an_answer_is_one(hall: Hall) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    bert = await hall.settle("oBert")
    backed = await asyncio.gather(*(back_question(bert, question.id, clock.now()) for _ in range(TWICE)))
    assert sorted(one.first for one in backed) == [False] * (TWICE - 1) + [True]
    assert {one.voices for one in backed} == {2}
    said = await asyncio.gather(
        *(answer_question(hall.host, interview.id, question.id, f"答{at}", clock.now()) for at in range(TWICE)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in said) == TWICE - 1
    assert await Notification.all().count() == 2
    assert await AuditEntry.filter(action="question.answer").count() == 1
    with pytest.raises(Conflict, match="已经回答"):
        await back_question(bert, question.id, clock.now())


async def test_an_answer_put_right_says_so_and_tells_nobody_again(hall: Hall) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    await answer_question(hall.host, interview.id, question.id, "下个月一号。", clock.now())
    await answer_question(hall.host, interview.id, question.id, "下个月五号。", clock.now(), correcting=True)
    [asked] = await questions_of(interview.id)
    assert (asked.answer, asked.corrected_at is not None) == ("下个月五号。", True)
    assert await Notification.all().count() == 1
    assert "下个月" not in str(await AuditEntry.all().values("detail", "reason"))


async def test_questions_stand_by_voices_and_hidden_ones_not_at_all(hall: Hall) -> None:
    interview = await hall.announced()
    first = await hall.published(interview)
    second = await hall.published(interview, "楼道灯能换声控的吗？", "oBert")
    held = await ask_question(await hall.settle("oCora"), interview.id, "电梯什么时候修好？", clock.now())
    dora = await hall.settle("oDora")
    await back_question(dora, second.id, clock.now())
    assert [one.id for one in open_ones(await questions_of(interview.id))] == [second.id, first.id]
    for hidden in (held, first):
        await Post.filter(id=hidden.post_id, state=PostState.PUBLISHED).update(state=PostState.HIDDEN)
        with pytest.raises(NotFound):
            await back_question(dora, hidden.id, clock.now())
    await open_interview(hall.host, interview.id, clock.now())
    with pytest.raises(NotFound):
        await answer_question(hall.host, interview.id, first.id, "不该答", clock.now())
    assert [one.id for one in await questions_of(interview.id)] == [second.id]


async def test_another_community_is_not_there_for_residents_nor_staff(hall: Hall) -> None:
    interview = await hall.live()
    question = await hall.published(interview)
    stranger, colleague = await hall.settle("oFar", hall.elsewhere), viewer_in(hall.elsewhere)
    now = clock.now()
    today = now.astimezone(BEIJING).date()
    for deed in (
        ask_question(stranger, interview.id, TEXT, now),
        back_question(stranger, question.id, now),
        answer_question(colleague, interview.id, question.id, "不归我", now),
        promise(colleague, interview.id, None, "做", "谁", today, now),
        end_interview(colleague, interview.id, now),
    ):
        with pytest.raises(NotFound):
            await deed
    with pytest.raises(Forbidden):
        await end_interview(viewer_in(hall.community, StaffRole.AUDITOR), interview.id, now)
    assert not await Undertaking.all().exists()
    assert await QuestionBacking.all().count() == 1
    assert (await Interview.get()).state is InterviewState.LIVE


async def test_what_is_refused_leaves_nothing(hall: Hall) -> None:
    interview = await hall.announced()
    anna = await hall.settle("oAnna")
    for text in ("长" * 101, "找物业王经理13800138000"):
        with pytest.raises(Invalid):
            await ask_question(anna, interview.id, text, clock.now())
    assert not await Question.all().exists()
    question = await hall.published(interview)
    with pytest.raises(Conflict, match="还没有开始"):
        await answer_question(hall.host, interview.id, question.id, "早了", clock.now())
    await open_interview(hall.host, interview.id, clock.now())
    await end_interview(hall.host, interview.id, clock.now())
    with pytest.raises(Conflict, match="已结束"):
        await ask_question(anna, interview.id, TEXT, clock.now())


async def test_who_asked_is_told_of_another_time_and_why(hall: Hall) -> None:
    interview = await hall.announced()
    await hall.published(interview)
    with pytest.raises(Invalid, match="原因"):
        await put_off_interview(hall.host, interview.id, clock.now() + timedelta(days=3), "", clock.now())
    await put_off_interview(hall.host, interview.id, clock.now() + timedelta(days=3), "区里开会", clock.now())
    await cancel_interview(hall.host, interview.id, "人事变动")
    moved, called_off = [note.text for note in await Notification.all().order_by("id")]
    assert "区里开会" in moved
    assert "人事变动" in called_off
    entry = await AuditEntry.get(action="interview.cancel")
    assert (entry.before, entry.after, entry.reason) == ("announced", "cancelled", "人事变动")


async def test_a_promise_is_kept_once_and_only_of_its_own_interview(hall: Hall) -> None:
    interview, other = await hall.live(), await hall.live()
    question = await hall.published(interview)
    now = clock.now()
    due_on = now.astimezone(BEIJING).date() + timedelta(days=1)
    with pytest.raises(NotFound):
        await promise(hall.host, other.id, question.id, "换灯", "物业部", due_on, now)
    made = await promise(hall.host, interview.id, question.id, "换灯", "物业部", due_on, now)
    kept = await asyncio.gather(
        *(keep_promise(hall.host, made.id, "换好了", now) for _ in range(TWICE)), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in kept) == TWICE - 1
    assert await Notification.all().count() == 1


async def test_the_clock_begins_it_at_its_time_and_ends_what_everybody_left(hall: Hall) -> None:
    interview = await hall.announced()
    await keep_time(clock.now())
    assert (await Interview.get()).state is InterviewState.ANNOUNCED
    await keep_time(interview.starts_at)
    assert (await Interview.get()).state is InterviewState.LIVE
    await keep_time(interview.starts_at + timedelta(minutes=interview.minutes + 119))
    assert (await Interview.get()).state is InterviewState.LIVE
    over = interview.starts_at + timedelta(minutes=interview.minutes + 120)
    await asyncio.gather(keep_time(over), keep_time(over))
    assert (await Interview.get()).state is InterviewState.ENDED
    assert await AuditEntry.filter(action="interview.end", actor="clock").count() == 1
