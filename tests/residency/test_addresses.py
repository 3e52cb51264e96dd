"""Addresses in the spellings residents use, and a demo district written ten ways."""

import csv
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.addresses import AddressParts, house_number, parse
from handlers.residency.matching import EstateName, match_estates

DEMO = Path(__file__).parents[2] / "demo"

ADDRESSES: dict[str, dict[str, tuple[str, str | None, str | None, str | None]]] = {
    "three_numbers": {
        "3-2-501": ("", "3", "2", "501"),
        "３－２－５０１": ("", "3", "2", "501"),
        "3—2—501": ("", "3", "2", "501"),
        "3——2——501": ("", "3", "2", "501"),
        "3–2–501": ("", "3", "2", "501"),
        "3/2/501": ("", "3", "2", "501"),
        "3.2.501": ("", "3", "2", "501"),
        "3，2，501": ("", "3", "2", "501"),
        "3、2、501": ("", "3", "2", "501"),
        "3 2 501": ("", "3", "2", "501"),
        "3 - 2 - 501": ("", "3", "2", "501"),
        "3一2一501": ("", "3", "2", "501"),
        "三-二-五零一": ("", "3", "2", "501"),
        "三 二 五零一": ("", "3", "2", "501"),
        "03-02-0501": ("", "3", "2", "501"),
        "3-2-501室": ("", "3", "2", "501"),
        "3-2-501。": ("", "3", "2", "501"),
        "3-2-501号": ("", "3", "2", "501"),
        "#3-2-501": ("", "3", "2", "501"),
        "12-1-1102": ("", "12", "1", "1102"),
        "1-1-10203": ("", "1", "1", "10203"),
        "十二-一-一一零二": ("", "12", "1", "1102"),
        "3-2-5": ("", "3", "2", "5"),
    },
    "building_and_entrance_in_words": {
        "3栋2单元501": ("", "3", "2", "501"),
        "3幢2单元501室": ("", "3", "2", "501"),
        "3号楼2单元501": ("", "3", "2", "501"),
        "3号栋2单元501": ("", "3", "2", "501"),
        "3座2单元501": ("", "3", "2", "501"),
        "3楼2单元501": ("", "3", "2", "501"),
        "3号2单元501": ("", "3", "2", "501"),
        "3棟2單元501號": ("", "3", "2", "501"),
        "3#2-501": ("", "3", "2", "501"),
        "3＃2－501": ("", "3", "2", "501"),
        "3#楼2单元501": ("", "3", "2", "501"),
        "3栋2-501": ("", "3", "2", "501"),
        "3栋 2 501": ("", "3", "2", "501"),
        "3-2单元501": ("", "3", "2", "501"),
        "3栋-2单元-501室": ("", "3", "2", "501"),
        "3栋2门501": ("", "3", "2", "501"),
        "3栋2梯501": ("", "3", "2", "501"),
        "3栋2单501": ("", "3", "2", "501"),
        "3栋2单元501户": ("", "3", "2", "501"),
        "3栋2单元501号": ("", "3", "2", "501"),
        "3栋2单元501房": ("", "3", "2", "501"),
        "3栋2单元501房间": ("", "3", "2", "501"),
        "3栋2单元501号房": ("", "3", "2", "501"),
        "第三栋第二单元501": ("", "3", "2", "501"),
        "三号楼二单元五零一": ("", "3", "2", "501"),
        "三栋二单元五〇一室": ("", "3", "2", "501"),
        "三栋两单元五百零一": ("", "3", "2", "501"),
        "廿一栋一单元二零二": ("", "21", "1", "202"),
        "二十三栋一单元十二楼零三": ("", "23", "1", "1203"),
        "叁号楼贰单元五零幺": ("", "3", "2", "501"),
        "3 号楼 2 单元 501 室": ("", "3", "2", "501"),
        "3号楼，2单元，501": ("", "3", "2", "501"),
    },
    "with_estate": {
        "松涛苑3-2-501": ("松涛苑", "3", "2", "501"),
        "松涛苑-3-2-501": ("松涛苑", "3", "2", "501"),
        "松涛苑，3-2-501": ("松涛苑", "3", "2", "501"),
        "松涛苑（3-2-501）": ("松涛苑", "3", "2", "501"),
        "幸福里 ３栋二单元501": ("幸福里", "3", "2", "501"),
        "幸福里\n3栋2单元501": ("幸福里", "3", "2", "501"),
        "松涛苑3号楼": ("松涛苑", "3", None, None),
        "松涛苑3号": ("松涛苑", "3", None, None),
        "松涛苑3": ("松涛苑", "3", None, None),
        "松涛苑3号楼2单元": ("松涛苑", "3", "2", None),
        "松涛苑3号501室": ("松涛苑", "3", None, "501"),
        "松涛苑501": ("松涛苑", None, None, "501"),
        "松涛苑501号": ("松涛苑", None, None, "501"),
        "松涛苑一零一": ("松涛苑", None, None, "101"),
        "望桥花园4号楼1单元2604": ("望桥花园", "4", "1", "2604"),
        "青榆区听松街道松涛苑3号楼2单元501": ("青榆区听松街道松涛苑", "3", "2", "501"),
        "青榆区 听松街道 松涛苑 3-2-501": ("青榆区 听松街道 松涛苑", "3", "2", "501"),
        "地址：松涛苑3-2-501": ("地址:松涛苑", "3", "2", "501"),
        "我家住在松涛苑3栋2单元501": ("我家住在松涛苑", "3", "2", "501"),
    },
    "estate_with_numbers": {
        "五一小区3-2-501": ("五一小区", "3", "2", "501"),
        "八一新村501": ("八一新村", None, None, "501"),
        "十里河三号楼501": ("十里河", "3", None, "501"),
        "鞍山三村5号501室": ("鞍山三村", "5", None, "501"),
        "万科一期3栋501": ("万科一期", "3", None, "501"),
        "幸福里二区3-2-501": ("幸福里二区", "3", "2", "501"),
        "阳光100 3-2-501": ("阳光100", "3", "2", "501"),
        "阳光100小区3-2-501": ("阳光100小区", "3", "2", "501"),
        "幸福路88号3栋501": ("幸福路88号", "3", None, "501"),
        "幸福路88号松涛苑3-2-501": ("幸福路88号松涛苑", "3", "2", "501"),
        "幸福路3弄5号501室": ("幸福路3弄", "5", None, "501"),
        "soho3座501": ("SOHO", "3", None, "501"),
    },
    "parts_left_out": {
        "3幢501": ("", "3", None, "501"),
        "3-501": ("", "3", None, "501"),
        "3/501": ("", "3", None, "501"),
        "三栋五零一": ("", "3", None, "501"),
        "12-1201": ("", "12", None, "1201"),
        "3座": ("", "3", None, None),
        "3": ("", "3", None, None),
        "3-2": ("", "3", "2", None),
        "3栋2": ("", "3", "2", None),
        "3栋5室": ("", "3", None, "5"),
        "3栋12号": ("", "3", None, "12"),
        "2单元501": ("", None, "2", "501"),
        "501": ("", None, None, "501"),
        "501室": ("", None, None, "501"),
        "五零一": ("", None, None, "501"),
    },
    "letters_and_directions": {
        "A座": ("", "A", None, None),
        "a座1203": ("", "A", None, "1203"),
        "A-501": ("", "A", None, "501"),
        "3A栋": ("", "3A", None, None),
        "3a-2-501": ("", "3A", "2", "501"),
        "松涛苑A座B单元501": ("松涛苑", "A", "B", "501"),
        "B区3-2-501": ("B区", "3", "2", "501"),
        "3栋2单元501A": ("", "3", "2", "501A"),
        "甲3号楼501": ("", "甲3", None, "501"),
        "乙栋501": ("", "乙", None, "501"),
        "3号楼东单元501": ("", "3", "东", "501"),
    },
    "floor_and_door": {
        "松涛苑三栋2单元5楼01": ("松涛苑", "3", "2", "501"),
        "3栋2单元5楼501": ("", "3", "2", "501"),
        "3栋2单元5楼": ("", "3", "2", None),
        "3栋5层1号": ("", "3", None, "501"),
        "3栋11层2号": ("", "3", None, "1102"),
        "5层1号": ("", None, None, "501"),
        "五层一号": ("", None, None, "501"),
        "3楼": ("", "3", None, None),
        "3楼501": ("", "3", None, "501"),
    },
    "below_ground": {
        "-101": ("", None, None, "-101"),
        "负101": ("", None, None, "-101"),
        "负一零一": ("", None, None, "-101"),
        "负一层01": ("", None, None, "-101"),
        "地下一层01": ("", None, None, "-101"),
        "B1层01": ("", None, None, "-101"),
        "3栋-1层01": ("", "3", None, "-101"),
        "3-2--101": ("", "3", "2", "-101"),
        "3-2 -101": ("", "3", "2", "-101"),
        "3栋2单元负101": ("", "3", "2", "-101"),
        "3-2-101": ("", "3", "2", "101"),
        "3栋2单元-101": ("", "3", "2", "101"),
        "松涛苑-101": ("松涛苑", None, None, "101"),
        "松涛苑 -501": ("松涛苑", None, None, "501"),
    },
    "two_floors": {
        "501/601": ("", None, None, "501"),
        "3-2-501/601": ("", "3", "2", "501"),
        "3栋2单元501、601": ("", "3", "2", "501"),
        "3栋501室/601室": ("", "3", None, "501"),
    },
}


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
    start = time.process_time()
    for _ in range(20):
        parse((unit * 100)[:100])
    assert parse(unit * 10_000) is None
    assert time.process_time() - start < 0.2


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


@dataclass(frozen=True)
class Flat:
    estate: str
    building: int
    entrance: int
    floor: int
    room: str


@lru_cache
def demo_flats() -> list[Flat]:
    with (DEMO / "dwellings.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [
            Flat(row["compound"], int(row["building"]), int(row["unit"]), int(row["floor"]), row["room"])
            for row in csv.DictReader(lines)
        ]


@lru_cache
def demo_estates() -> list[EstateName]:
    estates = yaml.safe_load((DEMO / "org.yaml").read_text(encoding="utf-8"))["estates"]
    return [EstateName(estate["code"], estate["name"], tuple(estate["aliases"])) for estate in estates]


def in_words(value: int) -> str:
    """A building number, below a hundred, as it is said."""
    tens, ones = divmod(value, 10)
    return ("", "十", "二十")[tens] + ("" if tens and not ones else "零一二三四五六七八九"[ones])


def full_width(text: str) -> str:
    return text.translate({ord(char): ord(char) + 0xFEE0 for char in "-#0123456789"})


def ten_spellings(flat: Flat) -> list[str]:
    estate, building, entrance, room = flat.estate, flat.building, flat.entrance, flat.room
    said = "".join("零一二三四五六七八九"[int(digit)] for digit in room)
    return [
        f"{estate}{building}号楼{entrance}单元{room}",
        f"{estate}{building}-{entrance}-{room}",
        full_width(f"{estate}　{building}#{entrance}-{room}"),
        f"{estate} {building} 栋 {entrance} 单元 {room} 室",
        f"{estate}{in_words(building)}号楼{in_words(entrance)}单元{said}",
        f"{estate}{in_words(building)}幢{entrance}单元{said}室",
        f"青榆区听松街道{estate}{building}座{entrance}单元{flat.floor}楼{room[-2:]}",
        f"{estate}{building}栋{entrance}门{flat.floor}层{int(room[-2:])}号",
        f"我家住在{estate}{building}、{entrance}、{room}。",
        f"{estate}{building:02d}—{entrance:02d}—{room:0>4}",
    ]


@given(st.data())
def test_demo_dwelling_is_found_from_ten_spellings(data: st.DataObject) -> None:
    flat = data.draw(st.sampled_from(demo_flats()))
    for written in ten_spellings(flat):
        parts = parse(written)
        assert parts is not None, written
        assert (parts.building, parts.entrance, parts.room) == (str(flat.building), str(flat.entrance), flat.room), (
            written
        )
        meant = match_estates(parts.estate, demo_estates())
        assert meant.exact, written
        assert [estate.name for estate in meant.estates] == [flat.estate], written
