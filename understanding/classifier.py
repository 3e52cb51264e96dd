"""What kind of message a text is, as learnt from others: linear over the terms of the text, applied by numpy alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from understanding.lexicon import Lexicon
from understanding.terms import Cut, Scores


@dataclass(frozen=True, slots=True)
class Block:
    """One way to take a text apart: its terms by number, how rare each is."""

    cut: Cut
    numbers: Mapping[str, int]
    rarity: Scores

    def weighed(self, text: str) -> tuple[NDArray[np.intp], Scores]:
        """The known terms of a text by number, and their weights, a vector of length one."""
        found = [
            (self.numbers[term], 1 + math.log(times)) for term, times in self.cut(text).items() if term in self.numbers
        ]
        at = np.array([number for number, _ in found], np.intp)
        weights = np.array([weight for _, weight in found]) * self.rarity[at]
        return at, weights / (math.sqrt(float(weights @ weights)) or 1.0)


@dataclass(frozen=True, slots=True)
class Classifier:
    """Labels with the weight of every term for each; `lexicon` adds what its words say."""

    labels: tuple[str, ...]
    blocks: tuple[Block, ...]
    weights: tuple[Scores, ...]
    bias: Scores
    lexicon: Lexicon | None = None
    lexicon_weights: Scores | None = None

    def probabilities(self, text: str) -> Scores:
        """How likely each label is."""
        scores = self.bias.copy()
        for block, weights in zip(self.blocks, self.weights, strict=True):
            at, weighed = block.weighed(text)
            scores += weighed @ weights[at]
        if self.lexicon and self.lexicon_weights is not None:
            scores += self.lexicon.scores(text) @ self.lexicon_weights
        likely = np.exp(scores - scores.max())
        return likely / likely.sum()

    def likeliest(self, text: str) -> str:
        return self.labels[int(self.probabilities(text).argmax())]
