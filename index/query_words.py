"""The words of a query one by one: patterns, words that may hold a slip, abbreviations, and names with their titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.abbreviations import Abbreviations
from index.analysis.loose_terms import folded_pattern
from index.analysis.syllables import fold, typed_within
from index.analysis.tokens import folded
from index.query import Either, Fuzzy, Phrase, Term, TextField, Unit, Wildcard

MAX_STARS = 5
LEAST_LITERALS = 2
"""Letters or digits that a pattern must name."""
LEAST_FUZZY = 4
"""Letters that a word must have where a slip is allowed: shorter ones would be nearly all the others."""

_CORE = re.compile(r"(?:[^\W_]|\*)(?:.*(?:[^\W_]|[*~]))?", re.DOTALL)
_PATTERN = re.compile(r"(?:[^\W\d_]|\*)+|[\d*]+")
_FACTOR = re.compile(r"(?<=\d)\*+(?=\d)")
_STARRED = re.compile(r"[^\W_]\*|\*[^\W_]")
_LETTERS = re.compile(rf"[^\W\d_]{{{LEAST_FUZZY},}}")

_TITLES = tuple(
    tuple(folded(title))
    for title in (
        "nhà báo", "nhà văn", "nhà thơ", "nhạc sĩ", "họa sĩ", "nghệ sĩ", "phóng viên", "biên tập viên",
        "cộng tác viên", "phó giáo sư", "giáo sư", "tiến sĩ khoa học", "tiến sĩ", "thạc sĩ", "bác sĩ", "dược sĩ",
        "luật sư", "kỹ sư", "kiến trúc sư", "cử nhân", "đại tá", "thượng tá", "trung tá", "thiếu tá", "ông", "bà",
        "pv", "btv", "ctv", "pgs", "gs", "tskh", "ts", "ths", "bs", "ds", "ls", "ks", "kts", "cn",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unusable:
    """A star or a tilde that can't be used, told in `note`; the word is read as a plain one or `left_out`."""

    note: str
    left_out: bool = False


def loose_word(written: str, field: TextField) -> Wildcard | Fuzzy | Unusable | None:
    """Read a word with a star or a tilde; None for any other, and where the star is but punctuation.

    >>> loose_word("H*ng,", TextField.TEXT), loose_word("3*4", TextField.TEXT)
    (Wildcard(pattern='h*ng', accents=0, field=<TextField.TEXT: 'text'>), None)
    """
    core = _CORE.search(written)
    if core is None:
        return None
    word = core.group()
    if _STARRED.search(_FACTOR.sub("", word)):
        return _wildcard(word, field)
    if word.endswith("~") and word[-2:-1].isalnum():
        return _fuzzy(word[:-1], field)
    return None


def _wildcard(word: str, field: TextField) -> Wildcard | Unusable:
    if not _PATTERN.fullmatch(word) or _FACTOR.search(word):
        return Unusable(
            f"Dấu * trong “{word}” không dùng được: dấu * thay cho các chữ trong một tiếng, như phòng*, h*ng."
        )
    pattern, accents = folded_pattern(word)
    if len(word) - word.count("*") < LEAST_LITERALS or pattern.count("*") > MAX_STARS:
        return Unusable(
            f"Bỏ qua “{word}”: bên dấu * phải có ít nhất hai chữ cái hoặc chữ số, và nhiều nhất {MAX_STARS} dấu *, "
            "như phòng*, h*ng.",
            left_out=True,
        )
    return Wildcard(pattern, accents, field)


def _fuzzy(word: str, field: TextField) -> Fuzzy | Unusable:
    if not _LETTERS.fullmatch(word):
        return Unusable(
            f"Dấu ~ sau “{word}” không dùng được: dấu ~ đứng sau một tiếng có ít nhất {LEAST_FUZZY} chữ cái và không "
            "có chữ số, như nguyen~."
        )
    return Fuzzy(fold(word)[0], field)


def with_alternatives(units: Sequence[Unit], abbreviations: Abbreviations) -> list[Unit]:
    """Put an Either where units are an abbreviation or its long form; of runs that overlap the longest is taken,
    of equally long ones the first."""
    runs: dict[tuple[int, int], list[Term | Phrase]] = {}
    for first, count, alternative in _runs(units, abbreviations):
        runs.setdefault((first, count), []).append(alternative)
    chosen: dict[int, tuple[int, list[Term | Phrase]]] = {}
    taken: set[int] = set()
    for (first, count), alternatives in sorted(runs.items(), key=lambda run: (-run[0][1], run[0][0])):
        places = range(first, first + count)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen[first] = count, alternatives
    answered: list[Unit] = []
    for at, unit in enumerate(units):
        if at in chosen:
            count, alternatives = chosen[at]
            typed = tuple(typed for unit in units[at : at + count] if (typed := _typed(unit)) is not None)
            answered.append(Either(typed, tuple(alternatives)))
        elif at not in taken:
            answered.append(unit)
    return answered


def _runs(units: Sequence[Unit], abbreviations: Abbreviations) -> Iterable[tuple[int, int, Term | Phrase]]:
    """Give (first unit, number of units, what may stand for them)."""
    typed = list(enumerate(map(_typed, units)))
    for are_terms, group in groupby(typed, key=lambda numbered: isinstance(numbered[1], Term)):
        run = list(group)
        if are_terms:
            terms = [(unit.term, unit.accents) for _, unit in run if isinstance(unit, Term)]
            for found in abbreviations.alternatives(terms):
                yield run[0][0] + found.first, found.count, _unit(found.syllables)
            continue
        for at, unit in run:
            terms = [(term.term, term.accents) for term in unit.terms] if isinstance(unit, Phrase) else []
            for found in abbreviations.alternatives(terms):
                if found.count == len(terms):
                    yield at, 1, _unit(found.syllables)


def _typed(unit: Unit) -> Term | Phrase | None:
    """Give a unit as it was typed, None for a loose one."""
    if isinstance(unit, Either) and unit.last_resort:
        return unit.units[0]
    return unit if isinstance(unit, Term | Phrase) else None


def _unit(syllables: Sequence[tuple[str, int]]) -> Term | Phrase:
    terms = tuple(Term(term, accents) for term, accents in syllables)
    return terms[0] if len(terms) == 1 else Phrase(terms, exact=False)


def name_alone(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Take what a person is called before the name off it, as long as a name is left.

    >>> [term.term for term in name_alone(tuple(Term(*pair) for pair in folded("PGS.TS Lò Mây")))]
    ['lo', 'may']
    """
    while title := next((title for title in _TITLES if len(title) < len(terms) and _begins(terms, title)), None):
        terms = terms[len(title) :]
    return terms


def _begins(terms: tuple[Term, ...], title: tuple[tuple[str, int], ...]) -> bool:
    """Say whether a name begins with a title; a title of one syllable must have its accents: Ong and Ba are names."""
    return all(
        typed.term == term and (typed.accents == accents or (len(title) > 1 and typed_within(typed.accents, accents)))
        for typed, (term, accents) in zip(terms, title, strict=False)
    )
