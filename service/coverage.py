"""How much was written about something, period by period: the hits of queries beside all articles there are."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.article import UNKNOWN
from index.as_json import bucket_fields
from index.errors import QueryRefused, SearchTimeout
from index.query import Interval, MatchAll, SearchRequest
from index.response import DateBucket, SearchResponse
from service.archive import Archive
from service.arguments import Period
from service.coverage_arguments import CoverageArguments

MOST_PERIODS = 400
"""Periods of an answer: over a year of days, thirty years of months."""
SECONDS = 2.0
"""After which no further query of a comparison is asked, however often it is made anew."""
TRIES = 3
"""How often a comparison is made anew because the articles changed between two of its searches."""
_INTERVALS = {len("2020"): Interval.YEAR, len("2020-07"): Interval.MONTH, len("2020-07-01"): Interval.DAY}


class TooManyPeriods(Exception):
    """The interval asked for would cut the span that the articles cover into more periods than are given."""

    def __init__(self, by: Interval) -> None:
        super().__init__(f"by={by} would give more than {MOST_PERIODS} periods: narrow them with from and to")
        self.by = by


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A query that was refused or took too long, or that was not asked since others had used up the time."""

    q: str
    number: int
    """Which of the queries it is, from 1."""
    error: QueryRefused | SearchTimeout | None
    """None when it was not asked."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by period, as many counts as the coverage has periods."""

    total: int
    undated: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountedQuery:
    """The hits of a query by period, and what its reader should know."""

    q: str
    hits: Counted
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The queries beside `everything`: all articles that the same filters leave. `periods` are named as ISO does, from
    the first to the last one that has any article, those between them that have none included."""

    generation: str
    by: Interval
    periods: tuple[str, ...]
    everything: Counted
    queries: tuple[CountedQuery, ...]
    unanswered: tuple[Unanswered, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader should know of the archive, whatever is asked."""


def share(count: int, of: int) -> float | None:
    """Say how many percent of the articles are hits; None where there are no articles.

    >>> share(1, 8), share(0, 8), share(0, 0)
    (12.5, 0.0, None)
    """
    return 100 * count / of if of else None


def coverage(found: Archive, asked: CoverageArguments) -> Coverage:
    """Count the queries over time, all in one generation. Raises TooManyPeriods, and SearchTimeout when generations
    follow one another faster than that can be done."""
    until = time.monotonic() + SECONDS
    for _ in range(TRIES):
        compared, generations = _compared(found, asked, until)
        if len(generations) == 1:
            return compared
    raise SearchTimeout("the articles change faster than they can be counted: try again")


def _compared(found: Archive, asked: CoverageArguments, until: float) -> tuple[Coverage, set[str]]:
    all_articles = SearchRequest(MatchAll(), asked.within.filters, limit=0)
    suiting = [bucket for bucket in found.dates_within(all_articles).dates or () if bucket.value != UNKNOWN]
    by = asked.by or _interval_of(suiting)
    if suiting and by is Interval.DAY and _interval_of(suiting) is Interval.YEAR:
        raise TooManyPeriods(by)
    everything = found.searcher.search(replace(all_articles, timeline=by))
    periods = _periods(_dated(everything), by)
    queries: list[CountedQuery] = []
    unanswered: list[Unanswered] = []
    generations = {everything.generation}
    for number, q in enumerate(asked.queries, 1):
        if time.monotonic() > until:
            unanswered.append(Unanswered(q, number, None))
            continue
        try:
            response = _answered(found, asked, q, by)
        except (QueryRefused, SearchTimeout) as error:
            unanswered.append(Unanswered(q, number, error))
            continue
        generations.add(response.generation)
        notes = tuple(note for note in response.notes if note not in everything.notes)
        queries.append(CountedQuery(q, _counted(response, periods), notes))
    counted = _counted(everything, periods)
    compared = Coverage(
        everything.generation, by, periods, counted, tuple(queries), tuple(unanswered), everything.notes
    )
    return compared, generations


def _answered(found: Archive, asked: CoverageArguments, q: str, by: Interval) -> SearchResponse:
    question = found.question(replace(asked.within, q=q))
    return found.answer(replace(question, request=replace(question.request, limit=0, timeline=by)))


def _dated(response: SearchResponse) -> list[DateBucket]:
    return [bucket for bucket in response.timeline or () if bucket.value != UNKNOWN]


def _interval_of(buckets: Sequence[DateBucket]) -> Interval:
    return _INTERVALS[len(buckets[0].value)] if buckets else Interval.YEAR


def _counted(response: SearchResponse, periods: tuple[str, ...]) -> Counted:
    counts = {bucket.value: bucket.count for bucket in response.timeline or ()}
    return Counted(response.total, counts.get(UNKNOWN, 0), tuple(counts.get(period, 0) for period in periods))


def _periods(held: Sequence[DateBucket], by: Interval) -> tuple[str, ...]:
    """Name every period from the first to the last that holds articles."""
    if not held:
        return ()
    first, last = _number(held[0].value), _number(held[-1].value)
    if last - first >= MOST_PERIODS:
        raise TooManyPeriods(by)
    return tuple(_named(number, by) for number in range(first, last + 1))


def _number(period: str) -> int:
    year, *rest = map(int, period.split("-"))
    if not rest:
        return year
    return date(year, *rest).toordinal() if len(rest) > 1 else year * 12 + rest[0] - 1


def _named(number: int, by: Interval) -> str:
    match by:
        case Interval.YEAR:
            return f"{number:04}"
        case Interval.MONTH:
            return f"{number // 12:04}-{number % 12 + 1:02}"
        case Interval.DAY:
            return date.fromordinal(number).isoformat()


def part_of(span: Period | None, period: str) -> Period:
    """Give what a span of time takes in of a period, as a search can be narrowed by it."""
    whole = Period.of(period, period)
    if span is None:
        return whole
    start, end = span.range.start, span.range.end
    later = start is not None and (whole.range.start is None or start > whole.range.start)
    earlier = end is not None and (whole.range.end is None or end < whole.range.end)
    return Period.of(span.since if later else period, span.until if earlier else period)


def coverage_fields(compared: Coverage) -> dict[str, Any]:
    """Give the answer of the API."""
    totals = compared.everything.counts
    return {
        "generation": compared.generation,
        "by": compared.by.value,
        "all": {
            "total": compared.everything.total,
            "undated": compared.everything.undated,
            "periods": [
                bucket_fields(_bucket(period, count)) for period, count in zip(compared.periods, totals, strict=True)
            ],
        },
        "queries": [
            {
                "q": query.q,
                "total": query.hits.total,
                "undated": query.hits.undated,
                "share": _rounded(share(query.hits.total, compared.everything.total)),
                "periods": list(_period_fields(compared, query)),
                "notes": list(query.notes),
            }
            for query in compared.queries
        ],
        "notes": list(compared.notes),
    }


def _period_fields(compared: Coverage, query: CountedQuery) -> Iterator[dict[str, Any]]:
    for period, count, of in zip(compared.periods, query.hits.counts, compared.everything.counts, strict=True):
        yield {"value": period, "count": count, "share": _rounded(share(count, of))}


def _bucket(period: str, count: int) -> DateBucket:
    span = Period.of(period, period).range
    return DateBucket(period, span.start, span.end, count)


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 4)
