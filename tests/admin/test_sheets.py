"""Downloads that a spreadsheet opens in Chinese and runs nothing of."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

from python_calamine import load_workbook

from admin.sheets import csv_download, watermark, xlsx_download
from handlers.staff.rules import Viewer
from models.states import Level, StaffRole


def test_no_cell_begins_like_a_formula() -> None:
    cells = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "同意", "a=b"]
    response = csv_download("结果", [cells])
    [line] = csv.reader(bytes(response.body).decode("utf-8-sig").splitlines())
    assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert line[6:] == ["同意", "a=b"]


def test_the_file_begins_with_a_byte_order_mark_and_keeps_its_name() -> None:
    response = csv_download('车棚"\r\n', [("一", 2)])
    assert bytes(response.body) == "\ufeff一,2\r\n".encode()
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%BD%A6%E6%A3%9A%22%0D%0A.csv"


MARK = "王晓（wang）2026-05-01 08:00导出，范围：松涛社区，请妥善保管"


def test_a_csv_begins_with_its_watermark() -> None:
    lines = bytes(csv_download("户室", [("编码",), ("01",)], MARK).body).decode("utf-8-sig").splitlines()
    assert lines == [MARK, "编码", "01"]


async def test_in_a_workbook_words_stay_words_and_nothing_runs() -> None:
    cells = ("007", "=1+1", "+86 154", "@SUM(A1)", None, 12, Decimal("88.12"))
    response = await xlsx_download("户室", ("编码", "甲", "乙", "丙", "丁", "数", "面积"), [cells], MARK)
    book = zipfile.ZipFile(io.BytesIO(bytes(response.body)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert f"&amp;L{MARK}" in sheet
    found = load_workbook(io.BytesIO(bytes(response.body))).get_sheet_by_index(0).to_python()
    assert found[0][0] == MARK
    assert found[2] == ["007", "=1+1", "+86 154", "@SUM(A1)", "", 12.0, 88.12]


async def test_a_watermark_with_an_ampersand_orders_nothing_on_paper() -> None:
    response = await xlsx_download("户室", ("编码",), [], "A&B&P")
    sheet = zipfile.ZipFile(io.BytesIO(bytes(response.body))).read("xl/worksheets/sheet1.xml").decode()
    assert "<oddHeader>&amp;LA&amp;&amp;B&amp;&amp;P</oddHeader>" in sheet


def test_a_watermark_says_who_when_and_of_what() -> None:
    viewer = Viewer("wang", "王晓", StaffRole.ADMIN, "990103001001", Level.COMMUNITY)
    assert watermark(viewer, "松涛社区", datetime(2026, 5, 1, tzinfo=UTC)) == MARK
