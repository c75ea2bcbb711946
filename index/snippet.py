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

from index.analysis.normal_text import NormalText, normal_text
from index.analysis.syllables import fold, typed_within
from index.analysis.tokens import SYLLABLE
from index.article import Article
from index.query import And, Author, Code, MatchAll, MatchNone, Not, Or, Phrase, Published, Query, Term, Text, TextField
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


def marks(query: Query, text: str) -> tuple[Span, ...]:
    """Give the spans of `text` that answer the query, in order, without overlaps.

    >>> marks(Term("dang", 0), "Đảng uỷ, đảng bộ")
    ((0, 4), (9, 13))
    """
    return _merged(_find(query, text))


def highlight(query: Query, article: Article) -> tuple[Snippet, tuple[Span, ...]]:
    """Give the best excerpt of an article's body (or captions) and the spans of its title."""
    title_spans = _merged(_find(query, article.title, title=True))
    best = _excerpt(query, article.body)
    if not best.spans:
        for caption in article.captions:
            candidate = _excerpt(query, caption)
            if candidate.spans:
                return candidate, title_spans
    return best, title_spans


def _find(query: Query, text: str, *, title: bool = False) -> list[_Mark]:
    wanted = [part for part in _parts(query) if title or part.terms[0].field is TextField.TEXT]
    if not wanted:
        return []
    normal = normal_text(text)
    return _matches(wanted, normal, strict=True) or _matches(wanted, normal, strict=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """Syllables in a row; where `exact`, accents typed must stand as typed."""

    terms: tuple[Term, ...]
    exact: bool = False

    def agrees(self, term: Term, accents: int) -> bool:
        """Say whether a printed syllable's accents are those asked for."""
        if self.exact:
            return term.accents in (0, accents)
        return accents == 0 or typed_within(term.accents, accents)


def _parts(query: Query) -> Iterator[_Part]:
    """Give every syllable and phrase that the query asks for, but not what it excludes."""
    match query:
        case Term():
            yield _Part((query,))
        case Phrase():
            yield _Part(query.terms, query.exact)
        case Text():
            for unit in query.units:
                yield from _parts(unit)
        case And() | Or():
            for part in query.queries:
                yield from _parts(part)
        case MatchAll() | MatchNone() | Code() | Author() | Published() | Not():
            return


def _matches(parts: list[_Part], normal: NormalText, *, strict: bool) -> list[_Mark]:
    by_first: dict[str, list[tuple[int, _Part]]] = {}
    for number, part in enumerate(parts):
        by_first.setdefault(part.terms[0].term, []).append((number, part))
    places = list(SYLLABLE.finditer(normal.text))
    terms = [fold(place.group()) for place in places]
    found: list[_Mark] = []
    for at, (first, _) in enumerate(terms):
        for number, part in by_first.get(first, ()):
            end = at + len(part.terms)
            if end <= len(terms) and all(
                term.term == printed and (part.agrees(term, accents) if strict or part.exact else True)
                for term, (printed, accents) in zip(part.terms, terms[at:end], strict=True)
            ):
                span = normal.original(places[at].start(), places[end - 1].end())
                found.append(_Mark(*span, number))
    return found


def _merged(found: list[_Mark]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for mark in sorted(found, key=lambda mark: (mark.start, mark.end)):
        if spans and mark.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.end))
        else:
            spans.append((mark.start, mark.end))
    return tuple(spans)


def _excerpt(query: Query, text: str) -> Snippet:
    found = sorted(_find(query, text), key=lambda mark: mark.start)
    start, end = _best_window(text, found)
    excerpt = text[start:end]
    spans = _merged([_Mark(m.start - start, m.end - start, m.part) for m in found if start <= m.start and m.end <= end])
    return Snippet(excerpt, spans, cut_before=bool(text[:start].strip()), cut_after=end < len(text.rstrip()))


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
