"""The chains of sealed lists: each line's seal is SHA-256 over the seal before it and what the line says.

Whoever holds a list can compute its seals anew, with nothing but the lines (`linli recount`).
"""

import hashlib
from decimal import Decimal

RECEIPTS = "receipts"
CHOICES = "choices"


def beginning(poll_id: int, of: str) -> bytes:
    """What stands before the first line of a poll's list of receipts or of choices."""
    return hashlib.sha256(f"linli:poll:{poll_id}:{of}".encode()).digest()


def receipt_seal(before: bytes, number: int, receipt: str, answer: str) -> bytes:
    """The seal of a line of the public list; `answer` is empty where the vote is secret."""
    return hashlib.sha256(before + f"{number}:{receipt}:{answer}".encode()).digest()


def choice_seal(before: bytes, number: int, answer: str, heads: int, area: Decimal | int) -> bytes:
    """The seal of a line of the auditor's list; the area in m² with four decimals."""
    return hashlib.sha256(before + f"{number}:{answer}:{heads}:{Decimal(area):.4f}".encode()).digest()
