"""Residents are told of a vote: who is on the roll when it opens, who has not voted a day before, all of the result."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.actions.templates import map_template
from campaigns.channels import Outgoing, Result
from campaigns.jobs import drive
from clock import clock
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll, extend_poll, suspend_poll
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.actions.telling import PATHS
from handlers.votes.queries.standing import not_voted
from models.ballots import RollEntry, RollPart
from models.campaigns import Campaign
from models.database import rows
from models.reach import AttemptOutcome, CampaignState, Purpose, TemplateKind
from models.states import Electorate
from models.votes import Poll
from tests.factories import make_owner, make_resident
from tests.votes.conftest import APP_ID, Community, second

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> None:
    clock.shift = NOON - datetime.now(UTC)


class Post:
    """Takes what it is given."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, message: Outgoing) -> Result:
        self.sent.append(message)
        return Result(AttemptOutcome.ACCEPTED)

    async def delivered(self) -> list[tuple[str, Purpose]]:
        """Whom the next round tells what."""
        self.sent = []
        await drive(dict.fromkeys(PATHS, self), {"not_voted": not_voted}, clock.now())
        return sorted((message.address, message.purpose) for message in self.sent)


@pytest.fixture
async def post(database: str) -> Post:
    for purpose in Purpose:
        await map_template(APP_ID, purpose, TemplateKind.TEMPLATE, f"T-{purpose.value}", {"thing1": "title"})
    return Post()


async def test_a_vote_tells_of_its_opening_its_last_day_and_its_result(community: Community, post: Post) -> None:
    homes = [await community.home(f"o{at}", dwelling) for at, dwelling in enumerate(community.dwellings[:3])]
    poll = await community.poll()
    assert await post.delivered() == [(f"o{at}", Purpose.POLL_OPEN) for at in range(3)]
    assert post.sent[0].content == {"thing1": "楼道里装不装扶手"}
    assert post.sent[0].link == f"/votes/{poll.id}"
    assert "12月1日12:00截止" in post.sent[0].text
    assert await post.delivered() == []
    await cast_ballot(poll.id, homes[1], (0,), clock.now())
    clock.shift += timedelta(days=6, minutes=1)
    assert await post.delivered() == [("o0", Purpose.POLL_REMINDER), ("o2", Purpose.POLL_REMINDER)]
    await close_poll(poll.id, poll.closes_at)
    await count_poll(community.viewer, poll.id, clock.now())
    assert await post.delivered() == []
    await certify_poll(second(community), poll.id, clock.now())
    assert await post.delivered() == [(f"o{at}", Purpose.POLL_RESULT) for at in range(3)]


async def test_who_did_not_open_a_vote_by_then_is_not_reminded_before_its_new_end(
    community: Community, post: Post
) -> None:
    poll = await community.poll()
    later = poll.closes_at + timedelta(days=3)
    await extend_poll(community.viewer, poll.id, later, "连日下雨", clock.now())
    reminder = await Campaign.get(subject=f"poll:{poll.id}:reminder")
    assert reminder.launch_at == later - timedelta(days=1)
    assert "12月4日12:00截止" in reminder.text
    await suspend_poll(community.viewer, poll.id, "说明写错了", clock.now())
    states = {one.subject.rpartition(":")[2]: one.state for one in await Campaign.all()}
    assert states == {"open": CampaignState.CANCELLED, "reminder": CampaignState.CANCELLED}


async def test_a_vote_put_off_after_its_reminder_reminds_once_more_for_each_time(
    community: Community, post: Post
) -> None:
    await community.home("o0", community.dwellings[0])
    poll = await community.poll()
    await post.delivered()
    reminded = [("o0", Purpose.POLL_REMINDER)]
    clock.shift += timedelta(days=6, minutes=1)
    assert await post.delivered() == reminded
    for days in (2, 4):
        later = poll.closes_at + timedelta(days=days)
        await extend_poll(community.viewer, poll.id, later, "连日下雨", clock.now())
        assert await post.delivered() == []
        clock.shift += timedelta(days=2)
        assert await post.delivered() == reminded
        assert f"12月{1 + days}日12:00截止" in post.sent[0].text
    subjects = [one.subject async for one in Campaign.filter(purpose=Purpose.POLL_REMINDER).order_by("id")]
    assert [subject.partition("reminder")[2] for subject in subjects] == ["", ":2", ":3"]


async def test_a_vote_that_ends_within_a_day_reminds_nobody(community: Community) -> None:
    poll = await community.poll(days=1)
    assert [one.subject for one in await Campaign.all()] == [f"poll:{poll.id}:open"]


async def test_those_who_have_not_voted_are_households_persons_or_the_owners_of_all_parts(
    community: Community,
) -> None:
    poll = await community.poll()
    household = await rows(not_voted(poll.id))
    assert {row["dwelling_id"] for row in household} == {home.id for home in community.dwellings[:4]}
    assert {row["resident_id"] for row in household} == {None}
    wife, husband = await make_resident("周桂兰"), await make_resident("吴德厚")
    first, other = community.dwellings[:2]
    for person in (wife, husband):
        await make_owner(person.name, first, person)
    await make_owner("某公司", other)
    entry = (await RollEntry.filter(poll_id=poll.id).order_by("id"))[0]
    for home in (first, other):
        await RollPart.create(entry=entry, dwelling=home, area=80)
    await Poll.filter(id=poll.id).update(electorate=Electorate.OWNER)
    owners = await rows(not_voted(poll.id))
    assert {row["resident_id"] for row in owners} == {wife.id, husband.id}
    assert {row["dwelling_id"] for row in owners} == {None}
    await RollEntry.filter(id=entry.id).update(resident_id=wife.id)
    await Poll.filter(id=poll.id).update(electorate=Electorate.RESIDENT)
    assert wife.id in {row["resident_id"] for row in await rows(not_voted(poll.id))}
