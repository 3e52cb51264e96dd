"""Boxes: entered by one, signed by another, never more papers than ticks, in the count once they are signed."""

from decimal import Decimal

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.files.actions import store
from handlers.votes.actions.box import enter_box, sign_box, withdraw_box
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import count_poll
from handlers.votes.actions.paper import record_named_paper, tick_paper
from handlers.votes.answers import Answer
from handlers.votes.tallies import Line, Result, Weight, result_from
from models.audit import AuditEntry
from models.ballots import BoxCount, NamedBallot, RollEntry, RollMark, SealedChoice, SealedReceipt
from models.database import rows
from models.states import BoxSource, CastChannel, FilePurpose, LegalEffect, StaffRole
from models.votes import Poll
from tests.factories import make_community, make_district
from tests.files.uploads import drawn
from tests.votes.conftest import Community, second, viewer
from tests.votes.test_seal import chains_fit

BOX, OFFICIAL = BoxSource.PAPER, BoxSource.OFFICIAL


def line(answer: Answer, papers: int, area: str = "0", heads: int | None = None) -> Line:
    return Line(answer, Weight(papers, papers if heads is None else heads, Decimal(area)))


async def ticked(community: Community, count: int) -> Poll:
    """A vote that is over, in which one household voted in chat, and so many others took a paper."""
    poll = await community.poll()
    await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (0,), clock.now())
    entries = await RollEntry.filter(poll=poll).order_by("dwelling_id")
    chosen = [entry.id for entry in entries[1 : count + 1]]
    await tick_paper(community.viewer, poll.id, chosen, CastChannel.PAPER, clock.now())
    await close_poll(poll.id, poll.closes_at)
    return poll


async def counted(community: Community, poll: Poll) -> Result:
    return result_from((await count_poll(community.viewer, poll.id, clock.now())).result or {})


async def test_a_signed_box_is_counted_with_what_was_cast_in_chat(community: Community) -> None:
    poll = await ticked(community, 3)
    box = await enter_box(community.viewer, poll.id, BOX, [line((1,), 1)], 1, clock.now())
    with pytest.raises(Conflict, match="签字"):
        await count_poll(community.viewer, poll.id, clock.now())
    await sign_box(second(community), box.id, clock.now())
    result = await counted(community, poll)
    assert [weight.ballots for weight in result.choices] == [1, 1, 0]
    assert (result.spoilt, result.unreturned, result.taken_part.ballots) == (1, 1, 2)
    assert await SealedReceipt.filter(poll=poll).count() == 1
    assert {(one.answer, one.heads) for one in await SealedChoice.filter(poll=poll)} == {("0", 1), ("1", 1)}


async def test_a_box_stays_shut_while_voting_goes_on(community: Community) -> None:
    poll = await community.poll()
    entry = await RollEntry.filter(poll=poll).first()
    assert entry
    await tick_paper(community.viewer, poll.id, [entry.id], CastChannel.PAPER, clock.now())
    with pytest.raises(Conflict, match="截止以后再开"):
        await enter_box(community.viewer, poll.id, BOX, [line((1,), 1)], 0, clock.now())
    assert not await BoxCount.exists()


async def test_papers_lie_among_the_other_choices_and_not_behind_them(community: Community) -> None:
    """A box at the end of the list would be everybody's to see apart: of ten counts one has the chat's ballot later."""
    places = set[int]()
    for _ in range(10):
        poll = await ticked(community, 3)
        box = await enter_box(community.viewer, poll.id, BOX, [line((1,), 3)], 0, clock.now())
        await sign_box(second(community), box.id, clock.now())
        await counted(community, poll)
        await chains_fit(poll)
        places.add((await SealedChoice.get(poll=poll, answer="0")).number)
        await rows("DELETE FROM binding")
    assert len(places) > 1
    assert await SealedChoice.all().count() == 40


async def test_who_entered_a_box_does_not_sign_it_and_nobody_signs_twice(community: Community) -> None:
    poll = await ticked(community, 2)
    box = await enter_box(community.viewer, poll.id, BOX, [line((1,), 2)], 0, clock.now())
    with pytest.raises(Conflict, match="两个人"):
        await sign_box(community.viewer, box.id, clock.now())
    await sign_box(second(community), box.id, clock.now())
    for again in (sign_box(second(community), box.id, clock.now()), withdraw_box(community.viewer, box.id)):
        with pytest.raises(Conflict, match="签过字"):
            await again
    await counted(community, poll)
    assert await SealedChoice.filter(poll=poll).count() == 3


async def test_boxes_together_hold_no_more_papers_than_were_ticked(community: Community) -> None:
    poll = await ticked(community, 2)
    first = await enter_box(community.viewer, poll.id, BOX, [line((1,), 1)], 0, clock.now())
    with pytest.raises(Conflict, match="共3张，名册上只登记领票2张"):
        await enter_box(community.viewer, poll.id, BOX, [line((0,), 1)], 1, clock.now())
    await withdraw_box(second(community), first.id)
    await enter_box(community.viewer, poll.id, BOX, [line((0,), 1)], 1, clock.now())
    assert [box.lines for box in await BoxCount.all()] == [[["0", 1, 1, "0"]]]


@pytest.mark.parametrize(
    ("lines", "spoilt"),
    [
        pytest.param([line((7,), 1)], 0, id="not on the paper"),
        pytest.param([line((0,), 1), line((0,), 1)], 0, id="an answer twice"),
        pytest.param([line((0,), -1), line((1,), 2)], 0, id="below nought"),
        pytest.param([line((0,), 1)], -1, id="spoilt below nought"),
        pytest.param([line((0,), 1, heads=2)], 0, id="a paper of two heads"),
        pytest.param([], 0, id="nothing at all"),
    ],
)
async def test_totals_that_no_box_gives_are_refused(community: Community, lines: list[Line], spoilt: int) -> None:
    poll = await ticked(community, 3)
    with pytest.raises(Invalid):
        await enter_box(community.viewer, poll.id, BOX, lines, spoilt, clock.now())
    assert not await BoxCount.exists()


async def test_who_may_not_count_or_sees_another_branch_enters_and_signs_nothing(community: Community) -> None:
    poll = await ticked(community, 2)
    box = await enter_box(community.viewer, poll.id, BOX, [line((1,), 2)], 0, clock.now())
    elsewhere = viewer((await make_community(await make_district("880413"), "河西社区")).organisation.code)
    with pytest.raises(Forbidden):
        await sign_box(viewer(community.organisation.code, StaffRole.EDITOR), box.id, clock.now())
    for foreign in (
        sign_box(elsewhere, box.id, clock.now()),
        withdraw_box(elsewhere, box.id),
        enter_box(elsewhere, poll.id, BOX, [line((1,), 1)], 0, clock.now()),
    ):
        with pytest.raises(NotFound):
            await foreign


async def test_what_was_in_a_box_stands_in_no_audit_entry(community: Community) -> None:
    poll = await ticked(community, 2)
    box = await enter_box(community.viewer, poll.id, BOX, [line((1,), 2)], 0, clock.now())
    await sign_box(second(community), box.id, clock.now())
    told = [entry.detail for entry in await AuditEntry.filter(action__in=["poll.enter_box", "poll.sign_box"])]
    assert told == [{"box": box.id, "source": "paper"}] * 2


async def owners(community: Community) -> Poll:
    """A decision in law of four owners with 50.5 m² each."""
    poll = await community.poll()
    await Poll.filter(id=poll.id).update(secret=False, legal_effect=LegalEffect.STATUTORY)
    await RollEntry.filter(poll=poll).update(area=Decimal("50.5"))
    return poll


async def test_official_totals_are_counted_with_heads_and_area_to_the_last_digit(community: Community) -> None:
    poll = await owners(community)
    lines = [line((0,), 3, "151.4999"), line((1,), 1, "50.5001")]
    box = await enter_box(community.viewer, poll.id, OFFICIAL, lines, 0, clock.now(), note="市房管系统 2026-06-01")
    await close_poll(poll.id, poll.closes_at)
    await sign_box(second(community), box.id, clock.now())
    result = await counted(community, poll)
    assert (result.choices[0].heads, result.choices[0].area) == (3, Decimal("151.4999"))
    assert (result.taken_part.heads, result.taken_part.area) == (4, Decimal("202.0000"))
    assert result.unreturned == 0


@pytest.mark.parametrize(
    "given", [pytest.param(line((0,), 5, "100"), id="heads"), pytest.param(line((0,), 4, "202.0001"), id="area")]
)
async def test_official_totals_beyond_the_roll_are_refused(community: Community, given: Line) -> None:
    poll = await owners(community)
    with pytest.raises(Conflict, match="超出名册"):
        await enter_box(community.viewer, poll.id, OFFICIAL, [given], 0, clock.now())
    assert not await BoxCount.exists()


@pytest.mark.parametrize("secret", [True, False])
async def test_papers_beside_official_totals_are_no_more_than_the_roll_has(community: Community, secret: bool) -> None:
    """Whoever enters the totals first, or the papers: together they never count an owner twice."""
    poll = await owners(community)
    await Poll.filter(id=poll.id).update(secret=secret)
    await enter_box(community.viewer, poll.id, OFFICIAL, [line((0,), 4, "202")], 0, clock.now())
    entry = await RollEntry.filter(poll=poll).first()
    assert entry
    code = community.organisation.code
    photo = (await store(drawn("PNG"), "票.png", FilePurpose.VOTE, code, "staff:tester")).key
    paper = CastChannel.PAPER
    with pytest.raises(Conflict, match="超出名册"):
        await (
            tick_paper(community.viewer, poll.id, [entry.id], paper, clock.now())
            if secret
            else record_named_paper(community.viewer, poll.id, entry.id, (0,), "A1", photo, paper, clock.now())
        )
    assert not await RollMark.exists()
    assert not await NamedBallot.exists()


async def test_official_totals_belong_to_decisions_in_law_and_boxes_to_secret_papers(community: Community) -> None:
    household, statutory = await ticked(community, 1), await owners(community)
    for poll, source in ((household, OFFICIAL), (statutory, BOX)):
        with pytest.raises(Invalid):
            await enter_box(community.viewer, poll.id, source, [line((0,), 1)], 0, clock.now())
