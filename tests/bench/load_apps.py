"""The service's own application over two engines, for `bench_load`: over ours, and over SQLite's FTS5."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from index.article import Article
from index.dates import PublishedAt
from index.query import Facet, MatchAll, Phrase, Query, SearchRequest, Term, Text
from index.response import Completions, DateBucket, FacetCount, Hit, IndexStats, SearchResponse, Snippet, Span
from index.whoosh_engine import open_searcher
from service import create_app
from service.settings import Settings
from tests.bench.engines.on_fts5 import FILE, RANK

HITS = f"""SELECT found.rowid, title, snippet(found, 1, char(2), char(3), '…', 40), author, published
    FROM found JOIN facts ON facts.number = found.rowid WHERE found MATCH ? ORDER BY {RANK} LIMIT ? OFFSET ?"""
NEWEST = """SELECT number, title, substr(body, 1, 300), author, published FROM facts JOIN found ON found.rowid = number
    ORDER BY published DESC LIMIT ? OFFSET ?"""
MATCHING = "facts JOIN found ON facts.number = found.rowid WHERE found MATCH ?"
_MARKED = re.compile("\x02([^\x03]*)\x03")


def ours(folder: str) -> Flask:
    """Make the application over our index of the benchmark's articles."""
    return create_app(Settings(home=Path(folder), rate_limit=0), open_searcher(Path(folder) / "ours" / "served"))


def fts5(folder: str) -> Flask:
    """Make the application over FTS5's index of the same articles."""
    searcher = Fts5Searcher(Path(folder) / "on_fts5" / "served" / FILE)
    return create_app(Settings(home=Path(folder), rate_limit=0), searcher)


class Fts5Searcher:
    """The part of `index.engine.Searcher` that the API's search needs: all of the words, or any of them where that
    finds less than a page; totals, snippets, authors and months."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    @property
    def _database(self) -> sqlite3.Connection:
        if not hasattr(self._local, "database"):
            self._local.database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, check_same_thread=False)
            self._local.database.execute("PRAGMA mmap_size = 4000000000")
            self._local.database.execute("PRAGMA cache_size = -200000")
        return self._local.database  # type: ignore[no-any-return]

    def search(self, request: SearchRequest) -> SearchResponse:
        words = list(_words(request.query))
        if not words:
            rows = self._database.execute(NEWEST, (request.limit, request.offset)).fetchall()
            source, named = "facts", ()
        else:
            for joint in (" AND ", " OR "):
                match = joint.join(f'"{word}"' for word in words)
                rows = self._database.execute(HITS, (match, request.limit, request.offset)).fetchall()
                if len(rows) == request.limit:
                    break
            source, named = MATCHING, (match,)  # type: ignore[assignment]
        total = self._database.execute(f"SELECT count(*) FROM {source}", named).fetchone()[0]
        facets: dict[Facet, tuple[FacetCount, ...]] = {}
        dates = None
        if Facet.AUTHOR in request.facets:
            counted = f"SELECT author, count(*) AS c FROM {source} GROUP BY author ORDER BY c DESC LIMIT 50"
            facets[Facet.AUTHOR] = tuple(FacetCount(*row) for row in self._database.execute(counted, named))
        if Facet.DATE in request.facets:
            counted = f"SELECT month, count(*) FROM {source} GROUP BY month ORDER BY month"
            dates = tuple(
                DateBucket(month, None, None, count) for month, count in self._database.execute(counted, named)
            )
        return SearchResponse(total, tuple(map(_hit, rows)), "1", 0.0, facets, dates)

    def stats(self) -> IndexStats:
        return IndexStats("1", 1, 1, 1, datetime(2026, 1, 1, tzinfo=UTC), 0, "fts5", 0)

    def explain(self, request: SearchRequest, article_id: str) -> None:
        """It knows no reasons."""

    def complete(self, begun: object, limit: int) -> Completions:
        return Completions()

    def get(self, article_id: str) -> Article | None:
        return None

    def verify(self) -> None:
        """Nothing to check."""

    def close(self) -> None:
        """Connections end with their threads."""


def _words(query: Query | Any) -> Iterator[str]:
    match query:
        case MatchAll():
            return
        case Term():
            yield query.term
        case Text():
            for unit in query.units:
                yield from _words(unit)
        case Phrase():
            yield " ".join(term.term for term in query.terms)
        case _:
            for part in getattr(query, "queries", getattr(query, "units", ())):
                yield from _words(part)


def _hit(row: tuple[int, str, str, str, int]) -> Hit:
    number, title, marked, author, published = row
    spans: list[Span] = []
    text = ""
    at = 0
    for match in _MARKED.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    article = Article(
        id=str(number),
        title=title,
        body="",
        authors=(author,),
        published_at=PublishedAt(datetime.fromtimestamp(published, UTC)),
    )
    return Hit(article, 0.0, Snippet(text + marked[at:], tuple(spans)))
