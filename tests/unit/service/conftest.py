"""The application over invented articles, and ways to ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index.engine import Searcher
from service import create_app
from service.settings import Access, Settings
from tests.unit.service.invented_articles import ARTICLES
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

NOW = datetime(2020, 1, 1, 1, 30, tzinfo=UTC)
OPEN: dict[str, Any] = {
    "export": Access.PUBLIC,
    "explain": Access.PUBLIC,
    "multi_search": Access.PUBLIC,
    "statistics": Access.PUBLIC,
    "rate_limit": 0,
}


def make_app(searcher: Searcher, **settings: Any) -> Flask:
    """Make the application over a searcher; the clock stands still."""
    return create_app(Settings(home=Path("nowhere"), **(OPEN | settings)), searcher, analyzer(), clock=lambda: NOW)


@pytest.fixture
def searcher() -> WatchedSearcher:
    return WatchedSearcher(ARTICLES)


@pytest.fixture
def app(searcher: WatchedSearcher) -> Flask:
    return make_app(searcher)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., dict[str, Any]]:
    """Search by the API; `from_` stands for from."""

    def search(**parameters: Any) -> dict[str, Any]:
        answer = client.get("/api/v1/search", query_string={name.rstrip("_"): v for name, v in parameters.items()})
        assert answer.status_code == 200, answer.text
        fields: dict[str, Any] = answer.get_json()
        return fields

    return search


@pytest.fixture
def faults(client: FlaskClient) -> Callable[[str], list[dict[str, str]]]:
    """Search by the API with a query string that is no good; gives the errors listed."""

    def search(query_string: str) -> list[dict[str, str]]:
        answer = client.get(f"/api/v1/search?{query_string}")
        assert answer.status_code == 400, answer.text
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["code"] == "invalid_parameters"
        errors: list[dict[str, str]] = answer.get_json()["errors"]
        return errors

    return search


@pytest.fixture
def look(client: FlaskClient) -> Callable[..., Page]:
    """Open a page."""

    def open_page(address: str, status: int = 200, **parameters: Any) -> Page:
        answer = client.get(address, query_string={name.rstrip("_"): v for name, v in parameters.items()} or None)
        assert answer.status_code == status, answer.text
        assert answer.content_type == "text/html; charset=utf-8"
        return Page(answer.text)

    return open_page
