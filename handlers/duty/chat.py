"""Danger in chat: the numbers at once."""

from handlers.duty import texts
from handlers.duty.emergencies import danger_of


def danger(words: str) -> str | None:
    """The answer to an emergency, or None."""
    found = danger_of(words)
    return texts.emergency(found) if found else None
