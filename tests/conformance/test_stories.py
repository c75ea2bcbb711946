"""Stories shown once: the best article of each, the others beside it, and nothing lost or repeated while paging."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from index.article import Article
from index.dates import PublishedAt
from index.query import Collapse, Facet, Filters, MatchAll, Sort
from index.response import MOST_OTHERS, Hit
from tests.conformance.engines import TriedIndex
from tests.conformance.invented_articles import article

NOON = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)


def told(article_id: str, story: str | None, hour: int = 0, **facts: object) -> Article:
    facts = {"body": "Cầu Mây Chiều thông xe.", "publisher": "Báo Bến Gỗ"} | facts
    return article(article_id, published_at=PublishedAt(NOON + timedelta(hours=hour)), story=story, **facts)


def some_stories(count: int) -> list[Article]:
    """Give articles of which every fourth is of no story, the others of a few."""
    return [
        told(f"n{n:03}", None if n % 4 == 0 else f"s{n * 7 % 11}", n % 13, publisher=("Báo Một", "Báo Hai")[n % 2])
        for n in range(count)
    ]


def story_of(hit: Hit) -> str:
    return hit.article.story or hit.article.id


def test_a_story_is_one_hit_with_the_others_named_beside_it(tried: TriedIndex) -> None:
    tried.rebuild(
        [
            told("x", "s", 1, url="https://bengo.vn/x"),
            told("y", "s", 0, publisher="Đài Suối Đá", is_original=True),
            told("z", "s", 2),
            told("w", None, 3),
        ]
    )
    response = tried.ask("thông xe", sort=Sort.NEWEST, collapse=Collapse.STORY)
    assert [hit.article.id for hit in response.hits] == ["w", "z"]
    assert (response.total, response.total_stories) == (4, 2)
    alone, shown = response.hits
    assert (alone.others, alone.others_total) == ((), 0)
    assert [(other.id, other.is_original, other.matched) for other in shown.others] == [
        ("y", True, True),
        ("x", False, True),
    ]
    assert shown.others_total == 2
    assert (shown.others[1].url, shown.others[0].publisher) == ("https://bengo.vn/x", "Đài Suối Đá")


def test_without_collapse_nothing_is_said_of_others(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s"), told("y", "s")])
    response = tried.ask("thông xe")
    assert response.total_stories is None
    assert [hit.others for hit in response.hits] == [(), ()]


def test_the_article_shown_is_the_first_of_its_story_in_each_order(tried: TriedIndex) -> None:
    tried.rebuild([told("b", "s", 1), told("a", "s", 2), told("c", "s", 0)])
    shown = {sort: tried.in_order("thông xe", sort=sort, collapse=Collapse.STORY) for sort in Sort}
    assert shown == {Sort.NEWEST: ["a"], Sort.OLDEST: ["c"], Sort.ID: ["a"], Sort.RELEVANCE: ["a"]}


def test_the_most_relevant_article_stands_for_its_story(tried: TriedIndex) -> None:
    tried.rebuild([told("a", "s"), told("b", "s", title="Một ngày đẹp trời"), *map(told, "cde", [None] * 3)])
    assert tried.in_order("thông OR xe OR đẹp", collapse=Collapse.STORY)[0] == "b"


def test_others_are_those_that_match_and_pass_the_filters(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s"), told("y", "s", publisher="Báo Xa"), told("z", "s", body="Chuyện khác hẳn.")])
    narrowed = Filters(publishers=("Báo Bến Gỗ",))
    [hit] = tried.ask("thông xe", filters=narrowed, collapse=Collapse.STORY).hits
    assert (hit.article.id, hit.others, hit.others_total) == ("x", (), 0)


def test_the_original_is_named_even_where_it_does_not_match(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s"), told("y", "s", 1), told("z", "s", body="Chuyện khác hẳn.", is_original=True)])
    [hit] = tried.ask("thông xe", collapse=Collapse.STORY).hits
    assert [(other.id, other.is_original, other.matched) for other in hit.others] == [
        ("z", True, False),
        ("y", False, True),
    ]
    assert hit.others_total == 1


def test_an_original_that_was_taken_out_is_not_named(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s"), told("y", "s", body="Chuyện khác hẳn.", is_original=True)])
    tried.update(delete=["y"])
    [hit] = tried.ask("thông xe", collapse=Collapse.STORY).hits
    assert hit.others == ()


def test_of_many_others_some_are_named_and_all_counted(tried: TriedIndex) -> None:
    articles = [told(f"n{n:02}", "s", n) for n in range(MOST_OTHERS + 6)]
    articles[-1] = replace(articles[-1], is_original=True)
    tried.rebuild(articles)
    [hit] = tried.ask("thông xe", sort=Sort.OLDEST, collapse=Collapse.STORY).hits
    assert (len(hit.others), hit.others_total) == (MOST_OTHERS, MOST_OTHERS + 5)
    assert hit.others[0].id == articles[-1].id


def test_a_story_may_have_articles_in_several_segments(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s", 1), told("y", "t", 2)])
    tried.update([told("z", "s", 3), told("w", "t", 0)])
    response = tried.ask("thông xe", sort=Sort.NEWEST, collapse=Collapse.STORY)
    assert [(hit.article.id, [other.id for other in hit.others]) for hit in response.hits] == [
        ("z", ["x"]),
        ("y", ["w"]),
    ]


def test_facets_and_totals_count_articles_all_the_same(tried: TriedIndex) -> None:
    tried.rebuild(some_stories(40))
    asked = {"facets": frozenset(Facet), "limit": 5, "sort": Sort.NEWEST}
    plain, collapsed = tried.ask("", **asked), tried.ask("", collapse=Collapse.STORY, **asked)
    assert (plain.total, plain.facets, plain.dates) == (collapsed.total, collapsed.facets, collapsed.dates)


@pytest.mark.parametrize("limit", [0, 1, 1000])
def test_stories_are_counted_whatever_the_page(tried: TriedIndex, limit: int) -> None:
    articles = some_stories(60)
    tried.rebuild(articles)
    response = tried.ask(MatchAll(), collapse=Collapse.STORY, limit=limit)
    assert response.total_stories == len({each.story or each.id for each in articles})


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("size", [1, 3, 7])
def test_paging_gives_every_story_exactly_once(tried: TriedIndex, sort: Sort, size: int) -> None:
    articles = some_stories(70)
    tried.rebuild(articles)
    tried.update(some_stories(20)[:9], delete=["n015", "n030"])
    asked = {"sort": sort, "collapse": Collapse.STORY}
    whole = tried.ask("thông xe", limit=1000, **asked)
    assert sorted(map(story_of, whole.hits)) == sorted({each.story or each.id for each in articles})

    by_offset = [
        hit
        for at in range(0, len(whole.hits) + size, size)
        for hit in tried.ask("thông xe", offset=at, limit=size, **asked).hits
    ]
    assert by_offset == list(whole.hits)

    by_cursor: list[Hit] = []
    after = None
    while True:
        page = tried.ask("thông xe", limit=size, after=after, **asked)
        assert page.total_stories == len(whole.hits)
        by_cursor += page.hits
        if (after := page.next) is None:
            break
    assert [hit.article.id for hit in by_cursor] == [hit.article.id for hit in whole.hits]


def test_only_the_articles_of_a_story_can_be_asked_for(tried: TriedIndex) -> None:
    tried.rebuild([told("x", "s"), told("y", "s", 1), told("z", None), told("w", "t")])
    assert tried.found("", filters=Filters(story="s")) == {"x", "y"}
    assert tried.found("", filters=Filters(story="x")) == set()


def test_what_is_known_of_an_articles_story_comes_back(tried: TriedIndex) -> None:
    written = told("x", "s", is_original=True)
    tried.rebuild([written])
    assert tried.searcher.get("x") == written
