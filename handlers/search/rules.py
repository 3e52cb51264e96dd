"""What is found by which words: pairs of neighbouring characters, and the words of a Chinese dictionary.

A tsvector holds every pair of a text with its place, the last character alone, and the dictionary's words that are
longer than a pair. Two characters and more are found as a row of pairs, hence exactly where they stand; one character
is found as the beginning of a pair.
"""

import unicodedata
from collections.abc import Callable, Sequence

MOST_POSITIONS = 16_000
"""PostgreSQL counts places in a document to 16,383; what comes later is found in pairs, no more in a row."""
LONGEST_QUERY = 200
PAIR = 2
Cut = Callable[[str], Sequence[str]]


def fold(text: str) -> str:
    """One width and one case, character by character, so that parts of a text fold to parts of what it folds to."""
    return "".join(unicodedata.normalize("NFKC", sign).casefold() for sign in text.replace("\x00", " "))


def document(text: str, cut: Cut) -> str:
    """A text as PostgreSQL writes a tsvector; `cut` parts it into words."""
    places: dict[str, list[int]] = {}
    place = 0
    for run in fold(text).split():
        for begin in range(len(run)):
            place += 1
            places.setdefault(run[begin : begin + PAIR], []).append(min(place, MOST_POSITIONS))
        for word in cut(run):
            if len(word) > PAIR:
                places.setdefault(word, []).append(min(place, MOST_POSITIONS))
        place += 1
    return " ".join(f"{_quoted(lexeme)}:{','.join(map(str, found[:200]))}" for lexeme, found in places.items())


def query(text: str) -> str:
    """Words parted by blanks, each of which must stand in what is found, as PostgreSQL writes a tsquery; "" of none."""
    return " & ".join(_row(run) for run in fold(text[:LONGEST_QUERY]).split())


def _row(run: str) -> str:
    if len(run) == 1:
        return f"{_quoted(run)}:*"
    pairs = " <-> ".join(_quoted(run[begin : begin + PAIR]) for begin in range(len(run) - 1))
    return f"({pairs})"


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
