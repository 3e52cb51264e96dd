"""Which known estate or room is meant by what someone typed, and the nearest ones when it is mistyped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.residency.addresses import house_number
from handlers.residency.numerals import CHINESE_DIGITS, fold, number

MOST_CHOICES = 5


@dataclass(frozen=True, slots=True)
class EstateName:
    """An estate as people may call it."""

    code: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EstateMatch:
    """The estates that typed words may mean, best first; `exact` when nothing was guessed (some share a name)."""

    exact: bool
    estates: tuple[EstateName, ...]


_KIND = "家属院|小区|花园|花苑|家园|新村|公寓|名邸|名苑|嘉园|山庄|大院|宿舍|苑|园"
_STEM = re.compile(f"(.{{2,}}?)(?:{_KIND})+")
_ONLY_KIND = re.compile(_KIND)
_NUMERALS = re.compile(f"[{CHINESE_DIGITS}]+")
_NOT_IN_NAMES = re.compile(r"[\W_]+")
_LEADING_PLACE = re.compile(r"省|市|区|县|旗|镇|乡|村|街道|街|社区|居委会|网格|路|巷|弄|号|是|在|住|址|[\W_]")
_NO_NAME = re.compile(r"[我俺咱们家的地址住在是]*")


def match_estates(raw: str, estates: Sequence[EstateName]) -> EstateMatch:
    """Return the estates meant by the words before an address's numbers; with no words, all of them.

    Exact: a name or alias, also after district, street and community, and with 小区 or its like left out or added.
    Otherwise at most five whose name is near: one wrong character, in names over four characters two.
    """
    readings = _readings(raw)
    if not readings:
        return EstateMatch(len(estates) == 1, tuple(estates))
    for reading in readings:
        if named := [estate for estate in estates if _is_named(estate, reading, whole=reading is readings[0])]:
            return EstateMatch(True, tuple(named))
    for reading in readings:
        if meant := [estate for estate in estates if reading.removesuffix("小区") in _stems(estate)]:
            return EstateMatch(True, tuple(meant))
    ranked = sorted(
        (min(_rank(estate, reading) for reading in readings), place) for place, estate in enumerate(estates)
    )
    near = (estates[place] for rank, place in ranked[:MOST_CHOICES] if rank < _FAR)
    return EstateMatch(False, tuple(near))


def nearest_rooms(wanted: str, rooms: Sequence[str]) -> list[str]:
    """Return at most five of `rooms` that `wanted` may be a slip of (two wrong digits at most), nearest first."""
    target = house_number(wanted)

    def distance(room: str) -> tuple[int, int, int, str]:
        known = house_number(room)
        same_start = next((i for i, (a, b) in enumerate(zip(target, known, strict=False)) if a != b), len(known))
        return _slips(target, known), -same_start, abs((number(target) or 0) - (number(known) or 0)), room

    ranked = sorted((distance(room), room) for room in dict.fromkeys(rooms))
    return [room for (slips, *_), room in ranked[:MOST_CHOICES] if slips <= 2]


def _readings(raw: str) -> list[str]:
    """All of the words, then what remains after each district, street or community, longest first."""
    line = fold(raw)
    starts = [0, *(place.end() for place in _LEADING_PLACE.finditer(line))]
    readings = list(dict.fromkeys(filter(None, (_key(line[start:]) for start in starts))))
    return [] if not readings or _NO_NAME.fullmatch(readings[0]) else readings


@lru_cache(maxsize=8192)
def _key(words: str) -> str:
    """Letters and digits only, numbers as digits: 「松涛二村」 and 「松涛 2村」 are one name."""
    plain = _NOT_IN_NAMES.sub("", fold(words))
    return _NUMERALS.sub(lambda run: str(number(run[0]) or run[0]), plain)


@lru_cache(maxsize=8192)
def _names(estate: EstateName) -> tuple[str, ...]:
    return tuple(_key(name) for name in (estate.name, *estate.aliases))


@lru_cache(maxsize=8192)
def _stems(estate: EstateName) -> tuple[str, ...]:
    return tuple(_stem(name) for name in _names(estate))


def _stem(name: str) -> str:
    """「梧桐里小区」 → 「梧桐里」: the name without the words that say what kind of estate it is."""
    found = _STEM.fullmatch(name)
    return found[1] if found else name


def _is_named(estate: EstateName, reading: str, *, whole: bool) -> bool:
    """An alias like 「小区」 counts only as all that was typed: it stands behind too many other names."""
    names = _names(estate)
    if _ONLY_KIND.fullmatch(reading):
        return whole and reading in names
    return reading in names or reading.removesuffix("小区") in names


_CONTAINED, _FAR = 3, 9


def _rank(estate: EstateName, reading: str) -> int:
    """Return the slips between words and estate, 3 where one contains the other, 9 where they are far apart."""
    if len(reading) < 2 or _ONLY_KIND.fullmatch(reading):
        return _FAR
    return min(_rank_of_name(name, reading) for name in _names(estate))


def _rank_of_name(name: str, reading: str) -> int:
    if _stem(name) == _stem(reading):
        return 1
    typed, known = reading.removesuffix("小区"), name.removesuffix("小区")
    bound = 2 if len(known) > 4 else 1
    if min(len(reading), len(name)) > 2 and abs(len(typed) - len(known)) <= bound:
        slips = _slips(typed, known)
        if slips <= bound:
            return slips
    return _CONTAINED if len(name) > 2 and (name in reading or reading in name) else _FAR


def _slips(left: str, right: str) -> int:
    """Return how many characters were mistyped, left out, added or swapped with their neighbour between two words."""
    older: list[int] = []
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            fewest = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                fewest = min(fewest, older[j - 2] + 1)
            row.append(fewest)
    return row[-1]
