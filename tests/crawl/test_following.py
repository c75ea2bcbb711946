"""A portal is followed: what it shows is found, what it takes away is gone, and nothing is asked for twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from indexer.crawl.stores import Stores
from tests.crawl.following import Follower, expected
from tests.crawl.misbehaving_portal import Misbehaviour, Portal, portal

LISTING = ("--links", "h3 a", "--next", "a.sau")


@pytest.mark.parametrize(("name", "options"), [("rss.xml", ()), ("sitemap.xml", ()), ("tin-tuc", LISTING)])
def test_every_article_that_a_list_names_is_found(follower: Follower, name: str, options: tuple[str, ...]) -> None:
    with portal(45, forbidden=5) as shown:
        source = follower.follow(f"{shown.address}/{name}", *options)
        told = follower.sync()[source]
        assert follower.indexed() == follower.stored() == expected(shown)
        assert (told["found"], told["new"], told["refused"]) == (45, 40, 5)
        assert not [path for path in shown.asked if path.startswith("/noi-bo")], "robots.txt forbids these"


def test_a_second_round_sends_nothing_again_and_asks_for_no_page(follower: Follower) -> None:
    with portal(20) as shown:
        for name in ("rss.xml", "sitemap.xml"):
            follower.follow(f"{shown.address}/{name}")
        looked = shown.asked["/robots.txt"]
        follower.sync()
        before = pages_asked(shown)
        follower.sync()
        assert pages_asked(shown) == before
        assert shown.asked["/robots.txt"] == looked + 1
        assert set(shown.sent.values()) == {1}


def test_what_is_due_again_is_asked_for_with_what_is_known_of_it(follower: Follower) -> None:
    with portal(20) as shown:
        source = follower.follow(f"{shown.address}/rss.xml", "--recheck", "0s")
        follower.sync("--limit", "20")
        told = follower.sync("--limit", "20")[source]
        assert told["unchanged"] == 20
        assert set(shown.sent.values()) == {1}


def test_changed_articles_replace_the_old_ones(follower: Follower) -> None:
    with portal(30) as shown:
        source = follower.follow(f"{shown.address}/sitemap.xml")
        follower.sync()
        for number in (3, 4, 5):
            shown.change(number)
        told = follower.sync()[source]
        assert (told["new"], told["changed"]) == (0, 3)
        assert follower.indexed() == expected(shown)


def test_faults_cost_time_and_no_article(follower: Follower) -> None:
    with portal(60, behaviour=Misbehaviour(faults=0.3, slow_seconds=0.05)) as shown:
        follower.follow(f"{shown.address}/rss.xml")
        follower.sync()
        for _ in range(20):
            if follower.stored() == expected(shown):
                break
            follower.sync()
        assert follower.indexed() == expected(shown)
        assert set(shown.sent.values()) == {1}
        assert {"500", "429", "cut", "dropped"} <= set(shown.answered)


def test_a_portal_that_wants_to_be_left_alone_is(follower: Follower) -> None:
    with portal(30) as shown:
        source = follower.follow(f"{shown.address}/rss.xml")
        shown.busy_for = 3_600
        told = follower.sync()[source]
        assert told["failed"] == pages_asked(shown) <= 2
        shown.busy_for = 0
        follower.sync()
        assert pages_asked(shown) <= 2, "not before the hour is over"


def test_a_store_that_was_replaced_meanwhile_is_opened_anew(follower: Follower, tmp_path: Path) -> None:
    with portal(5) as shown:
        follower.follow(f"{shown.address}/rss.xml")
        follower.sync()
        shutil.copy(follower.home / "articles.db", tmp_path / "kept.db")
        with Stores(follower.home / "articles.db") as stores:
            assert stores.renewed() is stores
            os.replace(tmp_path / "kept.db", follower.home / "articles.db")
            other = stores.renewed()
            assert other is not stores
            with other:
                assert [source.name for source in other.state.sources()] == ["rss.xml"]


def pages_asked(shown: Portal) -> int:
    return sum(count for path, count in shown.asked.items() if path.startswith("/tin/"))
