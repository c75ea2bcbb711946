"""How much each factor of the ranking counts here: docs/ranking.md says what each is. They are those of the embedded
engine, as near as the cluster's queries come to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The ranking's factors; see those of the embedded engine."""

    k1: float = 1.2
    b: float = 0.6
    title: float = 0.4
    title_b: float = 0.5
    title_cover: float = 1.0
    title_cover_power: int = 6
    within_accents: float = 0.8
    pair: float = 0.8
    lead: float = 0.5
    coordination: float = 2.0
    coordination_size: float = 6.0
    word: float = 0.1
    code: float = 2.0
    expanded: float = 0.5

    @property
    def whole(self) -> float:
        """BM25's k1 + 1, which Lucene leaves off."""
        return self.k1 + 1


RANKED = Weights()
