"""The highest of many scores, without sorting them all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Ints

GROUP = 64
"""Keys of a group at most."""
GROUPS = 4
"""So many times more groups than keys wanted leave few keys over that are none of the highest."""


def at_least_the_highest(keys: npt.NDArray[Any], wanted: int) -> Ints:
    """Give the numbers, ascending, of the `wanted` highest keys, of all that tie with the last of these, and perhaps
    of some lower ones."""
    if wanted >= len(keys):
        return np.arange(len(keys))
    size = min(len(keys) // (GROUPS * wanted), GROUP)
    if size > 1:
        # Of the highest in each group, the `wanted`-th is no higher than the `wanted`-th of all.
        groups = len(keys) // size
        tops = keys[: size * groups].reshape(size, groups).max(axis=0)
    else:
        tops = keys
    edge = np.partition(tops, len(tops) - wanted)[len(tops) - wanted]
    return np.flatnonzero(keys >= edge)


def highest(keys: npt.NDArray[Any], wanted: int) -> Ints:
    """Give the numbers, ascending, of the `wanted` highest keys; of ties the first."""
    candidates = at_least_the_highest(keys, wanted)
    if len(candidates) > wanted:
        order = np.argsort(-keys[candidates], kind="stable")[:wanted]
        candidates = np.sort(candidates[order])
    return candidates
