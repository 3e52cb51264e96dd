"""Estates and rooms found from what people type, right or nearly right."""

import pytest

from handlers.residency.matching import EstateName, match_estates, nearest_rooms
from tests.effort import effort

DISTRICT = [
    EstateName("E1", "松涛苑", ()),
    EstateName("E2", "松涛新村", ("新村",)),
    EstateName("E3", "梧桐里小区", ("梧桐里",)),
    EstateName("E4", "轴承厂家属院", ("轴承厂",)),
    EstateName("E5", "望桥花园", ("望桥",)),
    EstateName("E6", "安桥家园", ("安桥",)),
    EstateName("E7", "柳岸名邸", ("名邸",)),
    EstateName("E8", "柳岸小区", ("小区",)),
]


def names(typed: str) -> list[str]:
    return [estate.name for estate in match_estates(typed, DISTRICT).estates]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("松涛苑", ["松涛苑"]),
        (" 松涛 苑 ", ["松涛苑"]),
        ("梧桐里小区", ["梧桐里小区"]),
        ("梧桐里", ["梧桐里小区"]),
        ("轴承厂", ["轴承厂家属院"]),
        ("望桥", ["望桥花园"]),
        ("小区", ["柳岸小区"]),
        ("新村", ["松涛新村"]),
        ("青榆区听松街道松涛苑", ["松涛苑"]),
        ("青榆区听松街道松涛社区松涛苑", ["松涛苑"]),
        ("望桥街道安桥家园", ["安桥家园"]),
        ("长安街88号柳岸名邸", ["柳岸名邸"]),
        ("安澜市 青榆区 柳岸小区", ["柳岸小区"]),
        ("地址:松涛苑", ["松涛苑"]),
        ("我家住在松涛苑", ["松涛苑"]),
        ("松涛苑小区", ["松涛苑"]),
        ("望桥小区", ["望桥花园"]),
        ("松涛", ["松涛苑", "松涛新村"]),
        ("松涛小区", ["松涛苑", "松涛新村"]),
        ("柳岸", ["柳岸名邸", "柳岸小区"]),
    ],
)
def test_names_and_their_short_forms_are_exact(typed: str, meant: list[str]) -> None:
    assert match_estates(typed, DISTRICT).exact
    assert names(typed) == meant


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        pytest.param("松涛院", ["松涛苑"], id="wrong_character"),
        pytest.param("涛松苑", ["松涛苑"], id="swapped_characters"),
        pytest.param("望乔花园", ["望桥花园"], id="wrong_character_in_four"),
        pytest.param("柳案小区", ["柳岸小区"], id="wrong_character_before_the_kind"),
        pytest.param("梧桐小区", ["梧桐里小区"], id="left_out_character"),
        pytest.param("轴成厂家熟院", ["轴承厂家属院"], id="two_in_a_long_name"),
        pytest.param("听松街道松涛社区松掏苑", ["松涛苑"], id="wrong_character_after_community"),
        pytest.param("望桥苑", ["望桥花园"], id="other_kind_of_estate"),
        pytest.param("安桥花园", ["望桥花园", "安桥家园"], id="between_two"),
        pytest.param("安澜松涛苑", ["松涛苑"], id="unknown_word_in_front"),
        pytest.param("松涛苑东区", ["松涛苑"], id="unknown_word_behind"),
        pytest.param("轴承", ["轴承厂家属院"], id="beginning_of_a_name"),
    ],
)
def test_slips_give_the_nearest_as_choices(typed: str, nearest: list[str]) -> None:
    assert not match_estates(typed, DISTRICT).exact
    assert names(typed) == nearest


@pytest.mark.parametrize(
    "typed", ["幸福里", "幸福小区", "幸福新村", "你好", "我要投票", "听松街道", "花园", "桥", "安全"]
)
def test_estates_of_elsewhere_match_nothing(typed: str) -> None:
    assert names(typed) == []


def test_alias_that_is_only_a_kind_captures_no_other_estate() -> None:
    assert "柳岸小区" not in [
        *names("梧桐里小区"),
        *names("梧桐小区"),
        *names("梧桐里社区小区"),
        *names("幸福社区小区"),
    ]


@pytest.mark.parametrize("typed", ["", " ", "我家是", "，"])
def test_without_words_every_estate_is_possible(typed: str) -> None:
    everything = match_estates(typed, DISTRICT)
    assert (everything.exact, len(everything.estates)) == (False, 8)
    assert match_estates(typed, DISTRICT[:1]).exact


def test_same_name_twice_gives_both() -> None:
    twins = [EstateName("A1", "幸福里", ()), EstateName("B1", "幸福里", ()), EstateName("C1", "幸福里二区", ())]
    match = match_estates("幸福里", twins)
    assert match.exact
    assert [estate.code for estate in match.estates] == ["A1", "B1"]


@pytest.mark.parametrize("typed", ["幸福里二区", "幸福里2区", "幸福里 ２ 区"])
def test_numbers_in_names_are_one_in_every_script(typed: str) -> None:
    phases = [EstateName("A1", "幸福里一区", ()), EstateName("A2", "幸福里2区", ())]
    match = match_estates(typed, phases)
    assert match.exact
    assert [estate.code for estate in match.estates] == ["A2"]


def test_at_most_five_choices_are_offered() -> None:
    phases = [EstateName(str(n), f"幸福里{n}区", ()) for n in range(1, 9)]
    assert len(match_estates("幸福里", phases).estates) == 5


def test_thousand_estates_are_searched_quickly() -> None:
    district = [
        EstateName(f"{a}{b}", f"{a}{b}花园", (f"{a}{b}",))
        for a in map(chr, range(0x4E00, 0x4E64))
        for b in "涛岸桥湖山水城江河里"
    ]
    assert match_estates("青榆区听松街道幸福里", district).estates == ()
    assert effort(lambda: match_estates("青榆区听松街道幸福里", district)) < 10


ROOMS = [f"{floor}{door:02d}" for floor in range(1, 7) for door in (1, 2)]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("5011", ["501", "502"]),
        ("51", ["501", "502"]),
        ("503", ["502", "501"]),
        ("610", ["601", "602"]),
        ("701", ["601", "501"]),
        ("105", ["102", "101"]),
        ("五零一", ["501", "502"]),
        ("501室", ["501", "502"]),
    ],
)
def test_nearest_rooms_come_first(wanted: str, first: list[str]) -> None:
    nearest = nearest_rooms(wanted, ROOMS)
    assert nearest[:2] == first
    assert len(nearest) == 5


@pytest.mark.parametrize("wanted", ["999", "20304", "你好", ""])
def test_rooms_far_from_all_known_have_no_choices(wanted: str) -> None:
    assert nearest_rooms(wanted, ROOMS) == []


def test_rooms_are_returned_as_the_register_writes_them() -> None:
    assert nearest_rooms("501", ["0501", "0501", "501/601", "-101"]) == ["0501", "501/601", "-101"]
