"""A topic from a resident's proposal to its appraisal: who sees it when, what moves it, and what can't be passed by."""

import asyncio
from datetime import timedelta

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.consultations import jobs
from handlers.consultations.actions import appraising, deciding, endorsing, reviewing, stages
from handlers.consultations.queries.topics import topic_for
from handlers.consultations.rules import StageEvent, Verb
from handlers.residency.visitors import Visitor
from handlers.staff.rules import Viewer
from handlers.undertakings.actions import add_undertaking, finish, put_off
from models.audit import AuditEntry
from models.consultations import Appraisal, Consultation
from models.deliberation import NotForUs, Stage, StepKind
from models.organisations import Estate
from models.states import StaffRole
from tests.consultations.conftest import Neighbour, colleague, make_topic, replays, timeline
from tests.factories import Community, make_community, make_district, make_estate

DAY = timedelta(days=1)


async def test_nobody_of_another_place_takes_part_and_no_other_branch_leads_it(
    neighbour: Neighbour, staff: Viewer, estate: Estate, community: Community
) -> None:
    district = await make_district("770412", "远水区")
    elsewhere = await make_community(district, "远山社区")
    outsider = await neighbour(where=await make_estate(elsewhere, "远山里"))
    topic = await make_topic(staff, estate.code, Stage.REVIEW)
    with pytest.raises(NotFound):
        await topic_for(outsider, topic.id, clock.now())
    with pytest.raises(Forbidden):
        await appraising.appraise(outsider, topic.id, True, 5, clock.now())
    foreign = colleague(elsewhere)
    for deed in (
        reviewing.accept(foreign, topic.id, "列入。", clock.now()),
        reviewing.merge(foreign, topic.id, topic.id + 1, "同一件事", clock.now()),
        stages.go_on(foreign, topic.id, StageEvent.DELIBERATE, "快", clock.now()),
        deciding.publish_decision(foreign, topic.id, clock.now()),
        add_undertaking(foreign, "画线", "物业", clock.today() + DAY, clock.now(), consultation_id=topic.id),
    ):
        with pytest.raises(NotFound):
            await deed
    assert (await Consultation.get(id=topic.id)).stage is Stage.REVIEW


async def test_two_reviewers_at_once_answer_once(staff: Viewer, estate: Estate) -> None:
    topic = await make_topic(staff, estate.code, Stage.REVIEW)
    came = await asyncio.gather(
        reviewing.accept(staff, topic.id, "列入。", clock.now()),
        reviewing.decline(staff, topic.id, NotForUs.LEGAL_WAY, "请找法院。", clock.now()),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, Conflict) for one in came) == [False, True]
    assert len(await timeline(topic.id)) == 3


async def test_what_is_left_out_or_cut_short_stands_in_the_timeline_with_its_reason(
    staff: Viewer, estate: Estate
) -> None:
    topic = await make_topic(staff, estate.code, Stage.REVIEW)
    now = clock.now()
    with pytest.raises(Invalid):
        await reviewing.accept(staff, topic.id, "", now, skip_reason="汛期，等不得")
    await reviewing.accept(staff, topic.id, "列入。", now, skip_reason="汛期，等不得")
    with pytest.raises(Invalid):
        await stages.go_on(staff, topic.id, StageEvent.DECIDE, "", now)
    await stages.go_on(staff, topic.id, StageEvent.DECIDE, "大家意见一致", now)
    told = [(step.kind, step.stage, step.reason) for step in await timeline(topic.id)]
    assert told[1:] == [
        (StepKind.SKIPPED, Stage.COLLECTING, "居民代表会上已有二十户提出"),
        (StepKind.SKIPPED, Stage.POSTED, "汛期，等不得"),
        (StepKind.ADVANCED, Stage.DELIBERATING, ""),
        (StepKind.SHORTENED, Stage.DELIBERATING, "大家意见一致"),
        (StepKind.ADVANCED, Stage.DECIDING, ""),
    ]
    assert await replays(topic.id)


async def decided(staff: Viewer, estate: Estate) -> Consultation:
    """A topic whose decision is published, with one task."""
    topic = await make_topic(staff, estate.code, Stage.DECIDING)
    await deciding.write_resolution(staff, topic.id, "先改一号车棚。", "无", clock.now())
    topic = await deciding.publish_decision(staff, topic.id, clock.now())
    await add_undertaking(staff, "改一号车棚", "物业", clock.today() + 9 * DAY, clock.now(), consultation_id=topic.id)
    return topic


async def test_who_wrote_the_text_does_not_publish_it_and_dissent_is_always_said(
    staff: Viewer, estate: Estate, community: Community
) -> None:
    topic = await make_topic(staff, estate.code, Stage.DECIDING)
    with pytest.raises(Conflict):
        await deciding.publish_decision(staff, topic.id, clock.now())
    writer = colleague(community, StaffRole.EDITOR, "zhao")
    with pytest.raises(Invalid):
        await deciding.write_resolution(writer, topic.id, "先改一号车棚。", "", clock.now())
    await deciding.write_resolution(writer, topic.id, "先改一号车棚。", "7号楼3户要求移到北门", clock.now())
    with pytest.raises(Forbidden):
        await deciding.publish_decision(writer, topic.id, clock.now())
    same = colleague(community, StaffRole.APPROVER, "zhao")
    with pytest.raises(Conflict):
        await deciding.publish_decision(same, topic.id, clock.now())
    approver = colleague(community, StaffRole.APPROVER, "qian")
    published = await deciding.publish_decision(approver, topic.id, clock.now())
    assert (published.stage, published.decided_by) == (Stage.CARRYING_OUT, "qian")


async def test_nothing_is_appraised_without_a_task_and_not_before_seven_days(staff: Viewer, estate: Estate) -> None:
    topic = await make_topic(staff, estate.code, Stage.DECIDING)
    await deciding.write_resolution(staff, topic.id, "先改一号车棚。", "无", clock.now())
    await deciding.publish_decision(staff, topic.id, clock.now())
    later = clock.now() + 8 * DAY
    with pytest.raises(Conflict):
        await stages.go_on(staff, topic.id, StageEvent.APPRAISE, "", later)
    task = await add_undertaking(
        staff, "改一号车棚", "物业", clock.today() + 9 * DAY, clock.now(), consultation_id=topic.id
    )
    await put_off(staff, task.id, clock.today() + 19 * DAY, "等供电所增容", clock.now())
    with pytest.raises(Invalid):
        await stages.go_on(staff, topic.id, StageEvent.APPRAISE, "", clock.now() + 6 * DAY)
    await stages.go_on(staff, topic.id, StageEvent.APPRAISE, "", later)
    await task.refresh_from_db()
    assert (task.first_due_on, task.due_on) == (clock.today() + 9 * DAY, clock.today() + 19 * DAY)
    done = await finish(staff, task.id, "八十个口都能用了", clock.now())
    assert done.done_at
    with pytest.raises(Conflict):
        await finish(staff, task.id, "再一次", clock.now())


async def appraised(staff: Viewer, estate: Estate) -> Consultation:
    topic = await decided(staff, estate)
    return await stages.go_on(staff, topic.id, StageEvent.APPRAISE, "", clock.now() + 8 * DAY)


async def test_five_voices_of_not_carried_out_begin_it_anew_at_once_and_one_person_has_one_voice(
    neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    topic, now = await appraised(staff, estate), clock.now() + 9 * DAY
    people: list[Visitor] = [await neighbour() for _ in range(5)]
    for _ in range(6):
        await appraising.appraise(people[0], topic.id, False, 1, now)
    assert await Appraisal.all().count() == 1
    await appraising.appraise(people[0], topic.id, True, 4, now)
    await appraising.appraise(people[0], topic.id, False, None, now)
    with pytest.raises(Invalid):
        await appraising.appraise(people[1], topic.id, True, 6, now)
    await asyncio.gather(*(appraising.appraise(one, topic.id, False, 2, now) for one in people[1:]))
    found = await Consultation.get(id=topic.id)
    assert (found.stage, found.round) == (Stage.CARRYING_OUT, 2)
    last = (await timeline(topic.id))[-1]
    assert (last.kind, last.reason) == (StepKind.REOPENED, "5人评议，5人说未落实")
    with pytest.raises(Conflict):
        await appraising.appraise(people[0], topic.id, True, 5, now)
    assert await replays(topic.id)


@pytest.mark.parametrize(("said_no", "stage"), [(0, Stage.CLOSED), (1, Stage.CARRYING_OUT)])
async def test_the_clock_closes_what_was_carried_out_and_begins_anew_what_a_third_says_was_not(
    said_no: int, stage: Stage, neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    topic, now = await appraised(staff, estate), clock.now() + 9 * DAY
    for at in range(3):
        await appraising.appraise(await neighbour(), topic.id, at >= said_no, 4, now)
    over = (topic.ends_at or now) + timedelta(seconds=1)
    late = await neighbour()
    with pytest.raises(Conflict):
        await appraising.appraise(late, topic.id, False, 1, over)
    await asyncio.gather(jobs.conclude_due(over), jobs.conclude_due(over))
    assert (await Consultation.get(id=topic.id)).stage is stage
    assert len([step for step in await timeline(topic.id) if step.stage is stage]) == 1 + (stage is not Stage.CLOSED)
    assert await replays(topic.id)


async def test_collecting_lapses_posting_is_over_and_a_late_review_is_noted_once(
    neighbour: Neighbour, staff: Viewer, estate: Estate
) -> None:
    lapsing = await make_topic(staff, estate.code)
    late = await make_topic(staff, estate.code, Stage.REVIEW)
    posted = await make_topic(staff, estate.code, Stage.POSTED)
    after = clock.now() + 70 * DAY
    other = await neighbour()
    with pytest.raises(Conflict):
        await endorsing.endorse(other, other.homes[0], lapsing.id, after)
    for _ in range(2):
        await jobs.conclude_due(after)
    stages_now = [(await Consultation.get(id=one.id)).stage for one in (lapsing, late, posted)]
    assert stages_now == [Stage.DECLINED, Stage.REVIEW, Stage.DELIBERATING]
    assert [step.kind for step in await timeline(late.id)].count(StepKind.EXTENDED) == 1
    assert (await topic_for(other, posted.id, after)).verbs >= {Verb.SPEAK, Verb.STANCE}


async def test_every_step_is_in_the_audit_trail_without_anybody_s_name(staff: Viewer, estate: Estate) -> None:
    topic = await decided(staff, estate)
    written = (
        await AuditEntry.filter(subject=f"consultation:{topic.id}").order_by("id").values_list("action", flat=True)
    )
    assert [action.split(".")[1] for action in written] == [
        *("begin", "accept", "deliberate", "decide", "resolution", "publish"),
    ]
