"""A client may ask so often, and is told when it may again; others are not held up by it."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from flask import Flask

from service import create_app
from service.client_queues import SharedQueues
from service.rate_limit import BURST, RateLimit, TooManyRequests
from service.settings import Settings
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answered(limit: RateLimit, address: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limit.count(address)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_a_burst_is_answered_and_then_one_request_in_its_time() -> None:
    clock = Clock()
    limit = RateLimit(60, SharedQueues(clock))
    assert answered(limit, "192.0.2.1", 100) == BURST
    clock.now += 1
    assert answered(limit, "192.0.2.1", 100) == 1
    clock.now += 3600
    assert answered(limit, "192.0.2.1", 100) == BURST


def test_the_wait_told_is_long_enough() -> None:
    clock = Clock()
    limit = RateLimit(20, SharedQueues(clock))
    answered(limit, "192.0.2.1", 100)
    with pytest.raises(TooManyRequests) as refused:
        limit.count("192.0.2.1")
    clock.now += refused.value.retry_after
    limit.count("192.0.2.1")


def test_each_client_has_its_own_queue_and_an_ipv6_network_is_one_client() -> None:
    limit = RateLimit(60, SharedQueues(Clock()))
    assert answered(limit, "192.0.2.1", 100) == answered(limit, "192.0.2.2", 100) == BURST
    assert answered(limit, "2001:db8::1", 100) == BURST
    assert answered(limit, "2001:db8::ffff:2", 5) == 0
    assert answered(limit, "2001:db8:0:1::1", 5) == 5
    assert answered(limit, "::ffff:192.0.2.1", 5) == 0


def test_a_second_less_than_told_is_too_early() -> None:
    for per_minute in (1, 20, 300):
        clock = Clock()
        limit = RateLimit(per_minute, SharedQueues(clock))
        answered(limit, "192.0.2.1", 1000)
        with pytest.raises(TooManyRequests) as refused:
            limit.count("192.0.2.1")
        clock.now += refused.value.retry_after - 1.01
        if per_minute < 60:
            assert answered(limit, "192.0.2.1", 1) == 0


def test_ports_make_no_new_clients_and_what_is_no_address_is_one_client() -> None:
    limit = RateLimit(60, SharedQueues(Clock()))
    answered(limit, "192.0.2.1", 100)
    assert answered(limit, "192.0.2.1:1234", 5) == 0
    answered(limit, "[2001:db8::1]:80", 100)
    assert answered(limit, "2001:db8::2", 5) == 0
    answered(limit, "unknown", 100)
    assert answered(limit, "_hidden", 5) == 0


def test_several_requests_at_once_count_as_so_many() -> None:
    limit = RateLimit(60, SharedQueues(Clock()))
    limit.count("192.0.2.1", 10)
    assert answered(limit, "192.0.2.1", 100) == BURST - 10


@pytest.mark.parametrize("per_minute", [1, 3, 12, 300])
def test_several_searches_in_one_request_are_answered_however_low_the_limit(
    tmp_path: Path, searcher: WatchedSearcher, per_minute: int
) -> None:
    app = create_app(Settings(home=tmp_path, rate_limit=per_minute), searcher, analyzer())
    for address, queries in (("/api/v1/coverage", ["a"]), ("/api/v1/coverage", [*"abcde"]), ("/so-sanh", [*"abcde"])):
        client = {"REMOTE_ADDR": f"192.0.2.{len(queries)}{len(address)}"}
        first, second = (
            app.test_client().get(address, query_string={"q": queries}, environ_base=client).status_code
            for _ in range(2)
        )
        assert first == 200
        if len(queries) > 1:
            assert second == (200 if per_minute == 300 else 429)


def test_no_limit_counts_nothing() -> None:
    assert answered(RateLimit(0, SharedQueues(Clock())), "192.0.2.1", 1000) == 1000


def test_a_very_low_limit_still_answers_one() -> None:
    assert answered(RateLimit(1, SharedQueues(Clock())), "192.0.2.1", 9) == 1


@pytest.fixture
def app(tmp_path: Path, searcher: WatchedSearcher) -> Flask:
    return create_app(Settings(home=tmp_path, rate_limit=4), searcher, analyzer())


def test_who_asks_too_often_is_told_when_to_come_back(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/search").status_code == 200
    refused = client.get("/api/v1/search")
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 15
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 429
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/search", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


def test_workers_forked_from_one_process_count_together(tmp_path: Path) -> None:
    limit = RateLimit(60, SharedQueues(Clock()))
    forked = multiprocessing.get_context("fork").Process(target=answered, args=(limit, "192.0.2.1", 10))
    forked.start()
    forked.join()
    assert answered(limit, "192.0.2.1", 100) == BURST - 10


@pytest.mark.parametrize(
    ("allowed", "origin", "expected"),
    [
        ("https://portal.example", "https://portal.example", "https://portal.example"),
        ("https://portal.example", "https://other.example", None),
        ("*", "https://other.example", "*"),
        ("", "https://other.example", None),
    ],
)
def test_only_allowed_origins_may_read_the_api(
    tmp_path: Path, searcher: WatchedSearcher, allowed: str, origin: str, expected: str | None
) -> None:
    client = create_app(Settings(home=tmp_path, allowed_origins=allowed), searcher, analyzer()).test_client()
    answer = client.get("/api/v1/search", headers={"Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == expected
    preflight = client.options("/api/v1/search", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert ("Access-Control-Allow-Methods" in preflight.headers) is (expected is not None)
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": origin}).headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_wrong_key_is_no_way_around_the_limit(app: Flask) -> None:
    client = app.test_client()
    answers = [client.get("/api/v1/search", headers={"Authorization": f"Bearer tt_{n}"}).status_code for n in range(9)]
    assert answers.count(429) == 8


def test_other_schemes_of_authorization_shut_nobody_out(tmp_path: Path, searcher: WatchedSearcher) -> None:
    client = create_app(Settings(home=tmp_path), searcher, analyzer()).test_client()
    for path in ("/", "/api/v1/search", "/bai/cau-cang"):
        assert client.get(path, headers={"Authorization": "Basic eDp5"}).status_code == 200


def test_preflights_are_not_counted(tmp_path: Path, searcher: WatchedSearcher) -> None:
    settings = Settings(home=tmp_path, rate_limit=1, allowed_origins="*")
    client = create_app(settings, searcher, analyzer()).test_client()
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "GET"}
    assert {client.options("/api/v1/search", headers=asked).status_code for _ in range(5)} == {200}
    assert client.get("/api/v1/search").status_code == 200
