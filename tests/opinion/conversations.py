"""Made-up conversations: people of some tastes, each asked a part of the statements."""

import numpy as np

from opinion.stances import Stances, Whole, gather

Columns = tuple[Whole, Whole, Whole]


def made_up(seed: int, people: int, statements: int, tastes: int, asked: float = 1.0, moody: float = 0.15) -> Columns:
    """Person, statement, stance; everyone likes the first two statements."""
    chance = np.random.default_rng(seed)
    taste = chance.choice([-1, 1], (tastes, statements))
    taste[:, :2] = 1
    stances = taste[chance.integers(0, tastes, people)]
    other = chance.random(stances.shape) < moody
    stances = np.where(other, chance.integers(-1, 2, stances.shape), stances)
    whose, which = np.nonzero(chance.random(stances.shape) < asked)
    return whose, which, stances[whose, which]


def of_matrix(*rows: str) -> Stances:
    """A conversation written down: a row for each person, + agrees, - disagrees, 0 passes, a point did not answer."""
    cells = [
        (person, statement, "-0+".index(sign) - 1)
        for person, row in enumerate(rows, 1)
        for statement, sign in enumerate(row, 1)
        if sign != "."
    ]
    return gather(*zip(*cells, strict=True))
