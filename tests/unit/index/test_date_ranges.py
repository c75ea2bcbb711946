"""Spans of time as people write them, and as an API does; whole, half-open, on a Vietnamese clock."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest

from index.date_ranges import EXAMPLES, iso_range, parse_range
from index.dates import DateRange

NOW = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)
"""Noon of a Monday in Vietnam."""


def days(first: str, last: str) -> DateRange:
    return DateRange.of_days(date.fromisoformat(first), date.fromisoformat(last))


SPANS = {
    # years
    "2020": ("2020-01-01", "2020-12-31"),
    "năm 2020": ("2020-01-01", "2020-12-31"),
    "NĂM 2020": ("2020-01-01", "2020-12-31"),
    "nam 2020": ("2020-01-01", "2020-12-31"),
    # months
    "07/2020": ("2020-07-01", "2020-07-31"),
    "7/2020": ("2020-07-01", "2020-07-31"),
    "7-2020": ("2020-07-01", "2020-07-31"),
    "7.2020": ("2020-07-01", "2020-07-31"),
    "2020-07": ("2020-07-01", "2020-07-31"),
    "2/2020": ("2020-02-01", "2020-02-29"),
    "2/2021": ("2021-02-01", "2021-02-28"),
    "tháng 7/2020": ("2020-07-01", "2020-07-31"),
    "tháng 7 năm 2020": ("2020-07-01", "2020-07-31"),
    "tháng bảy năm 2020": ("2020-07-01", "2020-07-31"),
    "tháng 7 2020": ("2020-07-01", "2020-07-31"),
    "tháng 7": ("2024-07-01", "2024-07-31"),
    "tháng giêng năm 2020": ("2020-01-01", "2020-01-31"),
    "tháng chạp 2020": ("2020-12-01", "2020-12-31"),
    "tháng tư": ("2024-04-01", "2024-04-30"),
    # days
    "01/07/2020": ("2020-07-01", "2020-07-01"),
    "1/7/2020": ("2020-07-01", "2020-07-01"),
    "1-7-2020": ("2020-07-01", "2020-07-01"),
    "1.7.2020": ("2020-07-01", "2020-07-01"),
    "2020-07-01": ("2020-07-01", "2020-07-01"),
    "2020/7/1": ("2020-07-01", "2020-07-01"),
    "ngày 1/7/2020": ("2020-07-01", "2020-07-01"),
    "1 tháng 7 năm 2020": ("2020-07-01", "2020-07-01"),
    "ngày 1 tháng 7 năm 2020": ("2020-07-01", "2020-07-01"),
    "mùng 1 tháng giêng năm 2020": ("2020-01-01", "2020-01-01"),
    "ngày 1/7": ("2024-07-01", "2024-07-01"),
    "mùng 2 tháng 9": ("2024-09-02", "2024-09-02"),
    "29/2/2020": ("2020-02-29", "2020-02-29"),
    # parts of months and years
    "quý II/2020": ("2020-04-01", "2020-06-30"),
    "quý 2 năm 2020": ("2020-04-01", "2020-06-30"),
    "quý IV 2020": ("2020-10-01", "2020-12-31"),
    "Quí i/2020": ("2020-01-01", "2020-03-31"),
    "quý III": ("2024-07-01", "2024-09-30"),
    "đầu tháng 7 năm 2020": ("2020-07-01", "2020-07-10"),
    "giữa tháng 7/2020": ("2020-07-11", "2020-07-20"),
    "cuối tháng 2/2020": ("2020-02-21", "2020-02-29"),
    "cuối tháng 7": ("2024-07-21", "2024-07-31"),
    "6 tháng đầu năm 2020": ("2020-01-01", "2020-06-30"),
    "sáu tháng cuối năm 2020": ("2020-07-01", "2020-12-31"),
    "6 tháng đầu năm": ("2024-01-01", "2024-06-30"),
    # up to now
    "7 ngày qua": ("2024-05-14", "2024-05-20"),
    "bảy ngày gần đây": ("2024-05-14", "2024-05-20"),
    "1 ngày qua": ("2024-05-20", "2024-05-20"),
    "2 tuần qua": ("2024-05-07", "2024-05-20"),
    "3 tháng qua": ("2024-02-21", "2024-05-20"),
    "một năm trở lại đây": ("2023-05-21", "2024-05-20"),
    "2 quý vừa qua": ("2023-11-21", "2024-05-20"),
    # around a day in the past
    "3 ngày trước": ("2024-05-17", "2024-05-17"),
    "1 tuần trước": ("2024-05-13", "2024-05-19"),
    "2 tháng trước": ("2024-03-01", "2024-03-31"),
    "hai năm trước": ("2022-01-01", "2022-12-31"),
    "tuần này": ("2024-05-20", "2024-05-26"),
    "tuần trước": ("2024-05-13", "2024-05-19"),
    "tháng này": ("2024-05-01", "2024-05-31"),
    "tháng trước": ("2024-04-01", "2024-04-30"),
    "tháng vừa qua": ("2024-04-01", "2024-04-30"),
    "quý này": ("2024-04-01", "2024-06-30"),
    "quý trước": ("2024-01-01", "2024-03-31"),
    "năm nay": ("2024-01-01", "2024-12-31"),
    "năm ngoái": ("2023-01-01", "2023-12-31"),
    "hôm nay": ("2024-05-20", "2024-05-20"),
    "hôm qua": ("2024-05-19", "2024-05-19"),
    "hôm kia": ("2024-05-18", "2024-05-18"),
    # from one to another
    "2019-2020": ("2019-01-01", "2020-12-31"),
    "2019 - 2020": ("2019-01-01", "2020-12-31"),
    "2019–2020": ("2019-01-01", "2020-12-31"),
    "2019..2020": ("2019-01-01", "2020-12-31"),
    "1/2020 - 3/2020": ("2020-01-01", "2020-03-31"),
    "quý I/2020 – quý II/2020": ("2020-01-01", "2020-06-30"),
    "01/07/2020 … 15/07/2020": ("2020-07-01", "2020-07-15"),
    "tháng trước - hôm nay": ("2024-04-01", "2024-05-20"),
    # blanks and full stops around
    "  2020  ": ("2020-01-01", "2020-12-31"),
    "07 / 2020.": ("2020-07-01", "2020-07-31"),
}


@pytest.mark.parametrize(("text", "span"), SPANS.items())
def test_a_span_is_covered_whole(text: str, span: tuple[str, str]) -> None:
    assert parse_range(text, NOW) == days(*span)


def test_the_examples_that_people_are_told_are_understood() -> None:
    for example in EXAMPLES.split(", "):
        assert parse_range(example, NOW) is not None


@pytest.mark.parametrize("text", [text for text in SPANS if not text.isascii()])
def test_accents_and_case_do_not_matter(text: str) -> None:
    without = "".join(
        char for char in unicodedata.normalize("NFD", text).replace("đ", "d") if not unicodedata.combining(char)
    )
    assert parse_range(without, NOW) == parse_range(text, NOW) == parse_range(text.upper(), NOW)


def test_hours_are_counted_back_from_now() -> None:
    assert parse_range("24 giờ qua", NOW) == DateRange(NOW - timedelta(hours=24), NOW)
    assert parse_range("ba tiếng gần đây", NOW) == DateRange(NOW - timedelta(hours=3), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "khoai lang", "hội nghị 2020", "31/02/2020", "31/4/2020", "29/2/2021", "0/7/2020", "32/1/2020",
        "1/13/2020", "13/2020", "00/2020", "tháng 13", "tháng 0/2020", "quý 5/2020", "quý V/2020", "năm 0000",
        "2020-13", "2020-00-10", "12345", "20", "7", "ngày", "tháng", "quý", "ngày qua", "2020 - 2019",
        "hôm nay - hôm qua", "2019 - 2020 - 2021", "-", "..", "…", "- 2020", "2020 - khoai", "99999 ngày qua",
        "ngày 31 tháng 2", "mai", "🙂",
    ],
)  # fmt: skip
def test_what_names_no_span_is_none(text: str) -> None:
    assert parse_range(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "missing"),
    [("năm 0001", "start"), ("0001-01-01", "start"), ("năm 9999", "end"), ("12/9999", "end"), ("31/12/9999", "end")],
)
def test_the_first_and_last_year_are_open_where_no_instant_can_be_named(text: str, missing: str) -> None:
    span = parse_range(text, NOW)
    assert span is not None
    assert getattr(span, missing) is None
    assert (span.start, span.end) != (None, None)


def test_going_back_before_the_first_year_is_none() -> None:
    early = datetime(500, 1, 1, tzinfo=UTC)
    assert parse_range("999 năm qua", early) is None
    assert parse_range("999 năm trước", early) is None
    assert parse_range("hôm kia", datetime(1, 1, 2, tzinfo=UTC)) is None


def test_today_is_today_in_vietnam() -> None:
    late = datetime(2024, 5, 20, 16, 59, 59, tzinfo=UTC)
    assert parse_range("hôm nay", late) == days("2024-05-20", "2024-05-20")
    assert parse_range("hôm nay", late + timedelta(seconds=1)) == days("2024-05-21", "2024-05-21")
    assert parse_range("năm nay", datetime(2023, 12, 31, 17, tzinfo=UTC)) == days("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("today", "text", "span"),
    [
        ("2024-03-31", "1 tháng trước", ("2024-02-01", "2024-02-29")),
        ("2024-03-31", "1 tháng qua", ("2024-03-01", "2024-03-31")),
        ("2024-02-29", "1 năm qua", ("2023-03-01", "2024-02-29")),
        ("2024-01-15", "tháng trước", ("2023-12-01", "2023-12-31")),
        ("2024-01-15", "quý trước", ("2023-10-01", "2023-12-31")),
        ("2024-12-31", "12 tháng trước", ("2023-12-01", "2023-12-31")),
    ],
)
def test_counting_back_months_ends_within_the_month(today: str, text: str, span: tuple[str, str]) -> None:
    now = datetime.fromisoformat(f"{today}T12:00:00+07:00")
    assert parse_range(text, now) == days(*span)


def test_a_long_text_is_refused_in_little_time() -> None:
    for text in (" " * 100_000, "1 " * 50_000, "-" * 100_000, "2020 - " * 20_000, "nam" * 30_000):
        assert parse_range(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2 tháng 9", ("2024-09-02", "2024-09-02")),
        ("2/9", ("2024-09-02", "2024-09-02")),
        ("tháng một năm 2020", ("2020-01-01", "2020-01-31")),
        ("tháng mười một năm 2020", ("2020-11-01", "2020-11-30")),
        ("năm qua", ("2023-01-01", "2023-12-31")),
        ("01/07/2020-15/07/2020", ("2020-07-01", "2020-07-15")),
    ],
)
def test_more_ways_of_naming_a_span(text: str, span: tuple[str, str]) -> None:
    assert parse_range(text, NOW) == days(*span)


def test_a_span_may_begin_in_the_first_year() -> None:
    assert parse_range("0001 - 2020", NOW) == DateRange(None, days("2020-12-31", "2020-12-31").end)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2020", ("2020-01-01", "2020-12-31")),
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2020-02-29", ("2020-02-29", "2020-02-29")),
        ("0001", ("0001-01-01", "0001-12-31")),
        ("9999-12-31", ("9999-12-31", "9999-12-31")),
    ],
)
def test_an_iso_date_is_the_whole_of_what_it_names(text: str, span: tuple[str, str]) -> None:
    assert iso_range(text) == days(*span)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2020-07-01T10:00", datetime(2020, 7, 1, 3, tzinfo=UTC)),
        ("2020-07-01 10:00:30", datetime(2020, 7, 1, 3, 0, 30, tzinfo=UTC)),
        ("2020-07-01T10:00:30.9", datetime(2020, 7, 1, 3, 0, 30, tzinfo=UTC)),
        ("2020-07-01T10:00:00Z", datetime(2020, 7, 1, 10, tzinfo=UTC)),
        ("2020-07-01T10:00:00-05:00", datetime(2020, 7, 1, 15, tzinfo=UTC)),
    ],
)
def test_an_iso_instant_is_its_second(text: str, start: datetime) -> None:
    assert iso_range(text) == DateRange(start, start + timedelta(seconds=1))


def test_the_last_instant_has_no_end() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert iso_range("9999-12-31T23:59:59Z") == DateRange(last, None)


@pytest.mark.parametrize(
    "text",
    [
        "", "20", "20200", "2020-1", "2020-13", "2020-00", "2020-02-30", "2020-7-1", "2020-07-01T",
        "2020-07-01T25:00", "2020-07-01T10", "20200701", "2020-W01", "01/07/2020", "hôm qua", " 2020", "2020 ",
        "2020-07-01T10:00:00junk", "0000", "+2020", "-2020", "2020\n",
    ],
)  # fmt: skip
def test_anything_else_is_no_iso_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Python words some of them
        iso_range(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59:59-12:00"])
def test_instants_that_utc_cannot_name_are_value_errors(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Python words it
        iso_range(text)
