"""Paper and the doorstep on the panel: ticks apart from boxes, two people for a box, named papers with their photo."""

from datetime import date

import httpx
import pytest

from clock import clock
from handlers.votes.actions.conduct import close_poll
from models.ballots import BoxCount, NamedBallot, RollEntry, RollMark
from models.files import StoredFile
from models.organisations import Grid, GridAssignment
from models.residency import Dwelling
from models.states import BoxSource, CastChannel, Electorate, LegalEffect, PollKind, StaffRole
from models.votes import Poll
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.people import make_households
from tests.admin.polls import cast, published
from tests.factories import Community, make_estate
from tests.files.uploads import photograph

PAPER = {"source": "paper"}


@pytest.fixture
async def opened(admin: Browser, community: Community) -> Poll:
    """An open secret household vote of five homes."""
    estate = await make_estate(community)
    await make_households(estate, 5)
    return await published(admin, estate.code)


@pytest.fixture
async def worker(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.WORKER, community.code)


@pytest.fixture
async def approver(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.APPROVER, community.code)


def address(poll: Poll, part: str = "") -> str:
    return f"/admin/votes/{poll.id}/papers{part}"


async def entries(poll: Poll) -> list[int]:
    return [one.id for one in await RollEntry.filter(poll_id=poll.id).order_by("dwelling_id")]


async def send(browser: Browser, path: str, photo: bytes | None = None, **fields: str) -> httpx.Response:
    files = {"photo": ("单子.jpg", photo)} if photo else {"photo": ("", b"")}
    return await browser.http.post(path, data={"token": await browser.token()} | fields, files=files)


async def shut(browser: Browser, poll: Poll, how_many: int = 5) -> None:
    """So many homes have taken a paper, and voting is over."""
    await tick(browser, poll, (await entries(poll))[:how_many])
    await close_poll(poll.id, clock.now())


async def tick(browser: Browser, poll: Poll, which: list[int], channel: str = "paper") -> httpx.Response:
    return await browser.post(address(poll, "/tick"), channel=channel, **{f"entry-{one}": "on" for one in which})


class TestTicks:
    async def test_many_homes_of_a_building_are_ticked_at_once(self, worker: Browser, opened: Poll) -> None:
        ids = await entries(opened)
        building = (await Dwelling.get(room="101")).building_id
        page = await worker.page(address(opened, f"?building={building}"))
        assert page.count('type="checkbox"') == 5
        page = await worker.follow(await tick(worker, opened, ids[:3], "door"))
        assert "已登记3户。" in page
        marks = await RollMark.all().order_by("entry_id")
        assert [(mark.entry_id, mark.channel) for mark in marks] == [(one, CastChannel.DOOR) for one in ids[:3]]
        assert marks[0].recorded_by.startswith(StaffRole.WORKER)
        assert "上门" in words(await worker.page(address(opened)))

    async def test_who_has_voted_in_chat_gets_no_paper(self, worker: Browser, opened: Poll) -> None:
        await cast(opened.id, await Dwelling.get(room="101"), 1)
        page = await worker.follow(await tick(worker, opened, await entries(opened)))
        assert "已登记4户。另有1户已经投过，不要再给票。" in page
        assert await RollMark.filter(channel=CastChannel.CHAT).count() == 1

    async def test_search_by_address_finds_one_door(self, worker: Browser, opened: Poll) -> None:
        page = await worker.page(address(opened, "?q=单元103"))
        assert page.count('type="checkbox"') == 1
        assert "单元103" in page

    async def test_a_tick_made_by_mistake_is_taken_back_with_a_reason(self, worker: Browser, opened: Poll) -> None:
        [first, *_] = await entries(opened)
        await tick(worker, opened, [first])
        assert (await worker.post(address(opened, "/untick"), entry=str(first), reason="")).status_code == 422
        page = await worker.follow(await worker.post(address(opened, "/untick"), entry=str(first), reason="勾错了"))
        assert "已取消登记。" in page
        assert not await RollMark.exists()

    async def test_nothing_ticked_is_said_and_changes_nothing(self, worker: Browser, opened: Poll) -> None:
        refused = await tick(worker, opened, [])
        assert (refused.status_code, "请先勾选" in refused.text) == (422, True)

    async def test_a_grid_worker_ticks_at_doors_of_their_own_grid_only(
        self, signed_in: SignIn, opened: Poll, community: Community
    ) -> None:
        away = await Grid.create(code=f"{community.code}002", name="第2网格", community=community.organisation)
        own = await Dwelling.get(room="105")
        await Dwelling.filter(id=own.id).update(grid_id=away.id)
        login = f"{StaffRole.GRID_WORKER}-{community.code}"
        await GridAssignment.create(grid=away, worker="林工", login=login, since=date(2026, 1, 1))
        grid_worker, ids = await signed_in(StaffRole.GRID_WORKER, community.code), await entries(opened)
        page = await grid_worker.page(address(opened, "?q=单元"))
        assert ("单元105" in page, "单元101" in page) == (True, False)
        assert "纸质票</option>" not in page
        assert (await tick(grid_worker, opened, ids, "door")).status_code == 404
        assert not await RollMark.exists()
        assert (await tick(grid_worker, opened, ids[-1:], "door")).status_code == 303
        assert await RollMark.filter(entry_id=ids[-1], channel=CastChannel.DOOR).exists()

    async def test_a_stranger_and_who_may_not_are_refused(
        self, signed_in: SignIn, opened: Poll, elsewhere: Community, community: Community
    ) -> None:
        ids = await entries(opened)
        stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
        assert (await tick(stranger, opened, ids)).status_code == 404
        for role in (StaffRole.REVIEWER, StaffRole.AUDITOR, StaffRole.MODERATOR):
            assert (await tick(await signed_in(role, community.code), opened, ids)).status_code == 403
        assert not await RollMark.exists()


class TestBoxes:
    async def test_what_one_enters_counts_once_another_has_signed(
        self, admin: Browser, approver: Browser, worker: Browser, opened: Poll
    ) -> None:
        assert "截止以后再开" in await admin.page(address(opened))
        await shut(worker, opened, 4)
        fields = {"papers-0": "2", "papers-1": "1", "spoilt": "1", "note": "一号箱"}
        page = await admin.follow(await send(admin, address(opened, "/box"), photograph(), **PAPER, **fields))
        assert "请另一位工作人员核对单子后签字" in page
        box = await BoxCount.get(poll_id=opened.id)
        assert (box.source, box.spoilt, box.signed_by) == (BoxSource.PAPER, 1, "")
        assert [line[:2] for line in box.lines] == [["0", 2], ["1", 1]]
        own = await admin.follow(await admin.post(address(opened, "/sign"), box=str(box.id)))
        assert "录入和签字要由两个人做" in own
        assert "1 同意：2" in await approver.page(address(opened))
        signed = await approver.follow(await approver.post(address(opened, "/sign"), box=str(box.id)))
        assert "已签字" in signed
        assert "1 同意：2" not in signed
        await admin.press(f"/admin/votes/{opened.id}", "计票")
        page = words(await admin.page(f"/admin/votes/{opened.id}/result"))
        assert "废票 1张" in page
        assert "2票" in page

    async def test_more_papers_than_ticks_are_refused_and_what_was_written_stays(
        self, admin: Browser, opened: Poll
    ) -> None:
        await shut(admin, opened, 1)
        refused = await send(
            admin, address(opened, "/box"), photograph(), **PAPER, **{"papers-0": "2", "note": "一号箱"}
        )
        assert (refused.status_code, "只登记领票1张" in refused.text) == (409, True)
        assert 'value="一号箱"' in refused.text
        assert not await BoxCount.exists()
        assert not await StoredFile.exists()

    async def test_a_box_wants_its_sheet_and_numbers(self, admin: Browser, opened: Poll) -> None:
        await shut(admin, opened)
        for photo, written, told in (
            (None, {"papers-0": "1"}, "请附上照片"),
            (photograph(), {"papers-0": "-1"}, "票数请写整数"),
            (photograph(), {"papers-0": "一"}, "票数请写整数"),
            (photograph(), {}, "这一箱没有票"),
        ):
            refused = await send(admin, address(opened, "/box"), photo, **PAPER, **written)
            assert (refused.status_code, told in refused.text) == (422, True), told
        assert not await BoxCount.exists()

    async def test_unsigned_totals_are_taken_back_and_signed_ones_are_not(
        self, admin: Browser, approver: Browser, opened: Poll
    ) -> None:
        await shut(admin, opened)
        await send(admin, address(opened, "/box"), photograph(), **PAPER, **{"papers-0": "1"})
        box = await BoxCount.get()
        page = await admin.follow(await admin.post(address(opened, "/withdraw"), box=str(box.id)))
        assert "已撤回" in page
        await send(admin, address(opened, "/box"), photograph(), **PAPER, **{"papers-0": "1"})
        box = await BoxCount.get()
        await approver.post(address(opened, "/sign"), box=str(box.id))
        page = await admin.follow(await admin.post(address(opened, "/withdraw"), box=str(box.id)))
        assert "已经签过字" in page
        assert await BoxCount.all().count() == 1

    async def test_a_box_of_another_vote_is_not_there(self, admin: Browser, opened: Poll, community: Community) -> None:
        other = await published(admin, community.code)
        await shut(admin, opened)
        await send(admin, address(opened, "/box"), photograph(), **PAPER, **{"papers-0": "1"})
        box = await BoxCount.get()
        assert (await admin.post(address(other, "/withdraw"), box=str(box.id))).status_code == 404
        assert await BoxCount.exists()

    async def test_papers_with_scores_are_entered_line_by_line(self, admin: Browser, opened: Poll) -> None:
        await Poll.filter(id=opened.id).update(
            kind=PollKind.SCORE, choices=[], dimensions=["保洁", "秩序"], scale=[1, 5]
        )
        await shut(admin, opened)
        refused = await send(admin, address(opened, "/box"), photograph(), **PAPER, papers="5 4\n6 1")
        assert "第2张票：每项请打1到5分。" in refused.text
        await send(admin, address(opened, "/box"), photograph(), **PAPER, papers="5 4\n3 3\n54")
        assert [line[:2] for line in (await BoxCount.get()).lines] == [["5,4", 2], ["3,3", 1]]

    async def test_what_the_authoritys_system_counted_has_heads_and_square_metres(
        self, admin: Browser, opened: Poll
    ) -> None:
        await Poll.filter(id=opened.id).update(
            legal_effect=LegalEffect.STATUTORY, electorate=Electorate.OWNER, kind=PollKind.OWNERS, secret=False
        )
        await RollEntry.filter(poll_id=opened.id).update(area="80.5")
        assert "（平方米）" in await admin.page(address(opened))
        await send(
            admin,
            address(opened, "/box"),
            photograph(),
            source="official",
            **{"papers-0": "2", "area-0": "161.00", "note": "市电子投票系统"},
        )
        box = await BoxCount.get()
        assert (box.source, box.lines[0][:3]) == (BoxSource.OFFICIAL, ["0", 2, 2])
        refused = await send(
            admin, address(opened, "/box"), photograph(), source="official", **{"papers-0": "1", "area-0": "NaN"}
        )
        assert "面积请写数字" in refused.text

    async def test_a_decision_in_law_on_secret_papers_takes_boxes_as_well_as_official_totals(
        self, admin: Browser, opened: Poll
    ) -> None:
        await Poll.filter(id=opened.id).update(legal_effect=LegalEffect.STATUTORY)
        await shut(admin, opened)
        page = await admin.page(address(opened))
        assert ("纸质票箱</option>" in page, "官方系统或会议</option>" in page) == (True, True)
        await send(admin, address(opened, "/box"), photograph(), **PAPER, **{"papers-0": "5"})
        assert (await BoxCount.get()).source is BoxSource.PAPER


class TestNamed:
    @pytest.fixture
    async def named(self, opened: Poll) -> Poll:
        await Poll.filter(id=opened.id).update(secret=False)
        return await Poll.get(id=opened.id)

    async def test_the_first_paper_counts_and_the_next_is_flagged(self, worker: Browser, named: Poll) -> None:
        [first, *_] = await entries(named)
        page = await worker.page(address(named, f"?entry={first}"))
        assert f'value="{named.id}-{first}"' in page
        fields = {"entry": str(first), "choice": "1", "channel": "paper"}
        path = address(named, "/named")
        told = await worker.follow(await send(worker, path, photograph(), serial="A-1", **fields))
        assert "已录入：有效。" in told
        told = await worker.follow(await send(worker, path, photograph(), serial="A-2", **fields | {"choice": "2"}))
        assert "已有票，这张记为后到" in told
        assert ("有效" in words(told), "已有票，记为后到" in words(told)) == (True, True)
        assert [(one.serial, one.stands) for one in await NamedBallot.all().order_by("id")] == [
            ("A-1", True),
            ("A-2", False),
        ]
        assert "同意" not in words(told).split("已录的纸票")[1]

    async def test_the_same_number_twice_or_no_photo_changes_nothing(self, worker: Browser, named: Poll) -> None:
        first, second, *_ = await entries(named)
        path, fields = address(named, "/named"), {"choice": "1", "channel": "paper", "serial": "A-1"}
        await send(worker, path, photograph(), entry=str(first), **fields)
        again = await send(worker, path, photograph(), entry=str(second), **fields)
        assert (again.status_code, "已经录过" in again.text) == (409, True)
        without = await send(worker, path, None, entry=str(second), **fields | {"serial": "A-2"})
        assert (without.status_code, "请附上照片" in without.text) == (422, True)
        blank = await send(worker, path, photograph(), entry=str(second), **fields | {"serial": "A-3", "choice": ""})
        assert blank.status_code == 422
        assert (await NamedBallot.all().count(), await StoredFile.all().count()) == (1, 1)

    async def test_photos_are_shown_to_who_records_or_counts(
        self, signed_in: SignIn, community: Community, worker: Browser, named: Poll
    ) -> None:
        [first, *_] = await entries(named)
        fields = {"entry": str(first), "choice": "1", "channel": "paper", "serial": "A-1"}
        await send(worker, address(named, "/named"), photograph(), **fields)
        photo = (await StoredFile.get()).key
        assert f"/admin/files/{photo}" in await worker.page(address(named))
        moderator = await signed_in(StaffRole.MODERATOR, community.code)
        assert f"/admin/files/{photo}" not in await moderator.page(address(named))
