"""Receipts: the number that only the voter keeps, and the blind index under which a ballot is found by it."""

from datetime import datetime

from handlers.conversations.inbox import answer_again
from handlers.residency.visitors import Visitor
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


async def last_receipt(visitor: Visitor, now: datetime) -> str | None:
    """「凭证」 alone: what this account was told when it last voted in chat, with title and number, never the choice.

    For who never got the answer, because a process or a phone died; None from 15 minutes after voting. The confirming
    step gives its receipt as `Reply(texts.receipt(…), fetchable=True)`; nothing that tells a choice may be fetchable.
    """
    return await answer_again(visitor.account_id, now) if visitor.account_id else None
