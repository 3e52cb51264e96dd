"""Drafts of every kind: what is kept, who may take the next step, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clock import clock
from errors import Conflict, Forbidden, Invalid, NotFound
from handlers.votes.actions.conduct import publish_poll
from handlers.votes.actions.drafts import Draft, draft_poll, edit_poll, return_poll, review_poll, submit_poll
from models.audit import AuditEntry
from models.residency import Dwelling
from models.states import Electorate, LegalEffect, PollKind, PollState, StaffRole
from models.votes import Poll, PollElector
from tests.factories import make_resident
from tests.votes.conftest import Community, viewer


def written(community: Community, **values: object) -> Draft:
    now = clock.now()
    draft = Draft(
        title="楼道里装不装扶手",
        explanation="一楼到六楼都装。",
        choices=("同意", "不同意", "弃权"),
        place=community.organisation.code,
        opens_at=now + timedelta(days=20),
        closes_at=now + timedelta(days=30),
        abstain="弃权",
    )
    return replace(draft, **values)  # type: ignore[arg-type]


KINDS = (
    (PollKind.OPINION, {"max_choices": 2}, Electorate.RESIDENT, LegalEffect.CONSULTATIVE, True),
    (PollKind.HOUSEHOLD, {}, Electorate.HOUSEHOLD, LegalEffect.CONSULTATIVE, True),
    (PollKind.SCORE, {"dimensions": ("保洁", "秩序")}, Electorate.HOUSEHOLD, LegalEffect.CONSULTATIVE, True),
    (PollKind.DELEGATES, {}, Electorate.LISTED, LegalEffect.CONSULTATIVE, True),
    (
        PollKind.OWNERS,
        {"matter": 4, "choices": ("赞成", "反对", "弃权")},
        Electorate.OWNER,
        LegalEffect.INDICATIVE,
        False,
    ),
)


@pytest.mark.parametrize(("kind", "values", "electorate", "effect", "secret"), KINDS, ids=[case[0] for case in KINDS])
async def test_each_kind_is_kept_with_what_is_usual_for_it(
    community: Community,
    kind: PollKind,
    values: dict[str, object],
    electorate: Electorate,
    effect: LegalEffect,
    secret: bool,
) -> None:
    poll = await draft_poll(community.viewer, written(community, kind=kind, **values), clock.now())
    kept = await Poll.get(id=poll.id)
    assert (kept.state, kept.electorate, kept.legal_effect, kept.secret) == (
        PollState.DRAFT,
        electorate,
        effect,
        secret,
    )
    assert kept.terms["sources"]
    assert kept.dimensions == list(values.get("dimensions", ()))  # type: ignore[call-overload]
    assert bool(kept.choices) is (kind is not PollKind.SCORE)


async def coded(community: Community) -> None:
    """Codes as ledgers have them: those of a building begin alike."""
    for dwelling in await Dwelling.filter(id__in=[one.id for one in community.dwellings]):
        dwelling.code = f"{community.organisation.code}001-0101{dwelling.room}"
        await dwelling.save(update_fields=["code"])


class TestParts:
    async def test_a_place_is_narrowed_to_buildings_by_address_or_code(self, community: Community) -> None:
        await coded(community)
        code = f"{community.organisation.code}001-010110"
        for line in ("幸福里1号楼", "幸福里 1号楼 1单元", "1号楼", code):
            poll = await draft_poll(community.viewer, written(community, parts=(line,)), clock.now())
            assert poll.places == [code], line
            assert poll.scope.startswith("幸福里1号楼"), line

    async def test_several_parts_stand_in_the_scope(self, community: Community) -> None:
        await coded(community)
        poll = await draft_poll(community.viewer, written(community, parts=("幸福里", "1号楼")), clock.now())
        assert (len(poll.places), poll.scope) == (2, "幸福里、幸福里1号楼")

    async def test_what_is_not_there_is_named_and_nothing_is_kept(self, community: Community) -> None:
        for line in ("9号楼", "别处小区1号楼", "880412002001001-01"):
            with pytest.raises(Invalid, match=f"「{line}」没有找到"):
                await draft_poll(community.viewer, written(community, parts=(line,)), clock.now())
        assert not await Poll.exists()

    async def test_a_place_of_others_is_not_found(self, community: Community) -> None:
        with pytest.raises(NotFound):
            await draft_poll(community.viewer, written(community, place="990103001001"), clock.now())


class TestElectors:
    async def test_a_pasted_list_becomes_people_once_each(self, community: Community) -> None:
        lines = ("户主1 幸福里1-1-101", "户主2 幸福里1号楼1单元102", "户主1 幸福里1-1-101")
        draft = written(community, kind=PollKind.DELEGATES, electors=lines)
        poll = await draft_poll(community.viewer, draft, clock.now())
        assert await PollElector.filter(poll=poll).count() == 2
        await edit_poll(community.viewer, poll.id, replace(draft, electors=()), clock.now())
        assert await PollElector.filter(poll=poll).count() == 2
        await edit_poll(community.viewer, poll.id, replace(draft, electors=lines[1:2]), clock.now())
        assert await PollElector.filter(poll=poll).count() == 1

    async def test_lines_that_match_nobody_are_told_by_number_and_never_by_name(self, community: Community) -> None:
        await make_resident("户主3", community.dwellings[2])
        lines = ("户主1 幸福里1-1-101", "户主1 幸福里1-1-102", "没有地址的人", "户主3 幸福里1-1-103")
        draft = written(community, kind=PollKind.DELEGATES, electors=lines)
        with pytest.raises(Invalid, match="有3行没有对上登记的居民：第2行、第3行、第4行") as refusal:
            await draft_poll(community.viewer, draft, clock.now())
        assert "户主" not in refusal.value.message
        assert not await Poll.exists()


class TestEdit:
    async def test_a_draft_is_written_anew_and_the_trail_names_the_fields(self, community: Community) -> None:
        poll = await draft_poll(community.viewer, written(community), clock.now())
        changed = written(community, title="楼道里装不装长椅", contact="12345", opens_at=poll.opens_at)
        await edit_poll(community.viewer, poll.id, replace(changed, closes_at=poll.closes_at), clock.now())
        assert (await Poll.get(id=poll.id)).title == "楼道里装不装长椅"
        entry = await AuditEntry.get(action="poll.edit")
        assert entry.detail == {"fields": ["contact", "title"]}

    async def test_what_is_submitted_is_changed_no_more(self, community: Community) -> None:
        poll = await draft_poll(community.viewer, written(community), clock.now())
        await submit_poll(community.viewer, poll.id)
        with pytest.raises(Conflict):
            await edit_poll(community.viewer, poll.id, written(community, title="偷偷改掉的标题"), clock.now())
        assert (await Poll.get(id=poll.id)).title == "楼道里装不装扶手"

    async def test_a_bad_edit_changes_nothing(self, community: Community) -> None:
        poll = await draft_poll(community.viewer, written(community), clock.now())
        with pytest.raises(Invalid):
            await edit_poll(community.viewer, poll.id, written(community, choices=("同意",)), clock.now())
        assert (await Poll.get(id=poll.id)).choices == ["同意", "不同意", "弃权"]


class TestReview:
    async def test_three_people_pass_a_vote_on_and_each_is_named(self, community: Community) -> None:
        code = community.organisation.code
        editor = replace(viewer(code, StaffRole.EDITOR), login="editor")
        reviewer = replace(viewer(code, StaffRole.REVIEWER), login="reviewer")
        approver = replace(viewer(code, StaffRole.APPROVER), login="approver")
        poll = await draft_poll(editor, written(community), clock.now())
        with pytest.raises(Conflict, match="还没有审核通过"):
            await publish_poll(approver, poll.id, clock.now())
        await submit_poll(editor, poll.id)
        with pytest.raises(Conflict, match="还没有审核通过"):
            await publish_poll(approver, poll.id, clock.now())
        for unable in (editor, approver):
            with pytest.raises(Forbidden):
                await review_poll(unable, poll.id)
        await review_poll(reviewer, poll.id)
        with pytest.raises(Conflict, match="已经审核通过"):
            await review_poll(reviewer, poll.id)
        await publish_poll(approver, poll.id, clock.now())
        kept = await Poll.get(id=poll.id)
        assert (kept.state, kept.submitted_by, kept.reviewed_by, kept.published_by) == (
            PollState.ANNOUNCED,
            "editor",
            "reviewer",
            "approver",
        )

    async def test_a_draft_given_back_with_a_reason_is_a_draft_again(self, community: Community) -> None:
        poll = await draft_poll(community.viewer, written(community), clock.now())
        await submit_poll(community.viewer, poll.id)
        await review_poll(community.viewer, poll.id)
        with pytest.raises(Invalid):
            await return_poll(community.viewer, poll.id, "")
        await return_poll(community.viewer, poll.id, "日期不对")
        kept = await Poll.get(id=poll.id)
        assert (kept.state, kept.reason, kept.reviewed_by, kept.submitted_by) == (
            PollState.DRAFT,
            "日期不对",
            "",
            "",
        )
        with pytest.raises(Forbidden):
            await return_poll(viewer(community.organisation.code, StaffRole.EDITOR), poll.id, "不归我管")
        with pytest.raises(NotFound):
            await return_poll(viewer("990103001001"), poll.id, "别的社区")
