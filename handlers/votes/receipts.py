"""Receipts: the number that only the voter keeps, and the blind index under which a ballot is found by it."""

from models.sealed import blind_index

RECEIPT = "receipt"


def receipt_index(number: str) -> bytes:
    """The blind index of a receipt number: case, blanks and hyphens do not matter."""
    return blind_index(_letters(number), RECEIPT)


def written(number: str) -> str:
    """A receipt number as lists have it, `XXXX-XXXX-XXXX`, however somebody wrote it."""
    letters = _letters(number)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _letters(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())
