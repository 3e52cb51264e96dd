"""Addresses as residents write them: taken apart into estate, building, entrance and room."""

import re
from dataclasses import dataclass
from functools import lru_cache

from handlers.residency.numerals import CHINESE_DIGITS, fold, number

LONGEST_ADDRESS = 100


@dataclass(frozen=True, slots=True)
class AddressParts:
    """One written address: `estate` is the folded words before the numbers, the rest as `house_number` spells it."""

    estate: str
    building: str | None
    entrance: str | None
    room: str | None


_NUMERAL = rf"(?:(?<![0-9])[0-9]{{1,5}}|(?<![{CHINESE_DIGITS}])[{CHINESE_DIGITS}]{{1,6}})"
_LETTER = r"(?:(?<![0-9A-Z])[A-Z]|[甲乙丙丁])"
_TOKEN = rf"(?:{_LETTER}?{_NUMERAL}[A-Z]?|{_LETTER})"
_GAP = r"[ \-/.,:;_~|*+\\]"
_BUILDING_MARK = r"(?:号楼|号?[栋幢座]|\#楼?|楼)"
_ENTRANCE_MARK = r"(?:单元?|号?门洞?|梯|\#(?!楼))"
_ROOM_MARK = r"(?:号?[室户房屋]间?)"
_ADDRESS = re.compile(
    rf"""
    (?P<estate>.*?) {_GAP}*? [第\#]?
    (?: (?P<building>{_TOKEN}) (?: (?:{_BUILDING_MARK}|号(?!$)) {_GAP}*? | {_GAP}+? ) 第? )?
    (?: (?P<entrance>{_TOKEN}|[东西南北中]) {_ENTRANCE_MARK} {_GAP}*?
      | (?(building)(?P<bare_entrance>{_TOKEN}) {_GAP}+?|(?!)) )?
    (?: (?P<floor>(?:负|地下|[-B](?=[1-3][层楼]))?{_NUMERAL}) [层楼] {_GAP}*? (?P<door>{_NUMERAL})?
      | (?P<room>(?:负|(?<![^ -])-(?=[1-3][0-9]{{2}}(?![0-9])))?{_TOKEN}) )?
    (?P<room_mark>{_ROOM_MARK})? (?P<plain_mark>号)?
    """,
    re.VERBOSE,
)
_HOUSE_NUMBER = re.compile(
    rf"""
    第? (?P<before>{_LETTER}|[东西南北中])? (?P<digits>(?:-|负)?{_NUMERAL})? (?P<after>[A-Z])?
    (?:{_BUILDING_MARK}|{_ENTRANCE_MARK}|{_ROOM_MARK}|号)?
    """,
    re.VERBOSE,
)
_BRACKET_OR_BLANK = re.compile(r"[()\[\]<>{}\"' ]+")
_BLANK_BEFORE_MARK = re.compile(r" (?=[号楼栋幢座#单元门梯层室户房])")
_HANDWRITTEN_HYPHEN = re.compile(r"(?<=[0-9])一(?=[0-9])")
_FLOOR_BEFORE_ROOM = re.compile(r"(?<=单元)([0-9]{1,2})[-F](?=\1[0-9]{2}(?![0-9]))")
_WORDS_BETWEEN = re.compile("顶楼|阁楼|复式|跃层|(?<![A-Z])NO\\.?(?=[0-9])")
_LAST_WORDS = re.compile(
    rf"(?<=[0-9{CHINESE_DIGITS}室户号房])[^0-9A-Z{CHINESE_DIGITS}甲乙丙丁号楼栋幢座单元门室户房]{{1,12}}\Z"
)
_DUPLEX = re.compile(r"([0-9]{3,5})室?[/,&+][0-9]{3,5}(?=[室户房号]*$)")
_BELOW_GROUND = re.compile("负|地下|B")
_SHORT_NUMBER = re.compile(r"[A-Z]?[1-9][0-9]?[A-Z]?|[A-Z甲乙丙丁]|[" + CHINESE_DIGITS + r"]{1,2}")


@lru_cache(maxsize=4096)
def house_number(text: str) -> str:
    """Return the one spelling of a building, entrance or room, for comparing what is typed with what a register holds.

    `０３` → 3, 三号楼 → 3, `a座` → A, 负101 → -101, a flat on two floors `501/601` → 501; anything else is only folded.
    """
    plain = _DUPLEX.sub(r"\1", fold(text))
    found = _HOUSE_NUMBER.fullmatch(plain)
    value = number(found["digits"]) if found and found["digits"] else ""
    if found is None or value is None:
        return plain
    return f"{found['before'] or ''}{value}{found['after'] or ''}" or plain


def parse(text: str) -> AddressParts | None:
    """Take apart an address in any usual spelling (domain §2.1); None without a number or over 100 characters.

    A short lone number is a building, and after a building an entrance, unless 室 or 号 follows. A hyphen before a room
    is a sign only at the start, after a blank or doubled, and only for floors -1 to -3.
    """
    if len(text) > LONGEST_ADDRESS:
        return None
    line = _BRACKET_OR_BLANK.sub(" ", _WORDS_BETWEEN.sub("", fold(text)))
    line = _HANDWRITTEN_HYPHEN.sub("-", _BLANK_BEFORE_MARK.sub("", line).strip(" .,!?;~"))
    return _read(line) or _without_last_words(line)


def _read(line: str) -> AddressParts | None:
    found = _ADDRESS.fullmatch(_DUPLEX.sub(r"\1", _FLOOR_BEFORE_ROOM.sub("", line)))
    return _parts(found) if found else None


def _without_last_words(line: str) -> AddressParts | None:
    """「松涛苑3-2-501，谢谢」: a few words behind a room are overlooked."""
    said = _LAST_WORDS.search(line)
    parts = _read(line[: said.start()]) if said else None
    return parts if parts and parts.room else None


def _parts(found: re.Match[str]) -> AddressParts | None:
    building, entrance, room = found["building"], found["entrance"] or found["bare_entrance"], found["room"]
    if found["floor"]:
        room = _room_on_floor(found["floor"], found["door"])
    elif room and not entrance and not found["room_mark"] and _SHORT_NUMBER.fullmatch(room):
        if not building:
            building, room = _lone_building(room), None
        elif not found["plain_mark"]:
            entrance, room = room, None
    if not (building or entrance or room):
        return None
    return AddressParts(
        estate=found["estate"].strip(" -/.,:_~"),
        building=building and house_number(building),
        entrance=entrance and house_number(entrance),
        room=room and house_number(room),
    )


def _lone_building(token: str) -> str | None:
    """「松涛苑3」 names a building; a lone letter or Chinese numeral ends too many ordinary words."""
    return token if re.search("[0-9]", token) else None


def _room_on_floor(floor: str, door: str | None) -> str | None:
    """Return 501 for 5层1号 and for 5楼501, -101 for 负一层01; None when only the floor is given."""
    story, flat = number(_BELOW_GROUND.sub("-", floor)), number(door or "")
    if story is None or flat is None:
        return None
    return str(flat) if flat >= 100 else f"{story}{flat:02d}"
