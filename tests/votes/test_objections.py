"""「异议」 answered: once, by who may, and the resident reads it in chat."""

import asyncio
from dataclasses import replace

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.votes.actions.cast import object_to_roll
from handlers.votes.actions.objections import answer_objection
from models.audit import AuditEntry
from models.conversations import Notification
from models.states import StaffRole
from models.votes import RollObjection
from tests.votes.conftest import Community, viewer

ANSWER = "已核对登记册，您家在名册上。"


async def objected(community: Community) -> tuple[int, int]:
    """A poll, and the number of an objection to it."""
    poll = await community.poll()
    person = await community.bind("o1", "周桂兰", community.dwellings[0])
    return poll.id, await object_to_roll(person, person.homes[0], poll.id, clock.now())


async def test_the_resident_is_told_the_answer(community: Community) -> None:
    poll, number = await objected(community)
    await answer_objection(community.viewer, poll, number, ANSWER, clock.now())
    kept = await RollObjection.get(id=number)
    assert (kept.answer, kept.answered_by) == (ANSWER, "tester")
    told = await Notification.get(account_id=kept.account_id)
    assert ANSWER in told.text
    assert str(number) in told.text
    entry = await AuditEntry.get(action="poll.answer")
    assert (entry.detail, ANSWER in str(entry.__dict__)) == ({"objection": number}, False)


async def test_it_is_answered_once_however_many_press(community: Community) -> None:
    poll, number = await objected(community)
    presses = [answer_objection(community.viewer, poll, number, ANSWER, clock.now()) for _ in range(4)]
    done = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "Conflict", "RollObjection"]
    assert await Notification.all().count() == 1
    with pytest.raises(Conflict):
        await answer_objection(community.viewer, poll, number, ANSWER, clock.now())


async def test_strangers_others_and_empty_answers_change_nothing(community: Community) -> None:
    poll, number = await objected(community)
    other = await community.poll("另一个投票的题目")
    code = community.organisation.code
    for who, where, what, refusal in (
        (viewer("990103001001"), poll, ANSWER, NotFound),
        (community.viewer, other.id, ANSWER, NotFound),
        (replace(viewer(code, StaffRole.REVIEWER)), poll, ANSWER, Forbidden),
        (community.viewer, poll, "", Invalid),
        (community.viewer, poll, "长" * 201, Invalid),
    ):
        with pytest.raises(refusal):
            await answer_objection(who, where, number, what, clock.now())
    assert (await RollObjection.get(id=number)).answered_at is None
    assert not await Notification.exists()
