"""What is read from forms and addresses, and what is thrown away."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.layout import percent
from errors import NotFound
from web.forms import beijing_time, clean, lines, missing, one_line, row_id


def test_the_browsers_own_time_field_is_beijing_time() -> None:
    assert beijing_time("2026-05-01T08:00") == datetime(2026, 5, 1, tzinfo=UTC)
    assert beijing_time(" 2026-05-01 08:00:30 ") == datetime(2026, 5, 1, 0, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "明天", "2026-02-30T08:00", "08:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert beijing_time(text) is None


@given(st.text())
def test_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


def test_lines_are_the_written_ones_without_blanks_around_them() -> None:
    assert lines(" 同意 \r\n\r\n不 同意\n\t弃权\x00 ") == ["同意", "不 同意", "弃权"]
    assert one_line("甲\n 乙") == "甲 乙"


def test_a_missing_field_is_named_by_its_label() -> None:
    assert missing({"title": "标题", "place": "范围"}, {"title": " ", "place": "1"}) == {"title": "请填写标题。"}


@pytest.mark.parametrize("text", ["", "-1", "1.5", "９", "abc", "9223372036854775808", "1" * 5000])
def test_what_can_be_no_rows_number_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        row_id(text)


def test_the_largest_number_of_a_row_is_one() -> None:
    assert row_id("9223372036854775807") == 2**63 - 1


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(1080, 2400, "45.0%"), (0, 0, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (7, 7, "100.0%")],
)
def test_percentages_have_one_decimal(part: int, whole: int, written: str) -> None:
    assert percent(part, whole) == written
