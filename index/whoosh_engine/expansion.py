"""Which syllables of the index a wildcard or a word with a slip stands for: the most frequent ones, `MOST` at most."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass

import numpy as np

from index.analysis.loose_terms import with_i_for_y
from index.errors import QueryRefused
from index.whoosh_engine.array_file import Ints
from index.whoosh_engine.segment import ColumnarFile

MOST = 4096
LEAST = 2


@dataclass(frozen=True, slots=True)
class Expansion:
    """The terms that something loose stands for: their numbers in each segment, ascending; how many they are in all,
    and whether there were more."""

    numbers: list[list[int]]
    terms: int
    more: bool


def matching(segments: list[ColumnarFile], field: str, pattern: str) -> Expansion:
    """Find the syllables that a pattern with `*` describes; raises QueryRefused for one of next to nothing else."""
    if len(pattern.replace("*", "")) < LEAST:
        raise QueryRefused(f"{pattern} stands for too much: write at least {LEAST} characters beside the *")
    wanted = pattern.encode("utf-8", "replace")
    with_i = [term.encode() for term in with_i_for_y(pattern)]
    found = [{*_numbers(segment, field, wanted), *_known(segment, field, with_i)} for segment in segments]
    return _most_frequent(segments, field, [sorted(numbers) for numbers in found])


def one_slip_away(segments: list[ColumnarFile], field: str, term: str) -> Expansion:
    """Find the syllables that differ from a term by one letter more, less or other, or by two neighbours swapped
    (optimal string alignment, Damerau 1964); the term itself is not among them."""
    slips = [slip.encode() for slip in sorted(_slips(term) - {term})]
    return _most_frequent(segments, field, [_known(segment, field, slips) for segment in segments])


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
    return segment.lines(field).matching(pattern)


def _most_frequent(segments: list[ColumnarFile], field: str, found: list[list[int]]) -> Expansion:
    """Keep the terms that occur most often in all segments together."""
    if len(segments) == 1 and len(found[0]) <= MOST:
        return Expansion(found, len(found[0]), more=False)
    occurrences: Counter[bytes] = Counter()
    names: list[dict[bytes, int]] = []
    for segment, numbers in zip(segments, found, strict=True):
        counts = _occurrences(segment, field, numbers)
        kept = np.argsort(-counts, kind="stable")[: MOST + 1].tolist()
        terms = segment.terms(field)
        names.append({terms[numbers[place]]: numbers[place] for place in kept})
        occurrences.update({terms[numbers[place]]: int(counts[place]) for place in kept})
    ranked = sorted(occurrences.items(), key=lambda pair: (-pair[1], pair[0]))
    chosen = [term for term, _ in ranked[:MOST]]
    numbers_of = [sorted(known[term] for term in chosen if term in known) for known in names]
    return Expansion(numbers_of, len(chosen), more=len(ranked) > MOST)


def _occurrences(segment: ColumnarFile, field: str, numbers: list[int]) -> Ints:
    at = np.array(numbers, np.int64)
    spellings = segment.file.array(f"{field}.spellings")
    bounds = segment.file.array(f"{field}.occurrences")
    counts: Ints = bounds[spellings[at + 1]].astype(np.int64) - bounds[spellings[at]]
    return counts
