"""How the parts of a query are named to people."""

from __future__ import annotations

from typing import assert_never

from index.analysis.syllables import unfold
from index.query import Either, Fuzzy, Near, Phrase, Term, Unit, Wildcard


def name_of(unit: Unit) -> str:
    """Name a unit as people write it."""
    match unit:
        case Term():
            return unfold(unit.term, unit.accents)
        case Phrase() | Near():
            return " ".join(map(name_of, unit.terms))
        case Wildcard():
            return unit.pattern
        case Fuzzy():
            return f"{unit.term}~"
        case Either():
            return " ".join(map(name_of, unit.units))
        case _:
            assert_never(unit)


def printed_word(word: str) -> str:
    """Write a multi-syllable word as people do: "hoa108" is a folded syllable and its accents."""
    parts = ((part.rstrip("0123456789"), part) for part in word.split("_"))
    return " ".join(unfold(term, int(part[len(term) :] or 0)) if term else part for term, part in parts)
