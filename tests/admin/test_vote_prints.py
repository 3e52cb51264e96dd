"""What of a vote goes on paper and into groups: for whom, with which names, and never with a way back to a choice."""

import re
from datetime import date, timedelta

import pytest

from clock import clock
from handlers.votes import told
from models.audit import AuditEntry
from models.ballots import RollEntry
from models.organisations import Grid, GridAssignment
from models.residency import Dwelling, Resident
from models.states import LegalEffect, PollKind, PollPaper, PollState, StaffRole
from models.votes import Poll, PollFile
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_households
from tests.admin.polls import TITLE, cast, published
from tests.factories import Community, make_estate
from tests.files.uploads import photograph


@pytest.fixture
async def opened(admin: Browser, community: Community) -> Poll:
    """An open household vote of three homes in building 3."""
    estate = await make_estate(community)
    await make_households(estate, 3)
    return await published(admin, estate.code)


async def sheet(browser: Browser, poll: Poll, name: str) -> str:
    return await browser.page(f"/admin/votes/{poll.id}/prints/{name}")


async def test_every_sheet_of_an_open_vote_is_printed_and_lists_are_noted(admin: Browser, opened: Poll) -> None:
    page = await admin.page(f"/admin/votes/{opened.id}/prints")
    for word in ("投票公示", "名册公示", "表决票", "送达签收表", "扫楼清单", "计票确认单"):
        assert word in page
    assert "结果公示" not in page
    before = await AuditEntry.filter(action="poll.take").count()
    for name in ("notice", "roll", "ballots", "delivery", "doorstep", "count"):
        assert TITLE in await sheet(admin, opened, name)
    taken = [entry.detail async for entry in AuditEntry.filter(action="poll.take").order_by("id")][before:]
    assert taken == [{"what": name, "lines": 3} for name in ("roll", "ballots", "delivery", "doorstep")]
    assert (await admin.get(f"/admin/votes/{opened.id}/prints/outcome")).status_code == 409


async def test_a_secret_paper_has_nothing_that_leads_to_a_home(admin: Browser, opened: Poll) -> None:
    page = await sheet(admin, opened, "ballots")
    papers = [part.split("</article>")[0] for part in page.split('aria-hidden="true">沿此线撕开')[1:]]
    assert len(papers) == 3
    serials = [f"{opened.id}-{entry.id}" async for entry in RollEntry.filter(poll_id=opened.id)]
    assert all(serial in page for serial in serials)
    assert len(set(papers)) == 1
    assert not any(serial in papers[0] for serial in serials)
    assert "单元" not in papers[0]


async def test_a_named_paper_carries_its_number_and_home(admin: Browser, opened: Poll) -> None:
    await Poll.filter(id=opened.id).update(secret=False)
    page = await sheet(admin, opened, "ballots")
    entry = await RollEntry.filter(poll_id=opened.id).order_by("id").first()
    assert entry
    paper = page.split("票根 ")[1].split("沿此线撕开")[1]
    assert f"编号 {opened.id}-" in paper
    assert "签名" in paper


async def test_the_doorstep_list_names_those_who_have_not_voted_and_no_choice(
    admin: Browser, opened: Poll, community: Community
) -> None:
    first = await Dwelling.filter(room="101").get()
    await cast(opened.id, first, 1)
    page = words(await sheet(admin, opened, "doorstep"))
    assert "单元101" not in page
    assert "单元102" in page
    assert "还有 2 户没投" in page
    assert "参与还差1户。" in page
    assert "参与还差1户。" in await admin.page(f"/admin/votes/{opened.id}/prints")
    assert "不同意" not in page


async def test_the_posted_roll_shows_no_name_whole(admin: Browser, opened: Poll) -> None:
    resident = await Resident.all().first()
    assert resident
    await RollEntry.filter(poll_id=opened.id).update(resident_id=resident.id)
    page = await sheet(admin, opened, "roll")
    assert "王**" in page
    assert "王秀英" not in page


async def test_scores_and_several_choices_have_papers_of_their_own(admin: Browser, opened: Poll) -> None:
    await Poll.filter(id=opened.id).update(kind=PollKind.SCORE, choices=[], dimensions=["保洁", "秩序"], scale=[1, 5])
    page = await sheet(admin, opened, "ballots")
    assert "每项在 1 到 5 分里圈一个" in page
    assert page.count("保洁") == 3
    assert "保洁 5 分" in words(await sheet(admin, opened, "count"))


async def test_a_grid_worker_prints_their_own_grid_only(
    signed_in: SignIn, admin: Browser, opened: Poll, community: Community
) -> None:
    away = await Grid.create(code=f"{community.code}002", name="第2网格", community=community.organisation)
    moved = await Dwelling.filter(room="103").get()
    await Dwelling.filter(id=moved.id).update(grid_id=away.id)
    worker = await signed_in(StaffRole.GRID_WORKER, community.code)
    assert "单元103" in await sheet(worker, opened, "doorstep")
    login = f"{StaffRole.GRID_WORKER}-{community.code}"
    await GridAssignment.create(grid=away, worker="林工", login=login, since=date(2026, 1, 1))
    page = await sheet(worker, opened, "doorstep")
    assert "单元103" in page
    assert "单元101" not in page


async def test_a_stranger_prints_nothing(signed_in: SignIn, elsewhere: Community, opened: Poll) -> None:
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    for name in ("", "/notice", "/roll", "/ballots", "/delivery", "/doorstep", "/count"):
        assert (await stranger.get(f"/admin/votes/{opened.id}/prints{name}")).status_code == 404
    assert not await AuditEntry.filter(action="poll.take").exists()


async def test_too_many_homes_are_printed_building_by_building(
    admin: Browser, opened: Poll, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.pages.vote_prints.MOST", 2)
    refused = await admin.get(f"/admin/votes/{opened.id}/prints/roll")
    assert (refused.status_code, "请按楼栋打印" in refused.text) == (422, True)


class TestPosted:
    async def send(self, browser: Browser, poll: Poll, content: bytes, name: str = "公告栏.jpg") -> str:
        token = await browser.token()
        answer = await browser.http.post(
            f"/admin/votes/{poll.id}/posted", data={"token": token}, files={"photo": (name, content)}
        )
        return await browser.follow(answer)

    async def test_a_photo_of_the_notice_is_filed(self, admin: Browser, opened: Poll) -> None:
        page = await self.send(admin, opened, photograph())
        assert "照片已存档。" in page
        filed = await PollFile.get(poll_id=opened.id)
        assert filed.kind is PollPaper.POSTED
        assert f"/admin/files/{filed.file_id}" in page
        assert (await admin.get(f"/admin/files/{filed.file_id}")).headers["content-type"] == "image/jpeg"
        assert await AuditEntry.filter(action="poll.file", subject=f"poll:{opened.id}").count() == 1

    async def test_what_is_no_picture_is_refused(self, admin: Browser, opened: Poll) -> None:
        assert "只能上传这些文件" in await self.send(admin, opened, b"MZ\x90\x00")
        assert "请先选一张照片" in await self.send(admin, opened, b"", "")
        assert not await PollFile.exists()

    async def test_nothing_is_added_to_an_archived_vote(self, admin: Browser, opened: Poll) -> None:
        await Poll.filter(id=opened.id).update(state=PollState.ARCHIVED)
        assert "不能再加张贴照片" in await self.send(admin, opened, photograph())
        assert not await PollFile.exists()


class TestGroups:
    LINK = "https://linli.example.cn/m/results/123456789"

    def poll(self, **facts: object) -> Poll:
        now = clock.now()
        known: dict[str, object] = {
            "id": 7,
            "kind": PollKind.HOUSEHOLD,
            "state": PollState.OPEN,
            "title": "题" * 60,
            "scope": "范" * 60,
            "choices": ["同意", "不同意"],
            "legal_effect": LegalEffect.CONSULTATIVE,
            "opens_at": now,
            "closes_at": now + timedelta(days=8),
        }
        return Poll(**known | facts)

    def test_the_longest_texts_fit_and_keep_title_and_link(self) -> None:
        for state in (PollState.ANNOUNCED, PollState.OPEN, PollState.PUBLISHED):
            texts = told.group_texts(self.poll(state=state, legal_basis="法" * 200), self.LINK)
            assert texts
            for text in texts.values():
                assert len(text) <= told.LONGEST
                assert "题" * 60 in text
                assert text.endswith(self.LINK)

    def test_a_draft_has_none_and_a_lawful_vote_sends_nobody_to_the_chat(self) -> None:
        assert told.group_texts(self.poll(state=PollState.DRAFT), self.LINK) == {}
        texts = told.group_texts(self.poll(legal_effect=LegalEffect.STATUTORY), self.LINK)
        assert not any("公众号" in text for text in texts.values())

    async def test_the_poster_holds_the_code_and_the_way_to_vote(self, admin: Browser, opened: Poll) -> None:
        page = await admin.page(f"/admin/votes/{opened.id}/poster")
        assert "data:image/png;base64," in page
        assert "在社区公众号里发送「投票」" in page
        assert re.search(rf"/m/results/{opened.id}<", page)
