"""A topic put to a vote: linked both ways, decided by a posted result that came about, never by one that did not."""

from datetime import timedelta

import pytest

from clock import clock
from errors import Conflict
from handlers.consultations.actions import deciding, stages
from handlers.consultations.queries.consultations import of_poll
from handlers.consultations.queries.whole import whole_of
from handlers.staff.rules import Viewer
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll, publish_poll
from handlers.votes.actions.count import certify_poll, count_poll
from models.consultations import Consultation
from models.deliberation import DecisionKind, Stage
from models.organisations import Estate
from models.states import PollKind
from models.votes import Poll
from tests.consultations.conftest import Neighbour, colleague, make_topic, replays
from tests.factories import Community


async def put_to_vote(staff: Viewer, estate: Estate) -> tuple[Consultation, Poll]:
    topic = await make_topic(staff, estate.code, Stage.DECIDING)
    now = clock.now()
    poll = await deciding.put_to_vote(staff, topic.id, PollKind.HOUSEHOLD, now, now + timedelta(days=3), now)
    return topic, await publish_poll(staff, poll.id, now)


async def held(poll: Poll, staff: Viewer, community: Community) -> None:
    """Close, count and certify, by two people."""
    await close_poll(poll.id, clock.now())
    await count_poll(staff, poll.id, clock.now())
    await certify_poll(colleague(community, login="second"), poll.id, clock.now())


async def test_a_vote_that_came_about_is_the_decision_and_each_names_the_other(
    neighbour: Neighbour, staff: Viewer, estate: Estate, community: Community
) -> None:
    people = [await neighbour() for _ in range(3)]
    topic, poll = await put_to_vote(staff, estate)
    assert list(poll.choices) == ["改造车棚", "北门增设车架", "弃权"]
    assert poll.title == topic.title
    linked = await of_poll(poll.id)
    assert linked
    assert linked.id == topic.id
    with pytest.raises(Conflict):
        await deciding.put_to_vote(staff, topic.id, PollKind.OPINION, clock.now(), poll.closes_at, clock.now())
    with pytest.raises(Conflict):
        await deciding.publish_decision(staff, topic.id, clock.now())
    with pytest.raises(Conflict):
        await stages.resume(staff, topic.id, "不投了", clock.now())
    for one in people:
        await cast_ballot(poll.id, one.homes[0], (0,), clock.now())
    await held(poll, staff, community)
    found = await deciding.publish_decision(staff, topic.id, clock.now())
    assert (found.stage, found.decision) == (Stage.CARRYING_OUT, DecisionKind.POLL)
    whole = await whole_of(found, clock.today())
    assert "改造车棚" in whole.result
    assert found.resolution == whole.result
    assert await replays(topic.id)


async def test_a_vote_too_few_took_part_in_is_no_decision_and_leads_back_to_the_talk(
    neighbour: Neighbour, staff: Viewer, estate: Estate, community: Community
) -> None:
    people = [await neighbour() for _ in range(3)]
    topic, poll = await put_to_vote(staff, estate)
    await cast_ballot(poll.id, people[0].homes[0], (0,), clock.now())
    await held(poll, staff, community)
    with pytest.raises(Conflict):
        await deciding.publish_decision(staff, topic.id, clock.now())
    back = await stages.resume(staff, topic.id, "参与不够，再谈一轮", clock.now())
    assert (back.stage, back.decision, back.poll_id) == (Stage.DELIBERATING, None, None)
    assert await replays(topic.id)
