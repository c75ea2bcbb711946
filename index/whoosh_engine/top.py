"""The highest of many scores, without sorting them all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Ints

BLOCK = 64


def at_least_the_highest(keys: npt.NDArray[Any], wanted: int) -> Ints:
    """Give the numbers, ascending, of the `wanted` highest keys, of all that tie with the last of these, and perhaps
    of some lower ones."""
    if wanted >= len(keys):
        return np.arange(len(keys))
    blocks = len(keys) // BLOCK
    if wanted * 4 < blocks:
        # Of the highest in each block, the `wanted`-th is no higher than the `wanted`-th of all.
        tops = keys[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        edge = np.partition(tops, blocks - wanted)[blocks - wanted]
    else:
        edge = np.partition(keys, len(keys) - wanted)[len(keys) - wanted]
    return np.flatnonzero(keys >= edge)


def highest(keys: npt.NDArray[Any], wanted: int) -> Ints:
    """Give the numbers, ascending, of the `wanted` highest keys; of ties the first."""
    candidates = at_least_the_highest(keys, wanted)
    if len(candidates) > wanted:
        order = np.argsort(-keys[candidates], kind="stable")[:wanted]
        candidates = np.sort(candidates[order])
    return candidates
