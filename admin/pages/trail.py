"""The audit trail recounted, and taken out as a file that an outsider can recount."""

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.pages.audit import AUDIT, CHECKED, SHOWN_OF_A_SEAL, asked, lines_of, sought
from admin.sheets import csv_download, watermark, xlsx_download
from clock import clock
from handlers.audit import queries
from handlers.audit.actions import note_export
from handlers.audit.seals import SHEET, sealed_cells
from handlers.staff.rules import Permission, Viewer
from models.audit import AuditEntry
from web.forms import row_id

MOST_TAKEN_OUT = 50_000
COLUMNS = ("谁", "做了什么", "对象", *SHEET)


async def verify(visit: Visit) -> Response:
    """Recount a stretch of the chain, and go on from there with the next press."""
    verdict = await queries.verify_links(row_id(visit.field(CHECKED) or "0"))
    if not verdict.holds:
        return await visit.go(AUDIT, f"第 {verdict.number + 1} 条对不上封印，请马上报告上级。", bad=True)
    if not verdict.finished:
        message = f"到第 {verdict.number} 条都完好，共 {verdict.length} 条，请接着核对。"
        return await visit.go(f"{AUDIT}?{CHECKED}={verdict.number}", message)
    if not verdict.length:
        return await visit.go(AUDIT, "还没有封存的记录。")
    seal = verdict.seal.hex()[:SHOWN_OF_A_SEAL]
    return await visit.go(AUDIT, f"全部完好：第 1 条到第 {verdict.number} 条，最后的封印是 {seal}。")


async def entries_csv(visit: Visit) -> Response:
    """The entries found, with all that a seal covers: an outsider can recount them (docs/operations.md)."""
    found, mark = await _taken_out(visit)
    return csv_download("操作记录", [COLUMNS, *await _rows(visit.viewer, found)], mark)


async def entries_xlsx(visit: Visit) -> Response:
    found, mark = await _taken_out(visit)
    return await xlsx_download("操作记录", COLUMNS, await _rows(visit.viewer, found), mark)


async def _taken_out(visit: Visit) -> tuple[list[AuditEntry], str]:
    found = await queries.entries(visit.viewer, await sought(asked(visit)), limit=MOST_TAKEN_OUT)
    await note_export(visit.viewer.actor, visit.viewer.code, len(found))
    return found, watermark(visit.viewer, visit.viewer.organisation, clock.now())


async def _rows(viewer: Viewer, found: list[AuditEntry]) -> list[tuple[object, ...]]:
    before = await queries.seals_before(found)
    lines = await lines_of(viewer, found)
    return [
        (line.actor, line.deed, line.subject, *sealed_cells(entry, before.get(entry.number or 0, b"")))
        for line, entry in zip(lines, found, strict=True)
    ]


ROUTES = (
    require_post(Permission.AUDIT_VIEW, "/audit/verify", verify),
    require(Permission.AUDIT_VIEW, "/audit/entries.csv", entries_csv),
    require(Permission.AUDIT_VIEW, "/audit/entries.xlsx", entries_xlsx),
)
