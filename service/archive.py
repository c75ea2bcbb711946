"""What every route asks: searcher, analyzer and clock, and the way from arguments to an answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app

from index.abbreviation_file import AbbreviationFile
from index.analysis.chain import Analyzer
from index.article import Article
from index.engine import Searcher
from index.errors import SearchError
from index.keys import KeyFile
from index.query import And, Facet, MatchAll, Published, SearchRequest, Sort, ranks
from index.query_parser import ParsedQuery, parse_query
from index.response import Explanation, SearchResponse
from service.arguments import SearchArguments
from service.counters import Metrics, kind
from service.query_log import QueryLog
from service.settings import Settings


class ArticleNotFound(Exception):
    """The archive has no article of that id."""


class ArticleWithdrawn(Exception):
    """The article of that id was withdrawn."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search ready for the engine, its order when none is asked for, what of the query was no use."""

    request: SearchRequest
    default_sort: Sort
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """The articles as the service reaches them."""

    settings: Settings
    searcher: Searcher
    analyzer: Analyzer
    clock: Callable[[], datetime]
    abbreviations: AbbreviationFile
    keys: KeyFile
    metrics: Metrics
    query_log: QueryLog

    def parse(self, q: str) -> ParsedQuery:
        """Parse what a reader typed."""
        return parse_query(q, self.analyzer, self.clock(), self.abbreviations.current())

    def question(self, arguments: SearchArguments) -> Question:
        """Make the engine's request of arguments. Hits nothing can rank come newest first."""
        parsed = self.parse(arguments.q)
        default_sort = Sort.RELEVANCE if ranks(parsed.query) else Sort.NEWEST
        request = SearchRequest(
            query=parsed.query,
            filters=arguments.filters,
            sort=arguments.after.sort if arguments.after else arguments.sort or default_sort,
            offset=(arguments.page - 1) * arguments.size,
            limit=arguments.size,
            facets=arguments.facets,
            after=arguments.after.cursor if arguments.after else None,
            freshness=arguments.freshness,
            collapse=arguments.collapse,
        )
        return Question(request, default_sort, parsed.notes)

    def answer(self, question: Question) -> SearchResponse:
        """Ask the engine; the notes on the query come before the engine's."""
        response = self.searcher.search(question.request)
        self.metrics.searches.labels(kind(question.request.query)).observe(response.took_ms / 1000)
        return replace(response, notes=tuple(dict.fromkeys(question.notes + response.notes)))

    def explanations(self, question: Question, response: SearchResponse) -> dict[str, Explanation]:
        """Explain every hit of an answer."""
        found = (self.searcher.explain(question.request, hit.article.id) for hit in response.hits)
        return {explanation.article_id: explanation for explanation in found if explanation is not None}

    def article(self, article_id: str) -> Article:
        """Give an article; raises ArticleWithdrawn or ArticleNotFound when there is none to give."""
        stored = self.searcher.get(article_id)
        if stored is None:
            raise ArticleWithdrawn(article_id) if self.searcher.is_withheld(article_id) else ArticleNotFound(article_id)
        return stored

    def count(self, arguments: SearchArguments) -> int:
        """Count the hits of a search without fetching any."""
        return self.searcher.search(replace(self.question(arguments).request, limit=0, facets=frozenset())).total

    def some_article(self) -> Article | None:
        """Give the newest article, for examples; None where there is none, or no index that can be read."""
        with suppress(SearchError):
            hits = self.searcher.search(SearchRequest(MatchAll(), sort=Sort.NEWEST, limit=1)).hits
            return hits[0].article if hits else None
        return None

    def dates_within(self, request: SearchRequest) -> SearchResponse:
        """Count by date inside the span that a request is filtered by.

        A date facet by itself looks past its filter, so the span becomes part of the query.
        """
        span = request.filters.published
        query = request.query if span is None else And((request.query, Published(span)))
        return self.searcher.search(replace(request, query=query, limit=0, facets=frozenset({Facet.DATE})))


def archive() -> Archive:
    """Give the archive of the application at hand."""
    found = current_app.extensions["timtin"]
    assert isinstance(found, Archive)
    return found
