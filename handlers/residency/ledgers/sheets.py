"""One row of a file that people made, cell by cell, and the place and reason of everything that is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from errors import Invalid

SHOWN_FLAWS = 20
EXACT_BELOW = 10**15
"""Excel keeps 15 digits of a number."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARTING = re.compile("[|、,，;；]")
_AS_TEXT = "请把这一列设为「文本」后重填"


class Lined(Protocol):
    """A record that knows its line."""

    @property
    def line(self) -> int: ...


Numbered = TypeVar("Numbered", bound=Lined)
Made = TypeVar("Made")


class Flaw(NamedTuple):
    """What is wrong where; never the value itself, which may be somebody's name.

    `clash` tells a row that collides with what is registered already from one that is wrong in itself.
    """

    file: str
    line: int
    reason: str
    clash: bool = False

    def __str__(self) -> str:
        return f"{self.file} 第{self.line}行：{self.reason}"


class FlawedSheets(Invalid):
    """Nothing was loaded, because of `flaws`."""

    code = "flawed_sheets"

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        shown = [str(flaw) for flaw in flaws[:SHOWN_FLAWS]]
        if len(flaws) > SHOWN_FLAWS:
            shown.append(f"……一共{len(flaws)}处。")
        super().__init__("文件有误，什么也没有装载：\n" + "\n".join(shown))
        self.flaws = list(flaws)


class BadCell(Exception):
    """Why one row can't be taken."""


class Clash(BadCell):
    """A row that is right in itself collides with what is registered already."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A number in a column whose words begin with zeros: its own may be lost."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet, or one mapping of a YAML list; a cell that holds 「无」 is empty (domain.md §2.1)."""

    line: int
    cells: Mapping[str, Any] | None

    def text(self, column: str, longest: int, *, needed: bool = False) -> str:
        """The cell without blanks at its ends; "" when it is empty or the column absent."""
        if self.cells is None:
            raise BadCell("列数与表头不同")
        text = _word(column, self.cells.get(column)).strip()
        if text in ("无", "null", "~"):
            text = ""
        if needed and not text:
            raise BadCell(f"缺少 {column}")
        if len(text) > longest:
            raise BadCell(f"{column} 超过{longest}个字")
        if _CONTROL.search(text):
            raise BadCell(f"{column} 含有不可见的字符")
        return text

    def is_number(self, column: str) -> bool:
        """Whether a spreadsheet holds the cell as a number."""
        return isinstance((self.cells or {}).get(column), float)

    def whole(self, column: str) -> int | None:
        """A whole number such as a floor, -1 included, within what a small column holds."""
        text = self.text(column, 10)
        try:
            number = int(text) if text else None
        except ValueError:
            raise BadCell(f"{column} 应为整数") from None
        if number is not None and abs(number) > 999:
            raise BadCell(f"{column} 超出范围")
        return number

    def decimal(self, column: str) -> Decimal | None:
        """A positive number of at most 8 digits before the point and 4 behind."""
        text = self.text(column, 20)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise BadCell(f"{column} 应为数字") from None
        if not number.is_finite() or not 0 < number < 10**8 or number != number.quantize(Decimal("0.0001")):
            raise BadCell(f"{column} 超出范围")
        return number

    def day(self, column: str) -> date | None:
        """A date written 1996-12-18, 1996/12/18 or 19961218, or one of a spreadsheet."""
        value: Any = (self.cells or {}).get(column)
        day = value if isinstance(value, date) else self._written_day(column)
        if day is not None and not 1850 <= day.year <= 2100:
            raise BadCell(f"{column} 超出范围")
        return day

    def _written_day(self, column: str) -> date | None:
        text = self.text(column, 10).replace("/", "-")
        try:
            return date(*map(int, text.split("-"))) if "-" in text else date.fromisoformat(text) if text else None
        except (ValueError, TypeError):
            raise BadCell(f"{column} 应为日期，例如 1980-01-31") from None

    def words(self, column: str, longest: int) -> tuple[str, ...]:
        """The words of a YAML list, or of a cell that parts them by | or commas."""
        value: Any = (self.cells or {}).get(column)
        parts = items(value) if isinstance(value, list) else _PARTING.split(self.text(column, 200))
        words = tuple(word for part in parts if (word := _word(column, part).strip()))
        if any(len(word) > longest for word in words):
            raise BadCell(f"{column} 有一项超过{longest}个字")
        return words

    def one_of(self, column: str, words: Mapping[str, str], default: str = "") -> str:
        """What the cell's word stands for; `default` when it is empty."""
        text = self.text(column, 20)
        if text and text not in words:
            raise BadCell(f"{column} 只能是 {'、'.join(words)}")
        return words[text] if text else default


def items(value: Any) -> list[Any]:
    """A YAML list as it is, nothing as an empty one, and anything else as a list of one."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    return [] if value is None else [value]


def mapping(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _word(column: str, value: Any) -> str:
    """A cell as a word. What a spreadsheet made of it is turned back where nothing was lost, and refused otherwise."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case float():
            return _digits(column, value)
        case Shortened():
            raise BadCell(f"{column} 是数字格式，开头的0可能丢了，{_AS_TEXT}")
        case date():
            raise BadCell(f"{column} 被表格软件改成了日期，{_AS_TEXT}")
        case _:
            raise BadCell(f"{column} 应为文字")


def _digits(column: str, number: float) -> str:
    if abs(number) >= EXACT_BELOW:
        raise BadCell(f"{column} 是数字格式，第15位以后已丢失，{_AS_TEXT}")
    return str(int(number)) if number.is_integer() else f"{number:.15g}"
