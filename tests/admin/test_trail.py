"""The audit trail recounted on the panel, taken out, and recounted again by an outsider."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from handlers.audit import queries
from handlers.audit.actions import record, seal_tail
from handlers.audit.seals import recount
from models.audit import AuditEntry
from models.states import StaffRole
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.factories import Community

VERIFY, CSV = "/admin/audit", "/admin/audit/entries.csv"


@pytest.fixture
async def auditor(signed_in: SignIn, community: Community) -> Browser:
    for number in range(1, 6):
        reason = "=1+1，见「附件」\n第二行" if number == 3 else "材料齐全"
        detail = {"fields": ["phone"], "次数": number}
        await record(
            "staff:lin", "binding.approve", f"binding:{number}", place=community.code, reason=reason, detail=detail
        )
    await seal_tail()
    return await signed_in(StaffRole.AUDITOR, community.code)


async def test_a_whole_chain_is_said_to_be_whole_and_a_broken_one_where(auditor: Browser) -> None:
    last = await AuditEntry.filter(number__not_isnull=True).order_by("-number").first()
    assert last
    assert last.seal
    told = await auditor.follow(await auditor.press(VERIFY, "核对"))
    assert f"全部完好：第 1 条到第 {last.number} 条，最后的封印是 {last.seal.hex()[:8]}" in told
    await AuditEntry.filter(number=2).update(reason="别的")
    assert "第 2 条对不上封印" in await auditor.follow(await auditor.press(VERIFY, "核对"))


async def test_a_long_chain_is_recounted_in_stretches(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "BATCH", 2)
    monkeypatch.setattr(queries.verify_links, "__defaults__", (0, 2))
    first = await auditor.press(VERIFY, "核对")
    assert first.headers["location"] == "/admin/audit?checked=2"
    assert "到第 2 条都完好" in (page := await auditor.follow(first))
    assert "接着核对" in page
    second = await auditor.press("/admin/audit?checked=2", "接着核对")
    assert second.headers["location"] == "/admin/audit?checked=4"
    assert "全部完好" in await auditor.follow(await auditor.press("/admin/audit?checked=4", "接着核对"))


async def taken_out(auditor: Browser, query: str = "") -> str:
    return (await auditor.get(f"{CSV}?{query}")).content.decode("utf-8-sig")


async def test_an_outsider_recounts_the_file(auditor: Browser, tmp_path: Path) -> None:
    text = await taken_out(auditor)
    found = recount(csv.reader(io.StringIO(text)))
    assert (found.fitting, found.broken, found.gaps) == (5, [], 0)
    file = tmp_path / "操作记录.csv"
    file.write_text(text, "utf-8-sig")
    done = CliRunner().invoke(app, ["audit", "verify", str(file)])
    assert (done.exit_code, "5 条的封印都对得上" in done.output) == (0, True)
    file.write_text(text.replace("材料齐全", "材料不全", 1), "utf-8-sig")
    done = CliRunner().invoke(app, ["audit", "verify", str(file)])
    assert (done.exit_code, "对不上封印：第 5 条" in done.output) == (1, True)


async def test_a_line_left_out_is_a_gap_and_a_seal_put_in_breaks_the_next(auditor: Browser) -> None:
    lines = list(csv.reader(io.StringIO(await taken_out(auditor))))
    assert recount([*lines[:4], *lines[5:]]).gaps == 1
    forged = [*lines[4][:-2], "00" * 32, lines[4][-1]]
    assert recount([*lines[:4], forged, *lines[5:]]).broken == [int(lines[4][4])]


def test_another_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for content in ("a,b\n1,2\n", "", '"'):
        (tmp_path / "x.csv").write_text(content, "utf-8")
        done = CliRunner().invoke(app, ["audit", "verify", str(tmp_path / "x.csv")])
        assert done.exit_code == 1
        assert "请用「操作记录」页导出的 CSV 文件" in done.output


async def test_taking_out_is_noted_and_says_who_took_it(auditor: Browser, community: Community) -> None:
    text = await taken_out(auditor, "q=登记")
    assert f"auditor-{community.code}" in text.splitlines()[0]
    note = await AuditEntry.get(action="audit.export")
    assert (note.actor, note.place, note.detail) == (f"staff:auditor-{community.code}", community.code, {"entries": 5})
    sheet = await auditor.get("/admin/audit/entries.xlsx")
    assert sheet.content[:2] == b"PK"


async def test_only_ones_own_branch_is_taken_out(auditor: Browser, elsewhere: Community) -> None:
    await record("staff:chen", "poll.close", "poll:999", place=elsewhere.code)
    assert "poll:999" not in await taken_out(auditor)
