"""Where syllables stand in a text, which of them are written as one, and which form a document code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.analysis.normal_text import NormalText
from index.analysis.syllables import SYLLABLE, fold

CHUNK = re.compile(r"[^\W_]+(?:[-‐‑–/.&_'’@+:][^\W_]+)*")
"""Syllables written without a blank between them, joined by nothing or by one connector."""

_CODE = re.compile(
    r"\d(?<![\w/].)\d{0,5}[^\W\d_]{0,8}(?:\s?[-‐‑–/]\s?|[.&])[^\W_]{1,16}(?:(?:\s?/\s?|[-‐‑–.&])[^\W_]{1,16}){0,5}",
)
"""Looks back after its first digit, not before it, for then the search skips from digit to digit."""

_SPACED_DASH = re.compile(r"\s[-‐‑–]|[-‐‑–]\s")


@dataclass(frozen=True, slots=True)
class Token:
    """A term at a position (counted in syllables), with its offsets into the original text."""

    term: str
    position: int
    start: int
    end: int
    accents: int = 0


def syllables(normal: NormalText) -> list[Token]:
    """Give every syllable of a text, folded, in order.

    >>> from index.analysis.normal_text import normal_text
    >>> [token.term for token in syllables(normal_text("Chỉ thị 05-CT/TW"))]
    ['chi', 'thi', '05', 'ct', 'tw']
    """
    tokens = []
    for position, match in enumerate(SYLLABLE.finditer(normal.text)):
        term, accents = fold(match.group())
        tokens.append(Token(term, position, *normal.original(*match.span()), accents))
    return tokens


def folded(text: str) -> list[tuple[str, int]]:
    """Give (term, accents) of each syllable of normalised text."""
    return [fold(syllable) for syllable in SYLLABLE.findall(text)]


def is_unaccented(accents: Iterable[int]) -> bool:
    """Say whether syllables with these accents come from an article typed without any: fewer than one in fifty has."""
    numbers = list(accents)
    return (len(numbers) - numbers.count(0)) * 50 < len(numbers)


def code_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Find the document codes of normalised text: a number joined to letters; blanks, the kind of dash, accents
    and the number's leading zeros don't matter.

    >>> list(code_spans("Chỉ thị số 5 - CT/TW, ngày 15/5/2016"))
    [('5-ct-tw', 11, 20)]
    >>> [code for code, *_ in code_spans("362/QĐ-TTg và 15/2018/NĐ-CP")]
    ['362-qd-ttg', '15-2018-nd-cp']
    """
    for match in _CODE.finditer(text):
        written = match.group()
        if _SPACED_DASH.search(written) and "/" not in written:
            continue
        parts = [term for term, _ in folded(written)]
        if len(parts) > 1 and not all(part.isdigit() for part in parts):
            parts[0] = parts[0].lstrip("0") or "0"
            yield "-".join(parts), *match.span()
