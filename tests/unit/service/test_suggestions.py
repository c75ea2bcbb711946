"""What is suggested while somebody types, and what a query was probably meant to be."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.article import Article
from tests.unit.service.conftest import make_app
from tests.unit.service.watched_searcher import WatchedSearcher

PAPERS = [
    Article(id="1", title="Đảng ủy xã họp", body="Đảng ủy xã Bến Gỗ họp bàn quy hoạch đô thị. Theo Chỉ thị 05-CT/TW."),
    Article(
        id="2", title="Quy hoạch đô thị ven sông", body="Quy hoạch đô thị do UBND tỉnh lập", publisher="Báo Bến Gỗ"
    ),
    Article(id="3", title="Đằng sau cơn mưa", body="Đằng sau quy hoạch là con người.", authors=("Lò Thị Mây Chiều",)),
]


@pytest.fixture
def papers(searcher: WatchedSearcher) -> FlaskClient:
    searcher.hold(PAPERS)
    return make_app(searcher).test_client()


def suggest(client: FlaskClient, q: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/suggest", query_string={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_words_codes_titles_and_authors_are_suggested(papers: FlaskClient) -> None:
    assert suggest(papers, "dang u")["words"] == [{"value": "đảng ủy", "count": 1}]
    assert suggest(papers, "05-c")["codes"] == [{"value": "05-CT/TW", "count": 1}]
    assert [title["id"] for title in suggest(papers, "quy hoach d")["titles"]] == ["2"]
    assert suggest(papers, "may ch")["authors"] == [{"value": "Lò Thị Mây Chiều", "count": 1}]


def test_filters_narrow_titles_and_authors(papers: FlaskClient) -> None:
    assert suggest(papers, "quy", publisher="Báo Bến Gỗ")["titles"]
    assert suggest(papers, "quy", publisher="Báo Khác")["titles"] == []


@pytest.mark.parametrize("typed", ["", " ", "q", "?!", "'\"><script>", "\x00", "đ" * 500, "05-", "-", "*", "a:b"])
def test_whatever_is_typed_is_answered(papers: FlaskClient, typed: str) -> None:
    assert set(suggest(papers, typed[:500])) == {"generation", "words", "codes", "titles", "authors"}


def test_at_most_so_many_of_a_kind_are_suggested(client: FlaskClient) -> None:
    assert len(suggest(client, "nu", size=1)["titles"]) <= 1
    assert client.get("/api/v1/suggest?q=a&size=21").status_code == 400


def test_an_unchanged_index_costs_no_second_search(papers: FlaskClient, searcher: WatchedSearcher) -> None:
    first = papers.get("/api/v1/suggest?q=quy")
    asked = len(searcher.requests)
    again = papers.get("/api/v1/suggest?q=quy", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, len(searcher.requests)) == (304, asked)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quy hoach do thi", "quy hoạch đô thị"),
        ("quy hoạch do thi", "quy hoạch đô thị"),
        ("dang uy xa", "đảng ủy xã"),
        ("quy hoach do thij", "quy hoạch đô thị"),
        ("hoachj do thi", "hoạch đô thị"),
        ("quy hoạch đô thị", None),
        ("quy", None),
        ("UBND tinh", "UBND tỉnh"),
        ("chi thi 05-CT/TW", None),
        ('"quy hoach"', None),
        ("khong co gi", None),
        ("2019 2020", None),
        ("quy OR hoach", None),
    ],
)
def test_a_query_is_spelled_as_the_archive_does(papers: FlaskClient, typed: str, meant: str | None) -> None:
    assert papers.get("/api/v1/meant", query_string={"q": typed}).get_json()["meant"] == meant


def test_the_page_asks_whether_that_was_meant(papers: FlaskClient) -> None:
    page = papers.get("/?q=quy+hoach+do+thi").text
    assert "Có phải bạn tìm" in page
    assert "quy hoạch đô thị</bdi></a>?" in page
    assert "Có phải bạn tìm" not in papers.get("/", query_string={"q": "quy hoạch đô thị"}).text


def test_a_page_says_why_an_article_was_found(client: FlaskClient) -> None:
    page = client.get("/?q=cau+cang").text
    assert "/vi-sao/cau-cang?q=cau+cang" in page
    why = client.get("/vi-sao/cau-cang?q=cau+cang")
    assert "Cộng lại" in why.text
    assert "thiếu" in client.get("/vi-sao/cau-cang?q=voi+rong").text
    assert client.get("/vi-sao/khong-co?q=x").status_code == 404


def test_bars_lead_to_their_periods(client: FlaskClient) -> None:
    page = client.get("/?sort=oldest").text
    figures = re.findall(r'<a href="(/\?[^"]*from=([^&"]*)[^"]*)" tabindex="-1"><title>[^<]*: (\d+) bài', page)
    assert figures
    for address, _, count in figures:
        assert f"Tìm thấy {count} bài" in client.get(address.replace("&amp;", "&")).text


def test_browsers_learn_how_to_search_here(client: FlaskClient) -> None:
    assert 'href="/opensearch.xml"' in client.get("/").text
    answer = client.get("/opensearch.xml")
    assert answer.content_type == "application/opensearchdescription+xml; charset=utf-8"
    assert "http://localhost/?q={searchTerms}" in answer.text
