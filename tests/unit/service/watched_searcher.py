"""Searchers for the service's tests: one over a handful of articles that keeps what it was asked, one that fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from index.analysis.chain import Analyzer
from index.article import Article
from index.query import Begun, SearchRequest
from index.response import Completions, Explanation, IndexStats, SearchResponse
from tests.naive_engine import NaiveEngine

_PLACE = Path("nowhere")


@cache
def analyzer() -> Analyzer:
    """Give the one analyzer of all tests: loading it takes longer than they do."""
    return Analyzer.load()


class WatchedSearcher:
    """Searches articles in memory; `requests` are those it was asked, and every search takes 1.5 ms."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.requests: list[SearchRequest] = []
        self._engine = NaiveEngine(analyzer())
        self._searcher = self._engine.open_searcher(_PLACE)
        self.hold(articles)

    def hold(self, articles: Iterable[Article]) -> None:
        """Make a new generation of other articles."""
        writer = self._engine.open_writer(_PLACE)
        with writer.rebuild(applied=1) as batch:
            batch.upsert(articles)
        writer.close()

    def search(self, request: SearchRequest) -> SearchResponse:
        self.requests.append(request)
        return replace(self._searcher.search(request), took_ms=1.5)

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        return self._searcher.explain(request, article_id)

    def complete(self, begun: Begun, limit: int) -> Completions:
        return self._searcher.complete(begun, limit)

    def get(self, article_id: str) -> Article | None:
        return self._searcher.get(article_id)

    def withhold(self, *ids: str) -> None:
        self._engine.withhold(_PLACE, ids)

    def is_withheld(self, article_id: str) -> bool:
        return self._searcher.is_withheld(article_id)

    def stats(self) -> IndexStats:
        return self._searcher.stats()

    def verify(self) -> None:
        self._searcher.verify()

    def close(self) -> None:
        self._searcher.close()


class FailingSearcher:
    """Raises the same exception whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def search(self, request: SearchRequest) -> SearchResponse:
        raise self._error

    def get(self, article_id: str) -> Article | None:
        raise self._error

    def is_withheld(self, article_id: str) -> bool:
        raise self._error

    def stats(self) -> IndexStats:
        raise self._error

    def verify(self) -> None:
        raise self._error

    def close(self) -> None:
        pass
