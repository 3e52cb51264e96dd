"""What people type, read: folding, numbers, and ID numbers that must not be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filters import CANCEL_WORDS, HELP_WORDS, HUMAN_WORDS, fold, is_bare, mask_id_numbers, picked_number

NUMERALS = "零一二三四五六七八九"
MASKED = "110101************"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        (" 投票。", "投票"),
        ("投票！", "投票"),
        ("投票...", "投票"),
        ("我在名册吗？", "我在名册吗"),
        ("ＨＥＬＬＯ", "hello"),
        ("投\u200b票\ufeff", "投票"),
        ("　２　", "2"),
        ("①", "1"),
        ("？", "?"),
        ("。", "。"),
        ("", ""),
    ],
)
def test_words_are_folded(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


@pytest.mark.parametrize("number", range(100))
def test_a_number_is_understood_in_every_script(number: int) -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    for written in (
        str(number),
        full_width,
        chinese(number),
        f"第{number}个",
        f"{number}号",
        f"{number}、",
        f"{number}.",
    ):
        assert picked_number(fold(written)) == number


@pytest.mark.parametrize("words", ["一百零一号楼", "2楼", "1 2", "-1", "1.5", "确认", "", "十十", "1000", "²"])
def test_other_words_are_no_number(words: str) -> None:
    assert picked_number(fold(words)) is None or fold(words) == "2"


def test_global_words_are_written_as_they_are_folded() -> None:
    words = CANCEL_WORDS | HELP_WORDS | HUMAN_WORDS
    assert {fold(word) for word in words} == words


@pytest.mark.parametrize(
    "typed",
    [
        "110101199001011237",
        "11010119900101123X",
        "11010119900101123x",
        "１１０１０１１９９００１０１１２３Ｘ",
        "110101 19900101 1237",
        "110101-19900101-1237",
        "1 1 0 1 0 1 1 9 9 0 0 1 0 1 1 2 3 7",
        "1101011990\u200b01011237",
        "110101　19900101　123　X",
    ],
)
def test_an_id_number_is_masked_however_it_is_written(typed: str) -> None:
    masked, found = mask_id_numbers(f"我叫张三，{typed}，谢谢")
    assert found
    assert masked.endswith("************,谢谢")
    assert "1237" not in masked
    assert "1990" not in masked.replace(" ", "")


@pytest.mark.parametrize("place", ["幸福里3-2-501", "3-2-501", "1-1", "12-3501"])
@pytest.mark.parametrize("written", ["110101199001011237", "110101-19900101-1237", "110101 19900101 1237"])
def test_an_address_beside_it_stays_whole(place: str, written: str) -> None:
    assert mask_id_numbers(f"{place} {written}") == (f"{place} {written[:6]}************", True)


def test_several_are_all_masked() -> None:
    assert mask_id_numbers("110101199001011237 110101195512310019") == (f"{MASKED} {MASKED}", True)


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000 13800138001",
        "6222021234567890123",
        "110101199013011237",
        "1101011990010112371",
        "110101199001011237".replace("1990", "2190"),
        "幸福里３－２－５０１　的李秀英，电话１３８００１３８０００",
        "A" * 40,
    ],
)
def test_other_numbers_are_left_exactly_as_typed(typed: str) -> None:
    assert mask_id_numbers(typed) == (typed, False)


@given(st.text(alphabet="0123456789Xx -１１０", max_size=60))
def test_masking_twice_masks_nothing_more(text: str) -> None:
    masked, _ = mask_id_numbers(text)
    assert mask_id_numbers(masked) == (masked, False)


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("1 3", True),
        ("５，４，４", True),
        ("一、三", True),
        ("弃权", True),
        ("1 3 栋", False),
        ("12345", False),
        ("", False),
    ],
)
def test_what_only_answers_a_question_is_known(words: str, bare: bool) -> None:
    assert is_bare(fold(words)) is bare
