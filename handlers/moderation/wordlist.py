"""Words that texts are held or refused for, ours and a place's own, and which stand in a text, not inside others."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from handlers.moderation.rules import Watched
from models.database import rows
from models.deliberation import ModerationReason
from understanding.folding import bare
from understanding.terms import cut_words

WORDS = Path(__file__).parent / "words.txt"
REFUSES = "拦下"
SHORT = 2
"""Words of so few characters stand in others by chance: they count only where a word begins and ends there."""
_GAP = "\n"
_OWN = """
SELECT w.word, w.refuses, w.reason, w.basis FROM watched_word w JOIN organisation o ON o.id = w.organisation_id
WHERE starts_with($1, o.code) ORDER BY w.id
"""


async def watched_words(code: str) -> list[Watched]:
    """What counts at the organisation of this code: what comes with the product, its own words and those from above."""
    own = await rows(_OWN, code)
    return [
        *packaged(),
        *(Watched(row["word"], row["refuses"], ModerationReason(row["reason"]), row["basis"]) for row in own),
    ]


@cache
def packaged() -> tuple[Watched, ...]:
    """The words that come with the product, each with its basis in law."""
    rows = [line.split("|") for line in _lines() if not line.startswith("=")]
    return tuple(
        Watched(word.strip(), verb.strip() == REFUSES, ModerationReason(reason.strip()), basis.strip())
        for word, verb, reason, basis in rows
    )


@cache
def _harmless() -> re.Pattern[str]:
    """Longer words in which a watched one means nothing, as 垃圾分类."""
    said = [word for line in _lines() if line.startswith("=") for word in line[1:].split()]
    return re.compile("|".join(sorted(map(re.escape, said), key=len, reverse=True)))


def _lines() -> list[str]:
    return [line for line in WORDS.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def found_in(text: str, words: Iterable[Watched]) -> list[Watched]:
    """The watched words that stand in a text, marks and blanks between their characters left out of account."""
    plain = _harmless().sub(_GAP, bare(text))
    likely = [one for one in words if bare(one.word) and bare(one.word) in plain]
    edges = _edges(plain) if likely else frozenset[int]()
    return [one for one in likely if any(_stands(plain, bare(one.word), at, edges) for at in _places(plain, one))]


def _places(plain: str, one: Watched) -> Sequence[int]:
    return [found.start() for found in re.finditer(re.escape(bare(one.word)), plain)]


def _stands(plain: str, word: str, at: int, edges: frozenset[int]) -> bool:
    end = at + len(word)
    if word.isascii():
        return not _is_letter(plain[at - 1 : at]) and not _is_letter(plain[end : end + 1])
    return len(word) > SHORT or (at in edges and end in edges)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _edges(plain: str) -> frozenset[int]:
    """Where words begin and end."""
    edges, at = {0}, 0
    for word in cut_words(plain):
        at += len(word)
        edges.add(at)
    return frozenset(edges)
