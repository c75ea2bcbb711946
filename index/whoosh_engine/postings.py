"""The postings of terms over all segments of a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_postings import (
    Frequencies,
    ScatteredSpellings,
    SegmentPostings,
    SpellingRun,
    WholeTerm,
    runs_of,
)

Places = npt.NDArray[np.int32]
NOWHERE = -1
"""The place of a document that isn't among those that matter."""
MANY_RUNS = 64
"""So many runs of spellings are not read one by one."""


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
            part.add_frequencies(_inside(documents[first:end], part), frequencies[first:end])
        return frequencies

    def frequencies_at(self, places: Places, count: int) -> Frequencies:
        """Say the same of `count` documents that have places, when they are many more than the postings."""
        frequencies = np.zeros(count, np.uint16)
        for part in self.parts:
            at = places[part.start : part.end][part.documents()]
            here = at >= 0
            frequencies[at[here]] += part.frequencies()[here]
        return frequencies

    def holds(self, documents: Ints) -> Mask:
        """Say which of some documents, ascending, hold any."""
        held = np.zeros(len(documents), np.bool_)
        for part in self._readers:
            first, end = _within(documents, part)
            held[first:end] |= part.holds(_inside(documents[first:end], part))
        return held

    def keys(self, wanted: Ints | None = None) -> Ints:
        """Give the occurrences, ascending (see `SegmentPostings.keys`): all, or those in some documents, ascending."""
        if wanted is None:
            keys = [part.keys() for part in self.parts]
        else:
            keys = [part.keys_in(_inside(wanted[slice(*_within(wanted, part))], part)) for part in self._readers]
        if len(self.parts) == 1:
            return keys[0]
        joined = np.concatenate(keys) if keys else np.zeros(0, np.int64)
        joined.sort(kind="stable")
        return joined

    def keys_with(self, others: Iterable[Postings]) -> Ints:
        """Give the occurrences, ascending, in the documents that hold each of some others too."""
        documents = self.documents()
        at = np.arange(len(documents))
        for other in others:
            kept = np.flatnonzero(other.holds(documents))
            documents, at = documents[kept], at[kept]
        if len(self.parts) != 1 or self.parts[0].row >= 0:
            return self.keys(documents)
        part = self.parts[0]
        return part.keys_at(at, _inside(documents, part))


def _within(documents: Ints, part: SegmentPostings | WholeTerm) -> tuple[int, int]:
    """Give which of some documents, ascending, belong to a segment."""
    if not len(documents) or (documents[0] >= part.start and documents[-1] < part.end):
        return 0, len(documents)
    first, end = np.searchsorted(documents, (part.start, part.end)).tolist()
    return first, end


def _inside(documents: Ints, part: SegmentPostings | WholeTerm) -> Ints:
    """Number documents within their segment."""
    return documents - part.start if part.start else documents


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
