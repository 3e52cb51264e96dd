"""Folding and numbers: what people type in menus and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.numerals import fold, number


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        pytest.param("３－２－５０１", "3-2-501", id="full_width"),
        pytest.param("3——2—501", "3-2-501", id="long_dash_is_one_hyphen"),
        pytest.param("3–2−501", "3-2-501", id="other_dashes"),
        pytest.param("-－1", "--1", id="typed_hyphens_stay_two"),
        pytest.param("  幸福里\u3000 ３栋\n", "幸福里 3栋", id="blanks_collapse"),
        pytest.param("7kq2－m9xd", "7KQ2-M9XD", id="case"),
        pytest.param("一、二。三；四：五？", "一,二.三;四:五?", id="chinese_punctuation"),
        pytest.param("「同意」“好”", '"同意""好"', id="quotes"),
        pytest.param("【通知】（一）", "[通知](一)", id="brackets"),
        pytest.param("3️⃣", "3", id="keycap_emoji"),
        pytest.param("松涛\u200b苑\ufeff", "松涛苑", id="zero_width_characters"),
        pytest.param("3號樓二單元", "3号楼二单元", id="traditional"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold_brings_spellings_together(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1", 1),
        ("１", 1),
        ("一", 1),
        ("①", 1),
        ("1️⃣", 1),
        (" 2 ", 2),
        ("2.", 2),
        ("二、", 2),
        ("0", 0),
        ("零", 0),
        ("〇", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("廿", 20),
        ("廿一", 21),
        ("卅", 30),
        ("五零一", 501),
        ("五〇一", 501),
        ("幺幺零二", 1102),
        ("一百", 100),
        ("一百零二", 102),
        ("一百二", 120),
        ("一百二十", 120),
        ("一百一十", 110),
        ("一千零五", 1005),
        ("一千一百零二", 1102),
        ("两千六", 2600),
        ("负一", -1),
        ("负101", -101),
        ("-1", -1),
        ("－１", -1),
        ("壹", 1),
        ("贰拾", 20),
        ("0501", 501),
    ],
)
def test_numbers_are_read_in_every_script(typed: str, value: int) -> None:
    assert number(typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "负",
        "百",
        "十零",
        "一百零",
        "一千百",
        "一万",
        "十二零三",
        "3栋",
        "1 2",
        "1,3",
        "1.5",
        "A",
        "你好",
        "9" * 13,
    ],
)
def test_other_words_are_no_number(typed: str) -> None:
    assert number(typed) is None


def spelled(value: int) -> str:
    """The number in words as a schoolbook writes it, below ten thousand."""
    if value < 10:
        return "零一二三四五六七八九"[value]
    words, gap = "", False
    for place, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + mark
        gap = not digit
    return words.removeprefix("一") if value < 20 else words


def test_every_number_below_ten_thousand_is_read_from_digits_and_words() -> None:
    wrong = [value for value in range(10_000) if not number(str(value)) == number(spelled(value)) == value]
    assert wrong == []
