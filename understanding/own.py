"""`python -m understanding.own`: learn from articles on standard input how surely one answers; the answer is JSON."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from understanding.articles import Articles, Encoder, Entry
from understanding.fitting import fit_verifier, own_examples
from understanding.meaning import Meanings, encoder
from understanding.terms import Scores

FEWEST = 40
"""Wordings beside the standard ones; of fewer nothing can be learnt that a formula does not know."""
REGULAR = 0.02
"""Few examples and many figures: the judgement keeps near an even one."""
RIGHT = 0.92
"""So many of the questions that are answered outright shall be answered rightly."""
OFFERED = 0.95
"""So many of the questions that have an answer shall be answered or offered three."""


def learn(entries: Sequence[Entry], encode: Encoder | None) -> dict[str, Any] | None:
    """What is learnt from articles, as plain numbers; None where they have too few wordings.

    Returns:
        the verifier's numbers, and from which sureness on an article is answered (`answer`) or offered (`choose`).
    """
    if sum(len(entry.questions) - 1 for entry in entries) < FEWEST:
        return None
    articles = Articles(entries, encode=encode)
    figures, right = own_examples(articles)
    known_figures, known_right = own_examples(articles, known=True)
    # Others' wordings are what is asked: they count twice. The known ones teach that a question word for word is sure.
    verifier = fit_verifier(
        np.vstack([figures, figures, known_figures]), np.hstack([right, right, known_right]), REGULAR
    )
    size = len(right) // sum(len(entry.questions) for entry in entries if len(entry.questions) > 1)
    sure, hits = verifier.sure(figures).reshape(-1, size), right.reshape(-1, size)
    best = sure.argmax(axis=1)
    top, hit = sure.max(axis=1), hits[np.arange(len(hits)), best]
    kept = {"centre": verifier.centre, "scale": verifier.scale, "weights": verifier.weights}
    numbers = {name: values.tolist() for name, values in kept.items()}
    choose = float(np.quantile(top[hits.any(axis=1)], 1 - OFFERED))
    return {
        **numbers,
        "bias": verifier.bias,
        "answer": max(_answer_from(top, hit), choose),
        "choose": choose,
    }


def _answer_from(top: Scores, hit: NDArray[np.bool_]) -> float:
    """The least sureness above which enough answers are right; above all of them where none are."""
    order = np.argsort(-top)
    rightly = np.cumsum(hit[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(rightly >= RIGHT)
    return float(top[order[enough[-1]]]) if len(enough) else 1.0


def learn_all(given: dict[str, Any]) -> dict[str, Any]:
    """What is learnt from articles, and what their texts mean.

    Args:
        given: `articles`, and `meanings` as they were kept last.
    """
    entries = [
        Entry(one["id"], tuple(one["questions"]), one["body"], tuple(one["keywords"])) for one in given["articles"]
    ]
    encode = encoder()
    meanings = Meanings(encode, given["meanings"]) if encode else None
    texts = [text for entry in entries for text in entry.texts]
    if meanings:
        meanings.learn(texts)
    return {"learnt": learn(entries, meanings), "meanings": meanings.written(texts) if meanings else None}


if __name__ == "__main__":
    json.dump(learn_all(json.load(sys.stdin)), sys.stdout)
