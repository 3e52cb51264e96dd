"""Papers: ticked on the roll of a secret vote, recorded one by one in a named one; the first that is valid stands."""

from uuid import UUID, uuid4

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.files.actions import store
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import count_poll
from handlers.votes.actions.paper import record_named_paper, tick_paper, untick_paper
from handlers.votes.queries.lines import paper_lines
from handlers.votes.queries.lists import ballot_of
from handlers.votes.rules import AlreadyCast
from handlers.votes.tallies import result_from
from models.audit import AuditEntry
from models.ballots import NamedBallot, RollEntry, RollMark, SealedChoice
from models.states import CastChannel, FilePurpose, PollKind, StaffRole
from models.votes import Poll
from tests.factories import make_community, make_district
from tests.files.uploads import drawn
from tests.votes.conftest import Community, viewer
from tests.votes.kinds import make_poll

PAPER, DOOR = CastChannel.PAPER, CastChannel.DOOR


async def _entries(poll: Poll) -> list[int]:
    return [entry.id for entry in await RollEntry.filter(poll=poll).order_by("dwelling_id")]


async def _named(community: Community, *, changeable: bool = True) -> Poll:
    poll = await community.poll()
    await Poll.filter(id=poll.id).update(secret=False, changeable=changeable)
    return await Poll.get(id=poll.id)


async def _photo(community: Community) -> UUID:
    file = await store(drawn("PNG"), "票.png", FilePurpose.VOTE, community.organisation.code, "staff:tester")
    return file.key


async def test_who_took_a_paper_is_ticked_once_and_casts_no_second_ballot(community: Community) -> None:
    poll = await community.poll()
    first, second, *_ = await _entries(poll)
    await cast_ballot(poll.id, await community.home("oB", community.dwellings[1]), (0,), clock.now())
    assert await tick_paper(community.viewer, poll.id, [first, second], PAPER, clock.now()) == [first]
    assert await tick_paper(community.viewer, poll.id, [first], PAPER, clock.now()) == []
    with pytest.raises(AlreadyCast) as refusal:
        await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (0,), clock.now())
    assert (refusal.value.voter, refusal.value.channel) == ("有人", PAPER)
    assert await RollMark.all().count() == 2
    assert await AuditEntry.filter(action="poll.tick").count() == 1


async def test_an_entry_of_another_roll_or_branch_ticks_nothing(community: Community) -> None:
    poll, other = await community.poll(), await community.poll("大门口装不装路灯")
    [mine, *_], [others, *_] = await _entries(poll), await _entries(other)
    with pytest.raises(NotFound):
        await tick_paper(community.viewer, poll.id, [mine, others], PAPER, clock.now())
    elsewhere = viewer((await make_community(await make_district("880413"), "河西社区")).organisation.code)
    with pytest.raises(NotFound):
        await tick_paper(elsewhere, poll.id, [mine], PAPER, clock.now())
    with pytest.raises(Forbidden):
        await tick_paper(viewer(community.organisation.code, StaffRole.AUDITOR), poll.id, [mine], PAPER, clock.now())
    assert not await RollMark.exists()


async def test_a_grid_worker_ticks_what_came_from_the_door_and_nothing_else(community: Community) -> None:
    poll = await community.poll()
    [entry, *_] = await _entries(poll)
    walker = viewer(community.organisation.code, StaffRole.GRID_WORKER)
    with pytest.raises(Forbidden):
        await tick_paper(walker, poll.id, [entry], PAPER, clock.now())
    with pytest.raises(Invalid):
        await tick_paper(walker, poll.id, [entry], CastChannel.CHAT, clock.now())
    assert await tick_paper(walker, poll.id, [entry], DOOR, clock.now()) == [entry]
    assert (await RollMark.get()).recorded_by == walker.login
    await untick_paper(walker, poll.id, entry, "点错了户")
    await tick_paper(community.viewer, poll.id, [entry], PAPER, clock.now())
    with pytest.raises(NotFound):
        await untick_paper(walker, poll.id, entry, "点错了户")
    assert await RollMark.exists()


async def test_a_tick_made_by_mistake_is_taken_back_and_the_household_votes(community: Community) -> None:
    poll = await community.poll()
    [entry, *_] = await _entries(poll)
    await tick_paper(community.viewer, poll.id, [entry], PAPER, clock.now())
    with pytest.raises(Invalid):
        await untick_paper(community.viewer, poll.id, entry, "")
    await untick_paper(community.viewer, poll.id, entry, "点错了户")
    await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (0,), clock.now())
    with pytest.raises(NotFound):  # what was cast in chat is nobody's to take back
        await untick_paper(community.viewer, poll.id, entry, "点错了户")
    assert await RollMark.all().count() == 1


async def test_a_named_paper_stands_and_a_later_one_is_kept_and_flagged(community: Community) -> None:
    poll, photo = await _named(community), await _photo(community)
    first, second, *_ = await _entries(poll)
    paper = await record_named_paper(community.viewer, poll.id, first, (0,), "A001", photo, PAPER, clock.now())
    home = await community.home("oA", community.dwellings[0])
    with pytest.raises(AlreadyCast):
        await cast_ballot(poll.id, home, (1,), clock.now())
    await cast_ballot(poll.id, await community.home("oB", community.dwellings[1]), (1,), clock.now())
    late = await record_named_paper(community.viewer, poll.id, second, (0,), "A002", photo, DOOR, clock.now())
    assert (paper.stands, paper.flaw, late.stands, late.flaw) == (True, "", False, "later")
    with pytest.raises(Conflict, match="编号"):
        await record_named_paper(community.viewer, poll.id, second, (0,), "A002", photo, PAPER, clock.now())
    await close_poll(poll.id, poll.closes_at)
    result = result_from((await count_poll(community.viewer, poll.id, clock.now())).result or {})
    assert [weight.ballots for weight in result.choices] == [1, 1, 0]


async def test_a_named_paper_that_comes_after_closing_is_sealed_behind_the_others(community: Community) -> None:
    poll, photo = await _named(community), await _photo(community)
    entries = await _entries(poll)
    await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (0,), clock.now())
    await close_poll(poll.id, poll.closes_at)
    await record_named_paper(community.viewer, poll.id, entries[1], (1,), "A001", photo, PAPER, clock.now())
    assert [line.number for line in await SealedChoice.filter(poll=poll).order_by("number")] == [1, 2]
    await count_poll(community.viewer, poll.id, clock.now())
    with pytest.raises(Conflict):
        await record_named_paper(community.viewer, poll.id, entries[2], (1,), "A002", photo, PAPER, clock.now())


@pytest.mark.parametrize("fault", ["answer", "serial", "photo", "entry", "secret"])
async def test_a_named_paper_that_is_not_in_order_changes_nothing(community: Community, fault: str) -> None:
    poll, photo = await _named(community), await _photo(community)
    [entry, *_] = await _entries(poll)
    if fault == "secret":
        await Poll.filter(id=poll.id).update(secret=True)
    with pytest.raises((Invalid, NotFound)):
        await record_named_paper(
            community.viewer,
            poll.id,
            10**9 if fault == "entry" else entry,
            (7,) if fault == "answer" else (0,),
            "" if fault == "serial" else "A001",
            uuid4() if fault == "photo" else photo,
            PAPER,
            clock.now(),
        )
    assert not await NamedBallot.exists()
    assert not await RollMark.exists()


async def test_the_account_that_cast_a_named_ballot_changes_it_until_closing(community: Community) -> None:
    poll = await _named(community)
    mine = await community.home("oA", community.dwellings[0])
    husband = await community.home("oB", community.dwellings[0], "赵建国")
    first = await cast_ballot(poll.id, mine, (0,), clock.now())
    second = await cast_ballot(poll.id, mine, (1,), clock.now())
    with pytest.raises(AlreadyCast):
        await cast_ballot(poll.id, husband, (0,), clock.now())
    kept = await NamedBallot.filter(poll=poll).order_by("id")
    assert [(one.answer, one.stands, one.flaw) for one in kept] == [("0", False, "changed"), ("1", True, "")]
    held, now_held = await ballot_of(first.number), await ballot_of(second.number)
    assert held is not None
    assert now_held is not None
    assert (held.stands, now_held.stands) == (False, True)
    assert await RollMark.all().count() == 1
    await close_poll(poll.id, poll.closes_at)
    assert [line.answer for line in await SealedChoice.filter(poll=poll)] == ["1"]


async def test_a_named_ballot_that_may_not_change_is_final(community: Community) -> None:
    poll = await _named(community, changeable=False)
    mine = await community.home("oA", community.dwellings[0])
    await cast_ballot(poll.id, mine, (0,), clock.now())
    with pytest.raises(AlreadyCast):
        await cast_ballot(poll.id, mine, (1,), clock.now())
    assert (await NamedBallot.get()).answer == "0"


async def test_a_home_of_several_owners_has_a_name_on_its_paper(community: Community) -> None:
    poll = await make_poll(community, PollKind.OWNERS)
    await RollEntry.filter(poll=poll, voice="owner:A").update(voice="owner:A+0f3c1a22")
    named = [line.name for line in await paper_lines(community.viewer, poll.id)]
    assert named == ["业*" + "*" * (len("业主A") - 2)] * 3
