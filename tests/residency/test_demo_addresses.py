"""Every dwelling of the demonstration is found, written ten ways."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.addresses import parse
from handlers.residency.matching import EstateName, match_estates

DEMO = Path(__file__).parents[2] / "demo"


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


def read(written: str) -> tuple[list[str], str | None, str | None, str | None]:
    """The estates that are meant for certain, and the numbers."""
    parts = parse(written)
    if parts is None:
        return [], None, None, None
    meant = match_estates(parts.estate, demo_estates())
    return [estate.name for estate in meant.estates if meant.exact], parts.building, parts.entrance, parts.room


def test_every_dwelling_of_the_demonstration_comes_back_from_ten_spellings() -> None:
    missed = [
        written
        for flat in demo_flats()
        for written in ten_spellings(flat)
        if read(written) != ([flat.estate], str(flat.building), str(flat.entrance), flat.room)
    ]
    assert missed == []


@given(
    st.sampled_from([estate.name for estate in demo_estates()]),
    st.integers(1, 29),
    st.integers(1, 19),
    st.integers(1, 34),
    st.integers(1, 12),
)
def test_any_dwelling_comes_back_from_ten_spellings(
    estate: str, building: int, entrance: int, floor: int, door: int
) -> None:
    flat = Flat(estate, building, entrance, floor, f"{floor}{door:02d}")
    for written in ten_spellings(flat):
        assert read(written) == ([estate], str(building), str(entrance), flat.room), written
