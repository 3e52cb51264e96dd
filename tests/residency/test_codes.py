"""Door codes: however someone writes one down, it is the code on the letter."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.codes import ALPHABET, fold_code, format_code, new_code

CODES = st.text(ALPHABET, min_size=8, max_size=8)
FULL_WIDTH = {ord(character): ord(character) + 0xFEE0 for character in ALPHABET + ALPHABET.lower()}


def test_the_alphabet_leaves_out_what_looks_alike() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("0O1I")


@pytest.mark.parametrize(
    "typed", ["7KQ2-M9XD", "7kq2m9xd", " 7kq2 m9xd ", "７ｋｑ２－Ｍ９ＸＤ", "7-K-Q-2 M9XD", "7KQ2—m9xd"]
)
def test_case_width_blanks_and_hyphens_are_ignored(typed: str) -> None:
    assert fold_code(typed) == "7KQ2M9XD"


@pytest.mark.parametrize(
    "typed", ["", "无", "7KQ2-M9X", "7KQ2-M9XDD", "7KQ2-M9X0", "7KQ2-M9XO", "1KQ2-M9XD", "绑定码绑定码绑定"]
)
def test_anything_else_is_no_code(typed: str) -> None:
    assert fold_code(typed) is None


@given(CODES, st.sampled_from(["", " ", "-", "－", "　"]), st.booleans(), st.booleans())
def test_every_printed_code_is_read_back(code: str, between: str, low: bool, wide: bool) -> None:
    printed = between.join(format_code(code))
    typed = printed.lower() if low else printed
    assert fold_code(typed.translate(FULL_WIDTH) if wide else typed) == code


def test_chance_chooses_every_character() -> None:
    draws = count()
    asked: list[int] = []

    def randbelow(limit: int) -> int:
        asked.append(limit)
        return next(draws)

    assert new_code(randbelow) == ALPHABET[:8]
    assert asked == [32] * 8
