"""The OpenAPI document says what the API takes and answers: whatever it allows is sent, and what it doesn't.

`make fuzz` sends ten times as many requests.
"""

from __future__ import annotations

import os
import re

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi import checks as openapi

from service.problems import PROBLEMS
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES
from tests.unit.service.watched_searcher import WatchedSearcher

EXAMPLES = int(os.environ.get("TIMTIN_FUZZ", "200"))
"""Requests an operation."""


def application() -> Flask:
    return make_app(WatchedSearcher(ARTICLES))


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_answer_is_one_that_the_document_names(case: schemathesis.Case) -> None:
    answer = case.call(headers={"Accept-Encoding": "identity"})
    # Dates in the wrong order, or a page past the last hit, are no fault that a schema could name.
    passed_over = [openapi.positive_data_acceptance]
    if answer.status_code == 414:  # a refusal, too
        passed_over.append(openapi.negative_data_rejection)
    case.validate_response(answer, excluded_checks=passed_over)


def test_the_document_names_every_address_of_the_api(client: FlaskClient) -> None:
    told = set(client.get("/api/v1/openapi.json").get_json()["paths"])
    rules = {rule.rule for rule in application().url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert told == {re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule).replace("article_id", "id") for rule in rules} - {
        "/api/v1/openapi.json",
        "/api/docs",
    }


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.code)
def test_every_problem_is_named_by_some_operation(client: FlaskClient, problem) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    descriptions = [each["responses"].get(str(problem.status), {}).get("description", "") for each in operations]
    assert any(f"`{problem.code}`" in description for description in descriptions)


def test_checks_are_made_at_all() -> None:
    assert {check.__name__ for check in CHECKS.get_all()} >= {
        "not_a_server_error",
        "status_code_conformance",
        "response_schema_conformance",
    }
