"""One person written in several ways has one key."""

import pytest

from handlers.residency.people import (
    dwelling_code,
    id_key,
    is_surname,
    masked_id,
    masked_name,
    masked_phone,
    name_key,
    phone_key,
    surname,
)


@pytest.mark.parametrize("name", ["李秀英", " 李 秀英", "李　秀英\n"])
def test_blanks_in_a_name_do_not_matter(name: str) -> None:
    assert name_key(name) == "李秀英"


def test_width_and_case_of_a_foreign_name_do_not_matter() -> None:
    assert name_key("Ａnna Li") == name_key("ANNA LI")
    assert name_key("阿依古丽·买买提") == name_key("阿依古丽•买买提")


@pytest.mark.parametrize("phone", ["15400000001", "154 0000 0001", "+86 154-0000-0001", "１５４０００００００１"])
def test_a_phone_is_its_digits(phone: str) -> None:
    assert phone_key(phone) == "15400000001"


def test_the_check_character_of_an_id_number_is_one_letter() -> None:
    assert id_key("99010319800101001x") == "99010319800101001X"


def test_a_masked_name_shows_the_surname_only() -> None:
    assert masked_name("王秀英") == masked_name("王伟") == "王**"


def test_a_masked_phone_or_id_number_keeps_its_ends() -> None:
    assert masked_phone("+86 154-0000-0001") == "154****0001"
    assert masked_phone("65550123") == "****23"
    assert masked_id("990103199612180036") == "9901**********0036"
    assert masked_id("E1234567") == "****67"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("王秀英", "王"),
        (" 欧阳 娜娜", "欧阳"),
        ("司马光", "司马"),
        ("欧阳", "欧"),
        ("阿卜杜拉•买买提", "阿卜杜拉"),
        ("anna Li", "ANNA"),
    ],
)
def test_a_surname_has_one_character_or_is_a_compound_one(name: str, wanted: str) -> None:
    assert surname(name) == wanted


def test_a_surname_alone_is_told_from_a_name() -> None:
    assert [word for word in ("王", "诸葛", "王秀", "王秀英", "3", "A", "") if is_surname(word)] == ["王", "诸葛"]


def test_a_code_outside_its_district_is_put_under_it() -> None:
    assert dwelling_code("880412", "880412001001001-0101") == "880412001001001-0101"
    assert dwelling_code("880412", "990103001001001-0101") == "880412:990103001001001-0101"
