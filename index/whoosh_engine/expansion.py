"""Which syllables of the index a wildcard or a word with a slip stands for: the most frequent ones, `MOST` at most."""

from __future__ import annotations

import re
import string
from collections import Counter

import numpy as np

from index.analysis.loose_terms import with_i_for_y
from index.errors import QueryRefused
from index.whoosh_engine.segment import ColumnarFile

MOST = 256
LEAST = 2


def matching(segments: list[ColumnarFile], field: str, pattern: str) -> tuple[list[str], bool]:
    """Give the syllables that a pattern with `*` describes, and whether there were more than are given.

    Raises QueryRefused for a pattern of next to nothing else.
    """
    if len(pattern.replace("*", "")) < LEAST:
        raise QueryRefused(f"{pattern} stands for too much: write at least {LEAST} characters beside the *")
    wanted = pattern.encode("utf-8", "replace")
    occurrences: Counter[bytes] = Counter()
    with_i = [term.encode() for term in with_i_for_y(pattern)]
    for segment in segments:
        found = {*_numbers(segment, field, wanted), *_known(segment, field, with_i)}
        _count(segment, field, sorted(found), occurrences)
    return _most_frequent(occurrences)


def one_slip_away(segments: list[ColumnarFile], field: str, term: str) -> tuple[list[str], bool]:
    """Give the syllables that differ from a term by one letter more, less or other, or by two neighbours swapped
    (optimal string alignment, Damerau 1964); the term itself is not among them."""
    occurrences: Counter[bytes] = Counter()
    slips = sorted(_slips(term) - {term})
    for segment in segments:
        _count(segment, field, _known(segment, field, [slip.encode() for slip in slips]), occurrences)
    return _most_frequent(occurrences)


def _slips(term: str) -> set[str]:
    letters = string.ascii_lowercase
    cuts = [(term[:at], term[at:]) for at in range(len(term) + 1)]
    return {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
        *(left + letter + right for left, right in cuts for letter in letters),
    }


def _known(segment: ColumnarFile, field: str, terms: list[bytes]) -> list[int]:
    """Number those of some terms that a segment has."""
    found = (segment.terms(field).number(term) for term in terms)
    return [number for number in found if number is not None]


def _numbers(segment: ColumnarFile, field: str, pattern: bytes) -> list[int]:
    """Number the terms of a segment that a pattern describes."""
    terms = segment.terms(field)
    prefix, star, rest = pattern.partition(b"*")
    if prefix:
        first, end = terms.at_or_after(prefix), terms.at_or_after(prefix + b"\xff")
        if not rest:
            return list(range(first, end if star else first + (terms.number(pattern) is not None)))
        whole = re.compile(re.escape(pattern).replace(rb"\*", rb".*"), re.DOTALL)
        return [number for number in range(first, end) if whole.fullmatch(terms[number])]
    return list(segment.lines(field).matching(pattern))


def _count(segment: ColumnarFile, field: str, numbers: list[int], occurrences: Counter[bytes]) -> None:
    if not numbers:
        return
    at = np.array(numbers)
    spellings = segment.file.array(f"{field}.spellings")
    bounds = segment.file.array(f"{field}.occurrences")
    counts = bounds[spellings[at + 1]].astype(np.int64) - bounds[spellings[at]]
    if len(at) > MOST:
        kept = np.argsort(-counts, kind="stable")[: MOST + 1]
        at, counts = at[kept], counts[kept]
    terms = segment.terms(field)
    for number, count in zip(at.tolist(), counts.tolist(), strict=True):
        occurrences[terms[number]] += count


def _most_frequent(occurrences: Counter[bytes]) -> tuple[list[str], bool]:
    ranked = sorted(occurrences.items(), key=lambda pair: (-pair[1], pair[0]))
    return [term.decode() for term, _ in ranked[:MOST]], len(ranked) > MOST
