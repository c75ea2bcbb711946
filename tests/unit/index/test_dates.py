"""Instants, days and half-open ranges on a Vietnamese clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from index.dates import DateRange, PublishedAt, start_of_day


def test_a_day_is_a_day_without_a_time() -> None:
    at = PublishedAt.on(date(2020, 7, 1))
    assert (at.isoformat(), at.has_time) == ("2020-07-01", False)
    assert at.instant == datetime(2020, 6, 30, 17, tzinfo=UTC)
    assert at.local.date() == date(2020, 7, 1)


def test_an_instant_is_kept_in_utc_to_the_second_and_shown_in_vietnam() -> None:
    there = timezone(timedelta(hours=-5))
    at = PublishedAt(datetime(2020, 7, 1, 13, 30, 59, 999_999, tzinfo=there))
    assert at.instant == datetime(2020, 7, 1, 18, 30, 59, tzinfo=UTC)
    assert at.instant.tzinfo is UTC
    assert at.isoformat() == "2020-07-02T01:30:59+07:00"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="must carry a time zone, got 2020-07-01T00:00:00"):
        PublishedAt(datetime(2020, 7, 1))  # noqa: DTZ001 -- what is refused


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2020-07-01", "2020-07-01"),
        ("2020-07-01T10:47:44", "2020-07-01T10:47:44+07:00"),
        ("2020-07-01 10:47", "2020-07-01T10:47:00+07:00"),
        ("2020-07-01T10:47:44Z", "2020-07-01T17:47:44+07:00"),
        ("2020-07-01T10:47:44.123456+07:00", "2020-07-01T10:47:44+07:00"),
        ("1970-01-01T00:00:00", "1970-01-01T00:00:00+08:00"),
    ],
)
def test_iso_dates_are_read_and_written(text: str, written: str) -> None:
    at = PublishedAt.fromisoformat(text)
    assert at.isoformat() == written
    assert PublishedAt.fromisoformat(written) == at


@pytest.mark.parametrize("text", ["", "hôm qua", "2020-13-01", "2020-02-30", "01/07/2020", "2020-07-01T25:00"])
def test_what_is_no_iso_date_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Python words it
        PublishedAt.fromisoformat(text)


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"])
def test_dates_that_utc_cannot_name_are_value_errors(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Python words it
        PublishedAt.fromisoformat(text)


def test_a_range_of_days_starts_and_ends_at_midnight_in_vietnam() -> None:
    span = DateRange.of_days(date(2020, 2, 28), date(2020, 2, 29))
    assert span == DateRange(start_of_day(date(2020, 2, 28)), start_of_day(date(2020, 3, 1)))
    assert span.end is not None
    assert span.start is not None
    assert span.end - span.start == timedelta(days=2)


def test_a_range_up_to_the_ends_of_time_is_left_open_there() -> None:
    assert DateRange.of_days(date.min, date.max) == DateRange(None, None)
    assert DateRange.of_days(date(1, 1, 2), date(9999, 12, 30)) == DateRange(
        start_of_day(date(1, 1, 2)), start_of_day(date(9999, 12, 31))
    )


DAYS = [datetime(2020, 1, number, tzinfo=UTC) for number in range(1, 6)]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (DateRange(), DateRange(), DateRange()),
        (DateRange(DAYS[0], DAYS[2]), DateRange(), DateRange(DAYS[0], DAYS[2])),
        (DateRange(DAYS[0], DAYS[2]), DateRange(DAYS[1], DAYS[3]), DateRange(DAYS[1], DAYS[2])),
        (DateRange(DAYS[0], None), DateRange(None, DAYS[3]), DateRange(DAYS[0], DAYS[3])),
        (DateRange(DAYS[0], DAYS[1]), DateRange(DAYS[2], DAYS[3]), DateRange(DAYS[2], DAYS[1])),
    ],
)
def test_two_ranges_meet_where_both_cover(one: DateRange, other: DateRange, both: DateRange) -> None:
    assert one & other == other & one == both
