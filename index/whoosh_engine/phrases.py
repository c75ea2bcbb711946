"""Where syllables follow one another or stand close together, by merging sorted lists of occurrences.

An occurrence is a *key*: document << POSITION_BITS | position (see `postings`).
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from index.whoosh_engine.postings import Ints, Mask, Postings
from index.whoosh_engine.schema import POSITION_BITS


def phrase_keys(parts: list[Postings]) -> Ints:
    """Give the keys at which an occurrence of the first part is followed by one of each other part, in order."""
    wanted = _holding_all(parts)
    by_size = sorted(enumerate(parts), key=lambda pair: pair[1].postings)
    offset, rarest = by_size[0]
    keys = rarest.keys(wanted if len(parts) > 1 else None) - offset
    for offset, part in by_size[1:]:
        if not len(keys):
            break
        wanted[:] = False
        wanted[keys >> POSITION_BITS] = True
        keys = following(keys, part.keys(wanted), offset)
    return keys


def following(keys: Ints, others: Ints, distance: int) -> Ints:
    """Give those of some keys that have another one at a distance from them; both ascending."""
    if not len(others):
        return keys[:0]
    wanted = keys + distance
    at = np.searchsorted(others, wanted)
    at[at == len(others)] = 0
    found: Ints = keys[others[at] == wanted]
    return found


def near_keys(parts: list[Postings], slop: int) -> Ints:
    """Give the keys at which a run of `len(parts) + slop` positions ends that holds an occurrence of every part."""
    wanted = _holding_all(parts)
    lists = [part.keys(wanted) for part in parts]
    keys = np.concatenate(lists)
    owners = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    oldest = keys
    for number in range(len(lists)):
        latest = np.maximum.accumulate(np.where(owners == number, keys, -1 << 62))
        # Parts may be the same syllable: each occurrence then stands for all of them at once.
        oldest = np.minimum(oldest, latest)
    # Positions of one document are far fewer than 1 << POSITION_BITS apart, those of two never close.
    found: Ints = np.unique(keys[keys - oldest < len(parts) + slop])
    return found


def _holding_all(parts: list[Postings]) -> Mask:
    return reduce(np.logical_and, (part.mask() for part in parts))
