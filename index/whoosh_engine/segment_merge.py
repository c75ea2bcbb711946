"""Several segments into one, array by array, without the documents that are deleted.

Terms are merged as sorted lists; each posting and occurrence moves by an offset that depends on its segment and term
only, so whole terms are copied at a time, `CHUNK` entries together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.analysis.syllables import ACCENT_CODES
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Array, narrow
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_builder import bytes_arrays, text_arrays

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be merged: which of its documents stay, and the numbers these get."""

    segment: ColumnarFile
    live: Mask
    numbers: Ints


def merged(segments: Sequence[tuple[ColumnarFile, Mask]]) -> dict[str, Array]:
    """Give the arrays of the segment that holds the live documents of all, in order."""
    sources: list[Source] = []
    start = 0
    for segment, live in segments:
        sources.append(Source(segment, live, start + np.cumsum(live) - 1))
        start += int(live.sum())
    arrays: dict[str, Array] = {}
    for field in schema.INDEXED:
        arrays.update(_field(field, sources))
    for field in (schema.TEXT, schema.TITLE):
        lengths = [source.segment.file.array(f"{field}.lengths")[source.live] for source in sources]
        arrays[f"{field}.lengths"] = narrow(np.concatenate(lengths))
    published = [source.segment.file.array(schema.PUBLISHED)[source.live] for source in sources]
    arrays[schema.PUBLISHED] = np.concatenate(published)
    for name in (schema.ID, schema.ARTICLE):
        arrays.update(bytes_arrays(name, list(_live_pieces(name, sources))))
    for name in (schema.AUTHORS, schema.PUBLISHER, schema.SECTION):
        arrays.update(_facet(name, sources))
    return arrays


def _live_pieces(name: str, sources: list[Source]) -> Iterator[bytes]:
    for source in sources:
        for piece, live in zip(source.segment.pieces(name), source.live.tolist(), strict=True):
            if live:
                yield piece


def _facet(name: str, sources: list[Source]) -> dict[str, Array]:
    values = [source.segment.texts(f"{name}.value") for source in sources]
    documents: list[Array] = []
    ordinals: list[Array] = []
    used: list[str] = []
    for source, known in zip(sources, values, strict=True):
        at = source.segment.file.array(f"{name}.documents")
        kept = source.live[at]
        documents.append(source.numbers[at[kept]])
        ordinals.append(source.segment.file.array(f"{name}.ordinals")[kept].astype(np.int64))
        used.extend(known[ordinal] for ordinal in np.unique(ordinals[-1]).tolist())
    lexicon = sorted(set(used))
    numbers = {value: number for number, value in enumerate(lexicon)}
    renumbered = [
        np.array([numbers.get(value, 0) for value in known] or [0], np.int64)[each]
        for known, each in zip(values, ordinals, strict=True)
    ]
    return {
        **text_arrays(f"{name}.value", lexicon),
        f"{name}.documents": np.concatenate(documents).astype(np.uint32),
        f"{name}.ordinals": narrow(np.concatenate(renumbered)),
    }


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a field in one source: their new numbers, and how many of its postings and occurrences stay."""

    source: Source
    numbers: Ints
    kept: Mask
    postings: Ints
    occurrences: Ints


def _field(field: str, sources: list[Source]) -> dict[str, Array]:
    lexicon, parts = _terms(field, sources)
    starts = _starts(sum((part.postings for part in parts), np.zeros(len(lexicon), np.int64)))
    documents = np.empty(starts[-1], np.uint32)
    frequencies = np.empty(starts[-1], np.uint32)
    offsets = starts[:-1].copy()
    for part in parts:
        file = part.source.segment.file
        held = file.array(f"{field}.documents")[part.kept]
        _place(documents, part.source.numbers[held], offsets, part.postings)
        _place(frequencies, file.array(f"{field}.frequencies")[part.kept], offsets, part.postings)
        offsets += part.postings
    arrays = {
        **bytes_arrays(f"{field}.term", lexicon),
        f"{field}.starts": narrow(starts),
        f"{field}.documents": documents,
        f"{field}.frequencies": narrow(frequencies),
    }
    return arrays | (_occurrences(field, parts) if f"{field}.positions" in sources[0].segment.file else {})


def _occurrences(field: str, parts: list[_Terms]) -> dict[str, Array]:
    starts = _starts(sum(part.occurrences for part in parts[1:]) + parts[0].occurrences)
    accents, accent_starts, variants_of = _accents(field, parts, len(starts) - 1)
    positions = np.empty(starts[-1], _widest(field, "positions", parts))
    variants = np.empty(starts[-1], np.uint16 if int(np.diff(accent_starts).max(initial=0)) > 256 else np.uint8)
    offsets = starts[:-1].copy()
    for part, renumbered in zip(parts, variants_of, strict=True):
        file = part.source.segment.file
        frequencies = file.array(f"{field}.frequencies").astype(np.int64)
        kept = np.repeat(part.kept, frequencies)
        _place(positions, file.array(f"{field}.positions")[kept], offsets, part.occurrences)
        own = file.array(f"{field}.variants").astype(np.int64)
        own += np.repeat(
            file.array(f"{field}.accent_starts")[:-1].astype(np.int64), _counts(part, f"{field}.occurrences")
        )
        _place(variants, renumbered[own[kept]], offsets, part.occurrences)
        offsets += part.occurrences
    return {
        f"{field}.occurrences": narrow(starts),
        f"{field}.positions": narrow(positions),
        f"{field}.variants": variants,
        f"{field}.accents": accents,
        f"{field}.accent_starts": narrow(accent_starts),
    }


def _terms(field: str, sources: list[Source]) -> tuple[list[bytes], list[_Terms]]:
    """Merge the sorted terms; those that no live document holds any more are left out."""
    known = [list(source.segment.terms(field)) for source in sources]
    held: list[tuple[Mask, Ints, Ints]] = []
    used: set[bytes] = set()
    for source, terms in zip(sources, known, strict=True):
        file = source.segment.file
        kept = source.live[file.array(f"{field}.documents")]
        bounds = file.array(f"{field}.starts").astype(np.int64)
        sums = np.concatenate(([0], np.cumsum(kept)))
        counts = np.diff(sums[bounds])
        weights = np.concatenate(([0], np.cumsum(np.where(kept, file.array(f"{field}.frequencies"), 0))))
        held.append((kept, counts, np.diff(weights[bounds])))
        used.update(terms[number] for number in np.flatnonzero(counts).tolist())
    lexicon = sorted(used)
    numbers = {term: number for number, term in enumerate(lexicon)}
    parts: list[_Terms] = []
    for source, terms, (kept, counts, occurrences) in zip(sources, known, held, strict=True):
        mapped = np.fromiter((numbers.get(term, -1) for term in terms), np.int64, len(terms))
        present = mapped >= 0
        spread = np.zeros((2, len(lexicon)), np.int64)
        spread[0, mapped[present]] = counts[present]
        spread[1, mapped[present]] = occurrences[present]
        parts.append(_Terms(source, mapped, kept, spread[0], spread[1]))
    return lexicon, parts


def _accents(field: str, parts: list[_Terms], terms: int) -> tuple[Array, Ints, list[Ints]]:
    """Merge the accents that terms occur with; give them, where each term's begin, and for each source the new
    number, within its term, of each entry of its own table."""
    keys: list[Ints] = []
    for part in parts:
        file = part.source.segment.file
        owners = np.repeat(part.numbers, _counts(part, f"{field}.accent_starts"))
        keys.append(np.where(owners < 0, -1, owners * ACCENT_CODES + file.array(f"{field}.accents")))
    seen = np.unique(np.concatenate(keys))
    seen = seen[seen >= 0]
    starts = np.searchsorted(seen, np.arange(terms + 1, dtype=np.int64) * ACCENT_CODES)
    numbers = [np.searchsorted(seen, each) - starts[np.maximum(each, 0) // ACCENT_CODES] for each in keys]
    return (seen % ACCENT_CODES).astype(np.uint16), starts, numbers


def _place(target: Array, values: Array, offsets: Ints, counts: Ints) -> None:
    """Copy values, sorted by term, to where each term's part begins in the target."""
    ends = np.cumsum(counts)
    first = at = 0
    while at < len(values):
        last = max(int(np.searchsorted(ends, at + CHUNK, side="right")), first + 1)
        end = int(ends[last - 1])
        shifts = np.repeat(offsets[first:last] - (ends[first:last] - counts[first:last]), counts[first:last])
        target[np.arange(at, end) + shifts] = values[at:end]
        first, at = last, end


def _counts(part: _Terms, name: str) -> Ints:
    """Give how many entries each term has, from where they start."""
    starts = part.source.segment.file.array(name).astype(np.int64)
    counts: Ints = starts[1:] - starts[:-1]
    return counts


def _starts(counts: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def _widest(field: str, name: str, parts: list[_Terms]) -> np.dtype[np.unsignedinteger]:
    kinds = [part.source.segment.file.array(f"{field}.{name}", 0, 0).dtype for part in parts]
    widest: np.dtype[np.unsignedinteger] = max(kinds, key=lambda kind: kind.itemsize)
    return widest
