"""Learning from one's own articles and messages, with scikit-learn; what is learnt is applied without it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportMissingTypeArgument=false
# pyright: reportMissingTypeStubs=false
# scikit-learn ships without types.

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from understanding.articles import Articles
from understanding.classifier import Block, Classifier
from understanding.lexicon import Lexicon
from understanding.terms import Cut, Scores
from understanding.verifier import Verifier

LEXICON_SHARE = 0.5
"""How much the words that are written down count beside a text's own, before their weight is learnt."""


def fit_verifier(figures: Scores, right: NDArray[np.bool_], regular: float = 0.3) -> Verifier:
    """Learn from candidates which answered and which did not.

    Args:
        figures: a line for each candidate, as `Articles.candidates` gives them.
        regular: the smaller, the more it takes to depart from an even judgement.
    """
    centre, scale = figures.mean(axis=0), figures.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=regular, max_iter=3000).fit((figures - centre) / scale, right)
    return Verifier(centre, scale, model.coef_[0], float(model.intercept_[0]))


def own_examples(articles: Articles, *, known: bool = False) -> tuple[Scores, NDArray[np.bool_]]:
    """Candidates for each wording of articles that have several, and which of them answer.

    Args:
        known: ask it as it is known; else as if this wording were not.
    """
    figures: list[Scores] = []
    right: list[NDArray[np.bool_]] = []
    for number, question in enumerate(articles.questions):
        owner = articles.owners[number]
        if len(articles.entries[owner].questions) < 2:
            continue
        found = articles.candidates(question, without=None if known else number)
        figures.append(found.figures)
        right.append(np.array([at == owner for at in found.numbers], np.bool_))
    return np.vstack(figures), np.concatenate(right)


def fit_classifier(
    texts: Sequence[str],
    labels: Sequence[str],
    cuts: Sequence[Cut],
    *,
    regular: float = 10.0,
    seldom: int = 2,
    lexicon: Lexicon | None = None,
    balanced: bool = False,
) -> Classifier:
    """Learn what kind a text is.

    Args:
        cuts: ways to take a text apart, each weighed by itself.
        seldom: terms in fewer texts are left out.
        lexicon: adds what its words say of a text.
        balanced: let a rare label count as much as a frequent one.
    """
    vectorizers = [_vectorizer(cut, seldom) for cut in cuts]
    parts = [one.fit_transform(texts) for one in vectorizers]
    said = LEXICON_SHARE * np.array([lexicon.scores(text) for text in texts]) if lexicon else None
    columns = hstack([*parts, csr_matrix(said)] if said is not None else parts).tocsr()
    model = LogisticRegression(C=regular, max_iter=3000, class_weight="balanced" if balanced else None)
    model.fit(columns, labels)
    weights, bias = _per_label(model)
    blocks = tuple(
        Block(cut, one.vocabulary_, np.asarray(one.idf_, float)) for cut, one in zip(cuts, vectorizers, strict=True)
    )
    ends = np.cumsum([part.shape[1] for part in parts])
    shares = np.split(weights, ends)
    lexicon_weights = LEXICON_SHARE * shares[-1] if lexicon else None
    return Classifier(tuple(model.classes_), blocks, tuple(shares[: len(parts)]), bias, lexicon, lexicon_weights)


def _vectorizer(cut: Cut, seldom: int) -> TfidfVectorizer:
    def terms(text: str) -> list[str]:
        return list(cut(text).elements())

    return TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=seldom)  # pyright: ignore[reportArgumentType]


def _per_label(model: LogisticRegression) -> tuple[Scores, Scores]:
    """Weights of every term for each label, a column a label; of two labels the model keeps only one."""
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights.T.copy(), bias
