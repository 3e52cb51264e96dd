"""Addresses in the spellings residents use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.addresses import AddressParts, house_number, parse
from tests.effort import effort
from tests.residency.written_addresses import ADDRESSES


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        pytest.param(written, AddressParts(*parts), id=f"{kind}_{place}")
        for kind, table in ADDRESSES.items()
        for place, (written, parts) in enumerate(table.items(), 1)
    ],
)
def test_address_is_taken_apart(written: str, parts: AddressParts) -> None:
    assert parse(written) == parts


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "你好",
        "我要投票",
        "松涛苑",
        "听松街道",
        "统一",
        "二",
        "OK",
        "A",
        "甲",
        "-",
        "——",
        "号楼",
        "15400001234",
        "无",
    ],
)
def test_words_without_a_house_number_are_no_address(written: str) -> None:
    assert parse(written) is None


def test_text_over_a_hundred_characters_is_no_address() -> None:
    assert parse("松" * 93 + "3-2-501") == AddressParts("松" * 93, "3", "2", "501")
    assert parse("松" * 94 + "3-2-501") is None


@pytest.mark.parametrize("unit", ["松", "3-", "3栋", "一", "A", "-", " ", "号", "1/", "负"])
def test_hostile_text_is_answered_at_once(unit: str) -> None:
    assert parse(unit * 10_000) is None
    assert effort(lambda: [parse((unit * 100)[:100]) for _ in range(20)] + [parse(unit * 10_000)]) < 4


@given(st.text(alphabet="3２501一二十零百-— /#栋号楼单元层负室松涛苑A第、", max_size=30))
def test_any_text_gives_parts_in_one_spelling(text: str) -> None:
    parts = parse(text)
    if parts:
        assert parts.building or parts.entrance or parts.room
        for value in filter(None, (parts.building, parts.entrance, parts.room)):
            assert house_number(value) == value


@pytest.mark.parametrize(
    ("held", "plain"),
    [
        ("3", "3"),
        ("０３", "3"),
        ("3号楼", "3"),
        ("三幢", "3"),
        ("第3栋", "3"),
        ("a座", "A"),
        ("3A", "3A"),
        ("2单元", "2"),
        ("东单元", "东"),
        ("0501", "501"),
        ("501室", "501"),
        ("501/601", "501"),
        ("负101", "-101"),
        ("-101", "-101"),
        ("门卫", "门卫"),
        ("无", "无"),
        ("号楼", "号楼"),
        ("", ""),
    ],
)
def test_house_numbers_have_one_spelling(held: str, plain: str) -> None:
    assert house_number(held) == plain
