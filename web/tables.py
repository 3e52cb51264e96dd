"""CSV for spreadsheets, in which no cell runs, and the header under whose name a browser saves it."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(lines: Iterable[Sequence[object]], mark: str = "") -> bytes:
    """A table in UTF-8 with byte order mark, without which Excel garbles Chinese.

    Args:
        mark: the watermark, as the first line.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    if mark:
        writer.writerow([plain(mark)])
    writer.writerows([plain(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def plain(cell: object) -> str:
    """An apostrophe in front keeps a spreadsheet from running words that begin like a formula; numbers need none."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_SIGNS) else text


def saved_as(file_name: str) -> dict[str, str]:
    """The header that has a browser save what it gets under this name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name)}"}
