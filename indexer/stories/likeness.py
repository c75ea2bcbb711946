"""Are two texts the same story? By how much of them is the same, the numbers in them and their dates.

Much the same is not yet the same story: the weather, prices, draws and fixtures of each day come in the same words. So
the numbers must be the same for the most part, and the dates close, where they are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.stories.signature import Signature, jaccard

ALIKE = 0.6
"""How much of all that is in two texts both must have, by estimate."""
WITHIN = 0.85
"""Or how much of the shorter one must stand in the longer one: an excerpt."""
LEAST_ALIKE = 0.25
"""What excerpts must share, too: of less the estimate says nothing."""
NUMBERS = 0.5
"""How many of their numbers of several digits must be the same, of the text that has fewer."""
FEW_NUMBERS = 3
"""Fewer numbers decide nothing."""
DAYS = 7
"""How far apart texts may have appeared."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of an article."""

    signature: Signature
    day: int | None
    """The day on which it appeared, counted from any one; None where that is not known."""


def likeness(one: Told, other: Told) -> float:
    """Say how much two articles tell the same, from 0 (they are different stories) to 1."""
    if one.day is not None and other.day is not None and abs(one.day - other.day) > DAYS:
        return 0.0
    shared = jaccard(one.signature.values, other.signature.values)
    if shared < LEAST_ALIKE:
        return 0.0
    sizes = one.signature.size, other.signature.size
    contained = min(1.0, shared * sum(sizes) / (1 + shared) / min(sizes))
    if shared < ALIKE and contained < WITHIN:
        return 0.0
    return max(shared, contained) if _numbers_agree(one.signature.numbers, other.signature.numbers) else 0.0


def _numbers_agree(one: bytes, other: bytes) -> bool:
    numbers = np.frombuffer(one, "<u4"), np.frombuffer(other, "<u4")
    fewer = min(map(len, numbers))
    if fewer < FEW_NUMBERS:
        return True
    return len(np.intersect1d(*numbers, assume_unique=True)) >= NUMBERS * fewer
