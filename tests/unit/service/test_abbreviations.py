"""Readers find what is written in short, whichever way they type it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index.article import Article
from service import create_app
from service.settings import Settings
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

LONG = Article(id="dai", title="Hợp tác xã Mây Chiều thu lứa rau đầu", body="Các hộ chia nhau buổi tưới.")
SHORT = Article(id="ngan", title="Họp bàn việc nước", body="Sáng nay HTXMC họp ở bến.")
OTHER = Article(id="khac", title="Bến Gỗ vắng khách", body="Trời mưa từ sáng.")


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    searcher = WatchedSearcher((LONG, SHORT, OTHER))
    return create_app(
        Settings(home=tmp_path), searcher, analyzer(), clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)
    ).test_client()


def found(client: FlaskClient, q: str) -> set[str]:
    return {hit["id"] for hit in client.get("/api/v1/search", query_string={"q": q}).get_json()["hits"]}


def test_an_entry_of_ones_own_is_used_as_soon_as_it_is_written(client: FlaskClient, tmp_path: Path) -> None:
    assert found(client, "HTXMC") == {"ngan"}
    (tmp_path / "synonyms.txt").write_text("HTXMC = hợp tác xã Mây Chiều\n", "utf-8")
    assert found(client, "HTXMC") == found(client, "hop tac xa may chieu") == {"dai", "ngan"}
    assert found(client, '"HTXMC"') == {"ngan"}


def test_a_bad_line_is_logged_once_and_counted_by_readiness(
    client: FlaskClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "synonyms.txt").write_text("hỏng\nHTXMC = hợp tác xã Mây Chiều\n", "utf-8")
    with caplog.at_level(logging.WARNING):
        assert found(client, "HTXMC") == found(client, "htxmc") == {"dai", "ngan"}
    assert [message for message in caplog.messages if "line 1: 'hỏng' has no '='" in message] == caplog.messages[:1]
    assert len(caplog.messages) == 1
    ready = client.get("/readyz")
    assert ready.get_json()["abbreviation_problems"] == 1
    assert str(tmp_path) not in ready.text
