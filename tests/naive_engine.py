"""An engine in plain Python, slow and obvious: what the real ones must agree with.

It keeps articles in dictionaries and looks at each of them for every query. What matches, totals, facets, date
orders and notes are those of the contract; scores only count the units held, so the order by relevance is its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import assert_never
from zlib import crc32

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold, typed_within, unfold
from index.analysis.tokens import folded
from index.article import UNKNOWN, Article
from index.dates import DateRange, PublishedAt, start_of_day
from index.document import Document
from index.errors import BadArticle, IndexDamaged, IndexLocked, IndexMissing
from index.query import (
    ENOUGH,
    HALF_LIFE_DAYS,
    And,
    Author,
    Begun,
    Code,
    Cursor,
    Either,
    Facet,
    Filters,
    Fuzzy,
    Interval,
    MatchAll,
    MatchNone,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    SearchRequest,
    Sort,
    Term,
    Text,
    TextField,
    Unit,
    Wildcard,
)
from index.rarity import points_required, rarity
from index.response import (
    MOST_OTHERS,
    Completion,
    Completions,
    DateBucket,
    Explanation,
    FacetCount,
    Factor,
    Hit,
    IndexStats,
    OtherOfStory,
    SearchResponse,
)
from index.snippet import highlight


@dataclass(slots=True)
class _Generation:
    number: int
    applied: int
    documents: dict[str, Document]
    hidden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.number}-{crc32(repr(sorted(self.hidden)).encode()):08x}" if self.hidden else str(self.number)


@dataclass(slots=True)
class _Index:
    current: _Generation | None = None
    earlier: _Generation | None = None
    written: int = 0
    locked: bool = False
    building: bool = False
    withheld: frozenset[str] | None = frozenset()
    """None when the list is lost."""

    def listed(self) -> frozenset[str]:
        if self.withheld is None:
            raise IndexDamaged("the list of what is withheld is gone")
        return self.withheld

    def shown(self) -> _Generation | None:
        """Give the current generation without what is withheld."""
        if self.current is None:
            return None
        hidden = self.listed() & self.current.documents.keys()
        documents = {key: each for key, each in self.current.documents.items() if key not in hidden}
        return replace(self.current, documents=documents, hidden=hidden)


@dataclass
class NaiveEngine:
    """Holds the indexes of several folders; `open_writer` and `open_searcher` are those of an engine."""

    analyzer: Analyzer
    indexes: dict[Path, _Index] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    """Ids of articles that it does not take."""

    def open_writer(self, index_dir: Path) -> NaiveWriter:
        index = self.indexes.setdefault(index_dir, _Index())
        if index.locked:
            raise IndexLocked(f"another writer is at work in {index_dir}: try again")
        index.locked = True
        return NaiveWriter(index, self.analyzer, self.refuses)

    def withhold(self, index_dir: Path, ids: Iterable[str]) -> None:
        self.indexes.setdefault(index_dir, _Index()).withheld = frozenset(ids)

    def lose_withheld(self, index_dir: Path) -> None:
        self.indexes[index_dir].withheld = None

    def open_searcher(self, index_dir: Path) -> NaiveSearcher:
        return NaiveSearcher(self.indexes.setdefault(index_dir, _Index()), index_dir)


class NaiveWriter:
    def __init__(self, index: _Index, analyzer: Analyzer, refuses: frozenset[str]) -> None:
        self._index = index
        self._analyzer = analyzer
        self._refuses = refuses

    @contextmanager
    def update(self, applied: int) -> Iterator[NaiveBatch]:
        current = self._index.current
        with self._generation(dict(current.documents) if current else {}, applied) as batch:
            yield batch

    @contextmanager
    def rebuild(self, applied: int) -> Iterator[NaiveBatch]:
        with self._generation({}, applied) as batch:
            yield batch

    def roll_back(self) -> str:
        if self._index.earlier is None:
            raise IndexMissing("there is no generation before the current one")
        self._index.current, self._index.earlier = self._index.earlier, None
        return str(self._index.current.number)

    def close(self) -> None:
        self._index.locked = False

    @contextmanager
    def _generation(self, documents: dict[str, Document], applied: int) -> Iterator[NaiveBatch]:
        self._index.building = True
        try:
            yield NaiveBatch(documents, self._analyzer, self._refuses)
        finally:
            self._index.building = False
        self._index.written += 1
        self._index.earlier = self._index.current
        self._index.current = _Generation(self._index.written, applied, documents)


@dataclass(slots=True)
class NaiveBatch:
    documents: dict[str, Document]
    analyzer: Analyzer
    refuses: frozenset[str]
    refused: list[BadArticle] = field(default_factory=list)

    def upsert(self, articles: Iterable[Article]) -> int:
        count = 0
        for article in articles:
            count += 1
            if article.id in self.refuses:
                self.refused.append(BadArticle(article.id, "the engine does not take it"))
            else:
                self.documents[article.id] = self.analyzer.document(article)
        return count

    def delete(self, ids: Iterable[str]) -> int:
        return sum(self.documents.pop(article_id, None) is not None for article_id in ids)


class NaiveSearcher:
    def __init__(self, index: _Index, index_dir: Path) -> None:
        self._index = index
        self._index_dir = index_dir

    def search(self, request: SearchRequest) -> SearchResponse:
        generation = self._generation()
        documents = list(generation.documents.values())
        matching = _Matching(documents)
        scores = matching.scores(request.query)
        if len(scores) < ENOUGH:
            matching = _Matching(documents, gives_way=not scores)
            scores = matching.giving_way(request.query)
        matched = [generation.documents[article_id].article for article_id in scores]
        found = [article for article in matched if _passes(article, request.filters, None)]
        scores = {
            article.id: score * _freshness(article, documents, request.freshness)
            for article in matched
            for score in (scores[article.id],)
        }
        found.sort(key=lambda article: (*_order(article, scores[article.id], request.sort), article.id))
        shown = _collapsed(found) if request.collapse else found
        behind = shown
        if request.after is not None:
            place = (*_order_of(request.after, request.sort), request.after.article_id)
            behind = [a for a in shown if (*_order(a, scores[a.id], request.sort), a.id) > place]
        page = behind[request.offset : request.offset + request.limit]
        more = bool(page) and request.offset + len(page) < len(behind)
        facets: dict[Facet, tuple[FacetCount, ...]] = {}
        dates = None
        for facet in request.facets:
            counted = [article for article in matched if _passes(article, request.filters, facet)]
            if facet is Facet.DATE:
                dates = _count_dates(counted)
            else:
                facets[facet] = _count(facet, counted, request.facet_limit)
        return SearchResponse(
            total=len(found),
            hits=tuple(
                self._with_others(hit, found) if request.collapse else hit
                for article in page
                for hit in (_hit(request.query, article, scores[article.id]),)
            ),
            generation=generation.name,
            took_ms=0.0,
            facets=facets,
            dates=dates,
            timeline=_count_dates(found, LENGTHS[request.timeline]) if request.timeline else None,
            notes=tuple(dict.fromkeys(matching.notes)),
            next=_cursor(page[-1], scores[page[-1].id], request.sort) if more else None,
            total_stories=len(shown) if request.collapse else None,
        )

    def _with_others(self, hit: Hit, found: list[Article]) -> Hit:
        story = hit.article.story
        if story is None:
            return hit
        matched = {article.id for article in found if article.story == story} - {hit.article.id}
        everything = (document.article for document in self._generation().documents.values())
        others = [
            OtherOfStory(a.id, a.title, a.publisher, a.published_at, a.url, a.is_original, a.id in matched)
            for a in everything
            if a.story == story and a.id != hit.article.id and (a.is_original or a.id in matched)
        ]
        others.sort(key=lambda o: (not o.is_original, *_appeared(o.published_at), o.id))
        return replace(hit, others=tuple(others[:MOST_OTHERS]), others_total=len(matched))

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        if self.get(article_id) is None:
            return None
        everything = replace(request, filters=Filters(), sort=Sort.RELEVANCE, offset=0, limit=10**6, after=None)
        hits = {hit.article.id: hit for hit in self.search(everything).hits}
        if article_id not in hits:
            document = self._generation().documents[article_id]
            return Explanation(article_id, False, 0.0, missing=tuple(dict.fromkeys(_missing(document, request.query))))
        score = hits[article_id].score
        return Explanation(article_id, True, score, (Factor("Điểm", score),) if score else ())

    def complete(self, begun: Begun, limit: int) -> Completions:
        words: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for document in self._generation().documents.values():
            words.update({word for word in document.words if _is_begun(word, begun)})
            codes.update({code for code in document.codes if begun.code and code.startswith(begun.code)})
        return Completions(
            tuple(Completion(_printed(word), count) for word, count in _first(words, limit)),
            tuple(Completion(code, count) for code, count in _first(codes, limit)),
        )

    def get(self, article_id: str) -> Article | None:
        document = self._generation().documents.get(article_id)
        return document.article if document else None

    def is_withheld(self, article_id: str) -> bool:
        return article_id in self._index.listed()

    def stats(self) -> IndexStats:
        generation = self._generation()
        articles = [document.article for document in generation.documents.values()]
        return IndexStats(
            generation=generation.name,
            articles=len(articles),
            dated=sum(article.published_at is not None for article in articles),
            with_author=sum(bool(article.authors) for article in articles),
            built_at=datetime(2020, 1, 1, tzinfo=UTC),
            size_bytes=0,
            stamp="naive",
            applied=generation.applied,
            building=self._index.building,
        )

    def verify(self) -> None:
        self._generation()

    def close(self) -> None:
        pass

    def _generation(self) -> _Generation:
        shown = self._index.shown()
        if shown is None:
            raise IndexMissing(f"there is no index in {self._index_dir} yet")
        return shown


def _appeared(published: PublishedAt | None) -> tuple[bool, float]:
    return published is None, published.instant.timestamp() if published else 0


def _collapsed(found: list[Article]) -> list[Article]:
    """Keep of each story the first article."""
    stories: set[str] = set()
    return [
        article
        for article in found
        if not article.story or not (article.story in stories or stories.add(article.story))
    ]


def _first(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def _parts(word: str) -> list[tuple[str, int]]:
    split = (re.fullmatch(r"(.*?[a-z])(\d*)", part) for part in word.split("_"))
    return [(match[1], int(match[2] or 0)) if match else ("", 0) for match in split]


def _printed(word: str) -> str:
    return " ".join(unfold(*part) for part in _parts(word))


def _is_begun(word: str, begun: Begun) -> bool:
    parts, typed = _parts(word), begun.terms
    if len(typed[0].term) < 2 or len(parts) < max(2, len(typed)):
        return False
    for number, (term, (printed, accents)) in enumerate(zip(typed, parts, strict=False)):
        last = number == len(typed) - 1
        if not (printed.startswith(term.term) if last else printed == term.term):
            return False
        if printed == term.term and not typed_within(term.accents, accents):
            return False
    return True


class _Matching:
    """Which documents match a query, each with its score."""

    def __init__(self, documents: list[Document], *, gives_way: bool = False) -> None:
        self._documents = documents
        self._gives_way = gives_way
        self.notes: list[str] = []

    def giving_way(self, query: Query) -> dict[str, float]:
        """Match, where texts at the top give way; with `gives_way` the others do too."""
        parts = query.queries if isinstance(query, And) else (query,)
        texts = [text for part in parts if (text := _as_text(part)) is not None]
        found = [self.scores(part) for part in parts if _as_text(part) is None]
        within = {d.article.id for d in self._documents if all(d.article.id in part for part in found)}
        for text in sorted(texts, key=lambda text: text.size):
            found.append(self._given_way(text, within))
            within &= set(found[-1])
        return {key: sum(part[key] for part in found) for key in within}

    def scores(self, query: Query) -> dict[str, float]:
        match query:
            case MatchAll():
                return self._where(lambda _: True)
            case MatchNone():
                return {}
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                text = _as_text(query)
                assert text is not None
                if self._gives_way:
                    return self._given_way(text, {document.article.id for document in self._documents})
                return self._strict(text)
            case Code():
                return self._where(lambda document: query.code in document.codes)
            case Author():
                return self._where(lambda document: _by_author(document.article, query))
            case Published():
                return self._where(lambda document: _within(document.article, query.range))
            case And():
                parts = [self.scores(part) for part in query.queries]
                shared = [key for key in parts[0] if all(key in part for part in parts)]
                return {key: sum(part[key] for part in parts) for key in shared}
            case Or():
                total: Counter[str] = Counter()
                for part in query.queries:
                    total.update(self.scores(part))
                return dict(total)
            case Not():
                excluded = _Matching(self._documents).scores(query.query)
                return self._where(lambda document: document.article.id not in excluded)
            case _:
                assert_never(query)

    def _where(self, holds: object) -> dict[str, float]:
        assert callable(holds)
        return {document.article.id: 0.0 for document in self._documents if holds(document)}

    def _strict(self, text: Text) -> dict[str, float]:
        held = self._held(text, loosely=False)
        if text.share == 1:
            return {key: float(sum(units)) for key, units in held.items() if all(units)}
        if text.share == 0:
            return {key: float(sum(units)) for key, units in held.items() if any(units)}
        required = points_required(text.share, self._rarities(text))
        return {key: float(sum(held[key])) for key, points in self._points(text).items() if points >= required}

    def _given_way(self, text: Text, within: set[str]) -> dict[str, float]:
        strict = self._strict(text)
        found = len(strict.keys() & within)
        fills = text.share not in (0, 1)
        if found >= (ENOUGH if fills else 1):
            return strict
        points = self._points(text)
        required = points_required(text.share, self._rarities(text))
        levels = sorted({points[key] for key in within if points[key]}, reverse=True)
        fitting = [level for level in levels if sum(points[key] >= level for key in within) <= ENOUGH]
        lowered = min([required, *(fitting or levels[:1])[-1:]])
        if fills and levels:
            if lowered < required:
                self.notes.append(
                    f"Chỉ {found} bài chứa đủ những từ chính của câu tìm; các bài khác chứa ít hơn."
                    if found
                    else "Không có bài nào chứa đủ những từ chính của câu tìm: đây là những bài sát nhất."
                )
            return {key: float(worth) for key, worth in points.items() if worth >= lowered}
        for loosely in (False, True):
            held = {key: sum(units) for key, units in self._held(text, loosely=loosely).items()}
            most = max((held[key] for key in within), default=0)
            if most:
                self.notes.append(
                    "Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác."
                    if loosely
                    else f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {text.size} từ."
                )
                return {key: float(count) for key, count in held.items() if count >= most}
        return {}

    def _points(self, text: Text) -> dict[str, int]:
        rarities = self._rarities(text)
        held = self._held(text, loosely=False)
        return {
            key: sum(worth for worth, holds in zip(rarities, units, strict=True) if holds)
            for key, units in held.items()
        }

    def _rarities(self, text: Text) -> list[int]:
        held = list(self._held(text, loosely=False).values())
        return [rarity(sum(units), len(self._documents)) for units in zip(*held, strict=True)]

    def _held(self, query: Text, *, loosely: bool) -> dict[str, list[bool]]:
        """Say of each unit whether each document holds it."""
        units = [self._decided(unit) for unit in query.units]
        return {
            document.article.id: [held for unit in units for held in _units_held(document, unit, loosely=loosely)]
            for document in self._documents
        }

    def _decided(self, unit: Unit) -> Unit:
        """Take the alternatives of last resort off where some document holds all the units."""
        if not (isinstance(unit, Either) and unit.last_resort):
            return unit
        if any(all(_units_held(document, Either(unit.units, ()), loosely=False)) for document in self._documents):
            return Either(unit.units, ())
        return unit


def _as_text(query: Query) -> Text | None:
    """Take a unit that stands alone as a text; None for what is neither."""
    if isinstance(query, Term | Phrase | Near | Wildcard | Fuzzy):
        return Text((query,), 1)
    return query if isinstance(query, Text) else None


def _units_held(document: Document, unit: Unit, *, loosely: bool) -> list[bool]:
    """Say which of its units a document holds by this one."""
    if not isinstance(unit, Either):
        return [_is_held(document, unit, loosely=loosely)]
    other = any(_is_held(document, each, loosely=loosely) for each in unit.alternatives)
    return [other or _is_held(document, each, loosely=loosely) for each in unit.units]


def _is_held(document: Document, unit: Unit, *, loosely: bool) -> bool:
    match unit:
        case Either():
            raise AssertionError("has several units")
        case Phrase():
            return _holds_phrase(document, unit)
        case Near():
            return _holds_near(document, unit)
        case Term():
            return any(
                term == unit.term and (loosely or typed_within(unit.accents, accents, whole=unit.whole))
                for term, accents, _ in _stream(document, unit.field)
            )
        case Wildcard():
            return any(
                matches_pattern(term, unit.pattern) and (loosely or typed_within(unit.accents, accents))
                for term, accents, _ in _stream(document, unit.field)
            )
        case Fuzzy():
            return any(letters_apart(unit.term, term) <= 1 for term, _, _ in _stream(document, unit.field))
        case _:
            assert_never(unit)


def _missing(document: Document, query: Query) -> Iterator[str]:
    """Name the units, not below a Not, that a document lacks."""
    match query:
        case And() | Or():
            for part in query.queries:
                yield from _missing(document, part)
        case Text():
            yield from (_label(unit) for unit in query.units if not any(_units_held(document, unit, loosely=False)))
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy():
            yield from _missing(document, Text((query,), 1))
        case _:
            return


def _label(unit: Unit) -> str:
    match unit:
        case Term():
            return unfold(unit.term, unit.accents)
        case Phrase() | Near():
            return " ".join(map(_label, unit.terms))
        case Wildcard():
            return unit.pattern
        case Fuzzy():
            return unit.term
        case Either():
            return " ".join(map(_label, unit.units))
        case _:
            assert_never(unit)


def _stream(document: Document, field: TextField) -> Iterator[tuple[str, int, int]]:
    """Give each syllable's term, accents and position."""
    stream = document.title if field is TextField.TITLE else document.text
    return zip(stream.terms, stream.accents, stream.positions, strict=True)


def matches_pattern(term: str, pattern: str) -> bool:
    """Say whether a pattern describes a folded term as it is written with i or, where that folds to it, with y."""
    with_y = term[:-1] + "y"
    return fnmatchcase(term, pattern) or (fold(with_y)[0] == term and fnmatchcase(with_y, pattern))


def letters_apart(one: str, other: str) -> int:
    """Give the optimal string alignment distance: letters put in, taken out, replaced, neighbours swapped once."""
    if abs(len(one) - len(other)) > 1:
        return 2  # or more: it is the same to a slip
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def _holds_near(document: Document, near: Near) -> bool:
    at = [
        (position, [term for term in near.terms if _same((found, accents), term, exact=True)])
        for found, accents, position in _stream(document, near.terms[0].field)
    ]
    width = len(near.terms) + near.slop
    return any(
        {term for position, answered in at[first:] if position < start + width for term in answered} == set(near.terms)
        for first, (start, _) in enumerate(at)
    )


def _holds_phrase(document: Document, phrase: Phrase) -> bool:
    at = {position: (term, accents) for term, accents, position in _stream(document, phrase.terms[0].field)}
    if phrase.code is not None and phrase.terms[0].field is TextField.TEXT and phrase.code in document.codes:
        return True
    return any(
        all(_same(at.get(start + offset), term, phrase.exact) for offset, term in enumerate(phrase.terms))
        for start in at
    )


def _same(found: tuple[str, int] | None, wanted: Term, exact: bool) -> bool:
    if found is None or found[0] != wanted.term:
        return False
    return not (exact and wanted.accents) or found[1] == wanted.accents


def _by_author(article: Article, query: Author) -> bool:
    for author in article.authors:
        name = folded(author)
        for start in range(len(name) - len(query.terms) + 1):
            part = name[start : start + len(query.terms)]
            if all(
                (wanted.term == term or (len(wanted.term) == 1 and term.startswith(wanted.term)))
                and typed_within(wanted.accents, accents)
                for wanted, (term, accents) in zip(query.terms, part, strict=True)
            ):
                return True
    return False


def _within(article: Article, span: DateRange) -> bool:
    if article.published_at is None:
        return False
    instant = article.published_at.instant
    return (span.start is None or instant >= span.start) and (span.end is None or instant < span.end)


def _values(article: Article, facet: Facet) -> tuple[str, ...]:
    match facet:
        case Facet.AUTHOR:
            return article.authors
        case Facet.PUBLISHER:
            return (article.publisher,) if article.publisher else ()
        case Facet.SECTION:
            return (article.section,) if article.section else ()
        case Facet.DATE:
            return ()


def _passes(article: Article, filters: Filters, but: Facet | None) -> bool:
    """Say whether an article passes every filter, but for that of the facet that is being counted."""
    wanted = {
        Facet.AUTHOR: filters.authors,
        Facet.PUBLISHER: filters.publishers,
        Facet.SECTION: filters.sections,
    }
    for facet, allowed in wanted.items():
        values = _values(article, facet)
        passes = bool(set(values) & set(allowed)) or (not values and UNKNOWN in allowed)
        if facet is not but and allowed and not passes:
            return False
    if filters.story is not None and article.story != filters.story:
        return False
    if but is Facet.DATE:
        return True
    if filters.undated:
        return article.published_at is None
    return filters.published is None or _within(article, filters.published)


def _freshness(article: Article, documents: list[Document], weight: float) -> float:
    if article.published_at is None or not weight:
        return 1.0
    dated = [each.article.published_at for each in documents if each.article.published_at is not None]
    age = max(date.instant for date in dated) - article.published_at.instant
    return 1 + weight * 0.5 ** (age / timedelta(days=HALF_LIFE_DAYS))


def _cursor(article: Article, score: float, sort: Sort) -> Cursor:
    published = article.published_at
    key = score if sort is Sort.RELEVANCE else published.instant.timestamp() if published else None
    return Cursor(None if sort is Sort.ID else key, article.id)


def _order_of(cursor: Cursor, sort: Sort) -> tuple[float, float]:
    if sort is Sort.ID:
        return 0.0, 0.0
    if sort is Sort.RELEVANCE:
        return -(cursor.key or 0.0), 0.0
    return (1.0, 0.0) if cursor.key is None else (0.0, cursor.key if sort is Sort.OLDEST else -cursor.key)


def _order(article: Article, score: float, sort: Sort) -> tuple[float, float]:
    if sort is Sort.ID:
        return 0.0, 0.0
    if sort is Sort.RELEVANCE:
        return -score, 0.0
    if article.published_at is None:
        return 1.0, 0.0
    seconds = article.published_at.instant.timestamp()
    return 0.0, (seconds if sort is Sort.OLDEST else -seconds)


def _hit(query: Query, article: Article, score: float) -> Hit:
    snippet, title_spans = highlight(query, article)
    return Hit(article, score, snippet, title_spans)


def _count(facet: Facet, articles: list[Article], limit: int) -> tuple[FacetCount, ...]:
    counts: Counter[str] = Counter(value for article in articles for value in set(_values(article, facet)))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    without = sum(not _values(article, facet) for article in articles)
    unknown = [FacetCount(UNKNOWN, without)] if without else []
    return (*(FacetCount(value, count) for value, count in ranked), *unknown)


LENGTHS = {Interval.YEAR: 4, Interval.MONTH: 7, Interval.DAY: 10}


def _count_dates(articles: list[Article], asked: int | None = None) -> tuple[DateBucket, ...]:
    days = [article.published_at.local.date() for article in articles if article.published_at]
    buckets = []
    if days:
        span = (max(days) - min(days)).days + 1
        length = asked or (10 if span <= 62 else 7 if span <= 366 * 3 else 4)
        for value, count in sorted(Counter(day.isoformat()[:length] for day in days).items()):
            first = date.fromisoformat(value + "-01-01"[: 10 - length])
            buckets.append(DateBucket(value, start_of_day(first), start_of_day(_next(first, length)), count))
    if len(days) < len(articles):
        buckets.append(DateBucket(UNKNOWN, None, None, len(articles) - len(days)))
    return tuple(buckets)


def _next(first: date, length: int) -> date:
    if length == 10:
        return first + timedelta(days=1)
    if length == 7:
        return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(year=first.year + 1)
