"""What the public sees when a cluster refuses the service, is overloaded or is no cluster that can be searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from index.opensearch_engine import OpenSearchSearcher, Place, patience
from tests.cluster.answering import Answers, answering
from tests.unit.service.conftest import make_app

SECRET = "/srv/bi-mat/data: no such user"


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def client(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr(patience, "_wait", lambda _: None)
    with answering(answers) as url, closing(OpenSearchSearcher(Place((url,), "thu"))) as searcher:
        yield make_app(searcher).test_client()


def assert_problem(client: FlaskClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/articles/x", "/readyz"])
@pytest.mark.parametrize(
    ("status", "kind", "problem", "code"),
    [
        (401, "security_exception", 503, "engine_unavailable"),
        (403, "security_exception", 503, "engine_unavailable"),
        (429, "circuit_breaking_exception", 503, "engine_unavailable"),
        (503, "cluster_manager_not_discovered_exception", 503, "engine_unavailable"),
        (504, "process_cluster_event_timeout_exception", 504, "search_timeout"),
    ],
)
def test_what_a_cluster_refuses_is_told_without_its_words(
    client: FlaskClient, answers: Answers, path: str, status: int, kind: str, problem: int, code: str
) -> None:
    answers.error(status, kind, SECRET)
    assert_problem(client, path, problem, code)


def test_a_cluster_of_another_make_is_not_searched(
    client: FlaskClient, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    answers.version = {"version": {"number": "8.15.0"}}
    assert_problem(client, "/api/v1/search", 503, "engine_unavailable")
    assert "Elasticsearch 8.15.0, which is not supported" in caplog.text
