"""Finds the few syllables of a text that may answer a query, without folding all the others.

One expression for a query runs over the text as printed: each letter of a folded term stands for all the letters that
fold to it. It may find too much, never too little: whoever asks folds what is found and looks again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from index.analysis.syllables import fold
from index.analysis.tokens import DIGIT, LETTER, SYLLABLE

_FAMILIAR = (*range(0x30, 0x250), *range(0x1E00, 0x1F00), *range(0x2070, 0x2072), *range(0x2074, 0x208A))
"""Latin letters and digits, raised and lowered ones too; a text with any other is read syllable by syllable."""
_LONG = 4
"""Letters that a term must have so that half of it is worth looking for."""

Find = Callable[[str], Iterator[re.Match[str]]]
"""Gives the syllables of a normalised text that may answer a query, in order."""

Expression = tuple[str, str]
"""The folded first letter or digit of a syllable ("" for any letter) and a regular expression for the others."""


def finder(terms: Iterable[str], patterns: Iterable[str] = (), slipped: Iterable[str] = ()) -> Find:
    """Make the search for folded terms, folded patterns (`loose_terms.described`) and terms with a slip in them.

    >>> [match.group() for match in finder(["duong"], ["ph*"])("Đường phố, dương xỉ, đườngs")]
    ['Đường', 'phố', 'dương']
    """
    expressions: list[Expression] = [(term[0], _printed(term[1:])) for term in terms if _kind(term)]
    everything = False
    for loose in (*map(_described, patterns), *map(_one_slip_apart, slipped)):
        everything = everything or not loose
        expressions += loose
    some, unfamiliar = _any_of(expressions), _unfamiliar()

    def find(text: str) -> Iterator[re.Match[str]]:
        return (SYLLABLE if everything or unfamiliar.search(text) else some).finditer(text)

    return find


def _any_of(expressions: Iterable[Expression]) -> re.Pattern[str]:
    """Join expressions. That it begins with the set of all first letters lets the search skip whatever else there is
    at a multiple of the speed."""
    by_first: dict[str, list[str]] = {}
    for first, others in dict.fromkeys(expressions):
        by_first.setdefault(first, []).append(others)
    headless = [f"(?<!{LETTER})(?:{'|'.join(by_first.pop(''))})(?!{LETTER})"] if "" in by_first else []
    whole = [
        f"(?<={_printed(first)})(?<!{kind}.)(?:{'|'.join(others)})(?!{kind})"
        for first, others in by_first.items()
        for kind in [_kind(first)]
    ]
    firsts = "".join(_letters()[first] for first in by_first)
    headed = [f"[{firsts}](?:{'|'.join(whole)})"] if by_first else []
    return re.compile("|".join((*headed, *headless)) or "(?!)")


def _described(pattern: str) -> list[Expression]:
    """Describe a pattern's syllables; an empty list where they may be any."""
    first, *between, last = pattern.split("*")
    kind = _kind(first + "".join(between) + last)
    if kind is None or (kind == DIGIT and not first):
        return []
    others = f"{''.join(f'(?>{kind}*?{_printed(piece)})' for piece in between)}{kind}*{_printed(last)}"
    return [(first[:1], _printed(first[1:]) + others)]


def _one_slip_apart(term: str) -> list[Expression]:
    """Describe what is one slip from a term; an empty list where it may be any syllable. A slip leaves one half of
    the term as it is, unless it swaps the letters on either side of the middle."""
    if _kind(term) != LETTER or len(term) < _LONG:
        return []
    middle = len(term) // 2
    before, behind = term[:middle], term[middle:]
    swapped = before[:-1] + behind[0] + before[-1] + behind[1:]
    return [
        (before[0], _printed(before[1:]) + f"{LETTER}{{{len(behind) - 1},{len(behind) + 1}}}"),
        ("", f"{LETTER}{{{len(before) - 1},{len(before) + 1}}}" + _printed(behind)),
        (swapped[0], _printed(swapped[1:])),
    ]


def _kind(term: str) -> str | None:
    """Say whether a term is made of familiar letters or of familiar digits; None for any other."""
    if not term or any(char not in _letters() for char in term):
        return None
    digits = sum(char.isdigit() for char in term)
    return DIGIT if digits == len(term) else None if digits else LETTER


def _printed(term: str) -> str:
    """Write a folded term so that every spelling of it matches."""
    return "".join(f"[{_letters()[char]}]" for char in term)


@cache
def _letters() -> Mapping[str, str]:
    """Give, for each folded letter or digit, the familiar characters that fold to it."""
    folding_to: dict[str, str] = {}
    for char in map(chr, _FAMILIAR):
        folded = _folded(char)
        if folded is not None:
            folding_to[folded] = folding_to.get(folded, "") + char
    folding_to["i"] = folding_to["y"] = folding_to["i"] + folding_to["y"]  # see `syllables.fold`
    return folding_to


@cache
def _unfamiliar() -> re.Pattern[str]:
    """Match a character that may fold to something else than one letter or digit, as `ﬁ` does."""
    return re.compile(f"[^\\W_{''.join(_letters().values())}]")


def _folded(char: str) -> str | None:
    """Give the one letter or digit to which a letter or digit folds, None where there isn't one."""
    if not SYLLABLE.fullmatch(char):
        return None
    folded, _ = fold(char)
    alike = len(folded) == 1 and SYLLABLE.fullmatch(char + folded)
    return folded if alike else None
