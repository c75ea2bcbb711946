"""Exports hold every article a search finds, once, and do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index.as_json import article_fields
from index.errors import IndexDamaged
from service.export import BATCH, COLUMNS, spreadsheet_cell
from service.request_log import JsonLines
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, REED, numbered
from tests.unit.service.watched_searcher import FailingSearcher, WatchedSearcher


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_ndjson_is_a_line_for_each_article_by_id(client: FlaskClient) -> None:
    answer = client.get("/api/v1/export")
    assert answer.content_type == "application/x-ndjson"
    assert answer.headers["X-Total-Count"] == "5"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == [article_fields(each) for each in sorted(ARTICLES, key=lambda each: each.id)]


def test_csv_has_a_head_and_a_line_for_each_article(client: FlaskClient) -> None:
    answer = client.get("/api/v1/export?format=csv&sort=newest")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tim-tin-1.csv"'
    assert not answer.text.startswith("\ufeff")
    found = rows(answer.text)
    assert [row["id"] for row in found] == ["vo-danh", "nuoc-sach", "cau-cang", "mua-vai", "so-tay/khong-ngay"]
    assert tuple(found[0]) == COLUMNS


def test_csv_begins_with_a_mark_when_asked_for(client: FlaskClient) -> None:
    assert client.get("/api/v1/export?format=csv&bom=true").text.startswith("\ufeffid,title")


def test_an_export_is_narrowed_like_a_search(client: FlaskClient) -> None:
    found = client.get("/api/v1/export", query_string={"publisher": HARBOUR}).text.splitlines()
    assert [json.loads(line)["publisher"] for line in found] == [HARBOUR] * len(found)
    assert found
    assert client.get("/api/v1/export", query_string={"author": REED}).status_code == 200
    assert client.get("/api/v1/export?q=khongcotunay").text == ""


def test_many_articles_come_once_each_though_some_arrive_meanwhile(searcher: WatchedSearcher) -> None:
    articles = list(numbered(BATCH * 2 + 30))
    searcher.hold(articles)
    client = make_app(searcher).test_client()
    stream = client.get("/api/v1/export", buffered=False).response
    lines = [next(iter(stream))]
    searcher.hold([*articles, replace(articles[0], id="0-new"), replace(articles[0], id="zz-new")])
    ids = [json.loads(line)["id"] for line in b"".join([*lines, *stream]).splitlines()]
    assert len(ids) == len(set(ids))
    assert set(ids) - {"zz-new"} == {each.id for each in articles}


def test_the_head_of_an_export_states_no_length(client: FlaskClient) -> None:
    answer = client.head("/api/v1/export?format=csv")
    assert answer.status_code == 200
    assert answer.headers["X-Total-Count"] == "5"
    assert "Content-Length" not in answer.headers


def test_an_export_that_breaks_off_is_logged_and_counted(
    searcher: WatchedSearcher, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher.hold(numbered(BATCH + 5))
    client = make_app(searcher).test_client()
    sent = {"X-Request-ID": "r-1"}
    stream = client.get(
        "/api/v1/export?q=chài", headers=sent, environ_base={"REMOTE_ADDR": "192.0.2.7"}, buffered=False
    ).response
    pieces = iter(stream)
    next(pieces)
    monkeypatch.setattr(searcher, "search", FailingSearcher(IndexDamaged("postings cut off")).search)
    with pytest.raises(IndexDamaged):
        list(pieces)
    [record] = [record for record in caplog.records if record.name == "service.export"]
    line = JsonLines().format(record)
    told = json.loads(line)
    assert (told["level"], told["code"], told["request_id"]) == ("error", "index_damaged", "r-1")
    assert "postings cut off" in told["message"]
    assert "192.0.2.7" not in line
    assert "chài" not in line
    monkeypatch.undo()
    assert 'timtin_exports_broken_total{code="index_damaged"} 1.0' in client.get("/metrics").text


def test_an_export_whose_reader_leaves_is_not_broken(
    searcher: WatchedSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    searcher.hold(numbered(BATCH + 5))
    answer = make_app(searcher).test_client().get("/api/v1/export", buffered=False)
    next(iter(answer.response))
    answer.close()
    assert not [record for record in caplog.records if record.name == "service.export"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [("sort=relevance", "sort"), ("format=xls", "format"), ("bom=true", "bom"), ("size=3", "size"), ("page=2", "page")],
)
def test_what_an_export_has_not_is_refused(client: FlaskClient, asked: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/export?{asked}")
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.get_json()["errors"]] == [parameter]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "\u00a0=1"])
def test_what_a_spreadsheet_would_compute_becomes_text(cell: str) -> None:
    assert spreadsheet_cell(cell) == f"'{cell}"


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    written = spreadsheet_cell(text)
    assert written in (text, f"'{text}")
    assert not written.lstrip().startswith(("=", "+", "-", "@"))
