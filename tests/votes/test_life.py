"""What stops a vote from being published, and what may still be done with it afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from clock import clock
from errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import (
    archive_poll,
    close_poll,
    correct_poll,
    extend_poll,
    publish_poll,
    suspend_poll,
)
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.actions.drafts import Draft, draft_poll, review_poll, submit_poll
from handlers.votes.jobs import close_due
from handlers.votes.terms import preset
from models.ballots import Ballot, RollEntry
from models.database import rows
from models.residency import Dwelling, Membership
from models.states import PollKind, PollState, StaffRole
from models.votes import Poll, PollChange
from tests.factories import make_dwelling, make_owner
from tests.votes.conftest import Community, second, viewer


async def test_a_vote_that_can_not_be_sealed_holds_up_no_other(community: Community) -> None:
    broken, whole = await community.poll(), await community.poll("大门口装不装路灯")
    for poll in (broken, whole):
        await cast_ballot(poll.id, await community.home("oA", community.dwellings[0]), (0,), clock.now())
        await rows("DELETE FROM binding")
    await rows("UPDATE ballot SET receipt = '\\x00' WHERE poll_id = $1", broken.id)
    with pytest.raises(ExceptionGroup):
        await close_due(clock.now() + timedelta(days=8))
    states = {poll.id: poll.state for poll in await Poll.all()}
    assert states == {broken.id: PollState.OPEN, whole.id: PollState.COUNTING}


@pytest.mark.parametrize("counts", [False, True])
async def test_homes_whose_owner_lives_elsewhere_count_where_the_terms_say_so(
    community: Community, counts: bool
) -> None:
    empty = await make_dwelling(await community.dwellings[0].estate, "1", "1", "106")
    await make_owner("远方人", empty)
    await make_owner("户主1", community.dwellings[0])
    now = clock.now()
    terms = replace(preset(PollKind.HOUSEHOLD), absent_owners=counts)
    draft = Draft(
        "装不装扶手", "", ("同意", "不同意"), community.organisation.code, now, now + timedelta(days=7), terms=terms
    )
    poll = await publish_poll(community.viewer, (await draft_poll(community.viewer, draft, now)).id, now)
    assert await RollEntry.filter(poll=poll).count() == (5 if counts else 4)
    assert await RollEntry.filter(poll=poll, dwelling=empty).exists() is counts


async def _closed(community: Community, choices: list[int]) -> Poll:
    """A poll in which the first households have chosen so, closed at its time."""
    poll = await community.poll()
    for number, choice in enumerate(choices):
        home = await community.home(f"o{number}", community.dwellings[number])
        await cast_ballot(poll.id, home, (choice,), clock.now())
    await close_poll(poll.id, poll.closes_at)
    return await Poll.get(id=poll.id)


def spare(community: Community, now: datetime, opens: int = 0, closes: int = 5, **more: Any) -> Draft:
    place = community.organisation.code
    opens_at, closes_at = now + timedelta(days=opens), now + timedelta(days=closes)
    return Draft("楼道里装不装扶手", "", ["同意", "不同意", "弃权"], place, opens_at, closes_at, **more)


class TestRefusedAtPublishing:
    async def test_an_owners_vote_is_not_published_by_who_drafted_and_reviewed_it_alone(
        self, community: Community
    ) -> None:
        now = clock.now()
        await Dwelling.all().update(area=80)
        for dwelling in community.dwellings:
            await make_owner("周桂兰", dwelling)
        draft = spare(community, now, 15, 30, kind=PollKind.OWNERS, matter=4)
        draft = replace(draft, choices=["赞成", "反对", "弃权"])
        poll = await draft_poll(community.viewer, draft, now)
        with pytest.raises(Conflict, match="先提交审核"):
            await publish_poll(community.viewer, poll.id, now)
        await submit_poll(community.viewer, poll.id)
        await review_poll(community.viewer, poll.id)
        with pytest.raises(Conflict, match="至少要两个人"):
            await publish_poll(community.viewer, poll.id, now)
        with pytest.raises(Invalid, match=r"公示要满15天.*物业管理条例"):
            await publish_poll(second(community), poll.id, now + timedelta(days=1))
        await Dwelling.filter(id=community.dwellings[0].id).update(area=None)
        with pytest.raises(Invalid, match=r"有1户（幸福里1号楼1单元101）没有面积。.*解释第八条"):
            await publish_poll(second(community), poll.id, now)
        assert not await RollEntry.exists()
        await Dwelling.filter(id=community.dwellings[0].id).update(area=80)
        assert (await publish_poll(second(community), poll.id, now)).state is PollState.ANNOUNCED

    async def test_a_place_where_nobody_may_vote_is_refused(self, community: Community) -> None:
        await Membership.all().delete()
        poll = await draft_poll(community.viewer, spare(community, clock.now()), clock.now())
        with pytest.raises(Invalid, match="名册是空的"):
            await publish_poll(community.viewer, poll.id, clock.now())
        assert (await Poll.get(id=poll.id)).state is PollState.DRAFT

    async def test_a_day_that_can_t_be_is_refused(self, community: Community) -> None:
        draft = replace(spare(community, clock.now()), explanation="2月30日开说明会。")
        poll = await draft_poll(community.viewer, draft, clock.now())
        with pytest.raises(Invalid, match="没有2月30日这一天"):
            await publish_poll(community.viewer, poll.id, clock.now())


class TestAfterPublishing:
    async def test_closing_is_only_put_off_and_everybody_can_read_why(self, community: Community) -> None:
        poll = await community.poll()
        later = poll.closes_at + timedelta(days=3)
        for when, reason in ((poll.closes_at, "再等等"), (poll.closes_at - timedelta(days=1), "快点"), (later, "")):
            with pytest.raises(Invalid):
                await extend_poll(community.viewer, poll.id, when, reason, clock.now())
        with pytest.raises(Conflict):
            await extend_poll(community.viewer, poll.id, later, "晚了", poll.closes_at)
        await extend_poll(community.viewer, poll.id, later, "连日下雨", clock.now())
        await close_poll(poll.id, poll.closes_at, poll.closes_at)
        kept = await Poll.get(id=poll.id)
        assert (kept.state, kept.closes_at) == (PollState.OPEN, later)
        change = await PollChange.get(poll_id=poll.id)
        assert (change.field, change.after, change.reason) == ("closes_at", later.isoformat(), "连日下雨")

    async def test_what_is_stopped_takes_no_ballot_and_is_never_counted(self, community: Community) -> None:
        poll = await community.poll()
        await cast_ballot(poll.id, await community.home("o1", community.dwellings[0]), (0,), clock.now())
        with pytest.raises(Invalid):
            await suspend_poll(community.viewer, poll.id, "", clock.now())
        await suspend_poll(community.viewer, poll.id, "说明写错了", clock.now())
        kept = await Poll.get(id=poll.id)
        assert (kept.state, kept.reason, kept.result) == (PollState.SUSPENDED, "说明写错了", None)
        assert not await Ballot.exists()
        with pytest.raises(DomainError):
            await cast_ballot(poll.id, await community.home("o2", community.dwellings[1]), (0,), clock.now())
        with pytest.raises(Conflict):
            await count_poll(community.viewer, poll.id, clock.now())
        with pytest.raises(Conflict):
            await suspend_poll(community.viewer, poll.id, "再来一次", clock.now())

    async def test_only_explanation_and_contact_are_put_right(self, community: Community) -> None:
        poll = await community.poll()
        with pytest.raises(Invalid, match="没有改动"):
            await correct_poll(community.viewer, poll.id, poll.explanation, poll.contact, "看一下", clock.now())
        await correct_poll(community.viewer, poll.id, "只装一到三楼。", poll.contact, "写多了", clock.now())
        kept = await Poll.get(id=poll.id)
        assert (kept.explanation, kept.title) == ("只装一到三楼。", poll.title)
        [change] = await PollChange.filter(poll_id=poll.id)
        assert (change.field, change.before, change.after) == ("explanation", "一楼到六楼都装。", "只装一到三楼。")
        await close_poll(poll.id, clock.now())
        with pytest.raises(Conflict):
            await correct_poll(community.viewer, poll.id, "再改", "1", "晚了", clock.now())

    async def test_only_a_posted_result_is_archived(self, community: Community) -> None:
        poll = await _closed(community, [0])
        with pytest.raises(Conflict):
            await archive_poll(community.viewer, poll.id, clock.now())
        await count_poll(community.viewer, poll.id, clock.now())
        await certify_poll(second(community), poll.id, clock.now())
        assert (await archive_poll(community.viewer, poll.id, clock.now())).archived_at

    async def test_another_community_and_lesser_roles_change_nothing(self, community: Community) -> None:
        poll, now = await community.poll(), clock.now()
        later = poll.closes_at + timedelta(days=1)
        editor = viewer(community.organisation.code, StaffRole.EDITOR)
        for who, refusal in ((viewer("990103001001"), NotFound), (editor, Forbidden)):
            for deed in (
                extend_poll(who, poll.id, later, "原因", now),
                suspend_poll(who, poll.id, "原因", now),
                correct_poll(who, poll.id, "改了", "1", "原因", now),
                archive_poll(who, poll.id, now),
            ):
                with pytest.raises(refusal):
                    await deed
        assert not await PollChange.exists()
