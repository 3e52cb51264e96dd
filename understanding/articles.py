"""Articles found by a question: candidates by what they share with it, put in order by how surely they answer it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from understanding.comparing import Wording, compare
from understanding.folding import bare, fold
from understanding.terms import Scores, Terms, pairs, words
from understanding.verifier import Verifier

CANDIDATES = 6
"""So many articles are looked at closely."""
Vectors = NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Vectors]
"""Texts to vectors of length one, whose product is the nearness of meaning."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it is searched: its questions (the standard one first), what it says, words that mean it."""

    id: str
    questions: tuple[str, ...]
    body: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """What it asks and says, whose meaning stands for the article."""
        return f"{self.questions[0]} {self.body}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Whatever of it has a meaning of its own."""
        return (*self.questions, self.whole)


@dataclass(frozen=True, slots=True)
class Match:
    """An article and how surely it answers, 0 to 1."""

    id: str
    sure: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Articles by number, the likeliest first by the rough score, each with the figures of the comparison."""

    numbers: list[int]
    rough: Scores
    figures: Scores


@dataclass(frozen=True, slots=True)
class _Views:
    """How like each article a question is, in every way of looking at it."""

    plain: Scores
    folded: Scores
    covered: Scores
    named: Scores
    meant: Scores
    nearest: NDArray[np.intp]

    @property
    def rough(self) -> Scores:
        """One score for all, without anything learnt."""
        return 0.5 * self.plain + 0.5 * self.folded + 1.5 * self.covered + 0.7 * self.named + 8 * self.meant


class Articles:
    """What can be asked, indexed once; to build takes about a millisecond an article, to ask one or two."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        wider: Iterable[str] = (),
        encode: Encoder | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        """Index articles.

        Args:
            wider: other texts of the matter, which tell what is common in it.
            encode: nearness of meaning, where it is installed.
            verifier: how figures make up sureness; without one a formula does.
        """
        self.entries = list(entries)
        self.verifier = verifier
        self.owners = np.array([at for at, entry in enumerate(entries) for _ in entry.questions], np.intp)
        self.questions = [question for entry in entries for question in entry.questions]
        common = [*wider, *(entry.body for entry in entries if entry.body)]
        plain, folded = [bare(one) for one in self.questions], [fold(one) for one in self.questions]
        self._plain = Terms(plain, pairs, map(bare, common))
        self._pairs = Terms(folded, pairs, map(fold, common))
        self._words = Terms(folded, words, map(fold, common))
        self._wordings = [Wording.of(question, self._pairs, self._words) for question in self.questions]
        self._whole = Terms(["\n".join(_parts(entry)) for entry in entries], _by_line)
        self._keywords = [frozenset(map(fold, entry.keywords)) for entry in entries]
        self._encode = encode
        self._meanings = encode(self.questions) if encode else None
        self._bodies = encode([entry.whole for entry in entries]) if encode else None

    def match(self, text: str, most: int = 3) -> list[Match]:
        """The articles that may answer, the surest first."""
        found = self.candidates(text)
        sure = self.verifier.sure(found.figures) if self.verifier else found.rough
        best = sorted(zip(found.numbers, sure.tolist(), strict=True), key=lambda one: -one[1])
        return [Match(self.entries[number].id, probability) for number, probability in best[:most]]

    def candidates(self, text: str, without: int | None = None) -> Candidates:
        """The articles nearest to a question.

        Args:
            without: number of a known question that is taken for unknown, to learn from it.
        """
        views = self._views(text, without)
        rough = views.rough
        numbers = [int(at) for at in np.argsort(-rough, kind="stable")[:CANDIDATES]]
        asked = Wording.of(text, self._pairs, self._words)
        unknown = self._pairs.mass(pair for pair in asked.pairs if not self._pairs.knows(pair)) / asked.pair_mass
        figures = [
            [*_standing(views, rough, at), unknown, *self._compared(asked, int(views.nearest[at]))] for at in numbers
        ]
        return Candidates(numbers, rough[numbers], np.array(figures))

    def _compared(self, asked: Wording, question: int) -> list[float]:
        return compare(asked, self._wordings[question], self._pairs, self._words)

    def _views(self, text: str, without: int | None) -> _Views:
        folded = fold(text)
        plain = self._plain.cosine(pairs(bare(text)))
        like = 0.8 * self._pairs.cosine(pairs(folded)) + 0.2 * self._words.cosine(words(folded))
        covered = self._whole.covered(pairs(folded))
        meant, bodies = self._meant(text)
        if without is not None:
            plain[without] = like[without] = meant[without] = -1
            covered[self.owners[without]] = self._covered_without(pairs(folded), without)
        nearest = self._best_question(like + plain + 8 * meant)
        named = np.array([_named(folded, keywords) for keywords in self._keywords])
        return _Views(
            self._by_article(plain),
            self._by_article(like),
            covered,
            named,
            np.maximum(self._by_article(meant), bodies),
            nearest,
        )

    def _meant(self, text: str) -> tuple[Scores, Scores]:
        """Nearness of meaning to each question and each article; nought without an encoder."""
        if not self._encode or self._meanings is None or self._bodies is None:
            return np.zeros(len(self.questions)), np.zeros(len(self.entries))
        asked = self._encode([text])[0]
        return (self._meanings @ asked).astype(float), (self._bodies @ asked).astype(float)

    def _by_article(self, scores: Scores) -> Scores:
        best = np.full(len(self.entries), -1.0)
        np.maximum.at(best, self.owners, scores)
        return best

    def _best_question(self, scores: Scores) -> NDArray[np.intp]:
        """The number of the nearest question of each article."""
        nearest = np.zeros(len(self.entries), np.intp)
        order = np.argsort(scores, kind="stable")
        nearest[self.owners[order]] = order
        return nearest

    def _covered_without(self, count: Counter[str], without: int) -> float:
        left = self._whole.counts[int(self.owners[without])] - pairs(fold(self.questions[without]))
        return self._whole.mass(term for term in count if left[term] > 0) / (self._whole.mass(count) or 1.0)


def _parts(entry: Entry) -> list[str]:
    return [fold(part) for part in (*entry.questions, entry.body, *entry.keywords) if part]


def _by_line(text: str) -> Counter[str]:
    return sum(map(pairs, text.split("\n")), Counter[str]())


def _named(asked: str, keywords: frozenset[str]) -> float:
    """How much of what was asked is keywords of an article."""
    return min(1.0, sum(len(word) for word in keywords if word in asked) / max(len(asked), 1))


def _standing(views: _Views, rough: Scores, at: int) -> list[float]:
    """How an article stands in every view, by itself and before the best of the others."""
    figures: list[float] = []
    for view in (views.plain, views.folded, views.covered, views.named, views.meant, rough):
        best_other = view.max(where=np.arange(len(view)) != at, initial=0.0)
        figures += [float(view[at]), float(view[at] - best_other), float(view[at] - view.mean())]
    return figures
