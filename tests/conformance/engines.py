"""The engines that the conformance suite is run over, and an index of one of them to try things on."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index import opensearch_engine, whoosh_engine
from index.analysis.chain import Analyzer
from index.article import Article
from index.engine import Searcher, Withhold, Writer
from index.opensearch_engine.connection import Connection
from index.query import Facet, MatchAll, Query, SearchRequest
from index.query_parser import parse_query
from index.response import SearchResponse
from index.whoosh_engine import withheld as whoosh_withheld
from tests.naive_engine import NaiveEngine

NOW = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)
"""Noon of a Monday in Vietnam."""

ALL_FACETS = frozenset(Facet)


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine, by the three functions that the rest of the program knows of it, and by one accident."""

    name: str
    open_writer: Callable[[Path], Writer]
    open_searcher: Callable[[Path], Searcher]
    withhold: Withhold
    lose_withheld: Callable[[Path], None]
    """Take the list of what is withheld away, as whoever tidies up by hand does."""


def whoosh() -> Engine:
    return Engine(
        "whoosh",
        whoosh_engine.open_writer,
        whoosh_engine.open_searcher,
        whoosh_engine.withhold,
        lambda path: (path / whoosh_withheld.NAME).unlink(),
    )


def naive(analyzer: Analyzer) -> Engine:
    engine = NaiveEngine(analyzer)
    return Engine("naive", engine.open_writer, engine.open_searcher, engine.withhold, engine.lose_withheld)


def place_of(urls: list[str], path: Path) -> opensearch_engine.Place:
    """Give each folder an index of its own in the cluster."""
    prefix = f"t{zlib.crc32(str(path).encode()):08x}"
    return opensearch_engine.Place(tuple(urls), prefix, shards=2, shown=str(path))


def opensearch(urls: list[str]) -> Engine:
    """An engine for which each folder stands for an index of the cluster."""

    def place(path: Path) -> opensearch_engine.Place:
        return place_of(urls, path)

    return Engine(
        "opensearch",
        lambda path: opensearch_engine.OpenSearchWriter(place(path)),
        lambda path: opensearch_engine.OpenSearchSearcher(place(path)),
        lambda path, ids: opensearch_engine.withhold(place(path), ids),
        lambda path: _ask(place(path), "DELETE", f"/{place(path).records}"),
    )


def remove_opensearch(urls: list[str], path: Path) -> None:
    """Take the index of a folder out of the cluster: shards cost memory."""
    place = place_of(urls, path)
    _ask(place, "DELETE", f"/{place.prefix}-*", expand_wildcards="all")


def _ask(place: opensearch_engine.Place, method: str, path: str, **parameters: Any) -> None:
    with closing(Connection(place)) as connection:
        connection.ask(method, path, **parameters)


@dataclass
class TriedIndex:
    """An index in a folder, written and asked through the contract alone."""

    engine: Engine
    path: Path
    analyzer: Analyzer
    searcher: Searcher = field(init=False)

    def __post_init__(self) -> None:
        self.searcher = self.engine.open_searcher(self.path)

    def rebuild(self, articles: Iterable[Article], applied: int = 1) -> None:
        writer = self.engine.open_writer(self.path)
        try:
            with writer.rebuild(applied) as batch:
                batch.upsert(articles)
        finally:
            writer.close()

    def update(self, articles: Iterable[Article] = (), delete: Iterable[str] = (), applied: int = 2) -> None:
        writer = self.engine.open_writer(self.path)
        try:
            with writer.update(applied) as batch:
                batch.upsert(articles)
                batch.delete(delete)
        finally:
            writer.close()

    def withhold(self, *ids: str) -> None:
        self.engine.withhold(self.path, ids)

    def ask(self, query: Query | str = "", **request: Any) -> SearchResponse:
        """Search for a query, or for what a person typed; the notes are those of both parsing and searching."""
        if not isinstance(query, str):
            return self.searcher.search(SearchRequest(query, **request))
        parsed = parse_query(query, self.analyzer, NOW)
        response = self.searcher.search(SearchRequest(parsed.query, **request))
        return replace(response, notes=(*parsed.notes, *response.notes))

    def found(self, query: Query | str = "", **request: Any) -> set[str]:
        """Give the ids of all hits, having checked that the total counts them."""
        response = self.ask(query, limit=10_000, **request)
        ids = [hit.article.id for hit in response.hits]
        assert response.total == len(ids) == len(set(ids))
        return set(ids)

    def in_order(self, query: Query | str = "", **request: Any) -> list[str]:
        return [hit.article.id for hit in self.ask(query, **request).hits]

    def everything(self) -> set[str]:
        return self.found(MatchAll())
