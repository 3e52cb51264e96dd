"""What a vote came to, on a page, in tables and in lists that outsiders recount; and who may have which."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from python_calamine import CalamineWorkbook

from clock import clock
from handlers.staff.rules import Viewer
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.queries.participation import OTHERS, Part, merged
from models.audit import AuditEntry
from models.ballots import SealedReceipt
from models.states import Level, StaffRole
from models.votes import Poll
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.admin.polls import closed
from tests.factories import Community

CHOICES = [0, 0, 0, 0, 0, 1, 1, 2]


@pytest.fixture
async def counted(admin: Browser, community: Community) -> Poll:
    """Eight of ten homes voted: five for, two against, one abstained; counted, not yet certified."""
    poll = await closed(admin, community, CHOICES, abstaining_from=2)
    return await count_poll(staff(community, "first"), poll.id, clock.now())


@pytest.fixture
async def posted(counted: Poll, community: Community) -> Poll:
    return await certify_poll(staff(community, "second"), counted.id, clock.now())


def staff(community: Community, login: str) -> Viewer:
    return Viewer(login, login, StaffRole.APPROVER, community.code, Level.COMMUNITY)


async def test_who_confirms_is_told_that_few_ballots_tell_who_chose_what(
    admin: Browser, signed_in: SignIn, community: Community
) -> None:
    poll = await closed(admin, community, [0, 0, 0])
    await count_poll(staff(community, "first"), poll.id, clock.now())
    page = await (await signed_in(StaffRole.APPROVER, community.code)).page(f"/admin/votes/{poll.id}")
    assert "只有3张票" in page
    assert "大家选得一样" in page
    await certify_poll(staff(community, "second"), poll.id, clock.now())
    assert "只有3张票" not in await admin.page(f"/admin/votes/{poll.id}")


def unpacked(answer: httpx.Response, folder: Path) -> list[str]:
    assert answer.status_code == 200
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        return archive.namelist()


def recounted(folder: Path, name: str) -> str:
    """What the program says that lies beside a list, in a bare interpreter."""
    run = [sys.executable, "-I", "-S", "recount.py", name]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}"


class TestPage:
    async def test_it_shows_sentence_chart_and_the_same_in_a_table(self, admin: Browser, posted: Poll) -> None:
        page = await admin.page(f"/admin/votes/{posted.id}/result")
        text = words(page)
        assert "「同意」超过一半，表决有效。" in text
        assert "过半数" in text
        assert page.count("<rect ") == 4
        assert '<rect width="625"' in page
        assert page.count("62.50%") >= 2
        assert f"/m/results/{posted.id}" in page
        assert "其他" in text or "不分楼栋" in text or "8 / 10" in text

    async def test_before_the_count_there_is_none(self, admin: Browser, community: Community) -> None:
        poll = await closed(admin, community, [0, 1])
        for name in ("result", "result.csv", "result.xlsx"):
            assert (await admin.get(f"/admin/votes/{poll.id}/{name}")).status_code == 409
        assert (await admin.get(f"/admin/votes/{poll.id}/public.zip")).status_code == 404
        assert not await AuditEntry.filter(action="poll.take").exists()

    async def test_a_stranger_sees_nothing(self, signed_in: SignIn, elsewhere: Community, posted: Poll) -> None:
        for role in (StaffRole.ADMIN, StaffRole.AUDITOR):
            stranger = await signed_in(role, elsewhere.code)
            for name in ("result", "result.csv", "result.xlsx", "public.zip", "sealed.zip", "archive.zip"):
                answer = await stranger.get(f"/admin/votes/{posted.id}/{name}")
                assert answer.status_code in {403, 404}, name


class TestTables:
    async def test_csv_and_excel_hold_the_exact_numbers_and_who_took_them(self, admin: Browser, posted: Poll) -> None:
        answer = await admin.get(f"/admin/votes/{posted.id}/result.csv")
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert "导出" in lines[0][0]
        by_label = {line[0]: line for line in lines if line}
        assert by_label["参加"][3:5] == ["8", "10"]
        assert by_label["同意"][3:5] == ["5", "8"]
        assert by_label["同意"][6] == "达到"
        sheet = CalamineWorkbook.from_filelike(
            io.BytesIO((await admin.get(f"/admin/votes/{posted.id}/result.xlsx")).content)
        ).get_sheet_by_index(0)
        table = {str(line[0]): line for line in sheet.to_python()}
        assert table["同意"][3:5] == [5.0, 8.0]
        taken = [entry.detail["what"] async for entry in AuditEntry.filter(action="poll.take").order_by("id")]
        assert taken == ["result.csv", "result.xlsx"]

    async def test_words_that_begin_like_a_formula_stay_words(self, admin: Browser, posted: Poll) -> None:
        await Poll.filter(id=posted.id).update(choices=["=1+1", "不同意", "弃权"])
        answer = await admin.get(f"/admin/votes/{posted.id}/result.csv")
        assert "'=1+1" in answer.content.decode("utf-8-sig")


class TestLists:
    async def test_the_public_list_is_checked_outside(self, admin: Browser, posted: Poll, tmp_path: Path) -> None:
        names = unpacked(await admin.get(f"/admin/votes/{posted.id}/public.zip"), tmp_path)
        assert names == ["公众清单.json", "recount.py", "怎样核对.txt"]
        public = json.loads((tmp_path / "公众清单.json").read_text("utf-8"))
        assert {line[1] for line in public["receipts"]} == {
            one.receipt for one in await SealedReceipt.filter(poll_id=posted.id)
        }
        assert recounted(tmp_path, "公众清单.json").startswith("0 ")

    async def test_an_auditor_takes_out_what_recounts_to_the_result(
        self, signed_in: SignIn, community: Community, admin: Browser, posted: Poll, tmp_path: Path
    ) -> None:
        auditor = await signed_in(StaffRole.AUDITOR, community.code)
        assert "审计清单" in await auditor.page(f"/admin/votes/{posted.id}/result")
        names = unpacked(await auditor.get(f"/admin/votes/{posted.id}/sealed.zip"), tmp_path)
        assert names == ["auditor.json", "recount.py", "README.txt"]
        text = (tmp_path / "auditor.json").read_text("utf-8")
        assert not any(one.receipt in text for one in await SealedReceipt.filter(poll_id=posted.id))
        assert recounted(tmp_path, "auditor.json").startswith("0 ")
        broken = json.loads(text)
        broken["choices"][0][1] = "1" if broken["choices"][0][1] != "1" else "0"
        (tmp_path / "auditor.json").write_text(json.dumps(broken), "utf-8")
        assert not recounted(tmp_path, "auditor.json").startswith("0 ")

    async def test_nobody_else_has_the_auditors_list(
        self, signed_in: SignIn, community: Community, posted: Poll
    ) -> None:
        for role in StaffRole:
            if role is not StaffRole.AUDITOR:
                other = await signed_in(role, community.code)
                assert (await other.get(f"/admin/votes/{posted.id}/sealed.zip")).status_code == 403
                assert "审计清单" not in await other.page(f"/admin/votes/{posted.id}/result")


class TestParticipation:
    def test_large_buildings_stand_alone(self) -> None:
        known = [Part("1号楼", 30, 12), Part("2号楼", 20, 5)]
        assert merged(known) == known

    def test_small_ones_go_together_and_none_can_be_subtracted_out(self) -> None:
        parts = merged([Part("1号楼", 30, 12), Part("2号楼", 20, 3), Part("3号楼", 40, 20)])
        assert parts == [Part("3号楼", 40, 20), Part(OTHERS, 50, 15)]
        assert merged([Part("1号楼", 30, 12), Part("2号楼", 4, 2), Part("3号楼", 9, 3)]) == [
            Part("1号楼", 30, 12),
            Part(OTHERS, 13, 5),
        ]

    def test_where_there_are_too_few_nothing_is_shown(self) -> None:
        assert merged([Part("1号楼", 30, 4)]) == []
        assert merged([Part("1号楼", 3, 1), Part("2号楼", 3, 1)]) == []
        assert merged([]) == []
