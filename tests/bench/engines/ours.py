"""Tìm Tin's own engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.analysis.chain import Analyzer
from index.article import Article
from index.dates import DateRange, PublishedAt
from index.query import And, Facet, MatchAll, Phrase, Published, Query, SearchRequest, Sort, Term, Text, Wildcard
from index.query_parser import parse_query
from index.weights import PLAIN
from index.whoosh_engine import generations, open_searcher, open_writer, schema
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.facets import count_values
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.top import at_least_the_highest
from tests.bench.engines.articles import Row, read_rows
from tests.bench.engines.asked import LIMIT, Answer, Asked, Shape, Typed

KEY = schema.stamp()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def write_terms(rows: Path, folder: Path) -> None:
    """Write each article as a body alone, so that nothing stands apart from the rest."""
    _write(folder, (_article(row, "", row.text) for row in read_rows(rows)))


def write_served(rows: Path, folder: Path) -> None:
    """Write the articles as the program does."""
    _write(folder, (_article(row, row.title, row.body) for row in read_rows(rows)))


INDEXES = {"terms": write_terms, "served": write_served}


def contestant(folder: Path) -> Ours:
    """Open its indexes."""
    return Ours(folder)


class Ours:
    """Both indexes, opened."""

    def __init__(self, folder: Path) -> None:
        terms = folder / "terms"
        self._snapshot = Snapshot(terms, generations.current(terms))
        self._searcher = open_searcher(folder / "served")

    def prepare(self, asked: Asked) -> Callable[[], object] | None:
        """Give what answers a query."""
        query = _query(asked)
        return (lambda: self._facets(query)) if asked.facets else (lambda: self._page(query, asked))

    def answer(self, given: Any) -> Answer:
        """Read what it gave."""
        if isinstance(given[0], int):
            return Answer(given[0], tuple(given[1].tolist()))
        authors, dates = given
        return Answer(
            authors={count.value: count.count for count in authors}, total=sum(bucket.count for bucket in dates)
        )

    @cached_property
    def _analyzer(self) -> Analyzer:
        return Analyzer.load()

    def serve(self, typed: Typed) -> Callable[[], object]:
        """Give what answers a typed query."""
        words = " ".join(typed.words)
        query = parse_query(f'"{words}"' if typed.phrase else words, self._analyzer, NOW).query
        sort = Sort.NEWEST if typed.newest else Sort.RELEVANCE
        facets = frozenset({Facet.AUTHOR, Facet.DATE})
        request = SearchRequest(query, sort=sort, limit=LIMIT, facets=facets, facet_limit=LIMIT)
        return lambda: self._searcher.search(request)

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def _page(self, query: Query, asked: Asked) -> object:
        evaluator = Evaluator(query, self._snapshot, PLAIN)
        found = evaluator.found()
        wanted = min(asked.offset + LIMIT, len(found))
        total = len(found)
        if asked.newest:
            keys = self._snapshot.published[found]
        else:
            found, keys = evaluator.best(found, wanted)
        best = at_least_the_highest(keys, wanted) if wanted else found[:0]
        order = np.argsort(-keys[best], kind="stable")[asked.offset : wanted]
        return total, found[best[order]]

    def _facets(self, query: Query) -> object:
        found = Evaluator(query, self._snapshot, PLAIN).found()
        return count_values(self._snapshot.authors, found, LIMIT), self._snapshot.periods.count(found)


def _query(asked: Asked) -> Query:
    terms = [Term(folded, int(accents or 0)) for folded, _, accents in (token.partition("_") for token in asked.tokens)]
    # a phrase of one syllable takes it with these accents only
    exact = [Phrase((term,)) for term in terms]
    match asked.shape:
        case Shape.ANY:
            query: Query = Text(tuple(exact), 0)
        case Shape.UNACCENTED:
            query = Text(tuple(terms), 0)
        case Shape.ALL:
            query = Text(tuple(exact), 1)
        case Shape.PHRASE:
            query = Phrase(tuple(terms))
        case Shape.PREFIX:
            query = Wildcard(f"{asked.tokens[0]}*")
        case Shape.SUFFIX:
            query = Wildcard(f"*{asked.tokens[0]}")
        case Shape.EVERYTHING:
            query = MatchAll()
    if asked.span is None:
        return query
    start, end = (datetime.fromtimestamp(second, UTC) for second in asked.span)
    return And((query, Published(DateRange(start, end))))


def _write(folder: Path, articles: Iterator[Article]) -> None:
    writer = open_writer(folder)
    with writer.rebuild(0) as batch:
        batch.upsert(articles)
    writer.close()


def _article(row: Row, title: str, body: str) -> Article:
    published = PublishedAt(datetime.fromtimestamp(row.published, UTC))
    return Article(row.id, title, body, authors=(row.author,), published_at=published)
