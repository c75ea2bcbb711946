"""Where syllables follow one another or stand close together, by merging sorted lists of occurrences.

An occurrence is a *key*: document << POSITION_BITS | position (see `postings`).
"""

from __future__ import annotations

import numpy as np

from index.whoosh_engine.array_file import Ints, Mask
from index.whoosh_engine.postings import Postings
from index.whoosh_engine.schema import POSITION_BITS
from index.whoosh_engine.segment_postings import FEW

FEW_DOCUMENTS = 1024
"""So few documents of the rarest part are not narrowed down before their occurrences are read."""
FEW_POSTINGS = 8192
"""So few of another part are all read sooner than those that are needed are looked up."""


def phrase_keys(parts: list[Postings]) -> Ints:
    """Give the keys at which an occurrence of the first part is followed by one of each other part, in order."""
    by_size = sorted(enumerate(parts), key=lambda pair: pair[1].postings)
    offset, rarest = by_size[0]
    if rarest.postings <= FEW_DOCUMENTS:
        keys = rarest.keys() - offset
    else:
        keys = rarest.keys_with([part for _, part in by_size[1:]]) - offset
    for offset, part in by_size[1:]:
        if not len(keys):
            break
        wanted = None if part.postings <= FEW_POSTINGS else documents_of(keys)
        keys = following(keys, part.keys(wanted), offset)
    return keys


def following(keys: Ints, others: Ints, distance: int) -> Ints:
    """Give those of some keys that have another one at a distance from them; all of them different and ascending."""
    found: Ints
    wanted = keys + distance
    if len(wanted) * FEW < len(others):
        at = others.searchsorted(wanted)
        at[at == len(others)] = 0
        found = keys[others[at] == wanted]
        return found
    both = np.concatenate((wanted, others))
    both.sort(kind="stable")  # merges the two runs
    found = both[:-1][both[1:] == both[:-1]] - distance
    return found


def near_keys(parts: list[Postings], slop: int) -> Ints:
    """Give the keys at which a run of `len(parts) + slop` positions ends that holds an occurrence of every part."""
    wanted = _holding_all(sorted(parts, key=lambda part: part.postings))
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
    found: Ints = keys[keys - oldest < len(parts) + slop]
    different: Ints = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
    return different


def _holding_all(parts: list[Postings]) -> Ints:
    """Give the documents that hold every part; the rarest comes first."""
    documents = parts[0].documents()
    for part in parts[1:]:
        documents = documents[part.holds(documents)]
    return documents


def documents_of(keys: Ints) -> Ints:
    """Give the documents of some keys, ascending."""
    documents = keys >> POSITION_BITS
    found: Ints = documents[_begins(documents)]
    return found


def counted(keys: Ints) -> tuple[Ints, Ints]:
    """Give the documents of some keys, ascending, and how many keys each has."""
    documents = keys >> POSITION_BITS
    firsts = _begins(documents).nonzero()[0]
    counts = np.empty_like(firsts)
    counts[:-1] = firsts[1:]
    counts[-1:] = len(documents)
    counts -= firsts
    return documents[firsts], counts


def _begins(documents: Ints) -> Mask:
    """Mark the first of each run of the same document."""
    begins = np.empty(len(documents), np.bool_)
    begins[:1] = True
    np.not_equal(documents[1:], documents[:-1], out=begins[1:])
    return begins
