"""Casting: one ballot for each roll entry, whatever happens at once, and nothing that joins voter and choice."""

import asyncio

import pytest

from clock import clock
from errors import Invalid, NotFound
from handlers.residency.visitors import Visitor
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from handlers.votes.queries.concerns import waiting_polls
from handlers.votes.queries.lists import ballot_of
from handlers.votes.queries.polls import turnouts_of
from handlers.votes.rules import AlreadyCast, MinorMayNotVote, NotOnRoll, NotRepresentative, PollClosed
from models.ballots import Ballot, RollMark, SealedReceipt
from models.database import rows
from models.residency import Binding
from models.states import BindingState
from tests.votes.conftest import Community


async def test_a_ballot_is_a_mark_and_a_paper(community: Community) -> None:
    poll = await community.poll()
    home = await community.home("oA", community.dwellings[0])
    receipt = await cast_ballot(poll.id, home, (1,), clock.now())
    [ballot] = await Ballot.all()
    [mark] = await RollMark.all()
    assert (ballot.answer, mark.voter) == ("1", "周**")
    turnout = (await turnouts_of(community.viewer, [poll.id]))[poll.id]
    assert (turnout.voted, turnout.roll) == (1, 4)
    found = await ballot_of(receipt.number.lower().replace("-", " "))
    assert found is not None
    assert (found.poll.id, found.stands) == (poll.id, True)
    assert await ballot_of("2222-2222-2222") is None


async def test_second_household_member_is_refused_and_told_who_and_when(community: Community) -> None:
    poll = await community.poll()
    await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (1,), clock.now())
    with pytest.raises(AlreadyCast) as refusal:
        await cast_ballot(poll.id, await community.home("oB", community.dwellings[0], "赵小兰"), (0,), clock.now())
    assert refusal.value.voter == "周**"
    assert await Ballot.all().count() == 1


async def test_twenty_of_one_household_at_once_cast_one_ballot(community: Community) -> None:
    poll = await community.poll()
    homes = [await community.home(f"o{number}", community.dwellings[0]) for number in range(20)]
    done = await asyncio.gather(
        *(cast_ballot(poll.id, home, (n % 3,), clock.now()) for n, home in enumerate(homes)), return_exceptions=True
    )
    assert sum(isinstance(one, AlreadyCast) for one in done) == 19
    assert await Ballot.all().count() == await RollMark.all().count() == 1


async def test_a_household_without_adults_on_the_register_is_not_on_the_roll(community: Community) -> None:
    poll = await community.poll()
    with pytest.raises(NotOnRoll):
        await cast_ballot(poll.id, await community.home("oA", community.dwellings[4]), (0,), clock.now())
    assert not await RollMark.exists()


async def test_a_minor_is_refused(community: Community) -> None:
    poll = await community.poll()
    with pytest.raises(MinorMayNotVote):
        await cast_ballot(poll.id, await community.home("oA", community.dwellings[0], adult=False), (0,), clock.now())


async def test_after_the_deadline_nothing_is_cast_though_the_job_has_not_run(community: Community) -> None:
    poll = await community.poll()
    home = await community.home("oA", community.dwellings[0])
    with pytest.raises(PollClosed):
        await cast_ballot(poll.id, home, (0,), poll.closes_at)


async def test_closing_while_ballots_stream_in_counts_every_confirmed_one(community: Community) -> None:
    poll = await community.poll()
    homes = [await community.home(f"o{number}", community.dwellings[number]) for number in range(4)]
    ballots = [cast_ballot(poll.id, home, (0,), clock.now()) for home in homes]
    done = await asyncio.gather(*ballots[:2], close_poll(poll.id, poll.closes_at), *ballots[2:], return_exceptions=True)
    confirmed = sum(not isinstance(one, BaseException) and one is not None for one in done)
    refused = sum(isinstance(one, PollClosed) for one in done)
    assert confirmed + refused == 4
    assert await SealedReceipt.all().count() == confirmed == await RollMark.all().count()


@pytest.mark.parametrize("choice", [-1, 3, 10**6])
async def test_a_choice_that_is_not_offered_changes_nothing(community: Community, choice: int) -> None:
    poll = await community.poll()
    with pytest.raises(Invalid):
        await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (choice,), clock.now())
    assert not await RollMark.exists()
    assert not await Ballot.exists()


async def test_an_unknown_poll_is_not_found(community: Community) -> None:
    with pytest.raises(NotFound):
        await cast_ballot(10**9, await community.home("oA", community.dwellings[0]), (0,), clock.now())


async def test_no_column_joins_a_ballot_to_its_voter(community: Community) -> None:
    columns = {
        row["column_name"]
        for row in await rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'ballot'")
    }
    assert columns == {"id", "poll_id", "answer", "receipt", "receipt_index"}


async def test_the_voter_s_name_is_masked_and_sealed(community: Community) -> None:
    poll = await community.poll()
    await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (1,), clock.now())
    [row] = await rows("SELECT voter FROM roll_mark")
    assert "周".encode() not in row["voter"]


async def test_where_a_representative_is_named_nobody_else_casts_the_households_ballot(community: Community) -> None:
    poll = await community.poll()
    named = await community.home("oA", community.dwellings[0])
    other = await community.home("oB", community.dwellings[0], "赵小兰")
    await Binding.filter(id=named.binding_id).update(represents=True)
    with pytest.raises(NotRepresentative) as refusal:
        await cast_ballot(poll.id, other, (0,), clock.now())
    assert refusal.value.representative == "周**"
    assert not await RollMark.exists()
    waiting = [await waiting_polls(Visitor("wx", "o", claims=(home,))) for home in (named, other)]
    assert waiting == [1, 0]
    await cast_ballot(poll.id, named, (0,), clock.now())
    await Binding.filter(id=named.binding_id).update(state=BindingState.ENDED)
    with pytest.raises(AlreadyCast):
        await cast_ballot(poll.id, other, (0,), clock.now())
