"""Every error, on every route: its status, its body, and that nothing of the inside gets out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions

from index import errors
from service.problems import PROBLEMS, SEARCH_PROBLEMS, problem_of
from tests.unit.service.conftest import make_app
from tests.unit.service.watched_searcher import FailingSearcher

SECRET = "/srv/bi-mat/index/g42/postings.bin: bad magic; run `timtin rebuild`"
MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def _subclasses(kind: type[errors.SearchError]) -> Iterator[type[errors.SearchError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def test_every_error_of_the_contract_has_its_problem() -> None:
    contract = {kind for kind in _subclasses(errors.SearchError) if kind.__module__ == errors.__name__}
    assert set(SEARCH_PROBLEMS) == contract


def test_a_finer_kind_of_an_engine_has_the_problem_of_its_kind() -> None:
    class Finer(errors.SearchTimeout):
        pass

    assert problem_of(Finer()) == SEARCH_PROBLEMS[errors.SearchTimeout]
    assert problem_of(errors.SearchError()) == SEARCH_PROBLEMS[errors.EngineUnavailable]


def test_codes_are_unique() -> None:
    assert len({problem.code for problem in PROBLEMS}) == len(PROBLEMS)


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_every_http_exception_has_a_problem_of_its_class(status: int) -> None:
    problem = problem_of(default_exceptions[status]())
    assert problem.status // 100 == status // 100
    assert problem in PROBLEMS


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api/v1", 404, "not_found"),
        ("/api/v1/", 404, "not_found"),
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v2/search", 404, "not_found"),
        ("/api/v1/search/", 404, "not_found"),
        ("/api/v1/articles/", 404, "not_found"),
        ("/api/v1/articles/nothing", 404, "article_not_found"),
        ("/api/v1/articles/..%2f..%2fetc%2fpasswd", 404, "article_not_found"),
        ("/api/v1/search?size=0", 400, "invalid_parameters"),
    ],
)
def test_an_error_of_the_api_is_a_problem_document(client: FlaskClient, address: str, status: int, code: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    fields = answer.get_json()
    assert set(fields) >= MEMBERS
    assert (fields["status"], fields["code"]) == (status, code)
    assert fields["type"] == f"urn:problem-type:timtin:{code}"
    assert fields["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/api/v1/search", "/api/v1/articles/cau-cang", "/healthz", "/readyz"])
def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient, address: str, method: str) -> None:
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
    assert {"GET", "HEAD"} <= {each.strip() for each in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    ("error", "status", "code"), [(kind(SECRET), p.status, p.code) for kind, p in SEARCH_PROBLEMS.items()]
)
@pytest.mark.parametrize("address", ["/api/v1/search", "/api/v1/articles/x", "/readyz", "/", "/?q=x", "/bai/x"])
def test_an_error_of_the_index_leaks_nothing(error: Exception, status: int, code: str, address: str) -> None:
    answer = make_app(FailingSearcher(error)).test_client().get(address)
    assert answer.status_code == status
    assert "bi-mat" not in answer.text
    assert "timtin rebuild" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    if address.startswith(("/api", "/readyz")):
        assert answer.get_json()["code"] == code
    else:
        assert answer.content_type == "text/html; charset=utf-8"
        assert answer.headers["X-Request-ID"] in answer.text


@pytest.mark.parametrize("address", ["/api/v1/search", "/api/v1/articles/x", "/readyz", "/", "/bai/x"])
def test_an_error_nobody_foresaw_is_logged_and_leaks_nothing(address: str, caplog: pytest.LogCaptureFixture) -> None:
    client = make_app(FailingSearcher(ZeroDivisionError(SECRET))).test_client()
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"{address}?q=riêng+tư" if address == "/" else address)
    assert answer.status_code == 500
    assert "bi-mat" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["X-Request-ID"] in caplog.text
    assert SECRET in caplog.text
    assert "riêng" not in caplog.messages[0]


def test_health_stays_up_without_an_index() -> None:
    client = make_app(FailingSearcher(errors.IndexMissing(SECRET))).test_client()
    assert (client.get("/healthz").status_code, client.get("/healthz").get_json()) == (200, {"status": "ok"})


def test_readiness_names_the_generation_and_its_age(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {
        "status": "ok",
        "generation": "1",
        "articles": 5,
        "built_at": "2020-01-01T00:00:00+00:00",
        "age_seconds": 90 * 60,
        "building": False,
        "abbreviation_problems": 0,
    }


@pytest.mark.parametrize("address", ["/nothing", "/bai/nothing", "/bai/", "/tro-giup/", "/static/nothing.css"])
def test_a_reader_at_a_wrong_address_is_helped_in_vietnamese(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    assert "Không có" in answer.text
    assert 'name="q"' in answer.text


@pytest.mark.parametrize("address", ["/", "/bai/cau-cang", "/tro-giup", "/robots.txt"])
def test_a_page_takes_no_posts(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"q": "x"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_errors_are_never_cached(client: FlaskClient) -> None:
    for address in ("/api/v1/nothing", "/nothing", "/bai/nothing", "/api/v1/search?size=0"):
        assert client.get(address).headers["Cache-Control"] == "no-store"
