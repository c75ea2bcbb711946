"""How two engines answer the same queries: before an installation changes from one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.engine import Searcher
from index.query import Facet, SearchRequest, Sort, ranks
from index.query_parser import parse_query
from index.response import SearchResponse

DEPTH = 10
"""How many of the first hits are compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What two engines answered to one query."""

    query: str
    totals: tuple[int, int]
    shared: int
    """How many of the first hits both have, in whatever order."""
    first: int
    """How many hits the longer of the two lists has."""
    facets: tuple[str, ...]
    """The facets whose values or counts differ."""
    notes_differ: bool

    @property
    def overlap(self) -> float:
        """The share of the first hits that both have; 1 where there are none."""
        return self.shared / self.first if self.first else 1.0

    @property
    def same_matches(self) -> bool:
        """Whether totals, facets and notes are the same."""
        return self.totals[0] == self.totals[1] and not self.facets and not self.notes_differ


@dataclass(frozen=True, slots=True)
class Asking:
    """How queries are read."""

    analyzer: Analyzer
    abbreviations: Abbreviations
    now: datetime


def compare(one: Searcher, other: Searcher, queries: Iterable[str], asking: Asking) -> Iterator[Compared]:
    """Ask both engines each query, with all facets."""
    for written in queries:
        query = parse_query(written, asking.analyzer, asking.now, asking.abbreviations).query
        sort = Sort.RELEVANCE if ranks(query) else Sort.NEWEST
        request = SearchRequest(query, sort=sort, limit=DEPTH, facets=frozenset(Facet))
        answers = one.search(request), other.search(request)
        first, second = ([hit.article.id for hit in answer.hits] for answer in answers)
        yield Compared(
            written,
            (answers[0].total, answers[1].total),
            len(set(first) & set(second)),
            max(len(first), len(second)),
            tuple(facet.value for facet in Facet if _counted(answers[0], facet) != _counted(answers[1], facet)),
            answers[0].notes != answers[1].notes,
        )


def _counted(answer: SearchResponse, facet: Facet) -> object:
    return answer.dates if facet is Facet.DATE else answer.facets.get(facet)
