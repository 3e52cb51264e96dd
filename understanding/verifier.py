"""How surely a candidate answers: a logistic judgement of the comparison's figures, learnt elsewhere, applied here."""

from dataclasses import dataclass

import numpy as np

from understanding.terms import Scores


@dataclass(frozen=True, slots=True)
class Verifier:
    """Figures are centred and scaled before they are weighed."""

    centre: Scores
    scale: Scores
    weights: Scores
    bias: float

    def sure(self, figures: Scores) -> Scores:
        """The probability that each candidate answers, from its line of figures."""
        return 1 / (1 + np.exp(-((figures - self.centre) / self.scale @ self.weights + self.bias)))
