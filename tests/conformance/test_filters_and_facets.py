"""Filters narrow, facets count; a facet is counted without its own filter, so that more of its values can be chosen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from index.article import UNKNOWN
from index.dates import DateRange, PublishedAt, start_of_day
from index.query import Facet, Filters, Interval
from index.response import FacetCount
from tests.conformance.engines import ALL_FACETS, TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article, day, moment


def counts(found: tuple[FacetCount, ...]) -> list[tuple[str, int]]:
    return [(count.value, count.count) for count in found]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "a1 a2 a3 a4 a5 a6"),
        ({"authors": ("Lò Thị Ban Mai",)}, "a1 a2"),
        ({"authors": ("Quách Hạ Vàng",)}, "a2 a3"),
        ({"authors": ("Lò Thị Ban Mai", "Quách Hạ Vàng")}, "a1 a2 a3"),
        ({"authors": (UNKNOWN,)}, "a4 a6"),
        ({"authors": (UNKNOWN, "Bàn Văn Sương")}, "a4 a5 a6"),
        ({"authors": ("Lò Thị",)}, ""),
        ({"authors": ("lò thị ban mai",)}, ""),
        ({"authors": ("",)}, ""),
        ({"authors": ("Lò Thị Ban Mai\udcff",)}, ""),
        ({"publishers": ("Báo Bến Gỗ",)}, "a1 a2"),
        ({"publishers": ("Báo Bến Gỗ", UNKNOWN)}, "a1 a2 a5 a6"),
        ({"sections": ("Nông thôn",)}, "a1 a3"),
        ({"sections": (UNKNOWN,)}, "a4 a6"),
        ({"sections": ("Nông thôn",), "authors": ("Quách Hạ Vàng",)}, "a3"),
        ({"sections": ("Nông thôn",), "publishers": ("Nhật báo Không Có",)}, ""),
        ({"undated": True}, "a5 a6"),
        ({"undated": True, "authors": (UNKNOWN,)}, "a6"),
        ({"published": DateRange()}, "a1 a2 a3 a4"),
    ],
)
def test_filters_narrow(tried: TriedIndex, filters: dict[str, Any], expected: str) -> None:
    tried.rebuild(ARCHIVE)
    assert tried.found("", filters=Filters(**filters)) == set(expected.split())


def test_filters_narrow_a_query_without_changing_scores(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    all_scores = {hit.article.id: hit.score for hit in tried.ask("hội OR đường OR dê").hits}
    assert set(all_scores) == {"a1", "a2", "a3", "a5"}

    narrowed = tried.ask("hội OR đường OR dê", filters=Filters(publishers=("Báo Bến Gỗ",)))

    assert {hit.article.id: hit.score for hit in narrowed.hits} == {"a1": all_scores["a1"], "a2": all_scores["a2"]}


def test_a_date_range_holds_its_start_and_not_its_end(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    new_year = start_of_day(date(2019, 1, 1))
    last_second = new_year - timedelta(seconds=1)

    def within(start: datetime | None, end: datetime | None) -> set[str]:
        return tried.found("", filters=Filters(published=DateRange(start, end)))

    assert within(new_year, None) == {"a3"}
    assert within(None, new_year) == {"a1", "a2", "a4"}
    assert within(last_second, new_year) == {"a4"}
    assert within(new_year, new_year) == set()
    assert within(new_year, last_second) == set()
    assert within(last_second, new_year + timedelta(seconds=1)) == {"a3", "a4"}
    assert within(None, None) == {"a1", "a2", "a3", "a4"}


def test_a_day_is_the_day_on_a_vietnamese_clock(tried: TriedIndex) -> None:
    tried.rebuild(
        article(name, published_at=moment(text))
        for name, text in {
            "before": "2020-06-30T23:59:59",
            "first": "2020-07-01T00:00:00",
            "last": "2020-07-01T23:59:59",
            "after": "2020-07-02T00:00:00",
            "utc": "2020-06-30T17:00:00+00:00",
        }.items()
    )
    tried.update([article("day", published_at=day(2020, 7, 1))])
    span = DateRange.of_days(date(2020, 7, 1), date(2020, 7, 1))
    assert tried.found("", filters=Filters(published=span)) == {"first", "last", "utc", "day"}


def test_dated_and_undated_cannot_be_asked_for_together() -> None:
    with pytest.raises(ValueError, match="ask for one or the other"):
        Filters(undated=True, published=DateRange())


def test_facets_count_most_frequent_first_then_by_value_and_unknown_last(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    response = tried.ask("", facets=ALL_FACETS)
    assert counts(response.facets[Facet.AUTHOR]) == [
        ("Lò Thị Ban Mai", 2),
        ("Quách Hạ Vàng", 2),
        ("Bàn Văn Sương", 1),
        (UNKNOWN, 2),
    ]
    assert counts(response.facets[Facet.PUBLISHER]) == [("Báo Bến Gỗ", 2), ("Đài Suối Đá", 2), (UNKNOWN, 2)]
    assert counts(response.facets[Facet.SECTION]) == [
        ("Nông thôn", 2),
        ("Giao thông", 1),
        ("Giáo dục", 1),
        (UNKNOWN, 2),
    ]


def test_facets_count_the_hits_and_not_the_page(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    for limit in (0, 1, 10):
        response = tried.ask("dê OR đường", facets=frozenset({Facet.PUBLISHER}), limit=limit)
        assert counts(response.facets[Facet.PUBLISHER]) == [("Báo Bến Gỗ", 1), ("Đài Suối Đá", 1)]


def test_only_facets_asked_for_are_counted(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    response = tried.ask("", facets=frozenset({Facet.SECTION}))
    assert set(response.facets) == {Facet.SECTION}
    assert response.dates is None
    assert tried.ask("", facets=frozenset({Facet.DATE})).facets == {}


def test_the_facet_limit_keeps_the_most_frequent_values_and_always_unknown(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    response = tried.ask("", facets=ALL_FACETS, facet_limit=1)
    assert counts(response.facets[Facet.AUTHOR]) == [("Lò Thị Ban Mai", 2), (UNKNOWN, 2)]
    assert counts(response.facets[Facet.SECTION]) == [("Nông thôn", 2), (UNKNOWN, 2)]


def test_an_author_printed_twice_is_counted_once(tried: TriedIndex) -> None:
    tried.rebuild([article("x", authors=("Bàn Văn Sương", "Lò Thị Ban Mai", "Bàn Văn Sương"))])
    response = tried.ask("", facets=ALL_FACETS)
    assert counts(response.facets[Facet.AUTHOR]) == [("Bàn Văn Sương", 1), ("Lò Thị Ban Mai", 1)]


def test_each_facet_is_counted_without_its_own_filter_but_with_all_others(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    chosen = Filters(
        authors=("Lò Thị Ban Mai",),
        sections=("Nông thôn",),
        published=DateRange(None, start_of_day(date(2018, 4, 30))),
    )
    response = tried.ask("", filters=chosen, facets=ALL_FACETS)

    assert response.total == 1
    # by author: those of the section, in the range
    assert counts(response.facets[Facet.AUTHOR]) == [("Lò Thị Ban Mai", 1)]
    # by section: those of the author, in the range
    assert counts(response.facets[Facet.SECTION]) == [("Nông thôn", 1)]
    # by publisher: all three filters
    assert counts(response.facets[Facet.PUBLISHER]) == [("Báo Bến Gỗ", 1)]
    # by date: of the author and the section, whatever the range
    assert response.dates is not None
    assert [(bucket.value, bucket.count) for bucket in response.dates] == [("2018-04-12", 1)]

    response = tried.ask("", filters=Filters(sections=("Nông thôn",)), facets=ALL_FACETS)
    assert response.total == 2
    assert counts(response.facets[Facet.SECTION]) == [
        ("Nông thôn", 2),
        ("Giao thông", 1),
        ("Giáo dục", 1),
        (UNKNOWN, 2),
    ]
    assert counts(response.facets[Facet.AUTHOR]) == [("Lò Thị Ban Mai", 1), ("Quách Hạ Vàng", 1)]


def test_the_date_facet_is_counted_without_the_date_filter(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    for filters in (
        Filters(),
        Filters(undated=True),
        Filters(published=DateRange(None, datetime(1950, 1, 1, tzinfo=UTC))),
    ):
        response = tried.ask("", filters=filters, facets=ALL_FACETS)
        assert response.dates is not None
        assert sum(bucket.count for bucket in response.dates) == 6


def buckets(tried: TriedIndex, **request: Any) -> list[tuple[str, int]]:
    response = tried.ask("", facets=frozenset({Facet.DATE}), **request)
    assert response.dates is not None
    return [(bucket.value, bucket.count) for bucket in response.dates]


def test_a_span_of_62_days_is_counted_by_day(tried: TriedIndex) -> None:
    first = date(2020, 2, 1)
    days = [first, first, first + timedelta(days=28), first + timedelta(days=61)]
    tried.rebuild(article(f"x{n}", published_at=PublishedAt.on(of)) for n, of in enumerate(days))
    assert buckets(tried) == [("2020-02-01", 2), ("2020-02-29", 1), ("2020-04-02", 1)]


def test_a_longer_span_is_counted_by_month(tried: TriedIndex) -> None:
    days = [date(2020, 2, 1), date(2020, 2, 29), date(2020, 4, 3), date(2021, 12, 31)]
    tried.rebuild(article(f"x{n}", published_at=PublishedAt.on(of)) for n, of in enumerate(days))
    assert buckets(tried) == [("2020-02", 2), ("2020-04", 1), ("2021-12", 1)]


def test_a_span_of_more_than_three_years_is_counted_by_year(tried: TriedIndex) -> None:
    days = [date(2016, 1, 1), date(2016, 12, 31), date(2018, 7, 1), date(2020, 1, 1)]
    tried.rebuild(article(f"x{n}", published_at=PublishedAt.on(of)) for n, of in enumerate(days))
    assert buckets(tried) == [("2016", 2), ("2018", 1), ("2020", 1)]


@pytest.mark.parametrize(("length", "form"), [(61, 10), (62, 10), (63, 7), (1098, 7), (1099, 4)])
def test_the_period_of_the_date_facet_changes_exactly_at_its_bounds(tried: TriedIndex, length: int, form: int) -> None:
    first = date(2020, 3, 1)
    tried.rebuild(
        [
            article("x", published_at=PublishedAt.on(first)),
            article("y", published_at=PublishedAt.on(first + timedelta(days=length - 1))),
        ]
    )
    assert {len(value) for value, _ in buckets(tried)} == {form}


def test_undated_hits_are_the_last_bucket(tried: TriedIndex) -> None:
    tried.rebuild([article("x"), article("y", published_at=day(2020, 1, 1)), article("z")])
    response = tried.ask("", facets=frozenset({Facet.DATE}))
    assert response.dates is not None
    last = response.dates[-1]
    assert (last.value, last.start, last.end, last.count) == (UNKNOWN, None, None, 2)
    tried.rebuild([article("x")])
    assert buckets(tried) == [(UNKNOWN, 1)]


SCATTERED = [date(2016, 1, 1), date(2016, 12, 31), date(2018, 7, 1), date(2018, 7, 1), date(2020, 1, 1)]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Interval.YEAR, [("2016", 2), ("2018", 2), ("2020", 1), (UNKNOWN, 1)]),
        (Interval.MONTH, [("2016-01", 1), ("2016-12", 1), ("2018-07", 2), ("2020-01", 1), (UNKNOWN, 1)]),
        (Interval.DAY, [("2016-01-01", 1), ("2016-12-31", 1), ("2018-07-01", 2), ("2020-01-01", 1), (UNKNOWN, 1)]),
    ],
)
def test_a_timeline_counts_by_the_interval_asked_for(
    tried: TriedIndex, by: Interval, expected: list[tuple[str, int]]
) -> None:
    tried.rebuild(
        [*(article(f"x{n}", published_at=PublishedAt.on(of)) for n, of in enumerate(SCATTERED)), article("y")]
    )
    response = tried.ask("", timeline=by, limit=0)
    assert response.timeline is not None
    assert [(bucket.value, bucket.count) for bucket in response.timeline] == expected
    for bucket in response.timeline[:-1]:
        span = DateRange(bucket.start, bucket.end)
        assert len(tried.found("", filters=Filters(published=span))) == bucket.count


def test_a_timeline_counts_no_more_than_the_hits(tried: TriedIndex) -> None:
    tried.rebuild(article(f"x{n}", published_at=PublishedAt.on(of)) for n, of in enumerate(SCATTERED))
    span = DateRange.of_days(date(2016, 2, 1), date(2018, 7, 1))
    response = tried.ask("", timeline=Interval.YEAR, filters=Filters(published=span), facets=ALL_FACETS)
    assert [(bucket.value, bucket.count) for bucket in response.timeline or ()] == [("2016", 1), ("2018", 2)]
    assert sum(bucket.count for bucket in response.dates or ()) == len(SCATTERED)
    assert tried.ask("", timeline=Interval.DAY, filters=Filters(undated=True)).timeline == ()
    assert tried.ask("").timeline is None


def test_a_bucket_used_as_a_filter_finds_what_it_counted(tried: TriedIndex) -> None:
    texts = [
        "2020-01-31T23:59:59", "2020-02-01T00:00:00", "2020-02-29T23:59:59",
        "2020-03-01T00:00:00", "2020-12-31T23:59:59", "2021-01-01T00:00:00",
    ]  # fmt: skip
    tried.rebuild(article(f"x{n}", published_at=moment(text)) for n, text in enumerate(texts))
    response = tried.ask("", facets=frozenset({Facet.DATE}))
    assert response.dates is not None
    assert [(bucket.value, bucket.count) for bucket in response.dates] == [
        ("2020-01", 1), ("2020-02", 2), ("2020-03", 1), ("2020-12", 1), ("2021-01", 1),
    ]  # fmt: skip
    for bucket in response.dates:
        span = DateRange(bucket.start, bucket.end)
        assert len(tried.found("", filters=Filters(published=span))) == bucket.count


@pytest.mark.parametrize(
    "text",
    [
        "1906-07-01T00:00:00", "1911-05-01T00:00:00", "1943-01-01T00:00:00", "1945-09-02T00:00:00",
        "1955-07-01T00:00:00", "1959-12-31T22:30:00", "1975-06-12T23:30:00", "1975-06-13T00:00:00",
    ],
)  # fmt: skip
def test_a_day_on_which_clocks_changed_is_counted_as_that_day(tried: TriedIndex, text: str) -> None:
    tried.rebuild([article("x", published_at=moment(text)), article("y", published_at=day(1906, 7, 1))])
    filters = Filters(published=DateRange(moment(text).instant, moment(text).instant + timedelta(seconds=1)))
    found = tried.ask("", facets=ALL_FACETS, filters=filters)
    assert found.total >= 1
    tried.rebuild([article("x", published_at=moment(text))])
    assert buckets(tried) == [(text[:10], 1)]


def test_a_value_that_looks_like_markup_or_query_syntax_is_a_value_like_any_other(tried: TriedIndex) -> None:
    strange = ('Báo "A" & <b>', "title:x OR -y", "Báo\u00a0cứng", "ỦY", "uỷ")
    tried.rebuild(article(f"x{n}", publisher=value, authors=(value,)) for n, value in enumerate(strange))
    response = tried.ask("", facets=ALL_FACETS)
    assert counts(response.facets[Facet.PUBLISHER]) == [(value, 1) for value in sorted(strange)]
    for number, value in enumerate(strange):
        assert tried.found("", filters=Filters(publishers=(value,), authors=(value,))) == {f"x{number}"}
