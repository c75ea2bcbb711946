"""What Prometheus asks for: requests and their time by route and kind of query, refusals, the generation searched.

Under gunicorn all workers count together, in files of a folder that `gunicorn.conf.py` makes.
"""

from __future__ import annotations

import os
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from index.engine import Searcher
from index.errors import SearchError
from index.query import Code, Fuzzy, MatchAll, Near, Not, Or, Phrase, Query, Text, Wildcard

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The counters of an application."""

    def __init__(self) -> None:
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

    def scraped(self, searcher: Searcher, now: datetime) -> bytes:
        """Give all of it, of all workers where there are several, and the state of the index."""
        registry = CollectorRegistry() if FOLDER in os.environ else self.registry
        if FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return bytes(generate_latest(registry) + generate_latest(_index_state(searcher, now)))


def _index_state(searcher: Searcher, now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry()
    up = Gauge("timtin_index_usable", "1 when searches can be answered.", registry=registry)
    try:
        stats = searcher.stats()
    except SearchError:
        up.set(0)
        return registry
    up.set(1)
    Gauge("timtin_articles", "Articles in the index.", registry=registry).set(stats.articles)
    age = max(0.0, (now - stats.built_at).total_seconds())
    Gauge("timtin_generation_age_seconds", "Since the generation was built.", registry=registry).set(age)
    stale = Gauge("timtin_generation_stale", "1 when an older generation answers for a damaged one.", registry=registry)
    stale.set(stats.stale is not None)
    return registry


def kind(query: Query) -> str:
    """Name the kind of a query: the dearest thing in it.

    >>> kind(MatchAll()), kind(Text((Wildcard("ph*"),), 1))
    ('all', 'pattern')
    """
    kinds = set(_kinds(query))
    order = ("pattern", "near", "phrase", "or", "words", "code", "all")
    return next((name for name in order if name in kinds), "other")


def _kinds(query: object) -> list[str]:
    match query:
        case Wildcard() | Fuzzy():
            return ["pattern"]
        case Near():
            return ["near"]
        case Phrase():
            return ["phrase"]
        case Code():
            return ["code"]
        case MatchAll():
            return ["all"]
        case Text(units=units):
            return ["words", *(found for unit in units for found in _kinds(unit) if found == "pattern")]
        case Not():
            return _kinds(query.query)
        case Or():
            return ["or", *(found for part in query.queries for found in _kinds(part))]
        case _:
            return [found for part in getattr(query, "queries", ()) for found in _kinds(part)]
