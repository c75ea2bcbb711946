"""How often queries were written about, period by period, beside all articles of the archive."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.article import Article
from index.dates import PublishedAt
from index.errors import QueryRefused
from index.query import MatchAll, SearchRequest
from index.response import SearchResponse
from service import coverage, create_app
from service.settings import Settings
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, REED
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

Cover = Callable[..., dict[str, Any]]


def on(days: list[date], text: str = "Sò huyết được mùa.") -> list[Article]:
    return [
        Article(f"{text[:2]}{n}", text, "Bản tin của xóm chài.", published_at=PublishedAt.on(of))
        for n, of in enumerate(days)
    ]


@pytest.fixture
def cover(client: FlaskClient) -> Cover:
    def ask(*queries: str, **parameters: Any) -> dict[str, Any]:
        named = {name.rstrip("_"): value for name, value in parameters.items()}
        answer = client.get("/api/v1/coverage", query_string={"q": list(queries), **named})
        assert answer.status_code == 200, answer.text
        fields: dict[str, Any] = answer.get_json()
        return fields

    return ask


def test_queries_are_counted_by_year_beside_all_articles(cover: Cover) -> None:
    answer = cover("nước", "tàu")
    assert answer["by"] == "year"
    assert (answer["all"]["total"], answer["all"]["undated"]) == (5, 1)
    assert [(each["value"], each["count"]) for each in answer["all"]["periods"]] == [
        ("2019", 1), ("2020", 2), ("2021", 0), ("2022", 0), ("2023", 1),
    ]  # fmt: skip
    water, ship = answer["queries"]
    assert (water["q"], water["total"], water["undated"], water["share"]) == ("nước", 4, 1, 80)
    assert [each["count"] for each in water["periods"]] == [1, 1, 0, 0, 1]
    assert [each["share"] for each in water["periods"]] == [100, 50, None, None, 100]
    assert [each["count"] for each in ship["periods"]] == [0, 1, 0, 0, 0]


def test_a_period_has_the_bounds_of_a_vietnamese_calendar(cover: Cover) -> None:
    [*_, last] = cover("nước")["all"]["periods"]
    assert (last["from"], last["to"]) == ("2023-01-01T00:00:00+07:00", "2024-01-01T00:00:00+07:00")


def test_every_count_is_what_a_search_of_that_period_finds(cover: Cover, client: FlaskClient) -> None:
    for q in ("nước", "tàu OR vải", "-nước", '"bản Mây"'):
        for by in ("year", "month"):
            [counted] = cover(q, by=by)["queries"]
            for period in counted["periods"]:
                within = {"q": q, "from": period["value"], "to": period["value"]}
                assert client.get("/api/v1/search", query_string=within).get_json()["total"] == period["count"]


@pytest.mark.parametrize(
    ("within", "by", "periods"),
    [
        ({}, "year", 5),
        ({"from_": "2019-05", "to": "2020"}, "month", 15),
        ({"from_": "2020"}, "month", 31),
        ({"from_": "2020", "to": "2020"}, "day", 2),
        ({"from_": "1990", "to": "1991"}, "year", 0),
        ({"by": "day", "from_": "2020", "to": "2020"}, "day", 2),
        ({"by": "month"}, "month", 45),
        ({"by": "year", "from_": "2020", "to": "2020"}, "year", 1),
    ],
)
def test_the_interval_suits_the_span_unless_it_is_asked_for(
    cover: Cover, within: dict[str, str], by: str, periods: int
) -> None:
    answer = cover("nước", **within)
    assert (answer["by"], len(answer["all"]["periods"])) == (by, periods)
    assert len(answer["queries"][0]["periods"]) == periods


def test_filters_narrow_the_queries_and_what_they_are_compared_with(cover: Cover) -> None:
    answer = cover("nước", author=REED)
    assert (answer["all"]["total"], answer["queries"][0]["total"]) == (2, 2)
    answer = cover("tàu", publisher=HARBOUR, from_="2020")
    assert (answer["all"]["total"], answer["all"]["undated"], answer["queries"][0]["share"]) == (1, 0, 100)


def test_a_share_of_no_articles_is_unknown(cover: Cover) -> None:
    [counted] = cover("nước", section="Thể thao")["queries"]
    assert (counted["total"], counted["share"], counted["periods"]) == (0, None, [])


def test_what_of_a_query_is_no_use_is_told_beside_it(cover: Cover) -> None:
    usual, strange = cover("nước", "nước ngày:35/13/2020")["queries"]
    assert usual["notes"] == []
    assert "35/13/2020" in strange["notes"][0]


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "q must be given"),
        ("q=", "q must not be empty: number 1 of them is"),
        ("q=a&q=%20", "q must not be empty: number 2 of them is"),
        ("q=a&q=b&q=c&q=d&q=e&q=f", "q may be given at most 5 times, got 6"),
        ("q=a&q=" + "b" * 501, "q must have at most 500 characters, number 2 of them has 501"),
        ("q=a&by=week", "by must be year, month or day, got 'week'"),
        ("q=a&by=", "by must be year, month or day, got ''"),
        ("q=a&date=unknown", "unknown parameter date: "),
        ("q=a&from=2021&to=2020", "from must not be after to"),
        ("q=a&by=day", "by=day would give more than 400 periods: narrow them with from and to"),
    ],
)
def test_what_can_not_be_used_is_refused(client: FlaskClient, query_string: str, message: str) -> None:
    answer = client.get(f"/api/v1/coverage?{query_string}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.get_json()["code"] == "invalid_parameters"
    assert any(error["message"].startswith(message) for error in answer.get_json()["errors"]), answer.text


def test_more_periods_than_are_given_are_refused_whatever_the_interval() -> None:
    first = date(2001, 1, 1)
    client = make_app(WatchedSearcher(on([first, first + timedelta(days=399)]))).test_client()
    assert len(client.get("/api/v1/coverage?q=a&by=day").get_json()["all"]["periods"]) == 400
    client = make_app(WatchedSearcher(on([first, first + timedelta(days=400)]))).test_client()
    assert client.get("/api/v1/coverage?q=a&by=day").status_code == 400
    client = make_app(WatchedSearcher(on([date(1000, 1, 1), first]))).test_client()
    assert client.get("/api/v1/coverage?q=a").status_code == 400


def test_an_answer_is_known_again_until_the_articles_change(client: FlaskClient, searcher: WatchedSearcher) -> None:
    answer = client.get("/api/v1/coverage?q=nước&q=tàu")
    assert answer.headers["Cache-Control"] == "no-cache"
    asked = len(searcher.requests)
    again = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/api/v1/coverage?q=nước&q=tàu", headers=again).status_code == 304
    assert len(searcher.requests) == asked
    assert client.get("/api/v1/coverage?q=nước&q=mưa", headers=again).status_code == 200
    assert client.get("/api/v1/coverage?q=nước&q=tàu&by=month", headers=again).status_code == 200
    searcher.hold(ARTICLES[:3])
    assert client.get("/api/v1/coverage?q=nước&q=tàu", headers=again).status_code == 200


def test_no_hit_is_fetched(client: FlaskClient, searcher: WatchedSearcher) -> None:
    client.get("/api/v1/coverage?q=nước&q=tàu")
    assert {request.limit for request in searcher.requests} == {0}
    assert len(searcher.requests) == 4


def test_so_many_queries_count_as_so_many_requests(tmp_path: Path, searcher: WatchedSearcher) -> None:
    client = create_app(Settings(home=tmp_path, rate_limit=24), searcher, analyzer()).test_client()
    assert client.get("/api/v1/coverage?q=a&q=b&q=c&q=d&q=e").status_code == 200
    assert client.get("/api/v1/coverage?q=a").status_code == 200
    assert client.get("/api/v1/coverage?q=a").status_code == 429


class Swapping(WatchedSearcher):
    """Has other articles from the third search on."""

    def search(self, request: SearchRequest) -> SearchResponse:
        if len(self.requests) == 2:
            self.hold(ARTICLES[:1])
        return super().search(request)


def test_articles_that_change_meanwhile_are_never_counted_beside_those_before() -> None:
    answer = make_app(Swapping(ARTICLES)).test_client().get("/api/v1/coverage?q=nước&q=tàu").get_json()
    assert (answer["all"]["total"], answer["queries"][1]["total"], answer["generation"]) == (1, 1, "2")


class Refusing(WatchedSearcher):
    """Refuses every query but the one for all articles."""

    def search(self, request: SearchRequest) -> SearchResponse:
        if not isinstance(request.query, MatchAll):
            raise QueryRefused("too many parts")
        return super().search(request)


def test_a_query_that_is_refused_is_named() -> None:
    answer = make_app(Refusing(ARTICLES)).test_client().get("/api/v1/coverage?q=nước&q=rừng")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_parameters")
    assert [(each["value"], each["message"]) for each in answer.get_json()["errors"]] == [
        ("nước", "q number 1 is refused: too many parts"),
        ("rừng", "q number 2 is refused: too many parts"),
    ]


class Restless(WatchedSearcher):
    """Gets a new generation with each search."""

    def search(self, request: SearchRequest) -> SearchResponse:
        self.hold(ARTICLES)
        return super().search(request)


def test_counts_of_different_generations_are_never_passed_off_as_one() -> None:
    client = make_app(Restless(ARTICLES)).test_client()
    answer = client.get("/api/v1/coverage?q=nước")
    assert (answer.status_code, answer.get_json()["code"]) == (504, "search_timeout")
    assert "Kho đang thay đổi nên chưa so sánh được" in client.get("/so-sanh?q=nước").text


class Slow(WatchedSearcher):
    """Takes longer for a query than all of them have."""

    def search(self, request: SearchRequest) -> SearchResponse:
        if not isinstance(request.query, MatchAll):
            time.sleep(coverage.SECONDS)
        return super().search(request)


def test_queries_for_which_no_time_is_left_are_named_and_the_others_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SECONDS", 0.05)
    client = make_app(Slow(ARTICLES)).test_client()
    answer = client.get("/api/v1/coverage?q=nước&q=tàu")
    assert (answer.status_code, answer.get_json()["code"]) == (504, "search_timeout")
    page = client.get("/so-sanh?q=nước&q=tàu").text
    assert "Chưa kịp đếm câu “tàu”" in page
    assert 'class="legend"' in page


def test_an_archive_without_dates_has_no_periods_however_they_are_cut() -> None:
    undated = [replace(each, published_at=None) for each in ARTICLES]
    client = make_app(WatchedSearcher(undated)).test_client()
    for by in ("", "&by=day", "&by=month"):
        assert client.get(f"/api/v1/coverage?q=nước{by}").get_json()["all"]["periods"] == []
    page = client.get("/so-sanh?q=nước&by=day").text
    assert "Không có bài nào có ngày" in page
