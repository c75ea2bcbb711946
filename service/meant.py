""" "Có phải bạn tìm …": a query as the archive itself spells it, with its accents and without a slip of the keys.

The articles that hold the query's syllables, whatever their accents, say which spellings stand beside each other; the
likeliest sequence of spellings is chosen (Viterbi, over the counts of neighbours). A syllable that no article holds is
looked for with one letter changed. Numbers, codes, abbreviations and capitals are never touched.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.abbreviations import Abbreviations
from index.analysis.loose_terms import one_slip_apart
from index.analysis.normal_text import normal_text
from index.analysis.syllable_finder import finder
from index.analysis.syllables import SYLLABLE, fold, typed_within
from index.article import Article
from index.errors import QueryRefused, SearchTimeout
from index.query import Fuzzy, Not, SearchRequest, Term, Text
from index.query_lexemes import is_or, lexemes
from service.archive import Archive

FEWEST, MOST = 2, 10
"""Syllables of a query that is looked at; of a single one the archive can't say which spelling is meant."""
ARTICLES = 12
"""Articles that are asked."""
LEAST_FUZZY = 4
"""Letters of a syllable that may hold a slip."""
BESIDE = 4.0
"""How much more two spellings side by side say than one by itself."""
_PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_APART = re.compile(r"[^\w]{1,3}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the articles print: each spelling and each pair of neighbours, how often."""

    spellings: Counter[str]
    pairs: Counter[tuple[str, str]]


def meant(found: Archive, typed: str) -> str | None:
    """Give the query that was probably meant; None when it is the one typed, or nothing can be said."""
    try:
        return _meant(found, " ".join(typed.split()))
    except (QueryRefused, SearchTimeout):
        return None  # a help that takes too long is none


def _meant(found: Archive, text: str) -> str | None:
    syllables = text.split(" ")
    joined = any(is_or(lexeme) for lexeme in lexemes(text))
    if joined or not _PLAIN.fullmatch(text) or not FEWEST <= len(syllables) <= MOST:
        return None
    known = found.abbreviations.current()
    fixed = [_is_left_alone(syllable, known) for syllable in syllables]
    folds = [fold(syllable) for syllable in syllables]
    unknown = [
        not left and len(term) >= LEAST_FUZZY and not _held(found, Term(term, accents)) and not _held(found, Term(term))
        for (term, accents), left in zip(folds, fixed, strict=True)
    ]
    units = tuple(Fuzzy(term) if lacks else Term(term) for (term, _), lacks in zip(folds, unknown, strict=True))
    hits = found.searcher.search(SearchRequest(Text(units, 1), limit=ARTICLES)).hits
    terms = {term for (term, _), lacks in zip(folds, unknown, strict=True) if not lacks}
    slipped = {term for (term, _), lacks in zip(folds, unknown, strict=True) if lacks}
    seen = _read((hit.article for hit in hits), terms, slipped)
    choices = [
        _choices(syllable, seen, left=left, lacks=lacks)
        for syllable, left, lacks in zip(syllables, fixed, unknown, strict=True)
    ]
    chosen = _likeliest(choices, seen)
    restored = " ".join(chosen)
    return None if [fold(each) for each in chosen] == folds else restored


def _is_left_alone(syllable: str, known: Abbreviations) -> bool:
    return (len(syllable) > 1 and syllable.isupper()) or bool(list(known.alternatives([fold(syllable)])))


def _held(found: Archive, term: Term) -> bool:
    # Below a Not nothing gives way: other accents don't count.
    lacking = found.searcher.search(SearchRequest(Not(Text((term,), 1)), limit=0)).total
    return lacking < found.searcher.stats().articles


def _read(articles: Iterator[Article], terms: set[str], slipped: set[str]) -> _Seen:
    spellings: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    find = finder(terms, (), slipped)
    for article in articles:
        for text in (article.title, article.lead or "", article.body):
            normal = normal_text(text)
            before: tuple[str, int] | None = None
            for start, end in find(normal):
                spelled = normal.text[start:end].lower()
                spellings[spelled] += 1
                if before is not None and _APART.fullmatch(normal.text, before[1], start):
                    pairs[before[0], spelled] += 1
                before = spelled, end
    return _Seen(spellings, pairs)


def _choices(syllable: str, seen: _Seen, *, left: bool, lacks: bool) -> list[str]:
    """Give the spellings that a typed syllable may stand for, itself among them."""
    term, accents = fold(syllable)
    if left:
        return [syllable]
    candidates = [syllable]
    for spelled in seen.spellings:
        if not SYLLABLE.fullmatch(spelled):
            continue
        other, printed = fold(spelled)
        if (other == term and typed_within(accents, printed)) or (
            lacks and other != term and one_slip_apart(term, other)
        ):
            candidates.append(spelled)
    return list(dict.fromkeys(candidates))


def _likeliest(choices: Sequence[Sequence[str]], seen: _Seen) -> list[str]:
    """Choose the spellings that stand beside each other most often."""

    def alone(spelled: str) -> float:
        return math.log1p(seen.spellings[spelled.lower()])

    def beside(before: str, spelled: str) -> float:
        return BESIDE * math.log1p(seen.pairs[before.lower(), spelled.lower()])

    paths = [(alone(each), [each]) for each in choices[0]]
    for options in choices[1:]:
        longer = []
        for option in options:
            score, path = max(((score + beside(path[-1], option), path) for score, path in paths), key=_score)
            longer.append((score + alone(option), [*path, option]))
        paths = longer
    return max(paths, key=_score)[1]


def _score(path: tuple[float, list[str]]) -> float:
    return path[0]
