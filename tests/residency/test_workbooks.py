"""Ledgers from Excel: the same rows as from CSV, what Excel did to them told or turned back, hostile files refused."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from handlers.residency.ledgers import DWELLINGS, OWNERS, RESIDENTS, read_ledgers
from handlers.residency.ledgers.sheets import Flaw, FlawedSheets
from tests.residency.districts import write_district

Table = list[list[Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=1, buildings=1, floors=2)
    return tmp_path


def table(folder: Path, file: str) -> Table:
    return list(csv.reader((folder / file).read_text("utf-8").splitlines()))


def workbook_of(lines: Sequence[Sequence[Any]]) -> bytes:
    """An Excel file; days and times get the formats by which Excel knows them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    day, clock = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "h:mm"})
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            match cell:
                case str():
                    sheet.write_string(row, column, cell)
                case date():
                    sheet.write_datetime(row, column, datetime.combine(cell, time()), day)
                case time():
                    sheet.write_datetime(row, column, cell, clock)
                case _:
                    sheet.write(row, column, cell)
    book.close()
    return file.getvalue()


def as_workbook(folder: Path, file: str, change: Callable[[Table], object] = lambda _: None) -> str:
    """Put an Excel file in place of a CSV file; its name."""
    lines = table(folder, file)
    change(lines)
    (folder / file).unlink()
    name = file.replace(".csv", ".xlsx")
    (folder / name).write_bytes(workbook_of(lines))
    return name


def flaws(folder: Path) -> list[Flaw]:
    with pytest.raises(FlawedSheets) as refusal:
        read_ledgers(folder)
    return refusal.value.flaws


def test_a_workbook_says_what_the_csv_says(folder: Path) -> None:
    plain = read_ledgers(folder)
    for file in (DWELLINGS, RESIDENTS, OWNERS):
        as_workbook(folder, file)
    found = read_ledgers(folder)
    assert (found.dwellings, found.residents, found.owners) == (plain.dwellings, plain.residents, plain.owners)
    assert found.names[RESIDENTS] == "residents.xlsx"


def test_what_excel_made_of_words_is_turned_back_where_nothing_was_lost(folder: Path) -> None:
    plain = read_ledgers(folder)

    def numbers(lines: Table) -> None:
        for line in lines[1:]:
            for column in (1, 2, 4, 5, 6, 7, 9):
                line[column] = float(line[column])

    def days(lines: Table) -> None:
        for line in lines[1:]:
            line[3], line[5] = date.fromisoformat(line[3]), float(line[5])

    as_workbook(folder, DWELLINGS, numbers)
    as_workbook(folder, RESIDENTS, days)
    found = read_ledgers(folder)
    assert (found.dwellings, found.residents) == (plain.dwellings, plain.residents)


@pytest.mark.parametrize(
    ("file", "column", "cell", "reason"),
    [
        (RESIDENTS, "id_no", 990205198005060000.0, "id_no 是数字格式，第15位以后已丢失，请把这一列设为「文本」后重填"),
        (RESIDENTS, "phone", 57188880000.0, "phone 是数字格式，区号的0可能丢了，请把这一列设为「文本」后重填"),
        (DWELLINGS, "room", date(2026, 3, 2), "room 被表格软件改成了日期，请把这一列设为「文本」后重填"),
        (DWELLINGS, "room", time(5, 1), "room 应为文字"),
        (RESIDENTS, "birth", time(5, 1), "birth 应为文字"),
        (RESIDENTS, "birth", 29251.0, "birth 应为日期，例如 1980-01-31"),
        (RESIDENTS, "name", "周\x07宁", "name 含有不可见的字符"),
    ],
)
def test_what_excel_has_lost_is_named_by_line_and_reason(
    folder: Path, file: str, column: str, cell: Any, reason: str
) -> None:
    def change(lines: Table) -> None:
        lines[2][lines[0].index(column)] = cell

    name = as_workbook(folder, file, change)
    assert flaws(folder) == [Flaw(name, 3, reason)]


def test_a_number_among_words_with_leading_zeros_may_have_lost_its_own(folder: Path) -> None:
    def change(lines: Table) -> None:
        lines[1][0], lines[2][0] = "0001", 2.0

    name = as_workbook(folder, RESIDENTS, change)
    assert flaws(folder) == [Flaw(name, 3, "pid 是数字格式，开头的0可能丢了，请把这一列设为「文本」后重填")]


def test_a_heading_in_chinese_may_stand_below_a_title(folder: Path) -> None:
    plain = read_ledgers(folder).owners
    words = {"owner": "业主编号", "dwelling": "户室编码", "name": "姓名", "id_no": "证件号码", "phone": "电话"}

    def change(lines: Table) -> None:
        lines[0] = [words.get(word, word) for word in lines[0]]
        lines.insert(0, ["幸福里产权台账", *[""] * (len(lines[0]) - 1)])

    as_workbook(folder, OWNERS, change)
    found = read_ledgers(folder).owners
    assert found
    assert plain
    assert [owner.name for owner in found] == [owner.name for owner in plain]
    assert found[0].line == 3


def test_a_register_may_be_a_yaml_list(folder: Path) -> None:
    plain = read_ledgers(folder).dwellings
    lines = table(folder, DWELLINGS)
    entries = [
        "".join(f"  {column}: '{cell}'\n" for column, cell in zip(lines[0], line, strict=True)) for line in lines[1:]
    ]
    (folder / DWELLINGS).unlink()
    (folder / "dwellings.yaml").write_text("dwellings:\n" + "".join(f"-{entry[1:]}" for entry in entries), "utf-8")
    found = read_ledgers(folder).dwellings
    assert found
    assert plain
    assert [one.code for one in found] == [one.code for one in plain]


@pytest.mark.parametrize("name", ["户室.xlsx", "Dwellings (1).xlsx", "dwellings（2）.XLSX"])
def test_a_file_is_known_by_the_names_that_people_give_it(folder: Path, name: str) -> None:
    content = (folder / as_workbook(folder, DWELLINGS)).read_bytes()
    assert len(read_ledgers({name: content}).dwellings or ()) == 8


def test_two_files_of_one_register_are_refused(folder: Path) -> None:
    (folder / "户室.csv").write_bytes((folder / DWELLINGS).read_bytes())
    with pytest.raises(Exception, match="同一种台账"):
        read_ledgers(folder)


class TestHostile:
    def refused(self, content: bytes) -> str:
        with pytest.raises(FlawedSheets) as refusal:
            read_ledgers({"residents.xlsx": content}, collecting=True)
        return refusal.value.flaws[0].reason

    @pytest.mark.parametrize(
        "content",
        [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 5000, b"\xd0\xcf\x11\xe0" + b"\0" * 600],
        ids=["head", "noise", "old"],
    )
    def test_what_is_no_workbook_is_told_kindly(self, content: bytes) -> None:
        assert "Excel 文件" in self.refused(content)

    def test_two_cells_far_apart_do_not_take_the_process_with_them(self) -> None:
        lines: Table = [["pid"]]
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, lines[0][0])
        sheet.write_string(1_048_575, 16_383, "远")
        book.close()
        assert "太大" in self.refused(file.getvalue())

    def test_a_long_word_repeated_without_end_is_refused(self) -> None:
        content = workbook_of([["pid"], *[["长" * 30_000]] * 4_000])
        assert len(content) < 200_000
        assert "太大" in self.refused(content)

    def test_an_alias_bomb_in_yaml_is_refused_and_not_unfolded(self, folder: Path) -> None:
        nested = "".join(f"l{i}: &l{i} [{','.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 12))
        bomb = f"l0: &l0 [x]\n{nested}estates:\n- {{community: '990205001001', name: 苑, aliases: *l11}}\n"
        bomb += "district: {code: '990205', name: 区}\n"
        with pytest.raises(FlawedSheets) as refusal:
            read_ledgers({"org.yaml": bomb.encode()})
        assert refusal.value.flaws[0].reason == "aliases 应为文字"
