"""What each factor adds to the score of one document: for explanations."""

from __future__ import annotations

import numpy as np

from index.response import Factor
from index.whoosh_engine.array_file import Floats, Ints


class Ledger:
    """The factors of one document's score, in the order in which they were computed."""

    def __init__(self, document: int) -> None:
        self._document = document
        self._factors: list[Factor] = []

    def enter(self, label: str, documents: Ints, scores: Floats) -> None:
        """Note what a factor adds, when the document is among those given (ascending) and it adds anything."""
        at = int(np.searchsorted(documents, self._document))
        if at < len(documents) and documents[at] == self._document and scores[at]:
            self.add(label, float(scores[at]))

    def add(self, label: str, score: float) -> None:
        """Note what a factor adds."""
        self._factors.append(Factor(label, score))

    def factors(self) -> tuple[Factor, ...]:
        """Give them all."""
        return tuple(self._factors)
