"""The authors, publishers and sections of what a search finds, and those among them whose names hold some words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from index.analysis.syllables import typed_within
from index.analysis.tokens import folded
from index.article import UNKNOWN
from index.response import FacetCount


def naming(counts: Iterable[FacetCount], typed: str) -> list[FacetCount]:
    """Keep the names that hold the words typed, one after another, the last of which may be but begun; accents that
    were not typed are open.

    >>> naming([FacetCount("Tạ Đình Biển Xanh", 2), FacetCount("Phùng Mộc Lan", 1)], "dinh bi")
    [FacetCount(value='Tạ Đình Biển Xanh', count=2)]
    """
    wanted = folded(typed)
    if not wanted:
        return list(counts)
    # All names are gone through at every keystroke: few hold even the letters, and only of these accents are compared.
    letters = _letters(wanted)
    return [
        count
        for count in counts
        if letters in (name := _name(count.value))[0] and count.value != UNKNOWN and _holds(name[1], wanted)
    ]


@lru_cache(maxsize=100_000)
def _name(value: str) -> tuple[str, list[tuple[str, int]]]:
    terms = folded(value)
    return _letters(terms), terms


def _letters(terms: list[tuple[str, int]]) -> str:
    return "".join(f" {term}" for term, _ in terms)


def _holds(name: list[tuple[str, int]], wanted: list[tuple[str, int]]) -> bool:
    return any(_begins(name[start:], wanted) for start in range(len(name) - len(wanted) + 1))


def _begins(name: list[tuple[str, int]], wanted: list[tuple[str, int]]) -> bool:
    *whole, (last, accents) = wanted
    if any(
        term != term_typed or not typed_within(typed, printed)
        for (term, printed), (term_typed, typed) in zip(name, whole, strict=False)
    ):
        return False
    term, printed = name[len(whole)]
    # Accents of a syllable that is but begun say nothing yet: "Đi" is on its way to "Đình".
    return typed_within(accents, printed) if term == last else term.startswith(last)
