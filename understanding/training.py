"""What is learnt from samples: the verifier of answers, and the judges of acts, departments and offence."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from understanding.articles import Articles, Entry
from understanding.classifier import Classifier
from understanding.fitting import fit_classifier, fit_verifier
from understanding.folding import bare
from understanding.lexicon import read_lexicon
from understanding.samples import Labelled, Query
from understanding.terms import only_pairs, pairs, threes, words
from understanding.verifier import Verifier

HARMLESS_HELD = 0.0025
"""So many harmless messages at most may be held: half of what is asked for, since others come than were learnt from."""


def verifier_of(articles: Articles, queries: Sequence[Query]) -> Verifier:
    """How surely an article answers, learnt from questions whose answer is known."""
    ids = [entry.id for entry in articles.entries]
    found = [articles.candidates(query.text) for query in queries]
    right = [
        np.array([ids[at] == query.answer for at in one.numbers]) for query, one in zip(queries, found, strict=True)
    ]
    return fit_verifier(np.vstack([one.figures for one in found]), np.concatenate(right))


def acts_of(messages: Sequence[Labelled]) -> Classifier:
    """Whether a message asks or reports."""
    cuts = (words, pairs)
    return fit_classifier(_texts(messages), _labels(messages), cuts, lexicon=read_lexicon("acts"))


def departments_of(messages: Sequence[Labelled]) -> Classifier:
    """Whose matter a message is."""
    lexicon = read_lexicon("departments")
    cuts = (words, only_pairs)
    return fit_classifier(_texts(messages), _labels(messages), cuts, lexicon=lexicon, balanced=True)


def offence_of(messages: Sequence[Labelled]) -> Classifier:
    """Whether a text offends: label "1"."""
    texts = [bare(one.text) for one in messages]
    return fit_classifier(texts, _labels(messages), (threes, words), regular=1.0)


def offends_above(offence: Classifier, harmless: Sequence[str]) -> float:
    """The probability from which a text is held, so that hardly any of these harmless ones is."""
    at = offence.labels.index("1")
    return float(np.quantile([offence.probabilities(bare(text))[at] for text in harmless], 1 - HARMLESS_HELD))


def held_from(offence: Classifier, above: float) -> Classifier:
    """The same judge, who calls likeliest what stands above the bar: it is moved into the bias."""
    bias = offence.bias.copy()
    bias[offence.labels.index("1")] -= math.log(above / (1 - above))
    return replace(offence, bias=bias)


def entries_of(questions: dict[str, str]) -> list[Entry]:
    return [Entry(number, (question,)) for number, question in questions.items()]


def _texts(messages: Sequence[Labelled]) -> list[str]:
    return [one.text for one in messages]


def _labels(messages: Sequence[Labelled]) -> list[str]:
    return [one.label for one in messages]
