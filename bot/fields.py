"""Values of the platform's templates, pure: a key has a type, a type has a form and a limit (wechat-platform §3.8)."""

import re
from collections.abc import Callable, Mapping

LONGEST_THING, LONGEST_PHRASE, LONGEST_NAME, LONGEST_FOREIGN_NAME = 20, 5, 10, 20
NOTHING = "无"
"""Stands where we have nothing to say: the platform refuses an empty value."""

_NUMBER = re.compile(r"\d*$")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_DAY = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_HOUR = re.compile(r"(?<!\d)(\d{1,2})\s*[:：点时]\s*(\d{2})?")


class Unfit(ValueError):
    """A value that can't be brought into the form of its key; `key` says which, the value is not quoted."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} has no value of its type")
        self.key = key


def fitted(content: Mapping[str, str]) -> dict[str, str]:
    """Every value in the form and within the limit of its key's type: no line break, never empty.

    Args:
        content: by the template's keys, a type and a number as "thing1"; a type that nobody knows is taken as it is.

    Raises:
        Unfit: a value that can't be made one of its type, as words for a time.
    """
    return {key: _fitted(key, " ".join(value.split())) for key, value in content.items()}


def _fitted(key: str, value: str) -> str:
    form = _FORMS.get(_NUMBER.sub("", key), _as_it_is)
    if found := form(value):
        return found
    raise Unfit(key)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with 「…」 in `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def within_bytes(text: str, most: int) -> str:
    """The text, or its beginning with 「…」 in `most` bytes of UTF-8."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"


def _as_it_is(value: str) -> str:
    return value or NOTHING


def _thing(value: str) -> str:
    return shortened(value, LONGEST_THING) or NOTHING


def _phrase(value: str) -> str:
    return "".join(_HAN.findall(value))[:LONGEST_PHRASE] or NOTHING


def _name(value: str) -> str:
    """Ten characters, or twenty where none is Chinese."""
    return shortened(value, LONGEST_NAME if _HAN.search(value) else LONGEST_FOREIGN_NAME) or NOTHING


def _number(value: str) -> str:
    found = re.search(r"-?\d+(?:\.\d+)?", value)
    return found[0] if found and len(found[0]) <= 32 else ""


def _only(allowed: str, most: int) -> Callable[[str], str]:
    pattern = re.compile(allowed)
    return lambda value: "".join(pattern.findall(value))[:most]


def _amount(value: str) -> str:
    """A sign of currency at most, ten digits, and 「元」 if it was there."""
    found = re.search(r"[¥￥$€]?\d{1,10}(?:\.\d{1,2})?元?", value)
    return found[0] if found else ""


def _date(value: str) -> str:
    """「2026年11月24日 08:00~2026年11月25日 17:00」: the first moment, and the second if there is one."""
    days = [_day(found) for found in _DAY.finditer(value)]
    hours = _hours(_DAY.sub(" ", value))
    moments = [f"{day} {hour}" if hour else day for day, hour in zip(days, [*hours, "", ""], strict=False)]
    return "~".join(moments[:2])


def _time(value: str) -> str:
    """As a date; or hours alone, 「08:00~17:00」."""
    if _DAY.search(value):
        return _date(value)
    return "~".join(_hours(value)[:2])


def _day(found: re.Match[str]) -> str:
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日"


def _hours(value: str) -> list[str]:
    found = [(int(hour[1]), int(hour[2] or 0)) for hour in _HOUR.finditer(value)]
    return [f"{hour:02}:{minute:02}" for hour, minute in found if hour < 24 and minute < 60]


_FORMS: dict[str, Callable[[str], str]] = {
    "thing": _thing,
    "phrase": _phrase,
    "name": _name,
    "number": _number,
    "letter": _only(r"[A-Za-z]", 32),
    "symbol": _only(r"[^\w\s]", 5),
    "character_string": _only(r"[!-~]", 32),
    "phone_number": _only(r"[0-9+\-]", 17),
    "car_number": _only(r"[0-9A-Za-z㐀-䶿一-鿿]", 8),
    "amount": _amount,
    "date": _date,
    "time": _time,
}
