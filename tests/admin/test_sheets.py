"""Downloads that a spreadsheet opens in Chinese and runs nothing of."""

import csv

from admin.sheets import csv_download


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
