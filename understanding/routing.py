"""Whose matter a message is and what it wants: by written words, or by what was learnt once that is better.

`python -m understanding.routing`: learn from messages on standard input that somebody has judged; the answer is JSON.
"""

import base64
import json
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from understanding.classifier import Classifier
from understanding.lexicon import read_lexicon
from understanding.samples import Labelled
from understanding.store import classifier_bytes
from understanding.training import acts_of, departments_of

JUDGES: dict[str, Callable[[Sequence[Labelled]], Classifier]] = {"departments": departments_of, "acts": acts_of}
"""What is judged of a message: the name of its lexicon, and how it is learnt."""
FEWEST = 50
"""Judged messages of each label; of fewer nothing is learnt that the written words do not know."""
FOLDS = 5


def learn(name: str, messages: Sequence[Labelled]) -> Classifier | None:
    """A judge learnt from judged messages; None where they are too few, or it judges no better than the words alone."""
    counts = Counter(one.label for one in messages)
    if any(counts[label] < FEWEST for label in read_lexicon(name).kinds):
        return None
    known = [one for one in messages if one.label in read_lexicon(name).kinds]
    by_words = [read_lexicon(name).likeliest(one.text) for one in known]
    return JUDGES[name](known) if _right(_on_other_folds(name, known), known) > _right(by_words, known) else None


def _on_other_folds(name: str, messages: Sequence[Labelled]) -> list[str]:
    """What is said of each message by a judge that has not seen it."""
    folds = [zlib.crc32(one.text.encode()) % FOLDS for one in messages]
    judges = [
        JUDGES[name]([one for one, its in zip(messages, folds, strict=True) if its != fold]) for fold in range(FOLDS)
    ]
    return [judges[fold].likeliest(one.text) for one, fold in zip(messages, folds, strict=True)]


def _right(said: Sequence[str], messages: Sequence[Labelled]) -> float:
    """How much is right, every label counting the same."""
    hits = [(one.label, word == one.label) for word, one in zip(said, messages, strict=True)]
    labels = {label for label, _ in hits}
    return float(np.mean([np.mean([hit for its, hit in hits if its == label]) for label in labels]))


def learn_all(given: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str | None]:
    """What is learnt of each kind of judgement from (text, label) pairs, in base64; None where the words are better."""
    learnt = {name: learn(name, [Labelled(text, label) for text, label in pairs]) for name, pairs in given.items()}
    return {
        name: base64.b64encode(classifier_bytes(judge, lexicon=name)).decode() if judge else None
        for name, judge in learnt.items()
    }


if __name__ == "__main__":
    json.dump(learn_all(json.load(sys.stdin)), sys.stdout)
