"""Dates as the archive knows them: instants or whole days, shown in Vietnamese local time; half-open ranges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def start_of_day(day: date) -> datetime:
    """Give the instant (UTC) at which a day begins in Vietnam.

    >>> start_of_day(date(2020, 7, 1)).isoformat()
    '2020-06-30T17:00:00+00:00'
    """
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class PublishedAt:
    """When an article appeared: an instant, or only a day (then `instant` is the day's start in Vietnam)."""

    instant: datetime
    has_time: bool = True

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError(f"published_at must carry a time zone, got {self.instant.isoformat()}")
        object.__setattr__(self, "instant", self.instant.astimezone(UTC).replace(microsecond=0))

    @classmethod
    def on(cls, day: date) -> Self:
        """Make the value for a day without a time."""
        return cls(start_of_day(day), has_time=False)

    @property
    def local(self) -> datetime:
        """The same moment on a Vietnamese clock."""
        return self.instant.astimezone(VIETNAM)

    def isoformat(self) -> str:
        """Write it as the API does: a day without a time stays a day.

        >>> PublishedAt.on(date(2020, 7, 1)).isoformat()
        '2020-07-01'
        """
        return self.local.isoformat() if self.has_time else self.local.date().isoformat()

    @classmethod
    def fromisoformat(cls, text: str) -> Self:
        """Read what `isoformat` wrote; an instant without an offset is Vietnamese local time.

        Raises ValueError when `text` is no ISO date.

        >>> PublishedAt.fromisoformat("2020-07-01T10:47:44").isoformat()
        '2020-07-01T10:47:44+07:00'
        """
        try:
            if len(text) == len("2020-07-01"):
                return cls.on(date.fromisoformat(text))
            moment = datetime.fromisoformat(text)
            return cls(moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM))
        except OverflowError as error:
            raise ValueError(f"{text} is beyond what a date can name") from error


def is_before(one: PublishedAt, other: PublishedAt) -> bool:
    """Say whether one is certainly earlier than the other; where one is only a day, the days tell.

    >>> day, noon = PublishedAt.on(date(2020, 7, 1)), PublishedAt.fromisoformat("2020-07-01T12:00:00")
    >>> is_before(day, noon), is_before(noon, day), is_before(day, PublishedAt.on(date(2020, 7, 2)))
    (False, False, True)
    """
    if one.has_time and other.has_time:
        return one.instant < other.instant
    return one.local.date() < other.local.date()


@dataclass(frozen=True, slots=True)
class DateRange:
    """The half-open span [start, end) of instants (aware, UTC); None leaves a side open."""

    start: datetime | None = None
    end: datetime | None = None

    def __and__(self, other: DateRange) -> DateRange:
        """Give the span that both cover (empty when start >= end)."""
        starts = [s for s in (self.start, other.start) if s is not None]
        ends = [e for e in (self.end, other.end) if e is not None]
        return DateRange(max(starts, default=None), min(ends, default=None))

    @classmethod
    def of_days(cls, first: date, last: date) -> Self:
        """Cover whole days in Vietnam, both included; a side past what a date can name is left open."""
        start = start_of_day(first) if first > date.min else None
        end = start_of_day(last + timedelta(days=1)) if last < date.max else None
        return cls(start, end)
