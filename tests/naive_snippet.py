"""Snippets in plain Python, slow and obvious: every syllable is folded, every sentence tried. What `index.snippet`
gives must be the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from index.analysis.normal_text import normal_text
from index.analysis.syllables import SYLLABLE, fold, typed_within
from index.analysis.tokens import code_spans, is_unaccented
from index.article import Article
from index.query import And, Either, Fuzzy, Near, Or, Phrase, Query, Term, Text, TextField, Unit, Wildcard
from index.response import Snippet, Span
from index.snippet import WIDTH, ArticleMarks
from tests.naive_engine import letters_apart, matches_pattern

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
_BLANK = re.compile(r"\s+")
Part = Term | Phrase | Near | Wildcard | Fuzzy
Mark = tuple[int, int, int]
"""Start, end, the number of the part that is answered."""


@dataclass(frozen=True, slots=True)
class _Syllable:
    term: str
    accents: int
    span: Span


def article_marks(query: Query, article: Article) -> ArticleMarks:
    title, body, *others = (_merged(found) for found in _found(query, article))
    return ArticleMarks(title, body, tuple(others[len(others) - len(article.captions) :]))


def highlight(query: Query, article: Article) -> tuple[Snippet, tuple[Span, ...]]:
    title, body, *others = _found(query, article)
    text, found = article.body, body
    if not body:
        text, found = next(((t, f) for t, f in zip(article.other_texts, others, strict=True) if f), (text, found))
    return _excerpt(text, found), _merged(title)


def _parts(query: Query | Unit) -> Iterator[Part]:
    match query:
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy():
            yield query
        case Either(units=parts, alternatives=others):
            yield from (*parts, *others)
        case Text(units=parts) | And(queries=parts) | Or(queries=parts):
            for part in parts:
                yield from _parts(part)


def _found(query: Query, article: Article) -> list[list[Mark]]:
    parts = list(enumerate(_parts(query)))
    normals = [normal_text(text) for text in (article.title, article.body, *article.other_texts)]
    texts = [
        [_Syllable(*fold(match.group()), normal.original(*match.span())) for match in SYLLABLE.finditer(normal.text)]
        for normal in normals
    ]
    unaccented = is_unaccented(syllable.accents for text in texts for syllable in text)
    for strict in (True, False):
        found: list[list[Mark]] = []
        for number, (normal, text) in enumerate(zip(normals, texts, strict=True)):
            asked = [(n, part) for n, part in parts if number == 0 or _field(part) is TextField.TEXT]
            found.append([mark for n, part in asked for mark in _marks(n, part, text, strict, unaccented)])
            codes = {part.code: n for n, part in asked if isinstance(part, Phrase) and part.code}
            found[-1] += [
                (*normal.original(start, end), codes[code])
                for code, start, end in code_spans(normal.text)
                if code in codes
            ]
        if any(found):
            break
    return found


def _field(part: Part) -> TextField:
    return part.terms[0].field if isinstance(part, Phrase | Near) else part.field


def _marks(number: int, part: Part, text: list[_Syllable], strict: bool, unaccented: bool) -> Iterator[Mark]:
    def agrees(typed: int, printed: int, whole: bool = False) -> bool:
        return not strict or typed_within(typed, printed, whole=whole) or (unaccented and printed == 0)

    match part:
        case Term():
            for each in text:
                if each.term == part.term and agrees(part.accents, each.accents, part.whole):
                    yield *each.span, number
        case Wildcard():
            for each in text:
                if matches_pattern(each.term, part.pattern) and agrees(part.accents, each.accents):
                    yield *each.span, number
        case Fuzzy():
            for each in text:
                if letters_apart(part.term, each.term) <= 1:
                    yield *each.span, number
        case Phrase():
            for at in range(len(text) - len(part.terms) + 1):
                run = text[at : at + len(part.terms)]
                if all(
                    term.term == each.term
                    and (term.accents in (0, each.accents) if part.exact else agrees(term.accents, each.accents))
                    for term, each in zip(part.terms, run, strict=True)
                ):
                    yield run[0].span[0], run[-1].span[1], number
        case Near():
            answered = [
                {term for term in part.terms if term.term == each.term and term.accents in (0, each.accents)}
                for each in text
            ]
            marked = set()
            for at in range(len(text)):
                width = len(part.terms) + part.slop
                if set().union(*answered[at : at + width]) == set(part.terms):
                    marked |= {place for place in range(at, min(at + width, len(text))) if answered[place]}
            for place in sorted(marked):
                yield *text[place].span, number


def _merged(found: list[Mark]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for start, end, _ in sorted(found):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return tuple(spans)


def _excerpt(text: str, found: list[Mark]) -> Snippet:
    found = sorted(found)
    start, end = _best_window(text, found)
    inside = [(first - start, last - start, part) for first, last, part in found if start <= first and last <= end]
    return Snippet(
        text[start:end], _merged(inside), cut_before=bool(text[:start].strip()), cut_after=end < len(text.rstrip())
    )


def _best_window(text: str, found: list[Mark]) -> Span:
    sentences = _sentences(text)
    if not sentences:
        return 0, 0
    frequencies = Counter(part for _, _, part in found)
    best, best_score = (0, 0), -1.0
    for first, (start, _) in enumerate(sentences):
        end = max(last for _, last in sentences[first:] if last == sentences[first][1] or last - start <= WIDTH)
        inside = [mark for mark in found if start <= mark[0] and mark[1] <= end]
        parts = {part for _, _, part in inside}
        score = sum(1 + 1 / frequencies[part] for part in parts) + 0.01 * min(len(inside), 20)
        if score > best_score + 1e-9:
            best, best_score = (start, end), score
    if not found or best_score > 0.5:
        return best
    first_start, first_end, _ = found[0]
    start = max([start for start, _ in sentences if start <= first_start] or [first_start])
    start = start if first_end - start <= WIDTH else first_start
    return start, max([end for _, end in sentences if first_end <= end <= start + WIDTH] or [first_end])


def _sentences(text: str) -> list[Span]:
    pieces: list[Span] = []
    start = 0
    ends = [match.span() for match in _SENTENCE_END.finditer(text)]
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
