"""A poll's life: drafted, published, opened with a frozen roll, closed, counted."""

import asyncio
from datetime import timedelta

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.votes import chains
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import (
    close_poll,
    open_poll,
    publish_poll,
)
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.actions.drafts import Draft, draft_poll
from handlers.votes.jobs import close_due, open_due
from handlers.votes.tallies import result_from
from models.audit import AuditEntry
from models.ballots import Ballot, RollEntry, SealedChoice, SealedReceipt
from models.events import Event
from models.states import PollState, StaffRole
from models.votes import Poll
from tests.factories import make_resident
from tests.votes.conftest import Community, second, viewer


async def _closed(community: Community, choices: list[int]) -> Poll:
    """A poll in which the first households have chosen so, closed at its time."""
    poll = await community.poll()
    for number, choice in enumerate(choices):
        home = await community.home(f"o{number}", community.dwellings[number])
        await cast_ballot(poll.id, home, (choice,), clock.now())
    await close_poll(poll.id, poll.closes_at)
    return await Poll.get(id=poll.id)


class TestPublishPoll:
    async def test_one_that_opens_now_freezes_the_households_with_adults(self, community: Community) -> None:
        poll = await community.poll()
        assert poll.state is PollState.OPEN
        roll = await RollEntry.filter(poll=poll).values_list("dwelling_id", flat=True)
        assert set(roll) == {dwelling.id for dwelling in community.dwellings[:4]}

    async def test_who_registers_after_opening_is_not_added(self, community: Community) -> None:
        poll = await community.poll()
        await make_resident("新来的", community.dwellings[4])
        assert await RollEntry.filter(poll=poll).count() == 4

    async def test_one_that_opens_later_waits_for_the_clock(self, community: Community) -> None:
        now = clock.now()
        opens = now + timedelta(days=2)
        draft = Draft(
            "楼道里装不装扶手", "", ["同意", "不同意"], community.organisation.code, opens, opens + timedelta(days=5)
        )
        poll = await publish_poll(community.viewer, (await draft_poll(community.viewer, draft, now)).id, now)
        assert poll.state is PollState.ANNOUNCED
        await open_due(opens - timedelta(seconds=1))
        assert (await Poll.get(id=poll.id)).state is PollState.ANNOUNCED
        await open_due(opens)
        assert (await Poll.get(id=poll.id)).state is PollState.OPEN

    async def test_twice_at_once_publishes_once(self, community: Community) -> None:
        now = clock.now()
        draft = Draft(
            "楼道里装不装扶手", "", ["同意", "不同意"], community.organisation.code, now, now + timedelta(days=5)
        )
        poll = await draft_poll(community.viewer, draft, now)
        done = await asyncio.gather(
            *(publish_poll(community.viewer, poll.id, now) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(one, Poll) for one in done) == 1
        assert sum(isinstance(one, Conflict) for one in done) == 3
        assert await RollEntry.filter(poll_id=poll.id).count() == 4
        assert await Event.filter(name="PollPublished").count() == 1

    async def test_an_editor_may_draft_but_not_publish(self, community: Community) -> None:
        editor = viewer(community.organisation.code, StaffRole.EDITOR)
        now = clock.now()
        draft = Draft(
            "楼道里装不装扶手", "", ["同意", "不同意"], community.organisation.code, now, now + timedelta(days=5)
        )
        poll = await draft_poll(editor, draft, now)
        with pytest.raises(Forbidden):
            await publish_poll(editor, poll.id, now)
        assert (await Poll.get(id=poll.id)).state is PollState.DRAFT

    async def test_another_community_s_poll_is_not_found(self, community: Community) -> None:
        poll = await community.poll()
        with pytest.raises(NotFound):
            await publish_poll(viewer("990103001001"), poll.id, clock.now())

    async def test_a_place_outside_the_scope_is_not_found(self, community: Community) -> None:
        now = clock.now()
        draft = Draft("楼道里装不装扶手", "", ["同意", "不同意"], "990103001001", now, now + timedelta(days=5))
        with pytest.raises(NotFound):
            await draft_poll(community.viewer, draft, now)

    async def test_the_deed_is_audited_with_who_and_from_to(self, community: Community) -> None:
        poll = await community.poll()
        deeds = await AuditEntry.filter(subject=f"poll:{poll.id}").order_by("id")
        assert [(deed.action, deed.before, deed.after) for deed in deeds] == [
            ("poll.draft", "", "draft"),
            ("poll.publish", "draft", "announced"),
            ("poll.open", "announced", "open"),
        ]
        assert {deed.actor for deed in deeds} == {"staff:tester"}
        assert {deed.place for deed in deeds} == {community.organisation.code}

    async def test_an_abstention_that_is_no_choice_is_refused(self, community: Community) -> None:
        now = clock.now()
        draft = Draft(
            "楼道里装不装扶手",
            "",
            ["同意", "不同意"],
            community.organisation.code,
            now,
            now + timedelta(days=5),
            abstain="弃权",
        )
        with pytest.raises(Invalid):
            await draft_poll(community.viewer, draft, now)


class TestClosePoll:
    async def test_the_clock_closes_at_the_time_and_not_before(self, community: Community) -> None:
        poll = await community.poll()
        await close_due(poll.closes_at - timedelta(seconds=1))
        assert (await Poll.get(id=poll.id)).state is PollState.OPEN
        await close_due(poll.closes_at)
        assert (await Poll.get(id=poll.id)).state is PollState.COUNTING

    async def test_two_clocks_at_once_open_and_close_once(self, community: Community) -> None:
        now = clock.now()
        times = now + timedelta(days=2), now + timedelta(days=7)
        draft = Draft("楼道里装不装扶手", "", ["同意", "不同意"], community.organisation.code, *times)
        poll = await publish_poll(community.viewer, (await draft_poll(community.viewer, draft, now)).id, now)
        await asyncio.gather(*(open_poll(poll.id, times[0]) for _ in range(4)))
        await asyncio.gather(*(close_poll(poll.id, times[1], times[1]) for _ in range(4)))
        assert (await Poll.get(id=poll.id)).state is PollState.COUNTING
        assert await AuditEntry.filter(subject=f"poll:{poll.id}", action__in=["poll.open", "poll.close"]).count() == 2

    async def test_the_box_becomes_two_chains(self, community: Community) -> None:
        poll = await _closed(community, [0, 1, 0, 2])
        assert not await Ballot.exists()
        receipts = await SealedReceipt.filter(poll=poll).order_by("number")
        choices = await SealedChoice.filter(poll=poll).order_by("number")
        assert [line.number for line in receipts] == [line.number for line in choices] == [1, 2, 3, 4]
        link = chains.beginning(poll.id, chains.RECEIPTS)
        for line in receipts:
            link = chains.receipt_seal(link, line.number, line.receipt, "")
            assert line.seal == link
        link = chains.beginning(poll.id, chains.CHOICES)
        for choice in choices:
            link = chains.choice_seal(link, choice.number, choice.answer, choice.heads, choice.area)
            assert choice.seal == link
        assert sorted(choice.answer for choice in choices) == ["0", "0", "1", "2"]

    async def test_twice_at_once_closes_once(self, community: Community) -> None:
        poll = await community.poll()
        done = await asyncio.gather(*(close_poll(poll.id, poll.closes_at) for _ in range(3)), return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "NoneType"]


class TestCountPoll:
    async def test_the_count_is_exact_and_posted_by_a_second_person(self, community: Community) -> None:
        poll = await count_poll(community.viewer, (await _closed(community, [0, 0, 1])).id, clock.now())
        assert poll.state is PollState.COUNTING
        with pytest.raises(Conflict, match="两个人"):
            await certify_poll(community.viewer, poll.id, clock.now())
        poll = await certify_poll(second(community), poll.id, clock.now())
        assert poll.state is PollState.PUBLISHED
        result = result_from((await Poll.get(id=poll.id)).result or {})
        assert (result.roll.ballots, result.taken_part.ballots, result.quorate, result.passed) == (4, 3, True, 0)
        assert [weight.ballots for weight in result.choices] == [2, 1, 0]

    async def test_an_open_poll_is_not_counted(self, community: Community) -> None:
        poll = await community.poll()
        with pytest.raises(Conflict):
            await count_poll(community.viewer, poll.id, clock.now())

    async def test_twice_at_once_counts_once(self, community: Community) -> None:
        poll = await _closed(community, [0])
        done = await asyncio.gather(
            *(count_poll(community.viewer, poll.id, clock.now()) for _ in range(3)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "Poll"]

    async def test_a_ballot_that_was_removed_behind_our_back_stops_the_count(self, community: Community) -> None:
        poll = await _closed(community, [0, 1])
        await SealedChoice.filter(poll=poll, number=1).delete()
        with pytest.raises(RuntimeError, match="2 marks"):
            await count_poll(community.viewer, poll.id, clock.now())
        assert (await Poll.get(id=poll.id)).state is PollState.COUNTING

    async def test_a_worker_may_not_count(self, community: Community) -> None:
        poll = await _closed(community, [0])
        with pytest.raises(Forbidden):
            await count_poll(viewer(community.organisation.code, StaffRole.WORKER), poll.id, clock.now())


async def test_the_clock_opens_no_draft(community: Community) -> None:
    now = clock.now()
    draft = Draft("楼道里装不装扶手", "", ["同意", "不同意"], community.organisation.code, now, now + timedelta(days=5))
    poll = await draft_poll(community.viewer, draft, now)
    await open_poll(poll.id, now)
    assert (await Poll.get(id=poll.id)).state is PollState.DRAFT
    assert not await RollEntry.filter(poll=poll).exists()
