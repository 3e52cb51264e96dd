"""Lists that are taken out: what stands in them, who may have them, and that they check out anew."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from clock import clock
from errors import Conflict, Forbidden, NotFound
from handlers.staff.rules import Viewer
from handlers.votes import recount
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.actions.filing import note_taken
from handlers.votes.queries import exports
from handlers.votes.seals import last_seals
from models.audit import AuditEntry
from models.ballots import SealedChoice
from models.states import Level, PollKind, PollState, StaffRole
from models.votes import Poll
from tests.votes.conftest import Community, second
from tests.votes.kinds import make_poll


@pytest.fixture
async def held(community: Community) -> Poll:
    """A secret household vote, three of four have voted, closed and counted by one person."""
    poll = await community.poll()
    for at, choice in enumerate((0, 0, 1)):
        home = await community.home(f"oExport{at}", community.dwellings[at])
        await cast_ballot(poll.id, home, (choice,), clock.now())
    await close_poll(poll.id, clock.now() + timedelta(days=8))
    return await count_poll(community.viewer, poll.id, clock.now())


def auditor(community: Community) -> Viewer:
    return Viewer("auditor", "审计员", StaffRole.AUDITOR, community.organisation.code, Level.COMMUNITY)


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def judged(body: bytes) -> list[str]:
    """What the recount finds wrong."""
    return recount.Recount().read(BytesIO(body)).wrong


async def test_the_public_list_appears_with_the_result_and_not_before(community: Community, held: Poll) -> None:
    with pytest.raises(NotFound):
        await exports.public_list(held.id)
    with pytest.raises(NotFound):
        await exports.public_list(held.id + 1)
    await certify_poll(second(community), held.id, clock.now())
    body = await whole(await exports.public_list(held.id))
    assert judged(body) == []
    listed = json.loads(body)
    assert len(listed["receipts"]) == len(listed["choices"]) == 3
    assert {len(line) for line in listed["choices"]} == {3}, "an answer has neither weight nor receipt"
    assert {line[2] for line in listed["receipts"]} == {""}, "a receipt has no answer"
    assert sorted(line[1] for line in listed["choices"]) == ["0", "0", "1"]


async def test_scores_of_too_few_to_publish_a_mean_are_in_no_public_list(community: Community) -> None:
    poll = await make_poll(community, PollKind.SCORE)
    home = await community.home("oExport", community.dwellings[0])
    await cast_ballot(poll.id, home, (5, 4, 4, 3, 2), clock.now())
    await close_poll(poll.id, clock.now() + timedelta(days=8))
    await count_poll(community.viewer, poll.id, clock.now())
    await certify_poll(second(community), poll.id, clock.now())
    body = await whole(await exports.public_list(poll.id))
    assert judged(body) == []
    listed = json.loads(body)
    assert (len(listed["receipts"]), "choices" in listed, listed["poll"]["result"]["means"]) == (1, False, [])
    assert judged(await whole(await exports.auditor_list(auditor(community), poll.id))) == []


async def test_the_auditors_list_holds_weights_and_is_noted(community: Community, held: Poll) -> None:
    viewer = auditor(community)
    await note_taken(viewer, held.id, "auditor.json")
    body = await whole(await exports.auditor_list(viewer, held.id))
    assert judged(body) == []
    listed = json.loads(body)
    assert sorted(line[1:4] for line in listed["choices"]) == [
        ["0", 1, "0.0000"],
        ["0", 1, "0.0000"],
        ["1", 1, "0.0000"],
    ]
    assert "receipts" not in listed
    entry = await AuditEntry.get(action="poll.take")
    assert (entry.actor, entry.subject) == ("staff:auditor", f"poll:{held.id}")


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.AUDITOR])
async def test_only_an_auditor_takes_out_choices(role: StaffRole, community: Community) -> None:
    poll = await community.poll()
    viewer = replace(auditor(community), role=role)
    with pytest.raises(Forbidden):
        await exports.auditor_list(viewer, poll.id)


async def test_an_auditor_of_another_branch_finds_nothing(community: Community, held: Poll) -> None:
    viewer = replace(auditor(community), code="990103009001")
    with pytest.raises(NotFound):
        await exports.auditor_list(viewer, held.id)


async def test_there_is_no_list_before_the_count(community: Community) -> None:
    poll = await community.poll()
    with pytest.raises(Conflict):
        await exports.auditor_list(auditor(community), poll.id)


async def test_a_vote_in_which_nobody_voted_has_empty_lists_that_check_out(community: Community) -> None:
    poll = await community.poll()
    await close_poll(poll.id, clock.now() + timedelta(days=8))
    await count_poll(community.viewer, poll.id, clock.now())
    await certify_poll(second(community), poll.id, clock.now())
    assert judged(await whole(await exports.public_list(poll.id))) == []
    assert judged(await whole(await exports.auditor_list(auditor(community), poll.id))) == []
    assert [end.lines for end in (await last_seals(poll.id)).values()] == [0, 0]


async def test_the_count_puts_the_ends_of_both_chains_into_the_trail(held: Poll) -> None:
    ends = {of: end.last for of, end in (await last_seals(held.id)).items()}
    assert (await AuditEntry.get(action="poll.count")).detail == ends


async def test_pages_of_a_long_list_follow_one_another(
    community: Community, held: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    body = await whole(await exports.auditor_list(auditor(community), held.id))
    assert judged(body) == []
    assert [line[0] for line in json.loads(body)["choices"]] == [1, 2, 3]


async def test_who_changes_a_sealed_choice_in_the_database_is_found_out(community: Community, held: Poll) -> None:
    await certify_poll(second(community), held.id, clock.now())
    posted = await last_seals(held.id)
    await SealedChoice.filter(poll_id=held.id, answer="1").update(answer="0")
    for pieces in (await exports.public_list(held.id), await exports.auditor_list(auditor(community), held.id)):
        assert judged(await whole(pieces))
    assert posted["choices"].lines == 3
    assert len(posted["choices"].last) == 64


async def test_nothing_of_anybody_stands_in_a_list(community: Community, held: Poll) -> None:
    held.created_by = held.counted_by = "zhang.wei"
    await held.save()
    await certify_poll(second(community), held.id, clock.now())
    for pieces in (await exports.public_list(held.id), await exports.auditor_list(auditor(community), held.id)):
        words = (await whole(pieces)).decode()
        assert not [word for word in ("zhang.wei", "second", "周桂兰", "oExport", "dwelling:") if word in words]
    assert (await Poll.get(id=held.id)).state is PollState.PUBLISHED
