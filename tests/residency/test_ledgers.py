"""Ledgers as people hand them in: every mistake named by file, line and reason, and never by what stood there."""

from decimal import Decimal
from pathlib import Path

import pytest

from handlers.residency.ledgers import DWELLINGS, ORGANISATIONS, OWNERS, RESIDENTS, VOTES, read_ledgers, reading, sheets
from handlers.residency.ledgers.records import DwellingRecord, Tree
from handlers.residency.ledgers.sheets import Flaw, FlawedSheets
from tests.residency.districts import write_district

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=1, buildings=1, floors=2)
    return tmp_path


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Change the first place that says `old`."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def flaws(folder: Path) -> list[Flaw]:
    with pytest.raises(FlawedSheets) as refusal:
        read_ledgers(folder)
    return refusal.value.flaws


def tree(folder: Path) -> Tree:
    found = read_ledgers(folder).tree
    assert found
    return found


def dwellings(folder: Path) -> list[DwellingRecord]:
    found = read_ledgers(folder).dwellings
    assert found
    return found


def test_the_demonstration_is_read_whole() -> None:
    ledgers = read_ledgers(DEMO)
    assert ledgers.tree
    assert [len(rows or ()) for rows in (ledgers.dwellings, ledgers.residents, ledgers.owners, ledgers.votes)] == [
        2400,
        4738,
        2804,
        6,
    ]
    assert [len(ledgers.tree.organisations), len(ledgers.tree.grids), len(ledgers.tree.estates)] == [7, 13, 8]
    assert len(ledgers.tree.buildings) == 54
    assert sum(dwelling.linked for dwelling in ledgers.dwellings or ()) == 1080


def test_another_district_is_read_with_codes_written_as_numbers(folder: Path) -> None:
    assert "code: 990205\n" in (folder / ORGANISATIONS).read_text("utf-8")
    assert [body.code for body in tree(folder).organisations] == ["990205", "990205001", "990205001001"]
    assert tree(folder).grids[0].community == "990205001001"


def test_estates_without_a_code_are_numbered_in_their_community(folder: Path) -> None:
    assert [estate.code for estate in tree(folder).estates] == ["990205001001E1"]


def test_an_unquoted_no_is_a_building_number_and_not_a_refusal(folder: Path) -> None:
    replace(folder, ORGANISATIONS, "'no': 1", "no: 08")
    assert tree(folder).buildings[0].number == "08"


def test_excels_byte_order_mark_line_ends_and_empty_rows_do_not_matter(folder: Path) -> None:
    plain = dwellings(folder)
    text = (folder / DWELLINGS).read_text("utf-8")
    (folder / DWELLINGS).write_bytes(("\ufeff" + text.replace("\n", "\r\n") + ",,,,\r\n\r\n").encode())
    assert dwellings(folder) == plain


def test_a_missing_optional_column_means_no(folder: Path) -> None:
    assert "linked" not in (folder / DWELLINGS).read_text("utf-8")
    assert not any(dwelling.linked for dwelling in dwellings(folder))


def test_blank_cells_and_wu_are_empty(folder: Path) -> None:
    replace(folder, DWELLINGS, ",1,1,101,幸福里1号楼1单元101,88.5,商品房,自住", ",无,,101,,,无,")
    first = dwellings(folder)[0]
    assert (first.entrance, first.floor, first.area, first.kind, first.occupancy) == ("", None, None, "", "")
    assert first.address == "幸福里1号楼101"


def test_floors_below_ground_are_taken(folder: Path) -> None:
    replace(folder, DWELLINGS, ",1,1,101,", ",1,-1,101,")
    assert dwellings(folder)[0].floor == -1


def test_areas_are_exact(folder: Path) -> None:
    replace(folder, DWELLINGS, "88.5", "88.0701")
    assert dwellings(folder)[0].area == Decimal("88.0701")


def test_absent_files_are_none(folder: Path) -> None:
    (folder / OWNERS).unlink()
    (folder / ORGANISATIONS).unlink()
    ledgers = read_ledgers(folder)
    assert ledgers.owners is ledgers.tree is ledgers.votes is None
    assert ledgers.dwellings


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (DWELLINGS, "88.5", "约88", "area 应为数字"),
        (DWELLINGS, "88.5", "-3", "area 超出范围"),
        (DWELLINGS, "88.5", "NaN", "area 超出范围"),
        (DWELLINGS, "88.5", "1.23456", "area 超出范围"),
        (DWELLINGS, ",1,1,101,", ",1,一层,101,", "floor 应为整数"),
        (DWELLINGS, ",1,1,101,", ",1,4000,101,", "floor 超出范围"),
        (DWELLINGS, ",1,1,101,", ",1,1,,", "缺少 room"),
        (DWELLINGS, "自住", "自住,多出一格", "列数与表头不同"),
        (DWELLINGS, ",88.5,商品房,自住", "", "列数与表头不同"),
        (DWELLINGS, "自住", "自\x07住", "state 含有不可见的字符"),
        (DWELLINGS, "商品房", "商" * 21, "kind 超过20个字"),
        (RESIDENTS, "周安宁", "", "缺少 name"),
        (RESIDENTS, "1980-05-06", "1980-13-06", "birth 应为日期，例如 1980-01-31"),
        (RESIDENTS, "1980-05-06", "1980年", "birth 应为日期，例如 1980-01-31"),
        (RESIDENTS, "1980-05-06", "0980-05-06", "birth 超出范围"),
        (RESIDENTS, ",女,", ",F,", "sex 只能是 男、女"),
        (RESIDENTS, "15400000000", "154****0000", "phone 的格式不对"),
        (RESIDENTS, "990205198005060000", "身份证", "id_no 的格式不对"),
        (OWNERS, "1/1", "一半", "share 应为分数，例如 1/2"),
        (OWNERS, "1/1", "1/0", "share 应为分数，例如 1/2"),
        (OWNERS, "1/1", "3/2", "share 应大于0、不超过1"),
        (OWNERS, "person", "family", "holder 只能是 person、company、个人、单位"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_reason(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    replace(folder, file, old, new)
    assert flaws(folder) == [Flaw(file, 2, reason)]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("code: 990205001001\n", "code: 99020500100\n", "code 应为12位数字"),
        ("code: 990205001001\n", "code: 990206001001\n", "code 应以上一级的编码开头"),
        ("code: 990205001001001\n", "code: 990205001002001\n", "code 应以上一级的编码开头"),
        ("name: 码头街道", "name: ''", "缺少 name"),
        ("compound: 幸福里", "compound: [幸福里]", "compound 应为文字"),
    ],
)
def test_a_bad_place_is_named_by_its_line(folder: Path, old: str, new: str, reason: str) -> None:
    replace(folder, ORGANISATIONS, old, new)
    flaw = flaws(folder)[0]
    lines = (folder / ORGANISATIONS).read_text("utf-8").splitlines()
    assert (flaw.file, flaw.reason) == (ORGANISATIONS, reason)
    assert "- " in lines[flaw.line - 1], "the line where the mapping begins"


def test_all_bad_rows_of_all_files_are_told_at_once(folder: Path) -> None:
    replace(folder, DWELLINGS, "88.5", "x")
    replace(folder, RESIDENTS, "吴小满", "")
    replace(folder, OWNERS, "1/1", "x")
    assert [(flaw.file, flaw.line) for flaw in flaws(folder)] == [(DWELLINGS, 2), (RESIDENTS, 3), (OWNERS, 2)]


def test_what_is_told_holds_nobodys_data(folder: Path) -> None:
    for file in (RESIDENTS, OWNERS):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace("1980-05-06", "五月六日").replace("1/1", "周安宁的一半"), "utf-8")
    with pytest.raises(FlawedSheets) as refusal:
        read_ledgers(folder)
    told = refusal.value.message + "".join(flaw.reason for flaw in refusal.value.flaws)
    assert not any(word in told for word in ("周安宁", "吴小满", "五月", "154", "9902051980"))


def test_long_lists_of_mistakes_are_cut_on_the_screen_only(folder: Path) -> None:
    text = (folder / RESIDENTS).read_text("utf-8")
    (folder / RESIDENTS).write_text(text.replace("1980-05-06", "五月六日") + "短\n" * 30, "utf-8")
    with pytest.raises(FlawedSheets) as refusal:
        read_ledgers(folder)
    assert len(refusal.value.flaws) == 46
    assert refusal.value.message.count("\n") == sheets.SHOWN_FLAWS + 1
    assert refusal.value.message.endswith("……一共46处。")


@pytest.mark.parametrize(
    ("file", "cell", "what"),
    [(DWELLINGS, "990205001001001-01010101", "code"), (RESIDENTS, "R0-0", "pid")],
)
def test_a_repeated_row_is_refused(folder: Path, file: str, cell: str, what: str) -> None:
    lines = (folder / file).read_text("utf-8").splitlines(keepends=True)
    (folder / file).write_text("".join(lines) + next(line for line in lines if cell in line), "utf-8")
    assert Flaw(file, len(lines) + 1, f"{what} 与前面的行重复") in flaws(folder)


def test_two_codes_for_one_flat_are_refused(folder: Path) -> None:
    replace(folder, DWELLINGS, "1单元102", "1单元101")
    replace(folder, DWELLINGS, ",102,", ",101,")
    assert flaws(folder) == [Flaw(DWELLINGS, 3, "房号 与前面的行重复")]


def test_a_missing_column_is_told_once(folder: Path) -> None:
    replace(folder, RESIDENTS, "pid,name", "id,name")
    assert flaws(folder) == [Flaw(RESIDENTS, 1, "缺少列 pid")]


def test_another_encoding_is_told_kindly(folder: Path) -> None:
    text = (folder / RESIDENTS).read_text("utf-8")
    (folder / RESIDENTS).write_bytes(text.encode("gb18030"))
    assert flaws(folder) == [Flaw(RESIDENTS, 1, "不是 UTF-8 编码，请另存为「CSV UTF-8」")]


def test_files_and_tables_have_a_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 10)
    assert flaws(folder) == [Flaw(RESIDENTS, 12, "超过10行")]
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert {flaw.reason for flaw in flaws(folder)} == {"文件超过0 MB"}


def test_a_cell_without_end_is_no_csv(folder: Path) -> None:
    with (folder / OWNERS).open("a", encoding="utf-8") as file:
        file.write('"' + "长" * 200_000)
    assert [(flaw.file, flaw.reason) for flaw in flaws(folder)] == [(OWNERS, "不是能读懂的 CSV")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("district: {code: '990205'", "不是能读懂的 YAML"),
        ("- 1\n- 2\n", "应为「名称: 内容」的列表"),
        ("", "应为「名称: 内容」的列表"),
        ("district: &a [*a]", "不是能读懂的 YAML"),
        ("streets: []\n", "应有一个 district（区），写明编码和名称"),
        ("district: 青榆区\n", "缺少 code"),
    ],
)
def test_a_broken_tree_is_told_kindly(folder: Path, content: str, reason: str) -> None:
    (folder / ORGANISATIONS).write_text(content, "utf-8")
    assert reason in [flaw.reason for flaw in flaws(folder)]


def test_places_of_votes_are_words_however_they_are_written(folder: Path) -> None:
    (folder / VOTES).write_text("votes:\n- {id: V1, places: [990205001001]}\n- {id: V2, places: 990205}\n", "utf-8")
    assert [vote["places"] for vote in read_ledgers(folder).votes or ()] == [["990205001001"], ["990205"]]


def test_votes_that_are_no_list_of_entries_are_told(folder: Path) -> None:
    (folder / VOTES).write_text("votes: [V1, V2]\n", "utf-8")
    assert flaws(folder) == [Flaw(VOTES, 1, "votes 应为列表，每项写明一次表决")]
