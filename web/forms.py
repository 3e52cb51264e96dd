"""What a browser sends, read with care: at most 256 KB, no control characters, times as Beijing writes them."""

import re
from collections.abc import AsyncGenerator, Mapping
from datetime import date, datetime
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from clock import BEIJING
from errors import DomainError, Invalid, NotFound

MOST_BYTES = 256 * 1024
MOST_FIELDS = 200
LONGEST_SEARCH = 60
LARGEST_ID = 2**63 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    message = "内容太长，请缩短后再交。"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of a name that comes twice the last counts.

    A small text file stands under its field's name as it was written, its own name under `field.name`.

    Raises:
        TooLarge: more than 256 KB, found out without reading on.
        Invalid: no form, or not UTF-8.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    kind = request.headers.get("content-type", "")
    if body and not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        raise Invalid("提交的格式不对，请从页面上提交。")
    try:
        if kind.startswith("multipart/form-data"):
            return await _parts(request, bytes(body))
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except (ValueError, MultiPartException) as error:
        raise Invalid("提交的内容读不出来，请刷新页面再试。") from error


async def _parts(request: Request, body: bytes) -> dict[str, str]:
    async def whole() -> AsyncGenerator[bytes]:
        yield body

    parser = MultiPartParser(request.headers, whole(), max_files=1, max_fields=MOST_FIELDS)
    form, fields = await parser.parse(), dict[str, str]()
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                fields[f"{name}.name"] = value.filename or ""
            fields[name] = (await value.read()).decode() if isinstance(value, UploadFile) else value
    finally:
        await form.close()
    return fields


def clean(text: str) -> str:
    """Without control characters and outer blanks; every line ends alike."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def lines(text: str) -> list[str]:
    """The lines that hold something."""
    return [line for line in map(one_line, clean(text).split("\n")) if line]


def search_words(request: Request) -> str:
    return one_line(request.query_params.get("q", ""))[:LONGEST_SEARCH]


EARLIEST_YEAR, LATEST_YEAR = 1900, 2199


def beijing_time(text: str) -> datetime | None:
    """`2026-05-01T08:00`, as the browser's own field writes it, is Beijing time; None when it is no time."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def calendar_day(text: str) -> date:
    """`2026-05-01`, as the browser's own field writes it.

    Raises:
        Invalid: it is no day, or one that nobody means.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("日期不对，请从日历里选一天。") from error
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Invalid("日期不对，请从日历里选一天。")
    return day


def page_after(request: Request) -> int:
    """Where a list goes on: the id after which, or before which, its next page begins; 0 at its start.

    Raises:
        NotFound: nothing that a link of ours says.
    """
    return row_id(request.query_params.get("after", "0"))


def row_id(text: str) -> int:
    """A row's number in an address.

    Raises:
        NotFound: it can't be one.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise NotFound
    return int(text)


def missing(fields: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Which of the fields (name → label) are empty, each with the sentence that says so."""
    return {name: f"请填写{label}。" for name, label in fields.items() if not values.get(name, "").strip()}
