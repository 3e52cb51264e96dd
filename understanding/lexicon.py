"""Kinds of messages told by words that are written down: what is known without having learnt anything."""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from understanding.terms import Scores

HERE = Path(__file__).parent


class Lexicon:
    """Kinds, each with its words; a word of several kinds counts for each in part."""

    def __init__(self, kinds: dict[str, Sequence[str]]) -> None:
        self.kinds = list(kinds)
        self._kinds_of: defaultdict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(kinds.values()):
            for word in dict.fromkeys(words):
                self._kinds_of[word].append(number)

    def scores(self, text: str) -> Scores:
        """How much each kind's words are in a text, as a vector of length one, or nought where none is."""
        scores = np.zeros(len(self.kinds))
        for word, kinds in self._kinds_of.items():
            if times := text.count(word):
                scores[kinds] += (1 + math.log(times)) * math.sqrt(len(word)) / len(kinds)
        return scores / (math.sqrt(float(scores @ scores)) or 1.0)

    def likeliest(self, text: str) -> str:
        """The kind whose words are most in a text; empty where none is."""
        scores = self.scores(text)
        return self.kinds[int(scores.argmax())] if scores.any() else ""


@cache
def read_lexicon(name: str) -> Lexicon:
    """A lexicon of this folder: `departments` or `acts`."""
    lines = (HERE / f"{name}.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return Lexicon({kind: words for kind, *words in rows})
