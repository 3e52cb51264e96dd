"""Reading CSV and YAML files that people made: cell by cell, with the place and reason of everything that is wrong."""

import csv
import io
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import yaml

from errors import Invalid

MOST_BYTES = 256 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_FLAWS = 1_000
SHOWN_FLAWS = 20
LINE = "#line"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARTING = re.compile("[|、,，;；]")


class Lined(Protocol):
    """A record that knows its line."""

    @property
    def line(self) -> int: ...


Record = TypeVar("Record")
Numbered = TypeVar("Numbered", bound=Lined)
Made = TypeVar("Made")


class Flaw(NamedTuple):
    """What is wrong where; never the value itself, which may be somebody's name."""

    file: str
    line: int
    reason: str

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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet, or one mapping of a YAML list; a cell that holds 「无」 is empty (domain.md §2.1)."""

    line: int
    cells: Mapping[str, Any] | None

    def text(self, column: str, longest: int, *, needed: bool = False) -> str:
        """The cell without blanks at its ends; "" when it is empty or the column absent."""
        if self.cells is None:
            raise BadCell("列数与表头不同")
        value = self.cells.get(column) or ""
        if not isinstance(value, str):
            raise BadCell(f"{column} 应为文字")
        text = value.strip()
        if text in ("无", "null", "~"):
            text = ""
        if needed and not text:
            raise BadCell(f"缺少 {column}")
        if len(text) > longest:
            raise BadCell(f"{column} 超过{longest}个字")
        if _CONTROL.search(text):
            raise BadCell(f"{column} 含有不可见的字符")
        return text

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
        """A date written 1996-12-18, 1996/12/18 or 19961218."""
        text = self.text(column, 10).replace("/", "-")
        try:
            day = date(*map(int, text.split("-"))) if "-" in text else date.fromisoformat(text) if text else None
        except (ValueError, TypeError):
            raise BadCell(f"{column} 应为日期，例如 1980-01-31") from None
        if day is not None and not 1850 <= day.year <= 2100:
            raise BadCell(f"{column} 超出范围")
        return day

    def words(self, column: str, longest: int) -> tuple[str, ...]:
        """The words of a YAML list, or of a cell that parts them by | or commas."""
        value: Any = (self.cells or {}).get(column)
        parts = items(value) if isinstance(value, list) else _PARTING.split(self.text(column, 200))
        words = tuple(word for part in parts if (word := str(part).strip()))
        if any(len(word) > longest for word in words):
            raise BadCell(f"{column} 有一项超过{longest}个字")
        return words

    def one_of(self, column: str, words: Mapping[str, str], default: str = "") -> str:
        """What the cell's word stands for; `default` when it is empty."""
        text = self.text(column, 20)
        if text and text not in words:
            raise BadCell(f"{column} 只能是 {'、'.join(words)}")
        return words[text] if text else default


def convert(file: str, records: Iterable[Numbered], make: Callable[[Numbered], Made], flaws: list[Flaw]) -> list[Made]:
    """What `make` makes of each record; one it refuses by BadCell becomes a flaw."""
    made: list[Made] = []
    for record in records:
        try:
            made.append(make(record))
        except BadCell as error:
            flaws.append(Flaw(file, record.line, str(error)))
    return made


@dataclass(slots=True)
class Reading:
    """A folder being read: the flaws of all its files gather here."""

    folder: Path
    flaws: list[Flaw] = field(default_factory=list[Flaw])

    def has(self, file: str) -> bool:
        return (self.folder / file).is_file()

    def table(self, file: str, columns: Sequence[str], parse: Callable[[Row], Record]) -> list[Record]:
        """Every row of a CSV file, of which `columns` must be there; blank rows are passed over."""
        text = self._text(file)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            header = [name.strip() for name in next(reader, list[str]())]
            if missing := [column for column in columns if column not in header]:
                self.flaw(file, 1, f"缺少列 {'、'.join(missing)}")
                return []
            rows = (Row(reader.line_num, _cells(header, values)) for values in reader if "".join(values).strip())
            return self.records(file, rows, parse)
        except csv.Error:
            self.flaw(file, reader.line_num, "不是能读懂的 CSV")
            return []

    def records(self, file: str, rows: Iterable[Row], parse: Callable[[Row], Record]) -> list[Record]:
        """What `parse` makes of each row; a row it refuses by BadCell becomes a flaw."""
        found: list[Record] = []
        for row in rows:
            try:
                found.append(parse(row))
            except BadCell as error:
                self.flaw(file, row.line, str(error))
            if len(found) > MOST_ROWS:
                self.flaw(file, row.line, f"超过{MOST_ROWS}行")
            if len(self.flaws) >= MOST_FLAWS or len(found) > MOST_ROWS:
                break
        return found

    def document(self, file: str, loader: type[Any]) -> dict[str, Any]:
        """The mapping that a YAML file holds; {} when it can't be read."""
        text = self._text(file)
        if text is None:
            return {}
        try:
            content: Any = yaml.load(text, loader)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            self.flaw(file, mark.line + 1 if mark else 1, "不是能读懂的 YAML")
            return {}
        found = mapping(content) or {}
        if not found:
            self.flaw(file, 1, "应为「名称: 内容」的列表")
        return found

    def refuse_repeats(
        self, file: str, rows: Sequence[Numbered], key: Callable[[Numbered], Hashable], what: str
    ) -> None:
        """Make a flaw of every row whose key an earlier row has."""
        seen: set[Hashable] = set()
        for row in rows:
            if key(row) in seen:
                self.flaw(file, row.line, f"{what} 与前面的行重复")
            seen.add(key(row))

    def flaw(self, file: str, line: int, reason: str) -> None:
        self.flaws.append(Flaw(file, line, reason))

    def _text(self, file: str) -> str | None:
        path = self.folder / file
        if path.stat().st_size > MOST_BYTES:
            self.flaw(file, 1, f"文件超过{MOST_BYTES // 1024**2} MB")
            return None
        try:
            return path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            self.flaw(file, 1, "不是 UTF-8 编码，请另存为「CSV UTF-8」")
            return None


def items(value: Any) -> list[Any]:
    """A YAML list as it is, nothing as an empty one, and anything else as a list of one."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    return [] if value is None else [value]


def mapping(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _cells(header: list[str], values: list[str]) -> dict[str, str] | None:
    """Cells by column; None when the row is shorter than the header, or longer by more than empty cells."""
    if len(values) < len(header) or any(values[len(header) :]):
        return None
    return dict(zip(header, values, strict=False))


_Loader: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class LinedLoader(_Loader):
    """Scalars stay words, so that codes keep their zeros; each mapping remembers its line under `LINE`."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        mapping[LINE] = node.start_mark.line + 1
        return mapping
