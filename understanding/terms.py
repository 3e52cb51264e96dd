"""What texts have in common: terms weighed by how rare they are, and the texts that hold each."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import rjieba
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Cut = Callable[[str], Counter[str]]


def grams(*lengths: int) -> Cut:
    """Runs of so many characters, each with how often it stands in a text."""

    def cut(text: str) -> Counter[str]:
        return Counter(text[at : at + length] for length in lengths for at in range(len(text) - length + 1))

    return cut


def cut_words(text: str) -> list[str]:
    """A text as the words of a Chinese dictionary, one after another."""
    return list(rjieba.cut(text))


def words(text: str) -> Counter[str]:
    """The words of a Chinese dictionary, each with how often it stands in a text."""
    return Counter(cut_words(text))


pairs, only_pairs, threes = grams(1, 2), grams(2), grams(1, 2, 3)
"""Characters with pairs; pairs alone; all up to three in a row."""
CUTS: dict[str, Cut] = {"12": pairs, "2": only_pairs, "123": threes, "words": words}
"""The ways to take a text apart by name, as what was learnt is kept by."""


class Terms:
    """Texts by their terms. Rare terms weigh more; those that no text holds weigh as much as the rarest."""

    def __init__(self, texts: Sequence[str], cut: Cut, wider: Iterable[str] = ()) -> None:
        """Index texts.

        Args:
            wider: texts that are not searched, and tell what is common in the language of the matter.
        """
        self.cut = cut
        self.counts = [cut(text) for text in texts]
        seen: Counter[str] = Counter()
        size = len(texts)
        for count in self.counts:
            seen.update(count.keys())
        for text in wider:
            seen.update(cut(text).keys())
            size += 1
        self._rarest = math.log((size + 1) / 0.5)
        self._rarity = {term: math.log((size + 1) / (found + 0.5)) for term, found in seen.items()}
        self._holders = self._held()

    def _held(self) -> dict[str, tuple[NDArray[np.intp], Scores]]:
        held: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for number, count in enumerate(self.counts):
            for term, weight in self._unit(count).items():
                held[term][0].append(number)
                held[term][1].append(weight)
        return {term: (np.array(at, np.intp), np.array(weights)) for term, (at, weights) in held.items()}

    def rarity(self, term: str) -> float:
        return self._rarity.get(term, self._rarest)

    def knows(self, term: str) -> bool:
        return term in self._holders

    def mass(self, terms: Iterable[str]) -> float:
        """How much a set of terms weighs."""
        return sum(map(self.rarity, terms))

    def cosine(self, count: Mapping[str, int]) -> Scores:
        """How like each text is, 0 to 1."""
        scores = np.zeros(len(self.counts))
        for term, weight in self._unit(count).items():
            if held := self._holders.get(term):
                scores[held[0]] += weight * held[1]
        return scores

    def covered(self, count: Mapping[str, int]) -> Scores:
        """How much of what is asked each text mentions at all, 0 to 1."""
        scores = np.zeros(len(self.counts))
        whole = self.mass(count)
        for term in count:
            if held := self._holders.get(term):
                scores[held[0]] += self.rarity(term) / whole
        return scores

    def _unit(self, count: Mapping[str, int]) -> dict[str, float]:
        weights = {term: (1 + math.log(times)) * self.rarity(term) for term, times in count.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}
