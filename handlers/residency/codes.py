"""Door codes: the eight characters printed on the letter to a dwelling (conversations.md, 登记住址)."""

from collections.abc import Callable

from handlers.residency.numerals import fold

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
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
