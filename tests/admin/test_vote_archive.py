"""A finished vote put away: what lies in its archive, who may have it, and that what is lost is said."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from clock import clock
from handlers.files import storage
from handlers.votes.actions.count import certify_poll, count_poll
from handlers.votes.actions.filing import file_posted
from models.audit import AuditEntry
from models.states import PollState, StaffRole
from models.votes import Poll, PollChange, PollFile
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.admin.polls import TITLE, closed
from tests.admin.test_vote_results import recounted, staff
from tests.admin.things import maker
from tests.factories import Community
from tests.files.uploads import photograph


@pytest.fixture
async def posted(admin: Browser, community: Community) -> Poll:
    """A posted result with a photo of the notice and a closing that was put off."""
    poll = await closed(admin, community, [0, 0, 0, 1, 2])
    await file_posted(maker(community), poll.id, photograph(), "公告栏.jpg", clock.now())
    await PollChange.create(
        poll_id=poll.id,
        field="closes_at",
        before="5月1日",
        after="5月8日",
        reason="下雨多",
        made_by="first",
        made_at=clock.now(),
    )
    await count_poll(staff(community, "first"), poll.id, clock.now())
    return await certify_poll(staff(community, "second"), poll.id, clock.now())


async def opened(browser: Browser, poll: Poll) -> ZipFile:
    answer = await browser.get(f"/admin/votes/{poll.id}/archive.zip")
    assert answer.status_code == 200
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def written(archive: ZipFile) -> str:
    """All words of the minutes."""
    page = Document(io.BytesIO(archive.read("纪要.docx")))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in page.paragraphs), *cells])


async def test_one_press_puts_it_away_and_the_archive_holds_all(admin: Browser, posted: Poll, tmp_path: Path) -> None:
    page = await admin.follow(await admin.press(f"/admin/votes/{posted.id}/result", "一键归档"))
    assert "已归档。" in page
    assert (await Poll.get(id=posted.id)).state is PollState.ARCHIVED
    archive = await opened(admin, posted)
    assert archive.namelist() == [
        *("纪要.docx", "结果.xlsx", "公众清单.json", "recount.py", "怎样核对.txt"),
        *("更正记录.csv", "纸票清单.csv", "照片/01-张贴照片-公告栏.jpg"),
    ]
    archive.extractall(tmp_path)
    assert recounted(tmp_path, "公众清单.json").startswith("0 ")
    changes = list(csv.reader(io.StringIO(archive.read("更正记录.csv").decode("utf-8-sig"))))
    assert changes[2][1:] == ["投票已延期", "5月1日", "5月8日", "下雨多", "first"]
    assert archive.read("照片/01-张贴照片-公告栏.jpg").startswith(b"\xff\xd8")
    assert await AuditEntry.filter(action="poll.take", subject=f"poll:{posted.id}").count() == 1


async def test_the_minutes_say_what_when_who_and_by_which_rule(admin: Browser, posted: Poll) -> None:
    text = written(await opened(admin, posted))
    assert TITLE in text
    for words in (
        "「同意」超过一半，表决有效。",
        "名册有5户。",
        "微信5户",
        "过半数",
        "《城市居民委员会组织法》",
        "下雨多",
    ):
        assert words in text, words
    for words in ("first", "second", "监票人：____", "照片/01-张贴照片-公告栏.jpg"):
        assert words in text, words


async def test_pressed_twice_it_says_so_and_what_is_unfinished_is_not_put_away(
    admin: Browser, community: Community, posted: Poll
) -> None:
    await admin.post(f"/admin/votes/{posted.id}/archive")
    again = await admin.follow(await admin.post(f"/admin/votes/{posted.id}/archive"))
    assert "这个投票已是「已归档」" in again
    assert await AuditEntry.filter(action="poll.archive").count() == 1
    await Poll.filter(id=posted.id).update(state=PollState.COUNTING)
    assert (await admin.post(f"/admin/votes/{posted.id}/archive")).status_code == 409
    assert (await admin.get(f"/admin/votes/{posted.id}/archive.zip")).status_code == 409


async def test_only_who_counts_or_publishes_has_it(signed_in: SignIn, community: Community, posted: Poll) -> None:
    for role in (StaffRole.EDITOR, StaffRole.WORKER, StaffRole.GRID_WORKER, StaffRole.AUDITOR):
        other = await signed_in(role, community.code)
        assert (await other.get(f"/admin/votes/{posted.id}/archive.zip")).status_code == 403
        assert (await other.post(f"/admin/votes/{posted.id}/archive")).status_code == 403
    assert (await Poll.get(id=posted.id)).state is PollState.PUBLISHED


async def test_a_photo_whose_bytes_are_gone_is_named_and_the_rest_is_there(admin: Browser, posted: Poll) -> None:
    filed = await PollFile.get(poll_id=posted.id)
    await storage.storage().remove(filed.file_id)
    archive = await opened(admin, posted)
    assert archive.namelist()[-1] == "照片/01-张贴照片-公告栏.jpg-缺失.txt"
    assert TITLE in written(archive)
