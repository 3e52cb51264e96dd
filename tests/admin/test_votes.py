"""A vote on the panel, from publishing to the download, and what a stranger or a second click can't do."""

import asyncio
import csv
from datetime import timedelta

import pytest

from admin.layout import local
from admin.pages import vote_roll, votes
from clock import clock
from handlers.residency.visitors import visitor
from handlers.votes.actions.cast import object_to_roll
from models.audit import AuditEntry
from models.ballots import RollMark, SealedReceipt
from models.residency import Binding
from models.states import PollState, StaffRole
from models.votes import Poll
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_households
from tests.admin.polls import TITLE, cast, closed, drafted, published
from tests.factories import Community, make_estate


@pytest.fixture
async def stranger(signed_in: SignIn, elsewhere: Community) -> Browser:
    """Someone with every permission, in another community."""
    return await signed_in(StaffRole.ADMIN, elsewhere.code)


class TestPublish:
    async def test_publishing_opens_the_roll_when_its_time_has_come(self, admin: Browser, community: Community) -> None:
        estate = await make_estate(community)
        await make_households(estate, 3)
        poll = await drafted(admin, estate.code)
        page = await admin.follow(await admin.press(f"/admin/votes/{poll.id}", "发布"))
        assert "已发布，现在就可以投票了。" in page
        assert "已投 0 户 / 名册 3 户（0.0%）" in page
        assert "发布" not in [word for form in forms(page) for word in form.buttons]

    async def test_a_vote_published_early_waits_for_its_time(self, admin: Browser, community: Community) -> None:
        poll = await drafted(admin, community.code, 开始时间="2031-05-01T08:00", 截止时间="2031-05-08T20:00")
        page = await admin.follow(await admin.press(f"/admin/votes/{poll.id}", "发布"))
        assert "已发布，5月1日 08:00自动开始投票。" in page
        assert "公示中" in page

    async def test_a_second_click_says_how_it_stands_and_changes_nothing(
        self, admin: Browser, community: Community
    ) -> None:
        poll = await published(admin, community.code)
        before = await AuditEntry.all().count()
        page = await admin.follow(await admin.post(f"/admin/votes/{poll.id}/publish"))
        assert "这个投票已是「投票中」，刚才没有改动。" in page
        assert await AuditEntry.all().count() == before

    async def test_two_clicks_at_once_publish_once(self, admin: Browser, community: Community) -> None:
        poll = await drafted(admin, community.code)
        address, token = f"/admin/votes/{poll.id}/publish", await admin.token()
        clicks = [admin.http.post(address, data={"token": token}) for _ in range(4)]
        assert [answer.status_code for answer in await asyncio.gather(*clicks)] == [303] * 4
        assert await AuditEntry.filter(action="poll.publish").count() == 1

    async def test_a_draft_whose_end_has_passed_is_refused(self, admin: Browser, community: Community) -> None:
        poll = await drafted(admin, community.code)
        clock.shift += timedelta(days=8)
        assert "截止时间已过" in await admin.follow(await admin.post(f"/admin/votes/{poll.id}/publish"))
        assert (await Poll.get(id=poll.id)).state is PollState.DRAFT


class TestRunning:
    async def test_an_open_vote_shows_turnout_and_never_a_split(self, admin: Browser, community: Community) -> None:
        estate = await make_estate(community)
        dwellings = await make_households(estate, 4)
        poll = await published(admin, estate.code)
        for dwelling in dwellings[:3]:
            await cast(poll.id, dwelling, 1)
        page = await admin.page(f"/admin/votes/{poll.id}")
        assert "已投 3 户 / 名册 4 户（75.0%）" in page
        assert "票数" not in words(page).replace("不看各选项票数", "")
        part = await admin.page(f"/admin/votes/{poll.id}/turnout")
        assert part.lstrip().startswith("<section")
        assert "已投 3 户" in part
        assert (await admin.get(f"/admin/votes/{poll.id}/result.csv")).status_code == 409
        assert (await admin.post(f"/admin/votes/{poll.id}/count")).status_code == 303
        assert (await Poll.get(id=poll.id)).result is None

    async def test_the_open_page_loads_anew_once_voting_is_over(self, admin: Browser, community: Community) -> None:
        poll = await closed(admin, community, [0])
        response = await admin.get(f"/admin/votes/{poll.id}/turnout")
        assert (response.status_code, response.headers["hx-refresh"]) == (204, "true")

    async def test_past_its_end_an_open_vote_says_that_no_ballot_counts_any_more(
        self, admin: Browser, community: Community
    ) -> None:
        poll = await published(admin, community.code)
        clock.shift += timedelta(days=8)
        assert "已到截止时间，不再收票" in await admin.page(f"/admin/votes/{poll.id}")

    async def test_the_roll_tells_who_has_voted_when_and_how_but_not_what(
        self, admin: Browser, community: Community
    ) -> None:
        estate = await make_estate(community)
        dwellings = await make_households(estate, 3)
        poll = await published(admin, estate.code)
        await cast(poll.id, dwellings[1], 1)
        mark = await RollMark.get()
        address = f"/admin/votes/{poll.id}/roll"
        page = await admin.page(address)
        assert words(page).count("未投 ") >= 2
        line = words(page).split(dwellings[1].address)[1].split(dwellings[2].address)[0]
        assert line.split() == ["已投", "微信", *local(mark.cast_at).split()]
        assert "同意" not in words(page)
        assert dwellings[1].address not in await admin.page(f"{address}?which=no")
        assert dwellings[0].address not in await admin.page(f"{address}?which=yes")
        assert "没有符合的住户" in await admin.page(f"{address}?q=102 999")
        assert dwellings[1].address in await admin.page(f"{address}?q=102 3号楼")

    async def test_a_long_roll_goes_on_by_next_page(
        self, admin: Browser, community: Community, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vote_roll, "LINES", 2)
        estate = await make_estate(community)
        dwellings = await make_households(estate, 3)
        poll = await published(admin, estate.code)
        first = await admin.page(f"/admin/votes/{poll.id}/roll?which=no")
        assert dwellings[2].address not in first
        following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = await admin.page(following)
        assert dwellings[2].address in second
        assert dwellings[1].address not in second
        assert 'rel="next"' not in second


class TestCount:
    async def test_counting_posts_the_exact_result(self, admin: Browser, community: Community) -> None:
        poll = await closed(admin, community, [0, 0, 1, 2], abstaining_from=2)
        page = words(await admin.follow(await admin.press(f"/admin/votes/{poll.id}", "计票")))
        assert "名册 6 户，投票 4 户，参与率 66.7%。" in page
        assert "同意 2 户 50.0%" in page
        assert "不同意 1 户 25.0%" in page
        assert "没有一项超过投票户的一半。" in page
        assert "本结果为征求意见" in page

    async def test_a_second_click_says_how_it_stands_and_changes_nothing(
        self, admin: Browser, community: Community
    ) -> None:
        poll = await closed(admin, community, [0, 0])
        await admin.press(f"/admin/votes/{poll.id}", "计票")
        before = await AuditEntry.all().count(), (await Poll.get(id=poll.id)).result
        assert "已是「计票中」" in await admin.follow(await admin.post(f"/admin/votes/{poll.id}/count"))
        assert (await AuditEntry.all().count(), (await Poll.get(id=poll.id)).result) == before

    async def test_the_download_is_the_result_in_a_spreadsheet(self, admin: Browser, community: Community) -> None:
        poll = await closed(admin, community, [0, 0, 1])
        await admin.press(f"/admin/votes/{poll.id}", "计票")
        assert ">下载结果表</a>" in await admin.page(f"/admin/votes/{poll.id}")
        response = await admin.get(f"/admin/votes/{poll.id}/result.csv")
        assert response.content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
        assert ["投票", TITLE] in lines
        assert [line[:2] for line in lines if line and line[0] in {"同意", "不同意", "弃权"}] == [
            ["同意", "2票"],
            ["不同意", "1票"],
            ["弃权", "0票"],
        ]

    async def test_all_seals_are_listed_and_no_choice_with_them(
        self, admin: Browser, community: Community, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(votes, "LINES", 2)
        poll = await closed(admin, community, [0, 0, 1])
        await admin.press(f"/admin/votes/{poll.id}", "计票")
        ballots = await SealedReceipt.filter(poll_id=poll.id).order_by("number")
        first = await admin.page(f"/admin/votes/{poll.id}/ballots")
        second = await admin.page(f"/admin/votes/{poll.id}/ballots?after=2")
        for ballot in ballots:
            assert ballot.seal
            assert (ballot.seal.hex() in first) == (ballot.number in {1, 2})
        assert ballots[2].seal
        assert ballots[2].seal.hex() in second
        assert "同意" not in words(second)


class TestRights:
    async def test_buttons_follow_state_and_role(self, signed_in: SignIn, admin: Browser, community: Community) -> None:
        async def buttons(role: StaffRole, poll: Poll) -> set[str]:
            page = await (await signed_in(role, community.code)).page(f"/admin/votes/{poll.id}")
            return {word for form in forms(page) for word in form.buttons} - {"标准", "大", "退出", "开始值班"}

        draft, counting = await drafted(admin, community.code), await closed(admin, community, [0])
        assert await buttons(StaffRole.ADMIN, draft) == {"提交审核", "发布", "上传"}
        assert await buttons(StaffRole.APPROVER, draft) == set()
        assert await buttons(StaffRole.EDITOR, draft) == {"提交审核", "上传"}
        assert await buttons(StaffRole.AUDITOR, draft) == set()
        assert await buttons(StaffRole.APPROVER, counting) == {"计票"}
        assert await buttons(StaffRole.AUDITOR, counting) == set()

    async def test_only_who_may_draft_is_offered_a_new_vote(self, signed_in: SignIn, community: Community) -> None:
        editor, approver = StaffRole.EDITOR, StaffRole.APPROVER
        assert "新建投票" in await (await signed_in(editor, community.code)).page("/admin/votes")
        assert "新建投票" not in await (await signed_in(approver, community.code)).page("/admin/votes")

    async def test_another_communitys_vote_is_not_found_and_not_listed(
        self, admin: Browser, stranger: Browser, community: Community
    ) -> None:
        draft, counting = await drafted(admin, community.code), await closed(admin, community, [0])
        before = await AuditEntry.exclude(action__startswith="staff").count()
        assert (await stranger.post(f"/admin/votes/{draft.id}/publish")).status_code == 404
        assert (await stranger.post(f"/admin/votes/{counting.id}/count")).status_code == 404
        for part in ("", "/turnout", "/roll", "/ballots", "/result.csv"):
            assert (await stranger.get(f"/admin/votes/{counting.id}{part}")).status_code == 404
        assert TITLE not in await stranger.page("/admin/votes")
        assert TITLE not in await stranger.page("/admin/")
        assert await AuditEntry.exclude(action__startswith="staff").count() == before

    async def test_the_street_sees_the_votes_of_its_communities(
        self, signed_in: SignIn, admin: Browser, community: Community
    ) -> None:
        poll = await drafted(admin, community.code)
        street = await signed_in(StaffRole.ADMIN, community.code[:9])
        assert TITLE in await street.page("/admin/votes")
        assert (await street.get(f"/admin/votes/{poll.id}")).status_code == 200


async def test_a_long_list_of_votes_goes_on_by_next_page(
    admin: Browser, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(votes, "PAGE", 1)
    for title in ("第一个投票", "第二个投票"):
        await drafted(admin, community.code, 标题=title)
    first = await admin.page("/admin/votes")
    assert "第二个投票" in first
    assert "第一个投票" not in first
    second = await admin.page(first.split('rel="next" href="')[1].split('"')[0])
    assert "第一个投票" in second


async def test_objections_stand_on_the_page_with_the_number_that_the_resident_was_told(
    admin: Browser, stranger: Browser, community: Community
) -> None:
    estate = await make_estate(community)
    [dwelling] = await make_households(estate, 1)
    poll = await published(admin, estate.code)
    account = (await Binding.get(dwelling_id=dwelling.id).select_related("account")).account
    resident = await visitor(account.app_id, account.openid)
    number = await object_to_roll(resident, resident.homes[0], poll.id, clock.now())
    page = words(await admin.page(f"/admin/votes/{poll.id}"))
    for shown in ("异议 1 条", str(number), dwelling.address):
        assert shown in page
    assert (await stranger.http.get(f"/admin/votes/{poll.id}")).status_code == 404
