"""Around an article: the hits before and behind it, articles like it, how long ago it appeared; compression."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from index.dates import PublishedAt
from tests.unit.service.conftest import NOW, make_app
from tests.unit.service.invented_articles import ARTICLES, numbered
from tests.unit.service.watched_searcher import WatchedSearcher


def around(page: str) -> tuple[str | None, str | None]:
    found = [re.search(rf'<a rel="{rel} nofollow" href="([^"]*)"', page) for rel in ("prev", "next")]
    return tuple(match[1].replace("&amp;", "&") if match else None for match in found)  # type: ignore[return-value]


def test_the_hits_are_read_one_after_another_over_all_pages(searcher: WatchedSearcher) -> None:
    searcher.hold(numbered(7))
    client = make_app(searcher, page_size=3).test_client()
    hits = [hit["id"] for hit in client.get("/api/v1/search?sort=newest&size=7").get_json()["hits"]]
    address: str | None = f"/bai/{hits[0]}?sort=newest"
    read = []
    while address is not None:
        read.append(re.match(r"/bai/([^?]*)", address)[1])  # type: ignore[index]
        page = client.get(address).text
        before, address = around(page)
        assert (before is None) == (len(read) == 1)
    assert read == hits
    assert "page=3" in client.get(f"/bai/{hits[-1]}?sort=newest&page=3").text


def test_an_article_that_no_search_led_to_has_no_neighbours(client: FlaskClient) -> None:
    assert around(client.get("/bai/cau-cang").text) == (None, None)
    assert around(client.get("/bai/cau-cang?q=voi+rong").text) == (None, None)


def test_articles_like_it_are_offered_but_not_the_article_itself(searcher: WatchedSearcher) -> None:
    base = ARTICLES[0]
    searcher.hold([base, replace(base, id="like", title="Bài giống hệt")])
    page = make_app(searcher).test_client().get(f"/bai/{base.id}").text
    similar = page.split("Bài cùng chủ đề")[1]
    assert "/bai/like" in similar
    assert f"/bai/{base.id}" not in similar


@pytest.mark.parametrize(
    ("hours", "told"), [(0.5, "30 phút trước"), (5, "5 giờ trước"), (24 * 3, "3 ngày trước"), (24 * 9, None)]
)
def test_recent_articles_say_how_long_ago(searcher: WatchedSearcher, hours: float, told: str | None) -> None:
    searcher.hold([replace(ARTICLES[0], id="x", published_at=PublishedAt(NOW - timedelta(hours=hours)))])
    page = make_app(searcher).test_client().get("/bai/x").text
    shown = re.search(r"<time[^>]*>([^<]*)</time>", page)
    assert shown is not None
    assert (shown[1] == told) if told else re.fullmatch(r"\d\d/\d\d/\d{4}, \d\d:\d\d", shown[1])
    assert told is None or re.search(r'title="\d\d/\d\d/\d{4}, \d\d:\d\d"', page)


def test_answers_are_compressed_for_those_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/tro-giup")
    packed = client.get("/tro-giup", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert client.get("/tro-giup", headers={"Accept-Encoding": "zstd, br"}).headers["Content-Encoding"] == "zstd"
