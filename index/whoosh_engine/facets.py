"""Counting hits by author, publisher, section and date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from index.article import UNKNOWN
from index.dates import VIETNAM, start_of_day
from index.response import DateBucket, FacetCount
from index.whoosh_engine import schema
from index.whoosh_engine.postings import Ints
from index.whoosh_engine.snapshot import FacetColumn, Mask

DAYS_BY_DAY = 62
DAYS_BY_MONTH = 366 * 3


def count_values(column: FacetColumn, mask: Mask, limit: int) -> tuple[FacetCount, ...]:
    """Count the hits of each value: the most frequent `limit` ones, ties by value, then those without any."""
    counts = np.bincount(column.ordinals[mask[column.documents]], minlength=len(column.values))
    counted = [(column.values[ordinal], int(counts[ordinal])) for ordinal in np.flatnonzero(counts)]
    counted.sort(key=lambda pair: (-pair[1], pair[0]))
    found = [FacetCount(value, count) for value, count in counted[:limit]]
    without = int(np.count_nonzero(mask & column.bare))
    if without:
        found.append(FacetCount(UNKNOWN, without))
    return tuple(found)


def count_dates(published: Ints, mask: Mask) -> tuple[DateBucket, ...]:
    """Count the hits by day, month or year, whichever suits the span they cover; empty periods are left out, hits
    without a date come last."""
    found = published[mask]
    dated = found[found != schema.NO_DATE]
    buckets: list[DateBucket] = []
    if len(dated):
        first, last = _local_day(int(dated.min())), _local_day(int(dated.max()))
        edges = _edges(first, last)
        instants = [start_of_day(day) for day in edges]
        seconds = np.array([instant.timestamp() for instant in instants])
        counts, _ = np.histogram(dated, bins=seconds)
        length = _length(first, last)
        buckets = [
            DateBucket(day.isoformat()[:length], start, end, int(count))
            for day, start, end, count in zip(edges, instants, instants[1:], counts, strict=False)
            if count
        ]
    without = len(found) - len(dated)
    if without:
        buckets.append(DateBucket(UNKNOWN, None, None, without))
    return tuple(buckets)


def _local_day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM).date()


def _length(first: date, last: date) -> int:
    """Give how much of an ISO date names a period of the size that suits the span: day, month or year."""
    days = (last - first).days + 1
    return len("2020-07-01") if days <= DAYS_BY_DAY else len("2020-07") if days <= DAYS_BY_MONTH else len("2020")


def _edges(first: date, last: date) -> list[date]:
    """Give the starts of all periods from that of `first` to the one after `last`."""
    length = _length(first, last)
    if length == len("2020-07-01"):
        return [first + timedelta(days=day) for day in range((last - first).days + 2)]
    if length == len("2020"):
        return [date(year, 1, 1) for year in range(first.year, last.year + 2)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month + 1)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
