"""Receipts: the number that only the voter keeps, and the blind index under which a ballot is found by it."""

from models.sealed import blind_index

RECEIPT = "receipt"


def receipt_index(number: str) -> bytes:
    """The blind index of a receipt number: case, blanks and hyphens do not matter."""
    return blind_index("".join(letter for letter in number.upper() if letter.isalnum()), RECEIPT)
