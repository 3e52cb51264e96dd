"""The files of a folder or an upload, read as tables and documents; the flaws of all of them gather here."""

import csv
import io
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import yaml

from handlers.residency.ledgers.sheets import BadCell, Flaw, Numbered, Row, Shortened, items, mapping
from handlers.residency.ledgers.workbook import ARCHIVE, UnreadableWorkbook, workbook_rows

MOST_BYTES = 256 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_FLAWS = 100_000
"""More are not told: such a file is not a ledger."""
HEADER_WITHIN = 5
"""The heading may stand below a title or a watermark."""
LINE = "#line"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZERO_FIRST = re.compile(r"0[0-9]+")
_COPY = re.compile(r"\s*[(（][0-9]+[)）]$")
Record = TypeVar("Record")
Source = Path | bytes
Line = tuple[int, list[Any]]
_TABLES = ("csv", "xlsx", "yaml", "yml")
_ENDINGS = {"csv": _TABLES, "yaml": ("yaml", "yml")}


def register_of(name: str, registers: Mapping[str, Sequence[str]]) -> str | None:
    """Which register a file name means: its stem is one of the register's words, its ending one that we read."""
    stem, _, ending = name.rpartition(".")
    stem = _COPY.sub("", stem).strip().lower()
    return next(
        (
            register
            for register, words in registers.items()
            if stem in words and ending.lower() in _ENDINGS[register.rpartition(".")[2]]
        ),
        None,
    )


@dataclass(slots=True)
class Reading:
    """Files being read, each by the register it holds; `names` says what the files are called."""

    sources: Mapping[str, Source]
    names: Mapping[str, str]
    flaws: list[Flaw] = field(default_factory=list[Flaw])
    broken: bool = False
    """A whole file can't be read: there is nothing to pass over."""

    def has(self, register: str) -> bool:
        return register in self.sources

    def table(
        self, register: str, columns: Sequence[str], headings: Mapping[str, str], parse: Callable[[Row], Record]
    ) -> list[Record]:
        """Every row of a table, of which `columns` must be there; blank rows are passed over.

        Args:
            headings: column by the Chinese word that may stand for it.
        """
        content = self._bytes(register)
        if content is None:
            return []
        if content.startswith(ARCHIVE):
            lines = self._workbook(register, content)
        elif self.names[register].lower().endswith((".yaml", ".yml")):
            return self.records(register, self._listed(register), parse)
        else:
            lines = self._csv(register, content)
        return self.records(register, self._rows(register, lines, columns, headings), parse)

    def records(self, register: str, rows: Iterable[Row], parse: Callable[[Row], Record]) -> list[Record]:
        """What `parse` makes of each row; a row it refuses by BadCell becomes a flaw."""
        found: list[Record] = []
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                self.unreadable(register, row.line, f"超过{MOST_ROWS}行")
                break
            try:
                found.append(parse(row))
            except BadCell as error:
                self.flaw(register, row.line, str(error))
            if len(self.flaws) >= MOST_FLAWS:
                self.unreadable(register, row.line, "错误太多，请先核对整个文件")
                break
        return found

    def _rows(
        self, register: str, lines: Iterator[Line], columns: Sequence[str], headings: Mapping[str, str]
    ) -> Iterator[Row]:
        """The lines below the heading, which may stand below a title."""
        missing: list[str] = []
        for _, values in islice(lines, HEADER_WITHIN):
            words = [str(value).strip() for value in values]
            header = [headings.get(word, word) for word in words]
            absent = [column for column in columns if column not in header]
            if not absent:
                yield from (Row(line, _cells(header, cells)) for line, cells in lines if any(map(_filled, cells)))
                return
            missing = missing or absent
        if not self.broken:
            self.unreadable(register, 1, f"缺少列 {'、'.join(missing or columns)}")

    def _csv(self, register: str, content: bytes) -> Iterator[Line]:
        if content.startswith(_OLD_EXCEL):
            self.unreadable(register, 1, "是旧版或加了密码的 Excel 文件，请另存为 .xlsx")
            return
        text = self._decoded(register, content)
        reader = csv.reader(io.StringIO(text or "", newline=""))
        try:
            for values in reader:
                yield reader.line_num, values
        except csv.Error:
            self.unreadable(register, reader.line_num, "不是能读懂的 CSV")

    def _workbook(self, register: str, content: bytes) -> Iterator[Line]:
        try:
            rows = workbook_rows(content)
        except UnreadableWorkbook:
            self.unreadable(register, 1, "这个 Excel 文件打不开：可能已损坏、加了密码或太大")
            return
        zeros = {
            column
            for row in rows
            for column, cell in enumerate(row)
            if isinstance(cell, str) and _ZERO_FIRST.fullmatch(cell)
        }
        for line, row in enumerate(rows, 1):
            for column in zeros:
                row[column] = Shortened() if isinstance(row[column], float) else row[column]
            yield line, row

    def _listed(self, register: str) -> Iterator[Row]:
        """The mappings of the one list that a YAML file holds under the register's name."""
        listed = self.document(register, LinedLoader).get(register.rpartition(".")[0])
        for item in items(listed):
            cells = mapping(item)
            yield Row(cells[LINE], cells) if cells else Row(1, {})

    def document(self, register: str, loader: type[Any]) -> dict[str, Any]:
        """The mapping that a YAML file holds; {} when it can't be read."""
        content = self._bytes(register)
        text = None if content is None else self._decoded(register, content)
        if text is None:
            return {}
        try:
            content: Any = yaml.load(text, loader)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            self.unreadable(register, mark.line + 1 if mark else 1, "不是能读懂的 YAML")
            return {}
        found = mapping(content) or {}
        if not found:
            self.unreadable(register, 1, "应为「名称: 内容」的列表")
        return found

    def without_repeats(
        self, register: str, rows: list[Numbered], key: Callable[[Numbered], Hashable], what: str
    ) -> list[Numbered]:
        """The rows but those whose key an earlier row has: these become flaws."""
        seen: set[Hashable] = set()
        kept: list[Numbered] = []
        for row in rows:
            if key(row) in seen:
                self.flaw(register, row.line, f"{what} 与前面的行重复")
            else:
                kept.append(row)
            seen.add(key(row))
        return kept

    def flaw(self, register: str, line: int, reason: str) -> None:
        self.flaws.append(Flaw(self.names[register], line, reason))

    def unreadable(self, register: str, line: int, reason: str) -> None:
        self.flaw(register, line, reason)
        self.broken = True

    def _bytes(self, register: str) -> bytes | None:
        source = self.sources[register]
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > MOST_BYTES:
            self.unreadable(register, 1, f"文件超过{MOST_BYTES // 1024**2} MB")
            return None
        return source if isinstance(source, bytes) else source.read_bytes()

    def _decoded(self, register: str, content: bytes) -> str | None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.unreadable(register, 1, "不是 UTF-8 编码，请另存为「CSV UTF-8」")
            return None


def _filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _cells(header: list[str], values: list[Any]) -> dict[str, Any] | None:
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
