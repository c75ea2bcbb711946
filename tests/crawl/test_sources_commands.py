"""`timtin sources`: what is typed, what is told."""

from __future__ import annotations

import json

import pytest

from indexer.crawl.source import Source, SourceKind
from tests.crawl.following import Follower, expected
from tests.crawl.misbehaving_portal import TRAPS, portal


def test_the_kind_of_a_source_is_seen_and_its_settings_are_kept(follower: Follower) -> None:
    with portal(3) as shown:
        for name, kind, every in (("rss.xml", "feed", 30.0), ("sitemap.xml", "sitemap", 300.0)):
            told = follower.run(
                *("sources", "add", f"{shown.address}/{name}", "--name", name, "--allow-private", "--delay", "2s"),
                *("--recheck", "2h", "--host", "Anh.example", "--json"),
            )
            made = json.loads(told.stdout)
            assert (made["kind"], made["every"], made["delay"], made["recheck"]) == (kind, every, 2.0, 7_200.0)
            assert made["hosts"] == ["anh.example"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("https://bao.example/rss", "--every", "lúc nào rảnh"), "write it as 30s, 10m, 2h or 1d"),
        (("ftp://bao.example/rss",), "no web address"),
        (("http://127.0.0.1:9/rss",), "127.0.0.1 is 127.0.0.1, an address of a private network"),
        (
            ("http://127.0.0.1:9/rss", "--allow-private", "--timeout", "1s", "--delay", "0s"),
            "name its --kind to add it",
        ),
    ],
)
def test_what_can_not_be_followed_is_told(follower: Follower, options: tuple[str, ...], message: str) -> None:
    told = follower.run("sources", "add", *options, code=2)
    assert message in " ".join(told.stderr.replace("│", " ").split())


def test_a_source_has_one_name(follower: Follower) -> None:
    add = ("sources", "add", "https://bao.example/rss", "--kind", "feed")
    follower.run(*add, "--name", "một")
    assert "is followed as một already" in follower.run(*add, "--name", "hai", code=2).stderr
    follower.run(*add, "--name", "một", "--every", "1h")
    listed = json.loads(follower.run("sources", "list", "--json").stdout)["sources"]
    assert [(each["name"], each["every"]) for each in listed] == [("một", 3_600.0)]


def test_list_check_and_remove_tell_how_things_stand(follower: Follower) -> None:
    with portal(12, forbidden=2) as shown:
        name = follower.follow(f"{shown.address}/rss.xml")
        assert "never read" in follower.run("sources", "list").stdout
        checked = follower.run("sources", "check", name).stdout
        assert "names 12 pages; robots.txt: allows it" in checked
        assert "title: Xã" in checked
        follower.sync()
        listed = follower.run("sources", "list").stdout
        assert "12 pages, 10 articles, 2 without an article; read 20" in listed
        assert "its articles stay" in follower.run("sources", "remove", name).stdout
        assert follower.stored() == expected(shown)
        assert "Nothing is followed yet" in follower.run("sources", "list").stdout
        assert f"there is no source {name}" in follower.run("sources", "remove", name, code=2).stderr
    assert "nothing is followed yet" in follower.run("sync", code=2).stderr


def test_a_source_that_can_not_be_read_fails_the_round(follower: Follower) -> None:
    with portal(3) as shown:
        name = follower.follow(f"{shown.address}/rss.xml")
        address = shown.address
    told = follower.run("sync", "--json", code=1)
    [source] = json.loads(told.stdout)["sources"]
    assert source["failed"] == 1
    assert f"{address}/robots.txt: 127.0.0.1" in source["notices"][0]
    assert "nothing is asked for there" in source["notices"][0]
    assert follower.run("sources", "check", name, code=1)


def test_traps_are_told_and_cost_no_article(follower: Follower) -> None:
    with portal(5) as shown:
        shown.traps = TRAPS
        name = follower.follow(f"{shown.address}/rss.xml", "--timeout", "1s")
        told = follower.sync()[name]
        notices = "\n".join(told["notices"])
        assert follower.indexed() == expected(shown)
        for reason in ("longer than 8 MiB", "links lead to other hosts (noi-khac.example)", "not a page", "circle"):
            assert reason in notices
        assert "took longer than 1 s" in notices
        assert shown.sent[1, 1] == 1, "doubles by tracking parameters are one page"


def test_limits_of_a_source_are_kept_and_told(follower: Follower) -> None:
    with portal(30) as shown:
        name = follower.follow(f"{shown.address}/rss.xml", "--pages", "10")
        told = follower.sync()[name]
        assert (told["new"], len(follower.stored())) == (10, 10)
        assert told["notices"] == ["rss.xml has more than 10 pages; --pages allows more"]


def test_a_source_outlives_fields_it_does_not_know() -> None:
    source = Source("báo", SourceKind.FEED, "https://bao.example/rss", hosts=("a.example",))
    assert Source.from_fields({**source.as_fields(), "hosts": ["a.example"], "later": 1}) == source
    assert source.allowed_hosts == {"bao.example", "www.bao.example", "a.example"}


def test_what_the_feed_knows_is_used_where_the_page_says_nothing(follower: Follower) -> None:
    with portal(3) as shown:
        shown.plain = True
        follower.follow(f"{shown.address}/rss.xml")
        follower.sync()
        [hit, *_] = json.loads(follower.run("search", "--json", "mốc2x1").stdout)["hits"]
        got = json.loads(follower.run("get", hit["id"], "--json").stdout)
        assert got["published_at"] == "2020-09-13T19:28:40+07:00"
        assert got["section"] == "Nông thôn"
        assert got["authors"] == ["Nguyễn Giả Định"]
