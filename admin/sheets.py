"""Tables for spreadsheets: CSV that Excel opens in Chinese, and in which no cell runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from starlette.responses import Response

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_download(name: str, lines: Iterable[Sequence[object]]) -> Response:
    """A CSV file to save, in UTF-8 with byte order mark, without which Excel garbles Chinese."""
    text = io.StringIO()
    csv.writer(text).writerows([_plain(cell) for cell in line] for line in lines)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv"}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=headers)


def _plain(cell: object) -> str:
    """An apostrophe in front keeps a spreadsheet from running what begins like a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
