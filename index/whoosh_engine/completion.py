"""Which words and document codes of a snapshot begin as somebody has typed so far."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from index.analysis.syllables import typed_within, unfold
from index.query import Begun
from index.response import Completion, Completions
from index.whoosh_engine import schema
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.snapshot import Snapshot

WIDEST = 200_000
"""Terms looked through in a segment: more begin with a single letter only, of which nothing is completed."""
LEAST = 2
"""Letters of the first syllable that must have been typed."""
_PART = re.compile(r"([a-z]+|\d+[a-z]*)(\d*)")


def complete(snapshot: Snapshot, begun: Begun, limit: int) -> Completions:
    """Give the most frequent ones, at most `limit` of each kind."""
    return Completions(_words(snapshot, begun, limit), _codes(snapshot, begun, limit))


def _words(snapshot: Snapshot, begun: Begun, limit: int) -> tuple[Completion, ...]:
    *whole, last = begun.terms
    first = begun.terms[0].term
    if len(first) < LEAST or not first.isalpha():
        return ()
    syllables = [rf"{re.escape(term.term)}\d*" for term in whole] + [rf"{re.escape(last.term)}[a-z]*\d*"]
    pattern = re.compile(rb"^" + "_".join(syllables).encode() + rb"(?:_[a-z]+\d*)*$", re.MULTILINE)

    def agrees(term: str) -> bool:
        parts = [_spelled(part) for part in term.split("_")]
        return len(parts) > 1 and all(
            typed_within(typed.accents, accents)
            for typed, (syllable, accents) in zip(begun.terms, parts, strict=False)
            if typed.term == syllable
        )

    counted = _counted(snapshot, schema.WORDS, first.encode(), pattern)
    agreeing = ((term, count) for term, count in counted if agrees(term))
    return tuple(Completion(_printed(term), count) for term, count in _held(snapshot, schema.WORDS, agreeing, limit))


def _codes(snapshot: Snapshot, begun: Begun, limit: int) -> tuple[Completion, ...]:
    if begun.code is None:
        return ()
    prefix = begun.code.encode()
    pattern = re.compile(rb"^" + re.escape(prefix) + rb".*$", re.MULTILINE)
    found = _counted(snapshot, schema.CODES, prefix, pattern)
    return tuple(Completion(term, count) for term, count in _held(snapshot, schema.CODES, found, limit))


def _held(snapshot: Snapshot, field: str, counted: Iterable[tuple[str, int]], limit: int) -> Iterator[tuple[str, int]]:
    """Give the first of the terms that an article holds which is neither deleted nor withheld: the words of one that
    is gone must not be read off here."""
    live = (
        (term, count)
        for term, count in counted
        if len(snapshot.only_live(snapshot.postings.read(field, term).all.documents()))
    )
    return islice(live, limit)


def _printed(term: str) -> str:
    return " ".join(unfold(*_spelled(part)) for part in term.split("_"))


def _spelled(part: str) -> tuple[str, int]:
    match = _PART.fullmatch(part)
    return (match[1], int(match[2] or 0)) if match else (part, 0)


def _counted(snapshot: Snapshot, field: str, prefix: bytes, pattern: re.Pattern[bytes]) -> list[tuple[str, int]]:
    """Give the terms of all segments that are as a pattern says, the most frequent first."""
    counts: Counter[str] = Counter()
    for segment in snapshot.segments:
        for term, count in _of_segment(segment, field, prefix, pattern):
            counts[term] += count
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _of_segment(
    segment: ColumnarFile, field: str, prefix: bytes, pattern: re.Pattern[bytes]
) -> Iterator[tuple[str, int]]:
    """Give the terms of a segment that begin with a prefix and are as the pattern says, and how many documents hold
    each."""
    terms = segment.terms(field)
    first = terms.at_or_after(prefix)
    end = min(terms.at_or_after(prefix + b"\xff"), first + WIDEST)
    if first >= end:
        return
    file = segment.file
    ends = file.array(f"{field}.term.ends", max(first - 1, 0), end).astype(np.int64)
    begin = int(ends[0]) if first else 0
    ends = (ends[1:] if first else ends) - begin
    printed = file.array(f"{field}.term.bytes", begin, begin + int(ends[-1]))
    lines = np.insert(printed, ends, ord("\n")).tobytes()
    line_starts = np.insert(ends[:-1], 0, 0) + np.arange(len(ends))
    starts = file.array(f"{field}.starts", first, end + 1).astype(np.int64)
    rows = segment.dense_rows(field)
    for match in pattern.finditer(lines):
        at = int(np.searchsorted(line_starts, match.start()))
        count = int(starts[at + 1] - starts[at])
        if first + at in rows:
            row = rows[first + at] * segment.count
            count = int(np.count_nonzero(file.array(f"{field}.rows", row, row + segment.count)))
        yield match.group().decode(), count
