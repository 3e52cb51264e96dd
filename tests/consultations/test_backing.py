"""Topics proposed and backed: seen once looked at, counted by household, enough of them enter the review once."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clock import clock
from errors import Conflict, NotFound
from handlers.consultations.actions import endorsing, proposing, reviewing
from handlers.consultations.queries.topics import topic_for, topics_for
from handlers.staff.rules import Viewer
from models.consultations import Consultation, Endorsement
from models.conversations import Notification
from models.deliberation import PostState, Stage, StepKind
from models.organisations import Estate
from models.participation import Post
from tests.consultations.conftest import Neighbour, make_topic, replays, timeline

DAY = timedelta(days=1)


async def publish(consultation: Consultation) -> None:
    """What a moderator's 通过 comes to, with the event dispatched."""
    await Post.filter(id=consultation.post_id).update(state=PostState.PUBLISHED)
    await proposing.begin_collecting({"post": consultation.post_id, "kind": "proposal", "state": "published"})


async def test_a_proposal_is_public_only_once_its_text_was_looked_at_and_says_what_the_moderator_left(
    neighbour: Neighbour,
) -> None:
    author, other = await neighbour(), await neighbour()
    made = await proposing.propose(author, author.homes[0], "电动车停哪里", "车棚不够，找老李。", clock.now())
    with pytest.raises(NotFound):
        await topic_for(other, made.id, clock.now())
    with pytest.raises(NotFound):
        await endorsing.endorse(other, other.homes[0], made.id, clock.now())
    await Post.filter(id=made.post_id).update(text="电动车停哪里\n车棚不够。")
    await publish(made)
    topic = await topic_for(other, made.id, clock.now())
    assert (topic.consultation.problem, topic.backed, topic.endorsed) == ("车棚不够。", 1, False)
    assert (await topic_for(author, made.id, clock.now())).endorsed
    await Post.filter(id=made.post_id).update(state=PostState.HIDDEN)
    assert await topics_for(other, clock.now()) == []


async def test_the_household_that_makes_them_enough_sends_it_to_the_review_and_all_are_told(
    neighbour: Neighbour, staff: Viewer
) -> None:
    author, other = await neighbour(), await neighbour()
    spouse_of_author = await neighbour(author)
    made = await proposing.propose(author, author.homes[0], "电动车停哪里", "车棚不够。", clock.now())
    await publish(made)
    again = await endorsing.endorse(spouse_of_author, spouse_of_author.homes[0], made.id, clock.now())
    assert (again.count, again.need, again.first) == (1, 2, False)
    enough = await endorsing.endorse(other, other.homes[0], made.id, clock.now())
    assert (enough.count, enough.first) == (2, True)
    found = await Consultation.get(id=made.id)
    assert found.stage is Stage.REVIEW
    assert found.review_due_on
    assert await Notification.all().count() == 2
    assert await replays(made.id)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(backers=st.lists(st.integers(0, 5), max_size=8), joined=st.booleans())
async def test_backers_count_by_household_however_they_come_and_join(
    backers: list[int], joined: bool, neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    people = [await neighbour() for _ in range(4)]
    people += [await neighbour(people[0]), await neighbour(people[1])]
    first, second = [await make_topic(staff, estate.code) for _ in range(2)]
    await Consultation.filter(id__in=[first.id, second.id]).update(endorse_need=3)
    for at, number in enumerate(backers):
        person, topic = people[number], second if joined and at % 2 else first
        try:
            await endorsing.endorse(person, person.homes[0], topic.id, clock.now())
        except Conflict:
            assert (await Consultation.get(id=topic.id)).stage is Stage.REVIEW
    if joined:
        await reviewing.merge(staff, second.id, first.id, "同一件事", clock.now())
    homes = {people[number].homes[0].dwelling_id for number in backers}
    counted = await Endorsement.filter(consultation_id=first.id).values_list("dwelling_id", flat=True)
    assert len(counted) == len(set(counted))
    assert set(counted) <= homes
    stage = (await Consultation.get(id=first.id)).stage
    assert stage is (Stage.REVIEW if len(counted) >= 3 else Stage.COLLECTING)
    entered = [
        step for step in await timeline(first.id) if (step.kind, step.stage) == (StepKind.ADVANCED, Stage.REVIEW)
    ]
    assert len(entered) == (stage is Stage.REVIEW)
    assert await replays(first.id)
    assert await replays(second.id)


async def test_many_households_at_once_enter_the_review_once(
    neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    people = [await neighbour() for _ in range(5)]
    topic = await make_topic(staff, estate.code)
    await Consultation.filter(id=topic.id).update(endorse_need=3)
    came = await asyncio.gather(
        *(endorsing.endorse(one, one.homes[0], topic.id, clock.now()) for one in people), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in came) == 2
    assert await Endorsement.filter(consultation_id=topic.id).count() == 3
    assert [step.stage for step in await timeline(topic.id)] == [Stage.COLLECTING, Stage.REVIEW]


async def test_parts_of_a_topic_name_where_they_come_from_and_keep_its_backers(
    neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    backer = await neighbour()
    topic = await make_topic(staff, estate.code)
    await endorsing.endorse(backer, backer.homes[0], topic.id, clock.now())
    await reviewing.take_up(staff, topic.id, "消防来函催办", clock.now())
    made = await reviewing.split(staff, topic.id, [("充电怎么收费", "一次两块贵不贵。")], "两件事", clock.now())
    part = await Consultation.get(id=made[0].id)
    assert (part.split_from_id, part.stage) == (topic.id, Stage.REVIEW)
    assert await Endorsement.filter(consultation_id=part.id).count() == 1
    assert [step.kind for step in await timeline(part.id)] == [StepKind.SPLIT]
    assert await replays(topic.id)
    assert await replays(part.id)
