"""When documents were published, by local day, month and year, for counting."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property

import numpy as np

from index.article import UNKNOWN
from index.dates import VIETNAM, start_of_day
from index.query import Interval
from index.response import DateBucket
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Ints, narrowest

DAYS_BY_DAY = 62
DAYS_BY_MONTH = 366 * 3


class Periods:
    """The month of each document, numbered from that of the oldest; made once for a snapshot (2 bytes a document)."""

    def __init__(self, published: Ints) -> None:
        """Take seconds since 1970; `schema.NO_DATE` stands for no date."""
        self._published = published
        dated = published[published != schema.NO_DATE]
        self._first = _local_day(int(dated.min())).replace(day=1) if len(dated) else date(1970, 1, 1)
        last = _local_day(int(dated.max())) if len(dated) else self._first
        self._starts = [_month_after(self._first, number) for number in range(_months_between(self._first, last) + 2)]
        edges = [start_of_day(day).timestamp() for day in self._starts]
        self._undated = len(self._starts) - 1
        months = np.searchsorted(np.array(edges), published, side="right") - 1
        months[published == schema.NO_DATE] = self._undated
        self._months = months.astype(narrowest(self._undated))

    def count(self, documents: Ints, by: Interval | None = None) -> tuple[DateBucket, ...]:
        """Count documents by day, month or year: as asked for, or whichever suits the span they cover. Empty periods
        are left out, those without a date come last."""
        if by is None and len(documents) == len(self._months):
            return self._all
        return self._counted(documents, by)

    @cached_property
    def _all(self) -> tuple[DateBucket, ...]:
        return self._counted(np.arange(len(self._months)), None)

    def _counted(self, documents: Ints, by: Interval | None) -> tuple[DateBucket, ...]:
        counts = np.bincount(self._months[documents], minlength=self._undated + 1)
        held = np.flatnonzero(counts[: self._undated])
        buckets: list[DateBucket] = []
        if len(held):
            months = counts[: self._undated]
            match by or self._suiting(documents, int(held[0]), int(held[-1])):
                case Interval.YEAR:
                    buckets = self._by_year(months)
                case Interval.MONTH:
                    buckets = self._by_month(months)
                case Interval.DAY:
                    buckets = self._by_day(documents)
        if counts[self._undated]:
            buckets.append(DateBucket(UNKNOWN, None, None, int(counts[self._undated])))
        return tuple(buckets)

    def _suiting(self, documents: Ints, first: int, last: int) -> Interval:
        """Choose what documents are counted by that were published from the first to the last month."""
        days = (self._starts[last + 1] - self._starts[first]).days
        if days > DAYS_BY_MONTH + 62 or (days > DAYS_BY_MONTH and self._span(documents) > DAYS_BY_MONTH):
            return Interval.YEAR
        if days <= DAYS_BY_DAY + 62 and self._span(documents) <= DAYS_BY_DAY:
            return Interval.DAY
        return Interval.MONTH

    def _by_month(self, months: Ints) -> list[DateBucket]:
        held = np.flatnonzero(months).tolist()
        return [_bucket(self._starts[month], self._starts[month + 1], int(months[month])) for month in held]

    def _by_year(self, months: Ints) -> list[DateBucket]:
        years: dict[int, int] = {}
        for month in np.flatnonzero(months).tolist():
            year = self._starts[month].year
            years[year] = years.get(year, 0) + int(months[month])
        return [_bucket(date(year, 1, 1), date(year + 1, 1, 1), count) for year, count in years.items()]

    def _dated(self, documents: Ints) -> Ints:
        found = self._published[documents]
        dated: Ints = found[found != schema.NO_DATE]
        return dated

    def _span(self, documents: Ints) -> int:
        dated = self._dated(documents)
        return (_local_day(int(dated.max())) - _local_day(int(dated.min()))).days + 1

    def _by_day(self, documents: Ints) -> list[DateBucket]:
        dated = self._dated(documents)
        first, last = _local_day(int(dated.min())), _local_day(int(dated.max()))
        days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 2)]
        counts, _ = np.histogram(dated, bins=np.array([start_of_day(day).timestamp() for day in days]))
        return [
            _bucket(day, next_, int(count)) for day, next_, count in zip(days, days[1:], counts, strict=False) if count
        ]


def _bucket(day: date, following: date, count: int) -> DateBucket:
    """Name the days from one to before another as ISO does: 2020, 2020-07 or 2020-07-01."""
    length = (following - day).days
    name = day.isoformat()[: len("2020-07-01") if length == 1 else len("2020-07") if length < 32 else len("2020")]
    return DateBucket(name, start_of_day(day), start_of_day(following), count)


def _local_day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM).date()


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _month_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
