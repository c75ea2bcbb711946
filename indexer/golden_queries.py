"""Does the index find what it must? One's own queries with their answers, and titles that must find their article."""

from __future__ import annotations

import csv
import heapq
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.article import Article
from index.engine import Searcher
from index.query import SearchRequest
from index.query_parser import parse_query
from indexer.store import ArticleStore, StoreDamaged

NAME = "golden.csv"
"""What the list is called in the folder of the data."""
FIRST = 10
"""Among so many hits the answer must be."""
SAMPLE = 200
"""How many titles are tried."""
LOW = 0.05
"""The share of titles that may find their article further down: some are of words that many articles have."""

_LARGEST = 1 << 20
_MOST_QUERIES = 10_000
_MOST_TITLE = 300
"""Characters of a title that are asked: a query has at most 500."""
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Golden:
    """A query that must find an article, and where it is written down."""

    query: str
    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asking:
    """What it takes to ask as a reader does."""

    searcher: Searcher
    analyzer: Analyzer
    abbreviations: Abbreviations
    clock: Callable[[], datetime]

    def request(self, query: str) -> SearchRequest:
        """Make the request of what a reader types."""
        return SearchRequest(parse_query(query, self.analyzer, self.clock(), self.abbreviations).query, limit=FIRST)

    def first(self, query: str) -> tuple[Article, ...]:
        """Give the first hits."""
        return tuple(hit.article for hit in self.searcher.search(self.request(query)).hits)


@dataclass(slots=True)
class Tried:
    """What came of trying."""

    queries: int = 0
    """Of one's own list."""
    titles: int = 0
    low: int = 0
    """Titles that find their article, but not among the first."""
    unfound: int = 0
    """Titles that don't find their article at all."""
    problems: list[str] = field(default_factory=list)


def read_golden(path: Path, problems: list[str]) -> list[Golden]:
    """Read one's own list, a CSV with the columns `query` and `id` (others are not looked at); what can't be used of it
    is added to the problems. No file is an empty list."""
    if not path.exists():
        return []
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST >> 20} MB")
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        if not {"query", "id"} <= {*(rows.fieldnames or ())}:
            raise ValueError("its first row must name the columns query and id")
        return list(_usable(path, rows, problems))[:_MOST_QUERIES]
    except (OSError, ValueError, csv.Error) as error:
        problems.append(f"{path} can't be read ({error}); mend it")
        return []


def _usable(path: Path, rows: Iterable[dict[str, str | None]], problems: list[str]) -> Iterator[Golden]:
    for number, row in enumerate(rows, 2):
        query, answer = (row["query"] or "").strip(), (row["id"] or "").strip()
        if query and answer:
            yield Golden(query, answer, f"{path.name}, row {number}")
        elif query or answer:
            problems.append(f"{path.name}, row {number}: it needs a query and an id; write both, or take it out")


def try_golden(asking: Asking, wanted: Iterable[Golden], tried: Tried) -> None:
    """Ask the queries of the list."""
    for golden in wanted:
        tried.queries += 1
        if golden.id not in [article.id for article in asking.first(golden.query)]:
            tried.problems.append(
                f"{golden.origin}: {golden.query!r} doesn't find {golden.id} among the first {FIRST}; look with "
                f"timtin explain, then mend the query or the list"
            )


def try_titles(asking: Asking, store: ArticleStore, tried: Tried) -> None:
    """Ask for stored articles by their titles: the same ones each time, chosen by the hashes of their ids."""
    for article_id in heapq.nsmallest(SAMPLE, store.ids(), key=_chosen_by):
        query = _title_query(store, article_id)
        if not query or asking.searcher.is_withheld(article_id):
            continue
        tried.titles += 1
        hits = asking.first(query)
        if article_id in [hit.id for hit in hits]:
            continue
        if len(hits) == FIRST and all(title_query(hit.title) == query for hit in hits):
            continue  # more articles have this title than there are places
        found = asking.searcher.explain(asking.request(query), article_id)
        if found is None or not found.matched:
            tried.unfound += 1
            tried.problems.append(f"{article_id} is not found by its own title {query!r}; run timtin rebuild")
        else:
            tried.low += 1
    if tried.low > LOW * tried.titles + 1:
        tried.problems.append(
            f"{tried.low} of {tried.titles} titles don't find their article among the first {FIRST} hits, at most "
            f"{LOW:.0%} should; run timtin rebuild, and tell us if that changes nothing"
        )


def title_query(title: str) -> str:
    """Give the words of a title as a query without operators.

    >>> title_query('Hà Nội - "Phố" OR đường: 30/4')
    'hà nội phố or đường 30 4'
    """
    words = " ".join(_WORDS.findall(title.lower()))
    return words if len(words) <= _MOST_TITLE else words[:_MOST_TITLE].rsplit(" ", 1)[0]


def _title_query(store: ArticleStore, article_id: str) -> str:
    """Give the query of an article's title, nothing when the article can't be read or has gone meanwhile."""
    try:
        stored = store.get(article_id)
    except StoreDamaged:
        return ""
    return "" if stored is None else title_query(stored.article.title)


def _chosen_by(article_id: str) -> bytes:
    return blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
