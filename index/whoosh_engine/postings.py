"""The postings of a term over all segments of a generation, as arrays, each made when first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.whoosh_engine.array_file import Array
from index.whoosh_engine.segment import ColumnarFile

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SegmentTerm:
    """A term of one segment, whose documents are numbered from `start` on in the whole index."""

    segment: ColumnarFile
    field: str
    number: int
    start: int

    def postings(self, name: str) -> Array:
        """Give its part of an array with an entry for each posting."""
        first, end = self.segment.file.array(f"{self.field}.starts", self.number, self.number + 2).tolist()
        return self.segment.file.array(f"{self.field}.{name}", first, end)

    def occurrences(self, name: str) -> Array:
        """Give its part of an array with an entry for each occurrence."""
        first, end = self.segment.file.array(f"{self.field}.occurrences", self.number, self.number + 2).tolist()
        return self.segment.file.array(f"{self.field}.{name}", first, end)

    def accents(self) -> Array:
        """Give the accents numbers it occurs with; variants count within them."""
        first, end = self.segment.file.array(f"{self.field}.accent_starts", self.number, self.number + 2).tolist()
        return self.segment.file.array(f"{self.field}.accents", first, end)


class Postings:
    """The postings of a term: the documents that hold it, ascending, and how often each does."""

    def __init__(self, parts: Iterable[SegmentTerm]) -> None:
        self._parts = list(parts)

    @cached_property
    def documents(self) -> Ints:
        """The document numbers, ascending."""
        return _joined([part.postings("documents").astype(np.int64) + part.start for part in self._parts], np.int64)

    @cached_property
    def frequencies(self) -> Ints:
        """The frequency in each document."""
        return _joined([part.postings("frequencies").astype(np.int64) for part in self._parts], np.int64)

    @cached_property
    def starts(self) -> Ints:
        """Where each document's occurrences begin."""
        starts: Ints = np.cumsum(self.frequencies) - self.frequencies
        return starts

    @cached_property
    def positions(self) -> Array:
        """The position of each occurrence, document by document (syllables only)."""
        return _joined([part.occurrences("positions") for part in self._parts], np.uint16)

    def occurrences_of(self, postings: Ints) -> Ints:
        """Number the occurrences of the postings given, in order."""
        frequencies = self.frequencies[postings]
        ends = np.cumsum(frequencies)
        total = int(ends[-1]) if len(ends) else 0
        numbers: Ints = np.repeat(self.starts[postings] - (ends - frequencies), frequencies) + np.arange(total)
        return numbers

    def by_accents(self, table: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Look up each occurrence's accents number in a table (syllables only)."""
        return _joined([table[part.accents()][part.occurrences("variants")] for part in self._parts], table.dtype)


class PostingsReader:
    """Finds the postings of terms in the segments of a generation."""

    def __init__(self, segments: list[tuple[ColumnarFile, int]]) -> None:
        """Take each segment with the number of its first document."""
        self._segments = segments

    def read(self, field: str, term: str) -> Postings:
        """Give the postings of a term; none when it doesn't occur."""
        wanted = term.encode("utf-8", "replace")
        return Postings(
            SegmentTerm(segment, field, number, start)
            for segment, start in self._segments
            if (number := segment.terms(field).number(wanted)) is not None
        )


def _joined(parts: list[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0, kind)
