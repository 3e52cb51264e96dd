"""Door codes: the eight characters printed on the letter to a dwelling (conversations.md, 登记住址)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from handlers.residency.numerals import fold

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
SCENE = "bd_"
"""What stands before a code in the scene of the QR code on a letter."""
_BETWEEN = str.maketrans("", "", " -")


def fold_code(text: str) -> str | None:
    """The code as it is compared: case, width, blanks and hyphens ignored; None when `text` can't be a code."""
    code = fold(text).translate(_BETWEEN)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def format_code(code: str) -> str:
    """As it is printed: `7KQ2-M9XD`."""
    return f"{code[:4]}-{code[4:]}"


def new_code(randbelow: Callable[[int], int]) -> str:
    """A folded code from a source of chance such as `secrets.randbelow`."""
    return "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(LENGTH))


@dataclass(frozen=True, slots=True)
class Part:
    """Which dwellings of a community get letters: all, or those of an estate, a building, an entrance, or only one.

    An empty `entrance` is that of a building without entrances, None means all.
    """

    estate_id: int | None = None
    building_id: int | None = None
    entrance: str | None = None
    dwelling_id: int | None = None

    @property
    def narrowing(self) -> tuple[int | None, int | None, str | None, int | None]:
        """As the parameters of SQL conditions, each NULL where it does not narrow."""
        return self.estate_id, self.building_id, self.entrance, self.dwelling_id


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says; `code` as printed, `expires_on` in Beijing."""

    address: str
    code: str
    expires_on: date
