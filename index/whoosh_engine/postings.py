"""The postings of terms over all segments of a snapshot, read as arrays of the file and never copied as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Array
from index.whoosh_engine.schema import POSITION_BITS
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.sums import STEP, before, count_of_sums

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Frequencies = npt.NDArray[np.uint16]

MANY_RUNS = 64
"""So many runs of spellings are not read one by one."""
FEW = 16
"""Documents are looked up one by one among postings when there are this many times fewer of them."""


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

    def dense(self) -> Array:
        """The frequencies in all documents of the segment, when it has a row."""
        count = self.segment.count
        return self.segment.file.array(f"{self.field}.rows", self.row * count, (self.row + 1) * count)

    def documents(self) -> Array:
        """The documents that hold it, numbered within the segment, ascending."""
        return (
            np.flatnonzero(self.dense() > 0)
            if self.row >= 0
            else self.segment.file.array(f"{self.field}.documents", *self._postings)
        )

    def frequencies(self) -> Array:
        """How often each of `documents` holds it."""
        if self.row >= 0:
            dense = self.dense()
            return dense[dense > 0]
        return self.segment.file.array(f"{self.field}.frequencies", *self._postings)

    def positions(self) -> Array:
        """The position of each occurrence, document by document."""
        return self.segment.file.array(f"{self.field}.positions", *self._occurrences)

    def count(self) -> int:
        """How many documents hold it."""
        if self.row >= 0:
            return int(np.count_nonzero(self.dense() > 0))
        first, end = self._postings
        return end - first

    def most(self) -> int:
        """How often the document holds it that does most often."""
        return int(self.segment.file.array(f"{self.field}.most", self.spelling, self.spelling + 1)[0])

    def mark(self, mask: Mask) -> None:
        """Mark the documents that hold it among those of the segment."""
        if self.row >= 0:
            np.logical_or(mask, self.dense(), out=mask)
        else:
            mask[self.segment.file.array(f"{self.field}.documents", *self._postings)] = True

    def add_frequencies(self, documents: Ints, into: Frequencies) -> None:
        """Add how often each of some documents of the segment, ascending, holds it."""
        if self.row >= 0:
            into += self.dense()[documents]
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
            return self.dense()[documents] > 0
        holding = self.documents()
        if len(documents) * FEW < len(holding):
            return _places_of(documents, holding)[1]
        mask = np.zeros(self.segment.count, np.bool_)
        mask[holding] = True
        return mask[documents]

    def keys(self) -> Ints:
        """Give all occurrences as snapshot document << POSITION_BITS | position, ascending."""
        documents = self.documents().astype(np.int64)
        keys: Ints = np.repeat((documents + self.start) << POSITION_BITS, self.frequencies())
        keys += self.positions()
        return keys

    def keys_in(self, wanted: Ints) -> Ints:
        """Give the occurrences in some documents of the segment, ascending."""
        if self.row >= 0:
            dense = self.dense()
            wanted = wanted[dense[wanted] > 0]
            frequencies = dense[wanted].astype(np.int64)
            if len(wanted) * STEP < len(dense):
                each = count_of_sums(len(dense))
                sums = self.segment.file.array(f"{self.field}.row_sums", self.row * each, (self.row + 1) * each)
                starts = before(wanted, dense, sums)
            else:
                starts = np.cumsum(dense, dtype=np.int64)[wanted] - frequencies
        else:
            holding, all_frequencies = self.documents(), self.frequencies()
            postings, held = _places_of(wanted, holding)
            wanted, postings = wanted[held], postings[held]
            frequencies = all_frequencies[postings].astype(np.int64)
            if len(wanted) * STEP < len(holding):
                first = self._postings[0]
                sums = self.segment.file.array(f"{self.field}.sums")
                places = np.append(first, postings + first)
                starts = before(places, self.segment.file.array(f"{self.field}.frequencies"), sums)
                starts = starts[1:] - starts[0]
            else:
                starts = np.cumsum(all_frequencies, dtype=np.int64)[postings] - frequencies
        keys: Ints = np.repeat((wanted + self.start) << POSITION_BITS, frequencies)
        keys += self.positions()[runs_of(starts, frequencies)]
        return keys


def runs_of(starts: Ints, lengths: Ints) -> Ints:
    """Give the places of runs one after another: `lengths[i]` places from `starts[i]` on."""
    taken = np.cumsum(lengths)
    places: Ints = np.repeat(starts - (taken - lengths), lengths)
    places += np.arange(len(places))
    return places


def _places_of(wanted: Ints, holding: Array) -> tuple[Ints, Mask]:
    """Find some documents among others, both ascending: their places there, and which of them are there."""
    if not len(holding):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    looked_for = wanted.astype(holding.dtype)
    at = np.searchsorted(holding, looked_for)
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
        sums = np.append(0, np.cumsum(all_frequencies, dtype=np.int64))
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


class Postings:
    """The documents that hold any of some spellings (of a term, of several terms), and how often each does."""

    def __init__(self, parts: Iterable[SegmentPostings], size: int, wholes: Iterable[WholeTerm] = ()) -> None:
        """Take the parts, in any order, and the number of documents of the snapshot; `wholes` are the same parts of
        whole terms, read faster."""
        self.parts = tuple(parts)
        self._readers: tuple[SegmentPostings | WholeTerm, ...] = tuple(wholes) or self.parts
        self._size = size

    @cached_property
    def postings(self) -> int:
        """How many postings there are: what reading them costs."""
        return sum(part.count() for part in self.parts)

    @cached_property
    def count(self) -> int:
        """How many documents hold any."""
        several = len({part.start for part in self.parts}) < len(self.parts)
        return int(np.count_nonzero(self.mask())) if several else self.postings

    def mask(self) -> Mask:
        """Mark the documents."""
        mask = np.zeros(self._size, np.bool_)
        for part in self._readers:
            part.mark(mask[part.start : part.end])
        return mask

    def add_constant(self, values: Floats, constant: float) -> None:
        """Add a constant to the values, one for each document of the snapshot, of the documents."""
        if len(self.parts) == 1 and self.parts[0].row < 0:
            part = self.parts[0]
            values[part.start : part.end][part.documents()] += np.float32(constant)
        elif self.parts:
            values += self.mask() * np.float32(constant)

    @cached_property
    def most(self) -> int:
        """More than how often any document holds them, or as often."""
        return sum(part.most() for part in self.parts)

    def documents(self) -> Ints:
        """Give the documents, ascending."""
        if len(self.parts) == 1:
            part = self.parts[0]
            documents: Ints = part.documents().astype(np.int64)
            return documents + part.start if part.start else documents
        return np.flatnonzero(self.mask())

    def frequencies_in(self, documents: Ints) -> Frequencies:
        """Say how often each of some documents, ascending, holds them: 0 where it holds none."""
        frequencies = np.zeros(len(documents), np.uint16)
        for part in self._readers:
            first, end = _within(documents, part)
            local = documents[first:end]
            part.add_frequencies(local - part.start if part.start else local, frequencies[first:end])
        return frequencies

    def holds(self, documents: Ints) -> Mask:
        """Say which of some documents, ascending, hold any."""
        held = np.zeros(len(documents), np.bool_)
        for part in self._readers:
            first, end = _within(documents, part)
            held[first:end] |= part.holds(documents[first:end] - part.start)
        return held

    def keys(self, wanted: Ints | None = None) -> Ints:
        """Give the occurrences, ascending (see `SegmentPostings.keys`): all, or those in some documents, ascending."""
        if wanted is None:
            keys = [part.keys() for part in self.parts]
        else:
            places = [_within(wanted, part) for part in self._readers]
            keys = [
                part.keys_in(wanted[first:end] - part.start)
                for part, (first, end) in zip(self._readers, places, strict=True)
            ]
        if (len(keys) == 1 and wanted is None) or len(self.parts) == 1:
            return keys[0]
        joined = np.concatenate(keys) if keys else np.zeros(0, np.int64)
        joined.sort(kind="stable")
        return joined


def _within(documents: Ints, part: SegmentPostings | WholeTerm) -> tuple[int, int]:
    """Give which of some documents, ascending, belong to a segment."""
    if not len(documents) or (documents[0] >= part.start and documents[-1] < part.end):
        return 0, len(documents)
    first, end = np.searchsorted(documents, (part.start, part.end)).tolist()
    return first, end


class TermPostings:
    """A term with all its spellings over the segments of a snapshot."""

    def __init__(self, spellings: dict[int, list[SegmentPostings]], size: int) -> None:
        """Take the parts of each spelling by its accents number."""
        self._spellings = spellings
        self._size = size
        self._chosen: dict[tuple[int, ...], Postings] = {}

    @property
    def accents(self) -> Iterable[int]:
        """The accents numbers that the term is printed with."""
        return self._spellings.keys()

    @cached_property
    def all(self) -> Postings:
        """All spellings together."""
        parts = [part for parts in self._spellings.values() for part in parts]
        by_segment: dict[int, list[SegmentPostings]] = {}
        for part in parts:
            by_segment.setdefault(part.start, []).append(part)
        several = len(parts) > len(by_segment)
        return Postings(parts, self._size, map(WholeTerm, by_segment.values()) if several else ())

    def only(self, accents: int) -> Postings:
        """Give the spelling with one accents number."""
        key = (accents,)
        if key not in self._chosen:
            self._chosen[key] = Postings(self._spellings.get(accents, ()), self._size)
        return self._chosen[key]

    def of(self, wanted: Callable[[int], bool]) -> Postings:
        """Give the spellings whose accents number is wanted."""
        chosen = tuple(filter(wanted, self._spellings))
        if chosen not in self._chosen:
            parts = [part for accents in chosen for part in self._spellings[accents]]
            self._chosen[chosen] = Postings(parts, self._size)
        return self._chosen[chosen]


class PostingsReader:
    """Finds the postings of terms in the segments of a snapshot, and remembers those asked for lately."""

    REMEMBERED = 4096

    def __init__(self, segments: list[tuple[ColumnarFile, int]]) -> None:
        """Take each segment with the number of its first document."""
        self._segments = segments
        self._size = sum(segment.count for segment, _ in segments)
        self._read: dict[tuple[str, str], TermPostings] = {}

    def read(self, field: str, term: str) -> TermPostings:
        """Give a term; it has no spellings when it doesn't occur."""
        key = field, term
        found = self._read.get(key)
        if found is None:
            if len(self._read) >= self.REMEMBERED:
                self._read.clear()
            found = self._read[key] = self._find(field, term.encode("utf-8", "replace"))
        return found

    def spellings_of(
        self, field: str, numbers: list[list[int]], wanted: Callable[[int], bool] | None = None
    ) -> Iterator[SpellingRun | ScatteredSpellings]:
        """Give the spellings of terms, by their numbers in each segment; only those whose accents are wanted."""
        for (segment, start), terms in zip(self._segments, numbers, strict=True):
            firsts = segment.file.array(f"{field}.spellings").astype(np.int64)
            chosen = runs_of(firsts[terms], firsts[np.array(terms, np.int64) + 1] - firsts[terms])
            if wanted is not None:
                accents = segment.file.array(f"{field}.accents")[chosen].tolist()
                chosen = chosen[[wanted(each) for each in accents]] if accents else chosen
            breaks = np.flatnonzero(np.diff(chosen) > 1).tolist()
            if len(breaks) >= MANY_RUNS:
                yield ScatteredSpellings(segment, field, chosen, start)
            elif len(chosen):
                for first, last in zip([0, *(at + 1 for at in breaks)], [*breaks, len(chosen) - 1], strict=True):
                    yield SpellingRun(segment, field, int(chosen[first]), int(chosen[last]) + 1, start)

    def _find(self, field: str, term: bytes) -> TermPostings:
        spellings: dict[int, list[SegmentPostings]] = {}
        for segment, start in self._segments:
            number = segment.terms(field).number(term)
            if number is None:
                continue
            rows = segment.dense_rows(field)
            for spelling, accents in segment.spellings(field, number):
                part = SegmentPostings(segment, field, spelling, start, rows.get(spelling, -1))
                spellings.setdefault(accents, []).append(part)
        return TermPostings(spellings, self._size)
