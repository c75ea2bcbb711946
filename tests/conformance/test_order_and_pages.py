"""Totals, orders and pages: each hit exactly once, and always in the same place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from index.dates import PublishedAt
from index.query import MatchAll, MatchNone, SearchRequest, Sort
from tests.conformance.engines import TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article, many


def test_newest_first_puts_undated_articles_last(tried: TriedIndex) -> None:
    tried.rebuild(reversed(ARCHIVE))
    assert tried.in_order("", sort=Sort.NEWEST) == ["a3", "a4", "a2", "a1", "a5", "a6"]


def test_oldest_first_puts_undated_articles_last_too(tried: TriedIndex) -> None:
    tried.rebuild(reversed(ARCHIVE))
    assert tried.in_order("", sort=Sort.OLDEST) == ["a1", "a2", "a4", "a3", "a5", "a6"]


@pytest.mark.parametrize("sort", list(Sort))
def test_ties_go_by_article_id(tried: TriedIndex, sort: Sort) -> None:
    same = PublishedAt(datetime(2020, 7, 1, tzinfo=UTC))
    ids = ["10", "9", "B", "a", "Đ", "đ", "ă", "z"]
    tried.rebuild([article(i, "Một bài", "như nhau", published_at=same) for i in ids])
    assert tried.in_order("nhau", sort=sort) == sorted(ids)


@pytest.mark.parametrize("sort", list(Sort))
def test_ties_among_undated_articles_go_by_article_id(tried: TriedIndex, sort: Sort) -> None:
    tried.rebuild([article(i) for i in ("c", "a", "d", "b")])
    assert tried.in_order("", sort=sort) == ["a", "b", "c", "d"]


def test_instants_order_to_the_second(tried: TriedIndex) -> None:
    start = datetime(2020, 7, 1, 10, 0, 0, tzinfo=UTC)
    tried.rebuild(article(f"s{n}", published_at=PublishedAt(start + timedelta(seconds=n))) for n in (2, 0, 3, 1))
    assert tried.in_order("", sort=Sort.OLDEST) == ["s0", "s1", "s2", "s3"]
    assert tried.in_order("", sort=Sort.NEWEST) == ["s3", "s2", "s1", "s0"]


def test_dates_before_1970_and_far_ahead_are_ordered(tried: TriedIndex) -> None:
    dates = {"old": "1945-09-02", "older": "1908-03-01", "new": "2024-01-01", "ahead": "2199-12-31"}
    tried.rebuild(article(i, published_at=PublishedAt.fromisoformat(text)) for i, text in dates.items())
    assert tried.in_order("", sort=Sort.OLDEST) == ["older", "old", "new", "ahead"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("size", [1, 7, 10, 64])
def test_pages_give_each_hit_exactly_once_in_the_order_of_one_long_page(
    tried: TriedIndex, sort: Sort, size: int
) -> None:
    tried.rebuild(many(40))
    tried.update(many(10, "u"), delete=["n004", "n020"])
    whole = tried.in_order("dòng năm", sort=sort, limit=1000)
    assert len(whole) == len(set(whole)) > 5

    pages = [tried.ask("dòng năm", sort=sort, offset=at, limit=size) for at in range(0, len(whole) + size, size)]

    assert [hit.article.id for page in pages for hit in page.hits] == whole
    assert {page.total for page in pages} == {len(whole)}
    assert all(len(page.hits) <= size for page in pages)


def test_the_total_counts_all_hits_whatever_the_page(tried: TriedIndex) -> None:
    tried.rebuild(many(30))
    for offset, limit, hits in ((0, 0, 0), (0, 10, 10), (25, 10, 5), (30, 10, 0), (10_000, 10, 0), (29, 1, 1)):
        response = tried.ask("", offset=offset, limit=limit)
        assert (response.total, len(response.hits)) == (30, hits)


def test_matching_nothing_gives_nothing(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    response = tried.ask(MatchNone())
    assert (response.total, response.hits) == (0, ())


def test_relevance_scores_never_rise_down_the_list(tried: TriedIndex) -> None:
    tried.rebuild([*ARCHIVE, *many(20)])
    scores = [hit.score for hit in tried.ask("hội nghị OR dòng OR chẵn", limit=100).hits]
    assert len(scores) > 10
    assert scores == sorted(scores, reverse=True)


def test_a_negative_page_is_refused() -> None:
    for page in ({"offset": -1}, {"limit": -1}):
        with pytest.raises(ValueError, match="can't be negative"):
            SearchRequest(MatchAll(), **page)
