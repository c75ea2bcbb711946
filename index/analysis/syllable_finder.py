"""Finds the few syllables of a text that may answer a query, without folding all the others.

It looks for folded terms in a text written as one byte a character (`letters`). It may find too much, never too
little: whoever asks folds what is found and looks again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from index.analysis.letters import BLANK
from index.analysis.normal_text import NormalText
from index.analysis.syllables import SYLLABLE

_LONG = 4
"""Letters that a term must have so that half of it is worth looking for."""
_DIGITS, _LETTERS = b"0123456789", b"abcdefghijklmnopqrstuvwxyz"
_BLANKED = {kind: bytes.maketrans(kind, BLANK * len(kind)) for kind in (_DIGITS, _LETTERS)}
_ONE = {_DIGITS: b"[0-9]", _LETTERS: b"[a-z]"}

Span = tuple[int, int]
Find = Callable[[NormalText], list[Span]]
"""Gives the spans of the syllables of a normalised text that may answer a query, in order."""


def finder(terms: Iterable[str], patterns: Iterable[str] = (), slipped: Iterable[str] = ()) -> Find:
    """Make the search for folded terms, folded patterns (`loose_terms.described`) and terms with a slip in them.

    >>> from index.analysis.normal_text import normal_text
    >>> finder(["duong"], ["ph*"])(normal_text("Đường phố, dương xỉ, đườngs"))
    [(0, 5), (6, 9), (11, 16)]
    """
    wanted: dict[bytes, list[bytes]] = {_DIGITS: [], _LETTERS: []}
    loose: dict[bytes, list[bytes]] = {_DIGITS: [], _LETTERS: []}
    everything = False
    for term in dict.fromkeys(map(_written, terms)):
        kind = _kind(term)
        if kind:
            wanted[kind].append(BLANK + term + BLANK)
    for kind, expressions in (*map(_described, patterns), *map(_one_slip_apart, slipped)):
        everything = everything or kind is None
        if kind:
            loose[kind] += expressions
    asked = [
        (_BLANKED[_LETTERS if kind is _DIGITS else _DIGITS], wanted[kind], _any_of(loose[kind]))
        for kind in (_DIGITS, _LETTERS)
        if wanted[kind] or loose[kind]
    ]

    def find(normal: NormalText) -> list[Span]:
        if everything or normal.letters is None:
            return [match.span() for match in SYLLABLE.finditer(normal.text)]
        found: list[Span] = []
        for blanked, needles, expression in asked:
            text = BLANK + normal.letters.translate(blanked) + BLANK
            for needle in needles:
                length = len(needle) - 2
                at = text.find(needle)
                while at >= 0:
                    found.append((at, at + length))
                    at = text.find(needle, at + 1)
            if expression:
                found += [(match.start(), match.end() - 1) for match in expression.finditer(text)]
        return sorted(set(found) if any(loose.values()) else found)

    return find


def _written(term: str) -> bytes:
    """Write a folded term as `letters` writes it."""
    return term.replace("y", "i").encode("ascii", "replace")


def _kind(term: bytes) -> bytes | None:
    """Say whether a term is made of familiar letters or of digits; None for any other."""
    return next((kind for kind in (_DIGITS, _LETTERS) if term and not term.strip(kind)), None)


def _any_of(expressions: list[bytes]) -> re.Pattern[bytes] | None:
    return re.compile(b" (?:%s)(?= )" % b"|".join(expressions)) if expressions else None


def _described(pattern: str) -> tuple[bytes | None, list[bytes]]:
    """Describe a pattern's syllables, and of which kind they are: None where they may be any."""
    first, *between, last = _written(pattern).split(b"*")
    kind = _kind(first + b"".join(between) + last)
    if kind is None or (kind is _DIGITS and not first):
        return None, []
    one = _ONE[kind]
    return kind, [b"%s%s%s*%s" % (first, b"".join(b"(?>%s*?%s)" % (one, piece) for piece in between), one, last)]


def _one_slip_apart(term: str) -> tuple[bytes | None, list[bytes]]:
    """Describe what is one slip from a term, and of which kind it is: None where it may be any syllable. A slip leaves
    one half of the term as it is, unless it swaps the letters on either side of the middle."""
    written = _written(term)
    if _kind(written) is not _LETTERS or len(written) < _LONG:
        return None, []
    middle = len(written) // 2
    before, behind = written[:middle], written[middle:]
    swapped = before[:-1] + behind[:1] + before[-1:] + behind[1:]
    any_length = [b"[a-z]{%d,%d}" % (len(half) - 1, len(half) + 1) for half in (before, behind)]
    return _LETTERS, [before + any_length[1], any_length[0] + behind, swapped]
