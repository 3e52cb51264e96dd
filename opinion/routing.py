"""Which statement somebody is asked next: by chance, the likelier the more is to be learnt from the answer."""

import random
from collections.abc import Mapping

NEW = 8
HALVED_BY = 5


def priority(agreed: int, passed: int, seen: int, extremity: float = 0.0) -> float:
    """The weight of a statement, above 0, from how many agreed, passed and answered at all, and its extremity.

    Polis' priority metric: ((1 − P(pass))·(1 + extremity)·P(agree)·(1 + 8·2^(−seen/5)))², so that what many agree with
    and few pass, what tells groups apart and what is new comes first. A statement that no computation has seen yet
    has extremity 0.
    """
    passes, agrees = (passed + 1) / (seen + 2), (agreed + 1) / (seen + 2)
    fresh = 1 + NEW * 2.0 ** (-seen / HALVED_BY)
    return ((1 - passes) * (1 + extremity) * agrees * fresh) ** 2


def draw(weights: Mapping[int, float], chance: random.Random) -> int:
    """One of the statements, by weight; KeyError where there is none."""
    if not weights:
        raise KeyError("no statement is left to ask about")
    return chance.choices(sorted(weights), [weights[statement] for statement in sorted(weights)])[0]
