"""The postings of a field of several segments as those of one, written run by run: about `CHUNK` occurrences at a time,
as many spellings as these are of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.analysis.syllables import ACCENT_CODES
from index.whoosh_engine.array_file import Array, Ints, narrow, narrowest
from index.whoosh_engine.merge_source import Source, runs_of_chunks
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_builder import bytes_arrays, is_dense, row_sums
from index.whoosh_engine.segment_postings import runs_of
from index.whoosh_engine.sums import RunningSums, count_of_sums


class MergedField:
    """The postings of one indexed field."""

    def __init__(self, field: str, sources: list[Source], count: int) -> None:
        self._field = field
        self._count = count
        self._has_positions = f"{field}.positions" in sources[0].segment.file
        lexicon, keys = _spellings(field, sources)
        live = [_live_frequencies(field, source) for source in sources]
        spellings = np.unique(np.concatenate([each[counts > 0] for each, (counts, _) in zip(keys, live, strict=True)]))
        self._parts = [
            _Part(field, source, np.searchsorted(spellings, each), len(spellings))
            for source, each in zip(sources, keys, strict=True)
        ]
        counts, occurrences = (np.zeros(len(spellings), np.int64) for _ in range(2))
        most = np.zeros(len(spellings), np.int64)
        for part, each, (held, times) in zip(self._parts, keys, live, strict=True):
            kept = np.flatnonzero(held)
            at = np.searchsorted(spellings, each[kept])
            counts[at] += held[kept]
            occurrences[at] += times[kept]
            if self._has_positions:
                most[at] = np.maximum(most[at], part.source.array(f"{field}.most")[kept])
        terms = np.unique(spellings // ACCENT_CODES)
        self.small = bytes_arrays(f"{field}.term", [lexicon[number] for number in terms.tolist()])
        self._dense = is_dense(counts, most, count) if self._has_positions else np.zeros(len(counts), np.bool_)
        sparse = np.where(self._dense, 0, counts)
        self.small[f"{field}.starts"] = narrow(np.append(0, np.cumsum(sparse)))
        frequency = max((source.array(f"{field}.frequencies", 0, 0).dtype for source in sources), key=_size)
        self.layout: dict[str, tuple[np.dtype[Any], int]] = {
            f"{field}.documents": (narrowest(count), int(sparse.sum())),
            f"{field}.frequencies": (
                narrowest(int(most.max(initial=0))) if self._has_positions else frequency,
                int(sparse.sum()),
            ),
        }
        self._occurrences = occurrences
        if self._has_positions:
            firsts = np.append(terms, terms[-1] + 1 if len(terms) else 0) * ACCENT_CODES
            self.small[f"{field}.spellings"] = narrow(np.searchsorted(spellings, firsts[: len(terms) + 1]))
            self.small[f"{field}.accents"] = (spellings % ACCENT_CODES).astype(np.uint16)
            self.small[f"{field}.most"] = narrow(most)
            self.small[f"{field}.occurrences"] = narrow(np.append(0, np.cumsum(occurrences)))
            self.small[f"{field}.dense"] = narrow(np.flatnonzero(self._dense))
            positions = max((source.array(f"{field}.positions", 0, 0).dtype for source in sources), key=_size)
            self.layout[f"{field}.positions"] = (positions, int(occurrences.sum()))
            self.layout[f"{field}.sums"] = (np.dtype(np.uint32), count_of_sums(int(sparse.sum())))
            dense = int(self._dense.sum())
            self.layout[f"{field}.rows"] = (np.dtype(np.uint8), dense * count)
            self.layout[f"{field}.row_sums"] = (np.dtype(np.uint32), dense * count_of_sums(count))

    def chunks(self) -> Iterator[dict[str, Array]]:
        """Give the next values of the long arrays, spelling by spelling."""
        sums = RunningSums()
        if self._has_positions:
            yield {f"{self._field}.sums": np.zeros(1, np.uint32)}
        for first, end in runs_of_chunks(np.cumsum(self._occurrences)):
            yield self._chunk(first, end, sums)

    def _chunk(self, first: int, end: int, sums: RunningSums) -> dict[str, Array]:
        runs = [part.read(first, end) for part in self._parts]
        counts = sum((run.counts for run in runs), np.zeros(end - first, np.int64))
        documents = np.empty(counts.sum(), np.int64)
        frequencies = np.empty(counts.sum(), np.int64)
        offsets = np.cumsum(counts) - counts
        for run in runs:
            at = runs_of(offsets, run.counts)
            documents[at] = run.documents
            frequencies[at] = run.frequencies
            offsets += run.counts
        dense = self._dense[first:end]
        sparse = ~np.repeat(dense, counts)
        pieces = {
            f"{self._field}.documents": documents[sparse],
            f"{self._field}.frequencies": frequencies[sparse],
        }
        if self._has_positions:
            pieces[f"{self._field}.positions"] = _placed_positions(runs)
            rows = np.zeros((int(dense.sum()), self._count), np.uint8)
            numbers = np.repeat(np.cumsum(dense) - 1, counts)[~sparse]
            rows[numbers, documents[~sparse]] = frequencies[~sparse]
            pieces[f"{self._field}.sums"] = sums.add(frequencies[sparse])
            pieces[f"{self._field}.rows"] = rows.reshape(-1)
            pieces[f"{self._field}.row_sums"] = row_sums(rows)
        return pieces


@dataclass(frozen=True, slots=True)
class _Run:
    """What one source holds of some spellings, live documents only: `counts` postings and `weights` occurrences of
    each, the documents and frequencies of these postings, and the positions of these occurrences."""

    counts: Ints
    weights: Ints
    documents: Ints
    frequencies: Ints
    positions: Array


class _Part:
    """The postings of a field in one source, by the numbers that spellings have in the merged segment."""

    def __init__(self, field: str, source: Source, numbers: Ints, spellings: int) -> None:
        """Take the new number of each spelling, ascending; that of a spelling no live document holds is anything."""
        self._field = field
        self.source = source
        self._starts = source.array(f"{field}.starts").astype(np.int64)
        self._numbers = numbers
        self._spellings = spellings
        self._has_positions = f"{field}.positions" in source.segment.file
        if self._has_positions:
            self._occurrences = source.array(f"{field}.occurrences").astype(np.int64)

    def read(self, first: int, end: int) -> _Run:
        """Read the live postings of the merged segment's spellings [first, end)."""
        low, high = np.searchsorted(self._numbers, (first, end)).tolist()
        counts, documents, frequencies = postings_between(self.source.segment, self._field, low, high)
        live = self.source.live[documents]
        owners = np.repeat(self._numbers[low:high] - first, counts)
        positions: Array = np.zeros(0, np.uint8)
        if self._has_positions:
            positions = self.source.array(
                f"{self._field}.positions", int(self._occurrences[low]), int(self._occurrences[high])
            )
        if not live.all():
            if self._has_positions:
                positions = positions[np.repeat(live, frequencies)]
            documents, frequencies, owners = documents[live], frequencies[live], owners[live]
        return _Run(
            np.bincount(owners, minlength=end - first),
            np.bincount(owners, frequencies, minlength=end - first).astype(np.int64),
            self.source.numbers[documents],
            frequencies,
            positions,
        )


def postings_between(segment: ColumnarFile, field: str, low: int, high: int) -> tuple[Ints, Ints, Ints]:
    """Give the postings of the spellings [low, high) of a field: how many each has, their documents and their
    frequencies."""
    starts = segment.file.array(f"{field}.starts", low, high + 1).astype(np.int64)
    counts = np.diff(starts)
    documents = segment.file.array(f"{field}.documents", int(starts[0]), int(starts[-1])).astype(np.int64)
    frequencies = segment.file.array(f"{field}.frequencies", int(starts[0]), int(starts[-1])).astype(np.int64)
    if f"{field}.dense" not in segment.file:
        return counts, documents, frequencies
    dense = segment.file.array(f"{field}.dense")
    begin, stop = np.searchsorted(dense, (low, high)).tolist()
    if begin == stop:
        return counts, documents, frequencies
    rows = segment.file.array(f"{field}.rows", begin * segment.count, stop * segment.count).reshape(-1, segment.count)
    row, held = np.nonzero(rows > 0)
    sparse = counts.copy()
    at = dense[begin:stop].astype(np.int64) - low
    counts[at] = np.bincount(row, minlength=len(at))
    offsets = np.cumsum(counts) - counts
    all_documents = np.empty(counts.sum(), np.int64)
    all_frequencies = np.empty(counts.sum(), np.int64)
    of_rows = np.zeros(len(counts), np.int64)
    of_rows[at] = counts[at]
    for places, found, times in (
        (runs_of(offsets, sparse), documents, frequencies),
        (runs_of(offsets, of_rows), held, rows[row, held]),
    ):
        all_documents[places] = found
        all_frequencies[places] = times
    return counts, all_documents, all_frequencies


def _live_frequencies(field: str, source: Source) -> tuple[Ints, Ints]:
    """Count the live documents of each spelling of a source, and the occurrences in them (the documents again, in a
    field without positions)."""
    segment = source.segment
    starts = source.array(f"{field}.starts").astype(np.int64)
    has_positions = f"{field}.positions" in segment.file
    weights = np.diff(source.array(f"{field}.occurrences").astype(np.int64) if has_positions else starts)
    if not source.live.all():
        counts = np.zeros_like(weights)
        for low, high in runs_of_chunks(np.cumsum(weights)):
            held, documents, frequencies = postings_between(segment, field, low, high)
            live = source.live[documents]
            owners = np.repeat(np.arange(high - low), held)[live]
            counts[low:high] = np.bincount(owners, minlength=high - low)
            weights[low:high] = (
                np.bincount(owners, frequencies[live], high - low) if has_positions else counts[low:high]
            )
        return counts, weights
    counts = np.diff(starts)
    if has_positions:
        for row, spelling in enumerate(source.array(f"{field}.dense").tolist()):
            counts[spelling] = np.count_nonzero(
                source.array(f"{field}.rows", row * segment.count, (row + 1) * segment.count) > 0
            )
    return counts, weights


def _spellings(field: str, sources: list[Source]) -> tuple[list[bytes], list[Ints]]:
    """Merge the sorted terms; give them, and for each spelling of each source its key: the number of its term among
    them and its accents."""
    known = [list(source.segment.terms(field)) for source in sources]
    lexicon = sorted(set().union(*known))
    numbers = {term: number for number, term in enumerate(lexicon)}
    keys: list[Ints] = []
    for source, terms in zip(sources, known, strict=True):
        mapped = np.fromiter(map(numbers.__getitem__, terms), np.int64, len(terms)) * ACCENT_CODES
        if f"{field}.spellings" in source.segment.file:
            firsts = source.array(f"{field}.spellings").astype(np.int64)
            mapped = np.repeat(mapped, firsts[1:] - firsts[:-1]) + source.array(f"{field}.accents")
        keys.append(mapped)
    return lexicon, keys


def _placed_positions(runs: list[_Run]) -> Array:
    weights = sum((run.weights for run in runs[1:]), runs[0].weights.copy())
    positions = np.empty(weights.sum(), np.uint32)
    offsets = np.cumsum(weights) - weights
    for run in runs:
        positions[runs_of(offsets, run.weights)] = run.positions
        offsets += run.weights
    return positions


def _size(kind: np.dtype[Any]) -> int:
    return kind.itemsize
