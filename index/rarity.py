"""How much the parts of a text query tell: the rarer one is among the articles, the more. What an article must hold of
a text, and how its share of it counts, goes by this."""

from __future__ import annotations

import math
from collections.abc import Sequence

POINTS = 32
"""Rarities are whole numbers, so that every engine adds them up to the same: so many to the unit of the logarithm."""


def rarity(holding: int, articles: int) -> int:
    """Give Robertson and Spärck Jones' weight of what so many of the articles hold, in `POINTS`, as Lucene smooths it;
    1 at least, but 0 for what none holds: nothing can be asked of that.

    >>> rarity(1, 1000), rarity(500, 1000), rarity(1000, 1000), rarity(0, 1000)
    (208, 22, 1, 0)
    """
    if not holding:
        return 0
    return max(1, round(POINTS * math.log1p((articles - holding + 0.5) / (holding + 0.5))))


def points_required(share: float, rarities: Sequence[int]) -> int:
    """Say how many points the units that an article holds must have together, to be a share of those of all; 1 at
    least."""
    return max(1, round(share * sum(rarities)))
