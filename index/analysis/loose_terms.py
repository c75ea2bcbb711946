"""Which folded terms does a loose one stand for: a pattern with stars, or a word that may hold a slip?"""

from __future__ import annotations

import re
from functools import lru_cache

from index.analysis.syllables import fold

_Y_FOLDED_TO_I = ("hy", "ky", "ly", "my", "sy", "ty", "quy")
"""Folded syllables that are written with i (see `syllables.fold`)."""


def folded_pattern(written: str) -> tuple[str, int]:
    """Fold what stands between the stars of a pattern; give it with the accents of a prefix, 0 for any other.

    >>> folded_pattern("Phòng*") == ("phong*", fold("phòng")[1]), folded_pattern("**ông")
    (True, ('*ong', 0))
    """
    # The syllable goes on behind a piece: the digit keeps `fold` from taking it for a whole one and writing i for y.
    pieces = [fold(piece + "0") if piece else ("0", 0) for piece in re.split(r"\*+", written)]
    prefix = len(pieces) == 2 and pieces[1] == ("0", 0)
    return "*".join(term[:-1] for term, _ in pieces), pieces[0][1] if prefix else 0


def with_i_for_y(pattern: str) -> tuple[str, ...]:
    """Give the folded terms that a folded pattern describes only as they are written with y (see `syllables.fold`).

    >>> with_i_for_y("quy*"), with_i_for_y("k*y"), with_i_for_y("quyen*")
    (('qui',), ('ki',), ())
    """
    as_written = _expression(pattern)
    return tuple(term[:-1] + "i" for term in _Y_FOLDED_TO_I if re.fullmatch(as_written, term))


@lru_cache(maxsize=512)
def described(pattern: str) -> re.Pattern[str]:
    """Give the expression that matches (by `fullmatch`) the folded terms a folded pattern describes, as they are
    written with y too.

    >>> [term for term in ("qui", "quyen", "quen") if described("quy*").fullmatch(term)]
    ['qui', 'quyen']
    """
    return re.compile("|".join((_expression(pattern), *with_i_for_y(pattern))), re.DOTALL)


def _expression(pattern: str) -> str:
    first, *between, last = map(re.escape, pattern.split("*"))
    # Nothing is gained by looking for a middle piece further on: without that the time is linear.
    return f"{first}{''.join(f'(?>.*?{piece})' for piece in between)}.*{last}"


def one_slip_apart(term: str, other: str) -> bool:
    """Say whether two terms are the same but for one slip at most: a letter more, less, other, or two neighbours
    swapped.

    >>> [one_slip_apart("nguyen", other) for other in ("nguyen", "nguyn", "nguyenn", "nguyem", "nugyen", "guyn")]
    [True, True, True, True, True, False]
    """
    if abs(len(term) - len(other)) > 1:
        return False
    at = next((at for at, (one, two) in enumerate(zip(term, other, strict=False)) if one != two), None)
    if at is None:
        return True
    if len(term) < len(other):
        return term[at:] == other[at + 1 :]
    if len(term) > len(other):
        return term[at + 1 :] == other[at:]
    swapped = term[at : at + 2] == other[at : at + 2][::-1] and term[at + 2 :] == other[at + 2 :]
    return swapped or term[at + 1 :] == other[at + 1 :]
