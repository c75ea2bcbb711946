"""Which parts of an article's texts answer a query. Offsets only: markup is made elsewhere.

A span is marked only for what the query asked for: a syllable whose accents don't contradict those typed, a phrase's
syllables only where the whole phrase stands, syllables near each other only where all of them do. What may stand for
a word is marked like the word. Where nothing else is left to mark (the engine fell back to other accents), syllables
are marked whatever their accents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from index.analysis.loose_terms import described, one_slip_apart
from index.analysis.normal_text import NormalText, normal_text
from index.analysis.syllable_finder import Find, finder
from index.analysis.syllables import SYLLABLE, fold, typed_within
from index.analysis.tokens import code_spans
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
from index.response import Span

Part = Term | Phrase | Near | Wildcard | Fuzzy
"""What is marked by itself."""


Mark = tuple[int, int, int]
"""Start and end of a span, and the number of the part of the query that it answers."""


def found_marks(query: Query, article: Article, body: NormalText | None = None) -> list[list[Mark]]:
    """Give the marks of title, body (if need be it is normalised) and other texts, in that order."""
    texts = [article.title, article.body, *article.other_texts]
    wanted = _wanted(query)
    if not wanted.parts:
        return [[] for _ in texts]
    title, others = normal_text(article.title), map(normal_text, texts[2:])
    read = _Read([title, body or normal_text(article.body), *others], wanted)
    strict = [read.marks(number, strict=True) for number in range(len(texts))]
    return strict if any(strict) else [read.marks(number, strict=False) for number in range(len(texts))]


def merged(found: Iterable[Mark]) -> tuple[Span, ...]:
    """Give the spans of marks in order, those that overlap as one."""
    spans: list[Span] = []
    for start, end, _ in sorted(found):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return tuple(spans)


def _parts(query: Query | Unit) -> Iterator[Part]:
    """Give everything that the query asks for, but not what it excludes."""
    match query:
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy():
            yield query
        case Either():
            yield from (*query.units, *query.alternatives)
        case Text():
            for unit in query.units:
                yield from _parts(unit)
        case And() | Or():
            for part in query.queries:
                yield from _parts(part)
        case MatchAll() | MatchNone() | Code() | Author() | Published() | Not():
            return


class _Wanted:
    """What a query asks for, numbered, and how to find it."""

    def __init__(self, query: Query) -> None:
        self.parts: tuple[Part, ...] = tuple(_parts(query))
        self.codes = {part.code: n for n, part in enumerate(self.parts) if isinstance(part, Phrase) and part.code}
        self.titled = frozenset(n for n, part in enumerate(self.parts) if _in_title(part))
        self.nears = [(n, part) for n, part in enumerate(self.parts) if isinstance(part, Near)]
        self.phrases = any(isinstance(part, Phrase) for part in self.parts)
        self.readings: dict[str, _Reading] = {}

    @cached_property
    def find(self) -> Find:
        """The search for the syllables that may be marked."""
        terms = [term.term for part in self.parts for term in _terms(part)]
        patterns = [part.pattern for part in self.parts if isinstance(part, Wildcard)]
        return finder(terms, patterns, [part.term for part in self.parts if isinstance(part, Fuzzy)])

    def reading(self, printed: str) -> _Reading:
        """Say what a syllable answers that is not among the `readings` yet; the same one is read once for all texts."""
        reading = self.readings[printed] = self._read(*fold(printed))
        return reading

    def _read(self, term: str, accents: int) -> _Reading:
        within, loosely, phrases = [], [], []
        for number, part in enumerate(self.parts):
            match part:
                case Phrase():
                    if part.terms[0].term == term:
                        phrases.append((number, part, [each.term for each in part.terms]))
                case Term() | Wildcard() | Fuzzy():
                    if _is(part, term):
                        loosely.append(number)
                        if _agrees(part, accents):
                            within.append(number)
                case Near():
                    pass
        bare = accents == 0 and len(within) < len(loosely)
        return _Reading(term, accents, tuple(within), tuple(loosely), tuple(phrases), bare)


@lru_cache(maxsize=16)
def _wanted(query: Query) -> _Wanted:
    """Read a query once for all its hits."""
    return _Wanted(query)


def _terms(part: Part) -> tuple[Term, ...]:
    match part:
        case Term():
            return (part,)
        case Phrase() | Near():
            return part.terms
        case Wildcard() | Fuzzy():
            return ()


def _is(part: Term | Wildcard | Fuzzy, term: str) -> bool:
    match part:
        case Term():
            return part.term == term
        case Wildcard():
            return described(part.pattern).fullmatch(term) is not None
        case Fuzzy():
            return one_slip_apart(part.term, term)


def _agrees(part: Term | Wildcard | Fuzzy, printed: int) -> bool:
    """Say whether a printed syllable's accents don't contradict those typed."""
    match part:
        case Term():
            return typed_within(part.accents, printed, whole=part.whole)
        case Wildcard():
            return typed_within(part.accents, printed)
        case Fuzzy():
            return True


def _in_title(part: Part) -> bool:
    field = part.terms[0].field if isinstance(part, Phrase | Near) else part.field
    return field is TextField.TITLE


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a printed syllable says, and the numbers of the parts that it answers."""

    term: str
    accents: int
    within: tuple[int, ...]
    """The parts it answers by itself, its accents not contradicting those typed."""
    loosely: tuple[int, ...]
    """The parts it answers by itself, accents passed over."""
    phrases: tuple[tuple[int, Phrase, list[str]], ...]
    """The phrases that may begin with it, and their terms."""
    bare: bool
    """Whether it answers more in an article that is typed without accents."""


_Syllable = tuple[int, int, _Reading]
"""Start and end, in the normalised text, of a syllable that may be marked, and what it says."""


class _Read:
    """The texts of one article (the title first), with their syllables that may be marked."""

    def __init__(self, texts: list[NormalText], wanted: _Wanted) -> None:
        self._texts = texts
        self._wanted = wanted
        self._counted: dict[int, list[int]] = {}
        known, read = wanted.readings, wanted.reading
        self._syllables: list[list[_Syllable]] = []
        for normal in texts:
            text = normal.text
            self._syllables.append(
                [
                    (start, end, known.get(text[start:end]) or read(text[start:end]))
                    for start, end in wanted.find(normal)
                ]
            )

    def _positions(self, number: int) -> list[int]:
        """Count the syllables of a text before each of those found in it."""
        if number not in self._counted:
            text = self._texts[number].text
            positions: list[int] = []
            position = end = 0
            for start, following, _ in self._syllables[number]:
                position += len(SYLLABLE.findall(text, end, start))
                positions.append(position)
                position += 1
                end = following
            self._counted[number] = positions
        return self._counted[number]

    @cached_property
    def _unaccented(self) -> bool:
        """Whether the article is typed without accents, as `tokens.is_unaccented` says."""
        accented = 0
        most = sum(len(normal.text) + 1 for normal in self._texts) // 2
        for normal in self._texts:
            for match in SYLLABLE.finditer(normal.text):
                syllable = match.group()
                accented += not syllable.isascii() and fold(syllable)[1] != 0
                if accented * 50 >= most:
                    return False
        return accented * 50 < sum(len(SYLLABLE.findall(normal.text)) for normal in self._texts)

    def marks(self, number: int, *, strict: bool) -> list[Mark]:
        """Give the marks of one text, in no order; unless `strict`, accents are passed over."""
        found = self._found(number, strict=strict)
        if number and self._wanted.titled:
            found = [mark for mark in found if mark[2] not in self._wanted.titled]
        normal = self._texts[number]
        if normal.starts is None:
            return found
        return [(*normal.original(start, end), part) for start, end, part in found]

    def _found(self, number: int, *, strict: bool) -> list[Mark]:
        """Give what answers in one text, with offsets into the normalised text."""
        syllables, wanted = self._syllables[number], self._wanted
        found = [
            (start, end, part)
            for start, end, reading in syllables
            for part in (reading.within if strict and not (reading.bare and self._unaccented) else reading.loosely)
        ]
        if wanted.phrases:
            found += self._phrases(number, strict=strict)
        for part, near in wanted.nears:
            found += [(start, end, part) for start, end, _ in _near(near, syllables, self._positions(number))]
        if wanted.codes:
            codes = code_spans(self._texts[number].text)
            found += [(start, end, wanted.codes[code]) for code, start, end in codes if code in wanted.codes]
        return found

    def _phrases(self, number: int, *, strict: bool) -> Iterator[Mark]:
        """Give where phrases stand in one text."""
        text, syllables = self._texts[number].text, self._syllables[number]
        for at, (start, _, reading) in enumerate(syllables):
            for part, phrase, terms in reading.phrases:
                run = syllables[at : at + len(terms)]
                if [each.term for _, _, each in run] == terms and self._stands(phrase, text, run, strict=strict):
                    yield start, run[-1][1], part

    def _stands(self, phrase: Phrase, text: str, run: list[_Syllable], *, strict: bool) -> bool:
        """Say whether the syllables of a phrase follow one another and have the accents asked for."""
        if any(SYLLABLE.search(text, one[1], two[0]) for one, two in pairwise(run)):
            return False
        for term, (_, _, reading) in zip(phrase.terms, run, strict=True):
            if phrase.exact:
                agrees = term.accents in (0, reading.accents)
            else:
                agrees = not strict or self._within(term.accents, reading.accents)
            if not agrees:
                return False
        return True

    def _within(self, typed: int, printed: int) -> bool:
        return typed_within(typed, printed) or (printed == 0 and self._unaccented)


def _near(near: Near, syllables: Sequence[_Syllable], positions: Sequence[int]) -> Iterator[_Syllable]:
    """Give the syllables that stand in a run in which all those asked for do."""
    by_term: dict[str, list[Term]] = {}
    for term in near.terms:
        by_term.setdefault(term.term, []).append(term)
    answering: list[tuple[int, _Syllable, set[Term]]] = []
    for position, syllable in zip(positions, syllables, strict=True):
        reading = syllable[2]
        terms = by_term.get(reading.term)
        answered = {term for term in terms if term.accents in (0, reading.accents)} if terms else None
        if answered:
            answering.append((position, syllable, answered))
    width = len(near.terms) + near.slop
    held = dict.fromkeys(near.terms, 0)
    lacking = len(held)
    last = marked = 0
    for first, (start, _, leaving) in enumerate(answering):
        while last < len(answering) and answering[last][0] < start + width:
            for term in answering[last][2]:
                lacking -= held[term] == 0
                held[term] += 1
            last += 1
        if not lacking:
            yield from (syllable for _, syllable, _ in answering[max(first, marked) : last])
            marked = last
        for term in leaving:
            held[term] -= 1
            lacking += held[term] == 0
