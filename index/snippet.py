"""Which parts of a text answer a query, and the excerpt that shows it best. Offsets only: markup is made elsewhere.

A span is marked only for what the query asked for: a syllable whose accents don't contradict those typed, a
phrase's syllables only where the whole phrase stands. Where nothing else is left to mark (the engine fell back to
other accents), syllables are marked whatever their accents.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from index.analysis.normal_text import normal_text
from index.analysis.syllables import fold, typed_within
from index.analysis.tokens import SYLLABLE, code_spans, is_unaccented
from index.article import Article
from index.query import (
    And,
    Author,
    Code,
    Either,
    Fuzzy,
    MatchAll,
    MatchNone,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    TextField,
    Unit,
    Wildcard,
)
from index.response import Snippet, Span

WIDTH = 300
"""Characters a snippet aims at."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A span, and the number of the part of the query that it answers."""

    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The spans that answer a query in each text of an article."""

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    captions: tuple[tuple[Span, ...], ...]


def article_marks(query: Query, article: Article) -> ArticleMarks:
    """Give the spans that answer the query, in order and without overlaps, wherever in the article."""
    title, body, *others = (_merged(found) for found in _found(query, article))
    return ArticleMarks(title, body, tuple(others[len(others) - len(article.captions) :]))


def highlight(query: Query, article: Article) -> tuple[Snippet, tuple[Span, ...]]:
    """Give the best excerpt of an article's body (or of its other texts, when only one of them answers) and the
    title's spans."""
    title, body, *others = _found(query, article)
    text, found = article.body, body
    if not body:
        text, found = next(((t, f) for t, f in zip(article.other_texts, others, strict=True) if f), (text, found))
    return _excerpt(text, found), _merged(title)


def _found(query: Query, article: Article) -> list[list[_Mark]]:
    """Give the marks of title, body and other texts, in that order."""
    parts = list(_parts(query))
    anywhere = [part for part in parts if part.terms[0].field is TextField.TEXT]
    texts = [article.title, article.body, *article.other_texts]
    if not parts:
        return [[] for _ in texts]
    syllables = [_Syllables(text) for text in texts]
    unaccented = is_unaccented(accents for each in syllables for accents in each.accents)
    for strict in (True, False):
        found = [
            _matches(anywhere if number else parts, each, strict=strict, unaccented=unaccented)
            for number, each in enumerate(syllables)
        ]
        if any(found):
            break
    return found


class _Syllables:
    """The syllables of a text: where they stand and what they fold to."""

    def __init__(self, text: str) -> None:
        self.normal = normal_text(text)
        folded = list(map(fold, SYLLABLE.findall(self.normal.text)))
        self.terms = [term for term, _ in folded]
        self.accents = [accents for _, accents in folded]

    @cached_property
    def _places(self) -> list[Span]:
        return [place.span() for place in SYLLABLE.finditer(self.normal.text)]

    def span(self, first: int, last: int) -> Span:
        """Give the offsets, in the original text, of a run of syllables."""
        return self.normal.original(self._places[first][0], self._places[last][1])


@dataclass(frozen=True, slots=True)
class _Part:
    """Syllables in a row; where `exact`, accents typed must stand as typed."""

    terms: tuple[Term, ...]
    exact: bool = False

    code: str | None = None

    def agrees(self, term: Term, accents: int, *, unaccented: bool) -> bool:
        """Say whether a printed syllable's accents are those asked for; in an article typed without any, all are."""
        if self.exact:
            return term.accents in (0, accents)
        return (unaccented and accents == 0) or typed_within(term.accents, accents)


def _parts(query: Query | Unit) -> Iterator[_Part]:
    """Give every syllable and phrase that the query asks for, but not what it excludes."""
    match query:
        case Term():
            yield _Part((query,))
        case Phrase():
            yield _Part(query.terms, query.exact, query.code)
        case Text():
            for unit in query.units:
                yield from _parts(unit)
        case And() | Or():
            for part in query.queries:
                yield from _parts(part)
        case Near() | Wildcard() | Fuzzy() | Either():
            return
        case MatchAll() | MatchNone() | Code() | Author() | Published() | Not():
            return


def _matches(parts: list[_Part], text: _Syllables, *, strict: bool, unaccented: bool) -> list[_Mark]:
    by_first: dict[str, list[tuple[int, _Part]]] = {}
    for number, part in enumerate(parts):
        by_first.setdefault(part.terms[0].term, []).append((number, part))
    found: list[_Mark] = []
    for at in [at for at, term in enumerate(text.terms) if term in by_first]:
        for number, part in by_first[text.terms[at]]:
            end = at + len(part.terms)
            if end <= len(text.terms) and all(
                term.term == printed
                and (not (strict or part.exact) or part.agrees(term, accents, unaccented=unaccented))
                for term, printed, accents in zip(part.terms, text.terms[at:end], text.accents[at:end], strict=True)
            ):
                found.append(_Mark(*text.span(at, end - 1), number))
    return found + _code_matches(parts, text)


def _code_matches(parts: list[_Part], text: _Syllables) -> list[_Mark]:
    """Find the document numbers asked for, however their parts are written."""
    wanted = {part.code: number for number, part in enumerate(parts) if part.code is not None}
    if not wanted:
        return []
    return [
        _Mark(*text.normal.original(start, end), wanted[code])
        for code, start, end in code_spans(text.normal.text)
        if code in wanted
    ]


def _merged(found: list[_Mark]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for mark in sorted(found, key=lambda mark: (mark.start, mark.end)):
        if spans and mark.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.end))
        else:
            spans.append((mark.start, mark.end))
    return tuple(spans)


def _excerpt(text: str, found: list[_Mark]) -> Snippet:
    found = sorted(found, key=lambda mark: mark.start)
    start, end = _best_window(text, found)
    inside = [
        _Mark(mark.start - start, mark.end - start, mark.part)
        for mark in found
        if start <= mark.start and mark.end <= end
    ]
    return Snippet(
        text[start:end],
        _merged(inside),
        cut_before=bool(text[:start].strip()),
        cut_after=end < len(text.rstrip()),
    )


def _best_window(text: str, found: list[_Mark]) -> Span:
    """Choose the run of sentences, about `WIDTH` characters long, that answers most of the query; the rarer a part
    of the query is in this text, the more it counts; then the earlier the better."""
    sentences = _sentences(text)
    if not sentences:
        return 0, 0
    frequencies = Counter(mark.part for mark in found)
    starts = [mark.start for mark in found]
    best, best_score = (sentences[0][0], _filled(sentences, 0)), -1.0
    for first, (start, _) in enumerate(sentences):
        end = _filled(sentences, first)
        inside = found[bisect_left(starts, start) : bisect_left(starts, end)]
        parts = {mark.part for mark in inside}
        score = sum(1 + 1 / frequencies[part] for part in parts) + 0.01 * min(len(inside), 20)
        if score > best_score + 1e-9:
            best, best_score = (start, end), score
    return best


def _filled(sentences: list[Span], first: int) -> int:
    """Give the end of a window that starts with a sentence and takes in those after it while there is room."""
    start, end = sentences[first]
    for number in range(first + 1, len(sentences)):
        following = sentences[number][1]
        if following - start > WIDTH:
            break
        end = following
    return end


def _sentences(text: str) -> list[Span]:
    """Cut text into sentences, and long sentences at blanks into pieces of at most `WIDTH` characters."""
    pieces: list[Span] = []
    start = 0
    ends = [(match.start(), match.end()) for match in _SENTENCE_END.finditer(text)]
    for end, following in [*ends, (len(text), len(text))]:
        while end - start > WIDTH:
            blanks = list(_BLANK.finditer(text, start + WIDTH // 2, start + WIDTH))
            cut, after = blanks[-1].span() if blanks else (start + WIDTH, start + WIDTH)
            pieces.append((start, cut))
            start = after
        if text[start:end].strip():
            pieces.append((start, end))
        start = following
    return pieces
