"""The first sheet of an Excel file, read by a process of its own, since a hostile one can take all memory with it.

A sheet of two cells far apart makes the parser ask for gigabytes and ends the process that called it. The child reads
the file from standard input, knows no settings and no keys, and writes one JSON line for each row.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

ARCHIVE = b"PK\x03\x04"
MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 120
MOST_WRITTEN = 256 * 1024**2
"""Bytes that the child may answer: a short file can repeat one long word a million times."""
_ROOT = Path(__file__).parents[3]


class UnreadableWorkbook(Exception):
    """The file is broken, locked, too large, or no workbook."""


def workbook_rows(content: bytes) -> list[list[Any]]:
    """All rows from the sheet's first, cells as words, floats, bools and dates; any time is midnight's.

    Raises:
        UnreadableWorkbook
    """
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, cwd=_ROOT, env={}, timeout=MOST_SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadableWorkbook from error
    return [json.loads(line, object_hook=_day, parse_int=float) for line in done.stdout.splitlines()]


def _day(told: dict[str, str]) -> date | time:
    return date.fromisoformat(told["day"]) if "day" in told else time.min


def _tell(cell: object) -> dict[str, str]:
    """A cell for which JSON has no word; a time of day or a duration is never what a ledger means."""
    return {"day": cell.isoformat()} if type(cell) is date else {"time": ""}


def _write(rows: Iterable[list[Any]]) -> None:
    left = MOST_WRITTEN
    for row in rows:
        line = json.dumps(row, default=_tell, ensure_ascii=False).encode() + b"\n"
        left -= len(line)
        if left < 0:
            sys.exit(1)
        sys.stdout.buffer.write(line)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        _write(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (CalamineError, IndexError, MemoryError):
        sys.exit(1)


if __name__ == "__main__":
    _main()
