"""Tables for spreadsheets: CSV and XLSX that say who took them, when and of what, and in which no cell runs."""

import asyncio
import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.responses import Response, StreamingResponse
from xlsxwriter import Workbook

from clock import BEIJING
from handlers.staff.rules import Viewer
from web.tables import csv_bytes, plain, saved_as

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
LONGEST_ON_PAPER = 200
_WIDTH = 16
_LINES_AT_ONCE = 500


def watermark(viewer: Viewer, scope: str, now: datetime) -> str:
    """Who took a table, when and of what; it stands on the table itself.

    Args:
        scope: in words, such as 松涛社区.
    """
    taken = now.astimezone(BEIJING)
    return f"{viewer.name or viewer.login}（{viewer.login}）{taken:%Y-%m-%d %H:%M}导出，范围：{scope}，请妥善保管"


def csv_download(name: str, lines: Iterable[Sequence[object]], mark: str = "") -> Response:
    """A CSV file to save, in UTF-8 with byte order mark, without which Excel garbles Chinese; logged by the caller.

    Args:
        mark: the watermark, as the first line.
    """
    return _attachment(f"{name}.csv", csv_bytes(lines, mark), "text/csv")


def csv_stream(
    name: str, header: Sequence[str], lines: AsyncIterable[Sequence[object]], mark: str
) -> StreamingResponse:
    """A CSV file that is sent while it is written, however long; logged by the caller.

    The last line says that it is the last, so that a table that was cut off on the way is not taken for whole.
    """

    async def written() -> AsyncIterator[bytes]:
        text, count = io.StringIO("\ufeff"), 0
        text.seek(0, io.SEEK_END)
        writer = csv.writer(text)
        writer.writerows([[plain(mark)], header])
        async for line in lines:
            writer.writerow([plain(cell) for cell in line])
            count += 1
            if count % _LINES_AT_ONCE == 0:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
        writer.writerow([f"完，共{count}行"])
        yield text.getvalue().encode()

    return StreamingResponse(written(), headers=saved_as(f"{name}.csv"), media_type="text/csv")


async def xlsx_download(
    name: str, header: Sequence[str], lines: Iterable[Sequence[object]], mark: str = ""
) -> Response:
    """An Excel file to save, written in a thread; logged by the caller.

    Words stay words, so that codes keep their zeros and nothing runs as a formula; None is an empty cell.

    Args:
        mark: the watermark: the first row, and at head and foot of every printed page.
    """
    return _attachment(f"{name}.xlsx", await xlsx_bytes(header, lines, mark), XLSX)


async def xlsx_bytes(header: Sequence[str], lines: Iterable[Sequence[object]], mark: str = "") -> bytes:
    """The same as it is saved, to put into an archive."""
    return await asyncio.to_thread(_workbook, header, lines, mark)


def _workbook(header: Sequence[str], lines: Iterable[Sequence[object]], mark: str) -> bytes:
    file = io.BytesIO()
    book: Any = Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    sheet.set_column(0, max(len(header) - 1, 0), _WIDTH, text)
    top = _mark(sheet, mark, text) if mark else 0
    for column, word in enumerate(header):
        sheet.write_string(top, column, word, bold)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    for row, line in enumerate(lines, top + 1):
        for column, cell in enumerate(line):
            if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
                sheet.write_number(row, column, cell)
            elif cell is not None:
                sheet.write_string(row, column, str(cell)[:LONGEST_CELL], text)
    book.close()
    return file.getvalue()


def _mark(sheet: Any, mark: str, text: Any) -> int:
    """Write the watermark; how many rows it takes."""
    on_paper = mark.replace("&", "&&")[:LONGEST_ON_PAPER]
    sheet.set_header(f"&L{on_paper}")
    sheet.set_footer(f"&L{on_paper}&R&P / &N")
    sheet.write_string(0, 0, mark, text)
    return 1


def _attachment(file_name: str, content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers=saved_as(file_name))
