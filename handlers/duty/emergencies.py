"""Whether a text says that somebody is in danger now, by explicit signs and their negatives.

What only sounds like danger (饿死了, 消防演练, 煤气卡) is taken out first. A sign that is left counts unless the words
around it say that it is taught, feared, long past or over; who says that it is so now is believed in spite of that.
Missing an emergency costs a life, a false one a sentence.
"""

import re
from enum import StrEnum

from handlers.duty import signs


class Danger(StrEnum):
    """What happens, by whom to call: 120 for bodies, 119 for fire, gas and rescue, 110 for crime."""

    MEDICAL = "medical"
    FIRE = "fire"
    GAS = "gas"
    RESCUE = "rescue"
    CRIME = "crime"
    DESPAIR = "despair"
    SUICIDE = "suicide"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            "medical": "受伤发病",
            "fire": "着火",
            "gas": "燃气泄漏",
            "rescue": "被困或走失",
            "crime": "有人行凶作恶",
            "despair": "想不开",
            "suicide": "有人想不开",
            "unknown": "求救",
        }[self]


_SIGNS = tuple(
    (danger, signs.one_of(words))
    for danger, words in (
        (Danger.DESPAIR, signs.DESPAIR),
        (Danger.GAS, signs.GAS),
        (Danger.FIRE, signs.FIRE),
        (Danger.RESCUE, signs.RESCUE),
        (Danger.CRIME, signs.CRIME),
        (Danger.MEDICAL, signs.MEDICAL),
        (Danger.UNKNOWN, signs.UNKNOWN),
    )
)
_BREAK = re.compile(r"[,，。.!！?？;；、\s…]+")
_LETTER = 90
"""Characters after which a text is a report: whoever is in danger writes briefly."""
_ASIDE = 6
"""Characters up to which what stands before a comma belongs to what follows it, as in 「去年冬天，三楼着火了」."""
_NEAR = 8
"""Characters before a sign in which it may be feared or supposed."""
_SUBJECT = 4
"""Characters after words of despair in which it may be said whose they are, as in 「楼顶坐着个女的」."""


def danger_of(words: str) -> Danger | None:
    """The emergency a folded text speaks of, None where there is none or where it is only talked about."""
    plain = words.translate(signs.TRADITIONAL)
    for slip, right in signs.SLIPS:
        plain = slip.sub(right, plain)
    plain = signs.HARMLESS.sub("…", plain)
    for danger, sign in _SIGNS:
        if meant := next((found for found in sign.finditer(plain) if _is_meant(found, plain)), None):
            others = danger is Danger.DESPAIR and signs.OTHERS.search(plain[: meant.end() + _SUBJECT])
            return Danger.SUICIDE if others else danger
    return None


def _is_meant(sign: re.Match[str], text: str) -> bool:
    """Whether the sign tells what is so now."""
    if (signs.TAUGHT.search(text) or len(text) > _LETTER) and not signs.BEYOND_DOUBT.search(text):
        return False
    breath = _breath(sign, text)
    if signs.NOW.search(breath):
        return True
    before = text[max(0, sign.start() - _NEAR) : sign.end()]
    return not signs.SUPPOSED.search(before) and not signs.OVER.search(breath)


def _breath(sign: re.Match[str], text: str) -> str:
    """The clauses in which the sign stands, with a short one before them."""
    breaks = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    start = max(edge for edge in breaks if edge <= sign.start())
    before = max((edge for edge in breaks if edge < start), default=start)
    if start - before <= _ASIDE:
        start = before
    return text[start : min(edge for edge in breaks if edge >= sign.end())]
