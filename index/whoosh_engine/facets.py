"""Counting hits by author, publisher and section."""

from __future__ import annotations

import numpy as np

from index.article import UNKNOWN
from index.response import FacetCount
from index.whoosh_engine.array_file import Ints
from index.whoosh_engine.snapshot import FacetColumn


def count_values(column: FacetColumn, documents: Ints, limit: int) -> tuple[FacetCount, ...]:
    """Count the hits of each value: the most frequent `limit` ones, ties by value, then those without any."""
    counts, without = column.counts(documents)
    held = np.flatnonzero(counts)
    if 0 < limit < len(held):
        edge = np.partition(counts[held], len(held) - limit)[len(held) - limit]
        held = held[counts[held] >= edge]
    counted = sorted(((column.values[ordinal], int(counts[ordinal])) for ordinal in held.tolist()), key=_by_count)
    found = [FacetCount(value, count) for value, count in counted[:limit]]
    if without:
        found.append(FacetCount(UNKNOWN, without))
    return tuple(found)


def _by_count(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
