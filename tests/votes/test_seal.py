"""Sealing: two chains that fit, no row of the box left, once however often it is tried, nothing when it fails."""

import asyncio
from decimal import Decimal

import pytest

from clock import clock
from errors import Conflict
from handlers.votes import chains
from handlers.votes.actions import seal
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from models.ballots import Ballot, NamedBallot, RollEntry, SealedChoice, SealedReceipt
from models.database import rows
from models.states import PollState
from models.votes import Poll
from tests.votes.conftest import Community

ANSWERS = (0, 1, 2, 1)


async def voted(community: Community, *, secret: bool) -> tuple[Poll, list[str]]:
    """A vote in which all four households have voted, and their receipts."""
    poll = await community.poll()
    await Poll.filter(id=poll.id).update(secret=secret)
    for number, entry in enumerate(await RollEntry.filter(poll=poll).order_by("id"), 1):
        await RollEntry.filter(id=entry.id).update(area=0 if secret else Decimal(number) * Decimal("10.25"))
    homes = [await community.home(f"o{number}", community.dwellings[number]) for number in range(4)]
    receipts = [await cast_ballot(poll.id, home, (at,), clock.now()) for home, at in zip(homes, ANSWERS, strict=True)]
    return poll, [receipt.number for receipt in receipts]


async def chains_fit(poll: Poll) -> None:
    link = chains.beginning(poll.id, chains.RECEIPTS)
    for number, line in enumerate(await SealedReceipt.filter(poll=poll).order_by("number"), 1):
        link = chains.receipt_seal(link, number, line.receipt, line.answer)
        assert (line.number, bytes(line.seal)) == (number, link)
    link = chains.beginning(poll.id, chains.CHOICES)
    for number, line in enumerate(await SealedChoice.filter(poll=poll).order_by("number"), 1):
        link = chains.choice_seal(link, number, line.answer, line.heads, line.area)
        assert (line.number, bytes(line.seal)) == (number, link)


@pytest.mark.parametrize("chunk", [1, 3, 10_000])
@pytest.mark.parametrize("secret", [True, False])
async def test_a_box_becomes_two_chained_lists_whatever_the_chunks(
    community: Community, monkeypatch: pytest.MonkeyPatch, secret: bool, chunk: int
) -> None:
    monkeypatch.setattr(seal, "CHUNK", chunk)
    poll, receipts = await voted(community, secret=secret)
    await close_poll(poll.id, poll.closes_at)
    await chains_fit(poll)
    listed = {line.receipt: line.answer for line in await SealedReceipt.filter(poll=poll)}
    answers = ["" if secret else str(answer) for answer in ANSWERS]
    assert listed == dict(zip(receipts, answers, strict=True))
    choices = await SealedChoice.filter(poll=poll)
    assert sorted(line.answer for line in choices) == ["0", "1", "1", "2"]
    assert sum(line.area for line in choices) == (0 if secret else Decimal("102.5"))
    assert not await Ballot.exists()
    assert await NamedBallot.all().count() == (0 if secret else 4)


async def test_lists_are_in_an_order_of_their_own(community: Community) -> None:
    """Of 24 orders four ballots can have, twelve closings would seldom show one alone."""
    orders = set[tuple[str, ...]]()
    for _ in range(12):
        poll, _ = await voted(community, secret=True)
        await close_poll(poll.id, poll.closes_at)
        orders.add(tuple(line.answer for line in await SealedChoice.filter(poll=poll).order_by("number")))
        await rows("DELETE FROM binding")
    assert len(orders) > 1


async def test_a_poll_closed_twice_at_once_is_sealed_once(community: Community) -> None:
    poll, _ = await voted(community, secret=False)
    done = await asyncio.gather(*(close_poll(poll.id, poll.closes_at) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in done) == 4
    assert await SealedChoice.filter(poll=poll).count() == 4
    await chains_fit(poll)


async def test_a_sealing_that_fails_half_way_leaves_the_box_as_it_was(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, receipts = await voted(community, secret=True)
    before = await rows("SELECT * FROM ballot ORDER BY id")
    monkeypatch.setattr(
        seal, "_WRITE_CHOICES", "SELECT 1 / 0, $1::bigint, $2::int[], $3::text[], $4::int[], $5::numeric[], $6::bytea[]"
    )
    with pytest.raises(Exception, match="zero"):
        await close_poll(poll.id, poll.closes_at)
    monkeypatch.undo()
    assert await rows("SELECT * FROM ballot ORDER BY id") == before
    assert not await SealedReceipt.exists()
    assert (await Poll.get(id=poll.id)).state is PollState.OPEN
    await close_poll(poll.id, poll.closes_at)
    assert {line.receipt for line in await SealedReceipt.filter(poll=poll)} == set(receipts)
