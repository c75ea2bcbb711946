"""What Prometheus asks for: requests and their time by route and kind of query, refusals, the generation searched.

Under gunicorn all workers count together, in files of a folder that `gunicorn_conf.py` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from index.engine import Searcher
from index.errors import SearchError
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
    Wildcard,
)

KINDS = ("pattern", "near", "phrase", "or", "words", "code", "all")
"""Kinds of queries, the dearest first."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The counters of an application."""

    def __init__(self, folder: str | None = None) -> None:
        """Make the counters; several workers share those in a folder."""
        self._folder = folder
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "timtin_requests", "Answers, by route and status; 304 is one that cost no search.", ("route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "timtin_request_seconds", "Time to answer, by route.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        self.searches = Histogram(
            "timtin_search_seconds", "The engine's time, by kind of query.", ("kind",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.refused = Counter(
            "timtin_refused", "Answers with a problem, by its code.", ("code",), registry=self.registry
        )
        self.query_log_dropped = Counter(
            "timtin_query_log_dropped", "Searches the query log lost, by reason.", ("reason",), registry=self.registry
        )
        self.exports_broken = Counter(
            "timtin_exports_broken", "Exports that broke off on the way, by code.", ("code",), registry=self.registry
        )

    def scraped(self, searcher: Searcher, now: datetime) -> bytes:
        """Give all of it, of all workers where there are several, and the state of the index."""
        registry = self.registry
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(_IndexState(searcher, now))
        return bytes(generate_latest(registry) + generate_latest(state))


class _IndexState(Collector):
    """What is true of the index now, whichever worker is asked: no gauges, which every worker would have of its own."""

    def __init__(self, searcher: Searcher, now: datetime) -> None:
        self._searcher = searcher
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give the metrics."""
        usable, stats = 1, None
        try:
            stats = self._searcher.stats()
        except SearchError:
            usable = 0
        yield GaugeMetricFamily("timtin_index_usable", "1 when searches can be answered.", usable)
        if stats is not None:
            age = max(0.0, (self._now - stats.built_at).total_seconds())
            yield GaugeMetricFamily("timtin_articles", "Articles in the index.", stats.articles)
            yield GaugeMetricFamily("timtin_generation_age_seconds", "Since the generation was built.", age)
            stale = float(stats.stale is not None)
            yield GaugeMetricFamily("timtin_generation_stale", "1 when an older one answers for a damaged one.", stale)


def kind(query: Query) -> str:
    """Name the kind of a query: the dearest thing in it, `other` where nothing is looked for in texts.

    >>> kind(MatchAll()), kind(Text((Wildcard("ph*"),), 1)), kind(Not(Phrase((Term("mua"),))))
    ('all', 'pattern', 'phrase')
    """
    kinds = set(_kinds(query))
    return next((name for name in KINDS if name in kinds), "other")


def _kinds(query: Query | Either) -> Iterator[str]:
    match query:
        case Wildcard() | Fuzzy():
            yield "pattern"
        case Near():
            yield "near"
        case Phrase():
            yield "phrase"
        case Code():
            yield "code"
        case MatchAll():
            yield "all"
        case Term() | Either():
            yield "words"
        case Text():
            yield "words"
            yield from (found for unit in query.units for found in _kinds(unit) if found == "pattern")
        case Not():
            yield from _kinds(query.query)
        case Or():
            yield "or"
            yield from (found for part in query.queries for found in _kinds(part))
        case And():
            yield from (found for part in query.queries for found in _kinds(part))
        case MatchNone() | Author() | Published():
            return
        case _:
            assert_never(query)
