"""The postings of one spelling, of a run of spellings or of a whole term in one segment, read as arrays of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Array, Ints, Mask
from index.whoosh_engine.schema import POSITION_BITS
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.sums import STEP, before, count_of_sums

Frequencies = npt.NDArray[np.uint16]

FEW = 16
"""Documents are looked up one by one among postings when there are this many times fewer of them."""
MANY = 8192
"""So many frequencies are added up no slower than a few sums of them are looked up."""


@dataclass(frozen=True)
class SegmentPostings:
    """The postings of one spelling in one segment, whose documents are numbered from `start` on in the snapshot."""

    segment: ColumnarFile
    field: str
    spelling: int
    start: int
    row: int
    """Its row among the dense ones, -1 where it has sparse postings."""

    @property
    def end(self) -> int:
        """The number of the first document of the next segment."""
        return self.start + self.segment.count

    @cached_property
    def _postings(self) -> tuple[int, int]:
        """Where its sparse postings begin and end."""
        first, end = self.segment.file.array(f"{self.field}.starts", self.spelling, self.spelling + 2).tolist()
        return first, end

    @cached_property
    def _occurrences(self) -> tuple[int, int]:
        """Where its occurrences begin and end."""
        first, end = self.segment.file.array(f"{self.field}.occurrences", self.spelling, self.spelling + 2).tolist()
        return first, end

    @cached_property
    def dense(self) -> Array:
        """The frequencies in all documents of the segment, when it has a row."""
        count = self.segment.count
        return self.segment.file.array(f"{self.field}.rows", self.row * count, (self.row + 1) * count)

    @cached_property
    def _sparse(self) -> tuple[Array, Array]:
        """The documents that hold it and how often each does, when it has no row."""
        file = self.segment.file
        return (
            file.array(f"{self.field}.documents", *self._postings),
            file.array(f"{self.field}.frequencies", *self._postings),
        )

    @cached_property
    def positions(self) -> Array:
        """The position of each occurrence, document by document."""
        return self.segment.file.array(f"{self.field}.positions", *self._occurrences)

    def documents(self) -> Array:
        """The documents that hold it, numbered within the segment, ascending."""
        return np.flatnonzero(self.dense > 0) if self.row >= 0 else self._sparse[0]

    def frequencies(self) -> Array:
        """How often each of `documents` holds it."""
        return self.dense[self.dense > 0] if self.row >= 0 else self._sparse[1]

    def count(self) -> int:
        """How many documents hold it."""
        if self.row >= 0:
            return int(np.count_nonzero(self.dense > 0))
        first, end = self._postings
        return end - first

    def most(self) -> int:
        """How often the document holds it that does most often."""
        return int(self.segment.file.array(f"{self.field}.most", self.spelling, self.spelling + 1)[0])

    def mark(self, mask: Mask) -> None:
        """Mark the documents that hold it among those of the segment."""
        if self.row >= 0:
            np.logical_or(mask, self.dense, out=mask)
        else:
            mask[self._sparse[0]] = True

    def add_frequencies(self, documents: Ints, into: Frequencies) -> None:
        """Add how often each of some documents of the segment, ascending, holds it."""
        if self.row >= 0:
            into += self.dense[documents]
            return
        holding, frequencies = self.documents(), self.frequencies()
        if not len(holding):
            return
        if len(documents) * FEW < len(holding):
            at, held = _places_of(documents, holding)
            into += np.where(held, frequencies[at], 0).astype(np.uint16)
        elif len(holding) * FEW < len(documents):
            at, held = _places_of(holding, documents)
            into[at[held]] += frequencies[held]
        else:
            table = np.zeros(self.segment.count, frequencies.dtype)
            table[holding] = frequencies
            into += table[documents]

    def holds(self, documents: Ints) -> Mask:
        """Say which of some documents of the segment, ascending, hold it."""
        if self.row >= 0:
            return self.dense[documents] > 0
        holding = self.documents()
        if len(documents) * FEW < len(holding):
            return _places_of(documents, holding)[1]
        mask = np.zeros(self.segment.count, np.bool_)
        mask[holding] = True
        return mask[documents]

    def keys(self) -> Ints:
        """Give all occurrences as snapshot document << POSITION_BITS | position, ascending."""
        documents = self.documents().astype(np.int64)
        keys: Ints = ((documents + self.start) << POSITION_BITS).repeat(self.frequencies())
        keys += self.positions
        return keys

    def keys_in(self, wanted: Ints) -> Ints:
        """Give the occurrences in some documents of the segment, ascending."""
        if self.row >= 0:
            dense = self.dense
            wanted = wanted[dense[wanted] > 0]
            frequencies = dense[wanted].astype(np.int64)
            if len(wanted) * 2 * STEP < len(dense):
                each = count_of_sums(len(dense))
                sums = self.segment.file.array(f"{self.field}.row_sums", self.row * each, (self.row + 1) * each)
                starts = before(wanted, dense, sums)
            else:
                starts = dense.cumsum(dtype=np.int32)[wanted] - frequencies
        else:
            postings, held = _places_of(wanted, self.documents())
            return self.keys_at(postings[held], wanted[held])
        return self._keys(wanted, frequencies, starts)

    def keys_at(self, postings: Ints, documents: Ints) -> Ints:
        """Give the occurrences of some postings that are not in a row, by their places, ascending, and documents."""
        all_frequencies = self.frequencies()
        frequencies = all_frequencies[postings].astype(np.int64)
        if max(len(postings) * 2 * STEP, MANY) < len(all_frequencies):
            first = self._postings[0]
            sums = self.segment.file.array(f"{self.field}.sums")
            places = np.append(first, postings + first)
            starts = before(places, self.segment.file.array(f"{self.field}.frequencies"), sums)
            starts = starts[1:] - starts[0]
        else:
            starts = all_frequencies.cumsum(dtype=np.int32)[postings] - frequencies
        return self._keys(documents, frequencies, starts)

    def _keys(self, documents: Ints, frequencies: Ints, starts: Ints) -> Ints:
        keys: Ints = ((documents + self.start) << POSITION_BITS).repeat(frequencies)
        keys += self.positions[runs_of(starts, frequencies)]
        return keys


def runs_of(starts: Ints, lengths: Ints) -> Ints:
    """Give the places of runs one after another: `lengths[i]` places from `starts[i]` on."""
    taken: Ints = lengths.cumsum()
    places: Ints = (starts - (taken - lengths)).repeat(lengths)
    places += np.arange(len(places))
    return places


def _places_of(wanted: Ints, holding: Array) -> tuple[Ints, Mask]:
    """Find some documents among others, both ascending: their places there, and which of them are there."""
    if not len(holding):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    looked_for = wanted.astype(holding.dtype)
    at = holding.searchsorted(looked_for)
    at[at == len(holding)] = 0
    return at, holding[at] == looked_for


@dataclass(frozen=True, slots=True)
class SpellingRun:
    """Spellings one after another in a segment, [first, end): which documents hold any is read at once."""

    segment: ColumnarFile
    field: str
    first: int
    end: int
    start: int

    def sparse(self) -> tuple[Array, Array]:
        """Give the documents and frequencies of the postings that are not in rows."""
        bounds = self.segment.file.array(f"{self.field}.starts", self.first, self.end + 1)
        first, end = int(bounds[0]), int(bounds[-1])
        return (
            self.segment.file.array(f"{self.field}.documents", first, end),
            self.segment.file.array(f"{self.field}.frequencies", first, end),
        )

    def rows(self) -> Iterator[Array]:
        """Give the rows of the spellings that have one."""
        count = self.segment.count
        dense = self.segment.file.array(f"{self.field}.dense")
        for row in range(*np.searchsorted(dense, (self.first, self.end)).tolist()):
            yield self.segment.file.array(f"{self.field}.rows", row * count, (row + 1) * count)

    def keys_in(self, wanted: Mask) -> Ints:
        """Give the occurrences in the marked documents of the segment, by spelling; without those in rows."""
        file = self.segment.file
        holding, all_frequencies = self.sparse()
        postings = np.flatnonzero(wanted[holding])
        frequencies = all_frequencies[postings].astype(np.int64)
        bounds = file.array(f"{self.field}.starts", self.first, self.end + 1).astype(np.int64)
        bounds -= bounds[0]
        sums = np.append(0, all_frequencies.cumsum(dtype=np.int32))
        owners = np.searchsorted(bounds, postings, side="right") - 1
        occurrences = file.array(f"{self.field}.occurrences", self.first, self.end + 1).astype(np.int64)
        starts = occurrences[owners] + sums[postings] - sums[bounds[owners]]
        at = runs_of(starts, frequencies)
        keys: Ints = np.repeat((holding[postings].astype(np.int64) + self.start) << POSITION_BITS, frequencies)
        if len(at):
            first = int(occurrences[0])
            keys += file.array(f"{self.field}.positions", first, int(occurrences[-1]))[at - first]
        return keys

    def mark(self, mask: Mask) -> None:
        """Mark the documents that hold any among those of the segment."""
        mask[self.sparse()[0]] = True
        for row in self.rows():
            np.logical_or(mask, row, out=mask)


@dataclass(frozen=True, slots=True)
class ScatteredSpellings:
    """Many spellings here and there in a segment: which documents hold any is read at once."""

    segment: ColumnarFile
    field: str
    spellings: Ints
    start: int

    def mark(self, mask: Mask) -> None:
        """Mark the documents that hold any among those of the segment."""
        file, count = self.segment.file, self.segment.count
        bounds = file.array(f"{self.field}.starts")
        starts = bounds[self.spellings].astype(np.int64)
        places = runs_of(starts, bounds[self.spellings + 1] - starts)
        mask[file.array(f"{self.field}.documents")[places]] = True
        for row in np.flatnonzero(np.isin(file.array(f"{self.field}.dense"), self.spellings)).tolist():
            np.logical_or(mask, file.array(f"{self.field}.rows", row * count, (row + 1) * count), out=mask)


class WholeTerm:
    """All spellings of a term in a segment, read together: they lie side by side."""

    def __init__(self, parts: list[SegmentPostings]) -> None:
        """Take the postings of each spelling."""
        self._parts = parts
        first = parts[0]
        spellings = [part.spelling for part in parts]
        self._run = SpellingRun(first.segment, first.field, min(spellings), max(spellings) + 1, first.start)
        self.start, self.end = first.start, first.end

    def count(self) -> int:
        """How many postings there are."""
        return sum(part.count() for part in self._parts)

    def most(self) -> int:
        """More than how often a document holds it, or as often."""
        return sum(part.most() for part in self._parts)

    def mark(self, mask: Mask) -> None:
        """Mark the documents that hold it among those of the segment."""
        self._run.mark(mask)

    def add_frequencies(self, documents: Ints, into: Frequencies) -> None:
        """Add how often each of some documents of the segment, ascending, holds it."""
        holding, frequencies = self._run.sparse()
        if len(holding):
            into += np.bincount(holding, frequencies, self.end - self.start)[documents].astype(np.uint16)
        for row in self._run.rows():
            into += row[documents]

    def holds(self, documents: Ints) -> Mask:
        """Say which of some documents of the segment, ascending, hold it."""
        mask = np.zeros(self.end - self.start, np.bool_)
        self.mark(mask)
        return mask[documents]

    def keys_in(self, wanted: Ints) -> Ints:
        """Give the occurrences in some documents of the segment, by spelling."""
        mask = np.zeros(self.end - self.start, np.bool_)
        mask[wanted] = True
        of_rows = [part.keys_in(wanted) for part in self._parts if part.row >= 0]
        return np.concatenate([self._run.keys_in(mask), *of_rows])
