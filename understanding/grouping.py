"""Texts that say the same, put together."""

from collections.abc import Sequence

from understanding.folding import fold
from understanding.terms import Terms, pairs

ALIKE = 0.6
"""From this cosine of characters and pairs on, two questions are about the same."""


def alike(texts: Sequence[str], least: float = ALIKE) -> list[list[int]]:
    """Groups of texts by number, in the order of their first ones; each text joins the first group that it is like."""
    folded = [fold(text) for text in texts]
    terms = Terms(folded, pairs)
    groups: list[list[int]] = []
    group_of: dict[int, int] = {}
    for number, text in enumerate(folded):
        near = terms.cosine(pairs(text))
        own = next((group_of[other] for other in group_of if near[other] >= least), None)
        if own is None:
            own = len(groups)
            groups.append([])
        groups[own].append(number)
        group_of[number] = own
    return groups
