"""What is counted and logged: routes, times, kinds, problems; never who asked nor what for."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import create_app
from service.counters import Metrics
from service.request_log import JsonLines
from service.settings import Settings
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer


def test_answers_are_counted_by_route_and_status(client: FlaskClient) -> None:
    client.get("/api/v1/search?q=nước")
    client.get('/api/v1/search?q="nước sạch"')
    client.get("/api/v1/search?size=0")
    scraped = client.get("/metrics").text
    assert 'timtin_requests_total{route="/api/v1/search",status="200"} 2.0' in scraped
    assert 'timtin_refused_total{code="invalid_parameters"} 1.0' in scraped
    assert 'timtin_search_seconds_count{kind="words"} 1.0' in scraped
    assert 'timtin_search_seconds_count{kind="phrase"} 1.0' in scraped
    assert "timtin_articles 5.0" in scraped
    assert "timtin_index_usable 1.0" in scraped
    assert "nước" not in scraped


def test_ids_in_addresses_do_not_multiply_the_routes(client: FlaskClient) -> None:
    client.get("/bai/cau-cang")
    client.get("/bai/mua-vai")
    client.get("/nowhere/at/all")
    scraped = client.get("/metrics").text
    assert 'route="/bai/<id:article_id>",status="200"} 2.0' in scraped
    assert 'route="none",status="404"} 1.0' in scraped


def test_metrics_are_not_public_by_default(tmp_path: Path, searcher: WatchedSearcher) -> None:
    client = create_app(Settings(home=tmp_path), searcher, analyzer()).test_client()
    assert client.get("/metrics").status_code == 401


def test_an_unusable_index_is_told(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, statistics="public"), analyzer=analyzer())
    assert "timtin_index_usable 0.0" in app.test_client().get("/metrics").text


def test_every_metric_is_documented(repo_root: Path) -> None:
    document = (repo_root / "docs" / "operations.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(timtin_\w+)` \|", document, re.MULTILINE))
    names = {family.name for family in Metrics().registry.collect()}
    assert {name.removesuffix("_total") for name in told} >= names


def test_a_request_is_logged_without_address_or_query(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/api/v1/search?q=bímật", headers={"X-Request-ID": "r-1"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    [record] = [record for record in caplog.records if record.name == "service.request_log"]
    line = JsonLines().format(record)
    fields = json.loads(line)
    assert (fields["route"], fields["status"], fields["request_id"]) == ("/api/v1/search", 200, "r-1")
    assert fields["milliseconds"] >= 0
    assert "192.0.2.7" not in line
    assert "mật" not in line


def test_an_exception_is_one_line_too() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed on %s", ("/",), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "ValueError" in json.loads(line)["exception"]


def test_workers_count_together_and_the_state_is_told_once(tmp_path: Path, searcher: WatchedSearcher) -> None:
    script = """
import sys
from pathlib import Path
from service import create_app
from service.settings import Settings
app = create_app(Settings(home=Path(sys.argv[1]), statistics="public"), metrics_folder=sys.argv[2])
client = app.test_client()
for _ in range(2):
    client.get("/api/v1/openapi.json")
    shown = client.get("/metrics").text
print(shown)
"""
    folder = tmp_path / "metrics"
    folder.mkdir()
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    for answered in (2, 4):
        shown = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path), str(folder)],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert f'timtin_requests_total{{route="/api/v1/openapi.json",status="200"}} {answered}.0' in shown
        assert shown.count("# TYPE timtin_index_usable ") == 1
