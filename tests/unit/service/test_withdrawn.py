"""A withdrawn article is gone: 410 by its id, absent everywhere else, at once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.unit.service.watched_searcher import WatchedSearcher


@pytest.mark.parametrize("address", ["/api/v1/articles/nuoc-sach", "/api/v1/similar?id=nuoc-sach"])
def test_the_api_says_that_it_was_withdrawn(client: FlaskClient, searcher: WatchedSearcher, address: str) -> None:
    assert client.get(address).status_code == 200
    searcher.withhold("nuoc-sach")

    answer = client.get(address)

    assert (answer.status_code, answer.get_json()["code"]) == (410, "article_withdrawn")
    assert answer.get_json()["detail"] == "The article of this id was withdrawn."
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/bai/nuoc-sach", "/vi-sao/nuoc-sach?q=nước"])
def test_its_page_says_so_too(client: FlaskClient, searcher: WatchedSearcher, address: str) -> None:
    assert client.get(address).status_code == 200
    searcher.withhold("nuoc-sach")

    answer = client.get(address)

    assert answer.status_code == 410
    assert "Bài đã được gỡ" in answer.text
    assert "Bài này đã được rút nên nội dung không còn được hiển thị." in answer.text
    assert "Nước sạch" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/?q=nước", "/api/v1/search?q=nước", "/api/v1/suggest?q=nước", "/api/v1/export?q=nước", "/tin.atom?q=nước"],
)
def test_nothing_gives_it_any_more(client: FlaskClient, searcher: WatchedSearcher, address: str) -> None:
    before = client.get(address)
    assert "nuoc-sach" in before.text
    searcher.withhold("nuoc-sach")

    after = client.get(address, headers={"If-None-Match": before.headers.get("ETag", "")})

    assert after.status_code == 200
    assert "nuoc-sach" not in after.text


@pytest.mark.parametrize("address", ["/bai/nuoc-sach", "/vi-sao/nuoc-sach?q=nước", "/api/v1/articles/nuoc-sach"])
def test_what_a_browser_kept_of_it_is_no_longer_good(
    client: FlaskClient, searcher: WatchedSearcher, address: str
) -> None:
    before = client.get(address).headers
    kept = {"If-None-Match": before.get("ETag", '"x"'), "If-Modified-Since": "Tue, 01 Jan 2999 00:00:00 GMT"}
    searcher.withhold("nuoc-sach")

    assert client.get(address, headers=kept).status_code == 410
    assert client.get(address, headers=kept | {"If-None-Match": "*"}).status_code == 410
    head = client.head(address, headers=kept)
    assert (head.status_code, head.data, "ETag" in head.headers) == (410, b"", False)
