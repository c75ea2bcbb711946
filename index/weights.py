"""How much each factor of the ranking counts, for every engine: docs/ranking.md says where each comes from and what it
buys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The ranking's factors. `k1` and `b` are BM25's (Robertson and others, TREC-3); the rest multiply a part of the
    score, but for `coordination`, the power of the share, by rarity, that an article holds of a text."""

    k1: float = 1.2
    b: float = 0.6
    title: float = 0.4
    title_b: float = 0.5
    title_cover: float = 1.0
    """What it is worth that all of the query stands in the title, in units of the query's whole rarity."""
    title_cover_power: float = 6.0
    """The power of the share of the query, by rarity, that stands in the title."""
    within_accents: float = 0.8
    """What an occurrence is worth whose accents hold those typed and more, or whose article is typed without any."""
    pair: float = 0.8
    lead: float = 0.5
    """What it is worth that a unit stands early in the text, in units of its rarity."""
    coordination: float = 2.0
    """The highest power of the share; a text of many units may lack some, and has a lower one."""
    coordination_size: float = 6.0
    """So many units have the power 1, others the square of that: 4 for half as many, 1/4 for twice as many."""
    word: float = 0.1
    code: float = 2.0
    expanded: float = 0.5
    """What a syllable found by a wildcard or as a slip is worth, whatever its frequency."""
    window: int = 512
    """How many articles, the best without it, are looked at for where the query's words stand."""


RANKED = Weights()
PLAIN = Weights(b=0.75, title=0, title_cover=0, within_accents=1, pair=0, lead=0, coordination=0, word=0, code=0)
"""BM25 of the text and nothing else: what other engines and Whoosh's own searcher compute."""
