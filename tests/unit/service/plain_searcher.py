"""A searcher over a handful of articles in memory: no index, hardly a ranking, all of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import assert_never

from index.analysis.normal_text import normal_text
from index.analysis.syllables import typed_within
from index.analysis.tokens import Token, code_spans, syllables
from index.article import UNKNOWN, Article
from index.dates import DateRange
from index.query import (
    And,
    Author,
    Code,
    Facet,
    Filters,
    MatchAll,
    MatchNone,
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
)
from index.response import DateBucket, FacetCount, Hit, IndexStats, SearchResponse
from index.snippet import highlight

BUILT_AT = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)


class PlainSearcher:
    """Looks at every article for every request; `requests` are those it was asked."""

    def __init__(self, articles: Iterable[Article], generation: str = "g1") -> None:
        self.articles = {article.id: article for article in articles}
        self.generation = generation
        self.requests: list[SearchRequest] = []

    def search(self, request: SearchRequest) -> SearchResponse:
        self.requests.append(request)
        scores = {id: _score(request.query, article) for id, article in self.articles.items()}
        matched = [article for id, article in self.articles.items() if scores[id] > 0]
        found = [article for article in matched if _passes(article, request.filters, None)]
        ordered = sorted(found, key=lambda article: _key(article, request.sort, scores[article.id]))
        page = ordered[request.offset : request.offset + request.limit]
        facets: dict[Facet, tuple[FacetCount, ...]] = {}
        dates = None
        for facet in request.facets:
            counted = [article for article in matched if _passes(article, request.filters, facet)]
            if facet is Facet.DATE:
                dates = _dates(counted)
            else:
                facets[facet] = _counts(counted, facet, request.facet_limit)
        hits = []
        for article in page:
            snippet, title_spans = highlight(request.query, article)
            hits.append(Hit(article, scores[article.id], snippet, title_spans))
        return SearchResponse(len(found), tuple(hits), self.generation, 1.5, facets, dates)

    def get(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    def stats(self) -> IndexStats:
        articles = self.articles.values()
        return IndexStats(
            generation=self.generation,
            articles=len(articles),
            dated=sum(article.published_at is not None for article in articles),
            with_author=sum(bool(article.authors) for article in articles),
            built_at=BUILT_AT,
            size_bytes=0,
            stamp="plain",
            applied=1,
        )

    def close(self) -> None:
        pass


class FailingSearcher:
    """Raises the same exception whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def search(self, request: SearchRequest) -> SearchResponse:
        raise self._error

    def get(self, article_id: str) -> Article | None:
        raise self._error

    def stats(self) -> IndexStats:
        raise self._error

    def close(self) -> None:
        pass


def _score(query: Query, article: Article) -> float:
    match query:
        case MatchAll():
            return 1.0
        case MatchNone():
            return 0.0
        case Term():
            return _occurrences(Phrase((query,), exact=False), article)
        case Phrase():
            return _occurrences(query, article)
        case Text():
            scores = [_score(unit, article) for unit in query.units]
            return sum(scores) if sum(score > 0 for score in scores) >= query.required else 0.0
        case Code():
            text = f"{article.title}\n{article.body}"
            return float(any(code == query.code for code, *_ in code_spans(normal_text(text).text)))
        case Author():
            terms = Phrase(query.terms, exact=False)
            return float(any(_in_text(terms, author) for author in article.authors))
        case Published():
            return float(_within(article, query.range))
        case And():
            scores = [_score(part, article) for part in query.queries]
            return sum(scores) if all(scores) else 0.0
        case Or():
            return sum(_score(part, article) for part in query.queries)
        case Not():
            return float(not _score(query.query, article))
        case _:
            assert_never(query)


def _occurrences(phrase: Phrase, article: Article) -> float:
    in_title = _in_text(phrase, article.title)
    if phrase.terms[0].field is TextField.TITLE:
        return 3.0 * in_title
    return 3.0 * in_title + _in_text(phrase, article.body) + sum(_in_text(phrase, text) for text in article.captions)


def _in_text(phrase: Phrase, text: str) -> int:
    tokens = syllables(normal_text(text))
    size = len(phrase.terms)
    return sum(_stands(phrase, tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def _stands(phrase: Phrase, tokens: list[Token]) -> bool:
    return all(
        term.term == token.term and (not phrase.exact or typed_within(term.accents, token.accents))
        for term, token in zip(phrase.terms, tokens, strict=True)
    )


def _within(article: Article, span: DateRange) -> bool:
    if article.published_at is None:
        return False
    instant = article.published_at.instant
    return (span.start is None or span.start <= instant) and (span.end is None or instant < span.end)


def _values(article: Article, facet: Facet) -> tuple[str, ...]:
    values = {
        Facet.AUTHOR: article.authors,
        Facet.PUBLISHER: (article.publisher,) if article.publisher else (),
        Facet.SECTION: (article.section,) if article.section else (),
    }[facet]
    return values or (UNKNOWN,)


def _passes(article: Article, filters: Filters, but: Facet | None) -> bool:
    """Say whether an article passes the filters, that of the facet `but` aside."""
    wanted = {
        Facet.AUTHOR: filters.authors,
        Facet.PUBLISHER: filters.publishers,
        Facet.SECTION: filters.sections,
    }
    if any(
        names and facet is not but and not set(names) & set(_values(article, facet)) for facet, names in wanted.items()
    ):
        return False
    if but is Facet.DATE:
        return True
    if filters.undated:
        return article.published_at is None
    return filters.published is None or _within(article, filters.published)


def _key(article: Article, sort: Sort, score: float) -> tuple[float, str]:
    if sort is Sort.RELEVANCE:
        return -score, article.id
    if article.published_at is None:
        return float("inf"), article.id
    instant = article.published_at.instant.timestamp()
    return (instant if sort is Sort.OLDEST else -instant), article.id


def _counts(articles: list[Article], facet: Facet, limit: int) -> tuple[FacetCount, ...]:
    counts = Counter(value for article in articles for value in _values(article, facet))
    unknown = counts.pop(UNKNOWN, 0)
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return tuple(FacetCount(value, count) for value, count in [*found, *([(UNKNOWN, unknown)] if unknown else [])])


def _dates(articles: list[Article]) -> tuple[DateBucket, ...]:
    """Count by year, by month when all are of one year."""
    dated = [article.published_at.local for article in articles if article.published_at]
    by_year = Counter(f"{local:%Y}" for local in dated)
    counts = by_year if len(by_year) > 1 else Counter(f"{local:%Y-%m}" for local in dated)
    buckets = [DateBucket(value, BUILT_AT, BUILT_AT, count) for value, count in sorted(counts.items())]
    unknown = len(articles) - len(dated)
    return tuple(buckets + ([DateBucket(UNKNOWN, None, None, unknown)] if unknown else []))
