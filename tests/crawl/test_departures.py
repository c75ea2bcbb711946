"""Pages that go, move, or only seem to."""

from __future__ import annotations

import pytest

from indexer.store import ArticleStore
from tests.crawl.following import Follower, expected
from tests.crawl.misbehaving_portal import portal

QUICKLY = ("--gone-after", "0s", "--recheck", "0s")


def test_deleted_articles_are_taken_out_when_their_page_was_missing_twice(follower: Follower) -> None:
    with portal(40) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        for number in (2, 4, 6, 8, 10):
            shown.delete(number)
        first = follower.sync()[source]
        assert first["gone"] == 0
        assert len(follower.stored()) == 40
        second = follower.sync()[source]
        assert second["gone"] == 5
        assert follower.indexed() == expected(shown)
        assert any("taken out, its page is gone (404)" in notice for notice in second["notices"])


def test_a_page_that_is_gone_for_good_goes_at_once(follower: Follower) -> None:
    with portal(40) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", "--gone-after", "1h")
        follower.sync()
        shown.delete(3)
        assert follower.sync()[source]["gone"] == 1
        assert follower.indexed() == expected(shown)


def test_a_page_that_comes_back_was_never_gone(follower: Follower) -> None:
    with portal(20) as shown:
        follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        shown.delete(4)
        follower.sync()
        shown.items[4].deleted = None
        follower.sync()
        follower.sync()
        assert follower.indexed() == expected(shown)


def test_an_article_that_was_taken_out_comes_back_with_its_page(follower: Follower) -> None:
    with portal(20) as shown:
        follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        shown.delete(5)
        follower.sync()
        assert 5 not in follower.stored()
        shown.items[5].deleted = None
        shown.change(5)
        follower.sync()
        assert follower.indexed() == expected(shown)


@pytest.mark.parametrize("status", [404, 410])
def test_a_portal_that_denies_everything_loses_nothing(follower: Follower, status: int) -> None:
    with portal(30) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        shown.down = status
        for _ in range(3):
            told = follower.sync()[source]
            assert told["gone"] == 0
        assert len(follower.indexed()) == 30
        assert any("taken for a failure of the portal" in notice for notice in told["notices"])
        shown.down = None
        follower.sync()
        assert follower.indexed() == expected(shown)


def test_a_few_deletions_are_told_from_a_failure_by_asking_for_others(follower: Follower) -> None:
    with portal(60) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", "--gone-after", "0s")
        follower.sync()
        for number in range(1, 20, 2):
            shown.delete(number)
        told = follower.sync()[source]
        assert told["gone"] == 10
        assert 20 < told["unchanged"] < 50
        assert set(shown.sent.values()) == {1}
        assert follower.indexed() == expected(shown)


def test_half_a_portal_goes_when_a_person_says_so(follower: Follower) -> None:
    with portal(20) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        for number in range(1, 20, 2):
            shown.delete(number)
        assert follower.sync()[source]["gone"] == 0
        assert follower.sync("--believe-gone", source)[source]["gone"] == 10
        assert follower.indexed() == expected(shown)


def test_an_error_page_that_says_200_replaces_no_article(follower: Follower) -> None:
    with portal(10) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        shown.down = 200
        for number in range(10):
            shown.change(number)
        assert follower.sync()[source]["rejected"] == 10
        assert follower.stored() == dict.fromkeys(range(10), 1)


def test_an_article_moves_along_with_its_page(follower: Follower) -> None:
    with portal(12) as shown:
        follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        ids = article_ids(follower)
        shown.moved = {3: "/moi/bai-3.html", 4: "/moi/bai-4.html"}
        follower.sync()
        follower.sync()
        assert follower.indexed() == expected(shown)
        assert article_ids(follower) == ids


def test_pages_that_all_lead_to_one_are_gone_and_not_moved(follower: Follower) -> None:
    with portal(40) as shown:
        follower.follow(f"{shown.address}/sitemap.xml", *QUICKLY)
        follower.sync()
        shown.moved = dict.fromkeys((3, 4, 5, 6), "/trang-loi")
        follower.sync()
        assert len(follower.stored()) == 40, "once may be an accident"
        for _ in range(3):
            follower.sync()
        assert follower.indexed() == {number: 1 for number in range(40) if number not in (3, 4, 5, 6)}


def article_ids(follower: Follower) -> set[str]:
    with ArticleStore.open(follower.home / "articles.db", read_only=True) as store:
        return set(store.ids())
