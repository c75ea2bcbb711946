"""What a merge reads: segments with their live documents, and runs of entries that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.whoosh_engine.array_file import Array, Ints, Mask
from index.whoosh_engine.segment import ColumnarFile

CHUNK = 1 << 20
"""Occurrences, or bytes of stored articles, that are held at a time."""


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be merged: which of its documents stay, and the numbers these get."""

    segment: ColumnarFile
    live: Mask
    numbers: Ints

    def array(self, name: str, first: int = 0, end: int | None = None) -> Array:
        """Give entries [first, end) of one of its arrays."""
        return self.segment.file.array(name, first, end)


def runs_of_chunks(ends: Ints) -> Iterator[tuple[int, int]]:
    """Cut entries that end at `ends` into runs [first, end) of about `CHUNK`, at least one entry each."""
    first = 0
    while first < len(ends):
        done = int(ends[first - 1]) if first else 0
        end = max(int(np.searchsorted(ends, done + CHUNK, side="right")), first + 1)
        yield first, end
        first = end
