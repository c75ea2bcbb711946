"""Searches are kept where an installation wants it: what was asked for, never by whom, and never at a search's cost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index.keys import KeyFile
from index.query_log.log_file import LONGEST, NAME, Channel, LogFile, LoggedSearch, QueryLogUnusable
from index.query_log.report import LoggedQuery, QueryTable, logged_queries
from index.response import SearchResponse
from service import create_app
from service.arguments import SearchArguments
from service.counters import Metrics
from service.query_log import QueryLog
from service.settings import Access, Settings
from tests.unit.service.conftest import NOW, OPEN
from tests.unit.service.page_reader import Page
from tests.unit.service.test_hostile_text import HOSTILE, harmless
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

Serve = Callable[..., FlaskClient]
SEARCH = LoggedSearch(NOW, "nước sạch", (), 1, 3, 1.5, "1", Channel.PAGE)


def written(application: Flask) -> None:
    """Have what waits written."""
    application.extensions["timtin"].query_log.close()


def rows(home: Path, columns: str = "query") -> list[Any]:
    with closing(sqlite3.connect(home / NAME)) as database:
        found = database.execute(f"SELECT {columns} FROM searches ORDER BY id").fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


@pytest.fixture
def serve(tmp_path: Path, searcher: WatchedSearcher) -> Iterator[Serve]:
    """Serve a folder with the settings of the tests and others; queries are logged unless told otherwise."""
    applications = []

    def make(home: Path = tmp_path, **settings: Any) -> FlaskClient:
        chosen = OPEN | {"query_log_days": 30} | settings
        application = create_app(Settings(home=home, **chosen), searcher, analyzer(), clock=lambda: NOW)
        applications.append(application)
        return application.test_client()

    yield make
    for application in applications:
        written(application)


@pytest.fixture
def file(tmp_path: Path) -> LogFile:
    return LogFile(tmp_path / NAME)


def test_by_default_nothing_is_logged(serve: Serve, tmp_path: Path) -> None:
    client = serve(query_log_days=Settings.model_fields["query_log_days"].default)
    client.get("/?q=nước")
    client.get("/api/v1/search?q=nước")
    written(client.application)
    assert list(tmp_path.iterdir()) == []


def test_a_search_is_logged_with_its_outcome_and_the_names_of_its_filters(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    client.get("/?q=Nước&author=Trần+Mộc+Lan&from=2019")
    total = client.get("/api/v1/search?q=nuoc").get_json()["total"]
    written(client.application)
    page, api = rows(tmp_path, "minute, query, normal, filters, page, took_ms, channel")
    assert page == ("2020-01-01T01:30Z", "Nước", "nuoc", "from author", 1, 1.5, "page")
    assert api == ("2020-01-01T01:30Z", "nuoc", "nuoc", "", 1, 1.5, "api")
    assert rows(tmp_path, "total")[1] == total
    assert set(rows(tmp_path, "generation")) == {client.get("/readyz").get_json()["generation"]}


def test_only_searches_for_something_are_logged(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    cursor = client.get("/api/v1/search?q=nước&size=1").get_json()["next_cursor"]
    for address in (
        *("/", "/?author=unknown", "/tro-giup", "/healthz", "/readyz", "/metrics", "/cau-tim", "/tin.atom?q=nước"),
        *("/bai/cau-cang?q=nước", "/api/v1/suggest?q=nước", "/api/v1/meant?q=nuoc", "/api/v1/export?q=nước"),
        *("/api/v1/values/author?q=nước", "/api/v1/similar?id=cau-cang", "/box", "/box/frame?q=nước", "/demo"),
    ):
        assert client.get(address, buffered=True).status_code == 200
    assert client.get("/api/v1/search", query_string={"q": "nước", "cursor": cursor, "size": 1}).status_code == 200
    assert client.get("/api/v1/search?q=nước&size=0").status_code == 400
    written(client.application)
    assert rows(tmp_path) == ["nước"]


def test_nothing_tells_who_searched(serve: Serve, tmp_path: Path) -> None:
    client = serve(trusted_proxies=1)
    client.get(
        "/?q=nước",
        headers={
            "X-Forwarded-For": "198.51.100.23",
            "User-Agent": "LaBrowser/7",
            "Referer": "https://cong.example/trang",
            "X-Request-ID": "dau-vet-1",
            "Cookie": "phien=banh-quy",
            "Authorization": "Bearer chia-khoa",
        },
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    written(client.application)
    assert rows(tmp_path) == ["nước"]
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for trace in ("198.51.100", "192.0.2", "LaBrowser", "cong.example", "dau-vet", "banh-quy", "chia-khoa"):
        assert trace.encode() not in kept


def test_others_may_not_read_the_file(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    client.get("/?q=nước")
    written(client.application)
    assert (tmp_path / NAME).stat().st_mode & 0o007 == 0


def test_later_pages_are_no_searches(serve: Serve, tmp_path: Path, file: LogFile) -> None:
    client = serve(page_size=1)
    for page in (1, 2, 3, 99):
        client.get(f"/?q=tàu&page={page}")
    written(client.application)
    assert rows(tmp_path, "page") == [1, 2, 3, 99]
    [counted] = logged_queries(file, QueryTable.TOP, NOW - timedelta(days=1), 10) or ()
    assert (counted.searches, counted.later_pages) == (1, 3)


def test_spellings_are_one_query_in_the_most_frequent_of_them(file: LogFile) -> None:
    typed = ["nuoc sach", "Nước sạch", "nước sạch", "NƯỚC  SẠCH", "nước sạch", "cầu cảng"]
    file.put([replace(SEARCH, query=query, total=number, took_ms=number) for number, query in enumerate(typed)])
    top = logged_queries(file, QueryTable.TOP, NOW, 10)
    assert top == (
        LoggedQuery("nước sạch", 5, 0, 4, NOW, 2.0, 4.0),
        LoggedQuery("cầu cảng", 1, 0, 5, NOW, 5.0, 5.0),
    )
    assert logged_queries(file, QueryTable.TOP, NOW, 1) == top[:1]
    assert logged_queries(file, QueryTable.TOP, NOW + timedelta(minutes=1), 10) == ()


def test_queries_that_find_nothing_are_those_that_no_filter_emptied(file: LogFile) -> None:
    file.put(
        [
            replace(SEARCH, query="HTXMC", total=0),
            replace(SEARCH, query="htxmc", total=0),
            replace(SEARCH, query="nước", total=0, filters=("author",)),
            replace(SEARCH, query="nước"),
            replace(SEARCH, query="tầu lạ", total=0),
        ]
    )
    found = logged_queries(file, QueryTable.ZERO, NOW, 10) or ()
    assert [(each.query, each.searches) for each in found] == [("htxmc", 2), ("tầu lạ", 1)]


def test_the_slowest_queries_are_told_by_their_median(file: LogFile) -> None:
    slow = [("phòng*", took) for took in (10.0, 20.0, 30.0, 40.0)]
    quick_but_once = [("nước", took) for took in (1.0, 2.0, 900.0)]
    file.put([replace(SEARCH, query=query, took_ms=took) for query, took in slow + quick_but_once])
    found = logged_queries(file, QueryTable.SLOW, NOW, 10) or ()
    assert [(each.query, each.median_ms, each.slowest_ms) for each in found] == [
        ("phòng*", 25.0, 40.0),
        ("nước", 2.0, 900.0),
    ]


def test_counting_gives_up_when_it_takes_too_long(file: LogFile) -> None:
    file.put([SEARCH] * 5_000)
    with pytest.raises(QueryLogUnusable, match="ask for fewer days"):
        logged_queries(file, QueryTable.SLOW, NOW, 10, budget=-1)


def test_searches_are_kept_for_as_many_days_as_set(serve: Serve, tmp_path: Path, file: LogFile) -> None:
    file.put([replace(SEARCH, query=f"{days} ngày", at=NOW - timedelta(days=days)) for days in (31, 29, 1)])
    client = serve(query_log_days=30)
    client.get("/?q=nước")
    written(client.application)
    assert rows(tmp_path) == ["29 ngày", "1 ngày", "nước"]
    assert "31 ngày".encode() not in (tmp_path / NAME).read_bytes()


def test_what_is_deleted_is_left_nowhere_though_the_file_is_being_read(file: LogFile) -> None:
    with closing(sqlite3.connect(file.path)) as reader:
        file.put([replace(SEARCH, query="chuyện riêng", at=NOW - timedelta(days=9)), SEARCH])
        assert reader.execute("SELECT count(*) FROM searches").fetchone() == (2,)
        file.forget(NOW - timedelta(days=1))
        left = [path.read_bytes() for path in file.path.parent.iterdir()]
    assert not [content for content in left if "chuyện riêng".encode() in content]


def test_of_too_many_lines_the_last_are_kept_and_of_a_long_query_its_beginning(file: LogFile) -> None:
    file.put([replace(SEARCH, query=f"{number} " + "a" * 500) for number in range(9)])
    file.forget(NOW - timedelta(days=1), most=4)
    kept = rows(file.path.parent)
    assert [query.split()[0] for query in kept] == ["5", "6", "7", "8"]
    assert {len(query) for query in kept} == {LONGEST}


def test_the_file_may_be_deleted_at_any_time(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    for query in ("một", "hai"):
        client.get(f"/?q={query}")
        written(client.application)
        assert rows(tmp_path) == [query]
        for path in tmp_path.iterdir():
            path.unlink()


def folder_in_its_place(home: Path) -> None:
    (home / NAME).mkdir()


def other_bytes(home: Path) -> None:
    (home / NAME).write_bytes(b"this is no database" * 100)


def cut_off(home: Path) -> None:
    LogFile(home / NAME).put([SEARCH] * 500)
    whole = (home / NAME).read_bytes()
    (home / NAME).write_bytes(whole[: len(whole) // 2])


def other_layout(home: Path) -> None:
    with closing(sqlite3.connect(home / NAME)) as database:
        database.execute("CREATE TABLE searches (query)")
        database.execute("PRAGMA user_version = 99")


def no_folder(home: Path) -> None:
    home.rmdir()


@pytest.mark.parametrize("spoil", [folder_in_its_place, other_bytes, cut_off, other_layout, no_folder])
def test_a_log_that_cannot_be_used_costs_its_lines_and_no_search(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path)
    client = serve()
    for _ in range(3):
        assert client.get("/?q=nước").status_code == 200
        assert client.get("/api/v1/search?q=nước").status_code == 200
        written(client.application)
    assert 'timtin_query_log_dropped_total{reason="failed"} 6.0' in client.get("/metrics").text
    [told] = [record.getMessage() for record in caplog.records if record.name == "service.query_log"]
    assert str(tmp_path / NAME) in told


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the system's administrator")
def test_a_folder_that_cannot_be_written_costs_no_search(serve: Serve, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    client = serve()
    assert client.get("/?q=nước").status_code == 200
    written(client.application)
    assert 'timtin_query_log_dropped_total{reason="failed"} 1.0' in client.get("/metrics").text
    tmp_path.chmod(0o700)


def test_a_file_system_that_is_read_only_costs_no_search(serve: Serve) -> None:
    client = serve(home=Path("/proc"))
    assert client.get("/?q=nước").status_code == 200
    written(client.application)
    assert 'timtin_query_log_dropped_total{reason="failed"} 1.0' in client.get("/metrics").text


def dropped(metrics: Metrics, reason: str) -> float:
    return metrics.registry.get_sample_value("timtin_query_log_dropped_total", {"reason": reason}) or 0


def response(searcher: WatchedSearcher) -> SearchResponse:
    with create_app(Settings(home=Path("nowhere")), searcher, analyzer()).app_context() as context:
        found = context.app.extensions["timtin"]
        answer: SearchResponse = found.answer(found.question(SearchArguments(q="nước")))
        return answer


def test_a_locked_file_holds_up_nobody_but_the_writer(
    file: LogFile, searcher: WatchedSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    file.put([SEARCH])
    answer = response(searcher)
    metrics = Metrics()
    log = QueryLog(replace(file, wait_seconds=1), 30, lambda: NOW, metrics)
    with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        log.note(SearchArguments(q="nước"), answer, Channel.API)
        assert dropped(metrics, "failed") == 0
        log.close()
        other.execute("ROLLBACK")
    assert dropped(metrics, "failed") == 1
    assert "is locked by another process" in caplog.text
    log.note(SearchArguments(q="nước"), answer, Channel.API)
    log.close()
    assert rows(file.path.parent) == ["nước sạch", "nước"]


def test_when_searches_come_faster_than_they_are_written_some_are_dropped_and_counted(
    file: LogFile, searcher: WatchedSearcher
) -> None:
    file.put([SEARCH])
    answer, metrics = response(searcher), Metrics()
    log = QueryLog(file, 30, lambda: NOW, metrics, room=10)
    with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(1_000):
            log.note(SearchArguments(q=f"câu {number}"), answer, Channel.API)
        other.execute("ROLLBACK")
    log.close()
    lost = dropped(metrics, "full")
    assert lost >= 1_000 - 2 * 10
    assert len(rows(file.path.parent)) == 1 + 1_000 - lost


def test_a_worker_forked_from_a_process_that_has_logged_writes_its_own_searches(tmp_path: Path) -> None:
    script = """
import os, sys, warnings
from datetime import UTC, datetime
from pathlib import Path
from index.query_log.log_file import Channel, LogFile
from index.response import SearchResponse
from service.arguments import SearchArguments
from service.counters import Metrics
from service.query_log import QueryLog
warnings.simplefilter("ignore")
log = QueryLog(LogFile(Path(sys.argv[1])), 30, lambda: datetime.now(UTC), Metrics())
answer = SearchResponse(total=1, hits=(), facets={}, dates=None, took_ms=1.0, generation="1")
log.note(SearchArguments(q="cha"), answer, Channel.PAGE)
child = os.fork()
log.note(SearchArguments(q="cha nữa" if child else "con"), answer, Channel.PAGE)
if child:
    os.waitpid(child, 0)
sys.exit()
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path / NAME)], check=True)
    assert sorted(rows(tmp_path)) == ["cha", "cha nữa", "con"]


def look(client: FlaskClient, address: str = "/cau-tim") -> Page:
    answer = client.get(address)
    assert answer.status_code == 200
    return Page(answer.text)


def test_the_page_shows_the_three_tables_each_query_with_its_search(serve: Serve, file: LogFile) -> None:
    file.put([SEARCH, SEARCH, replace(SEARCH, query="HTXMC", total=0), replace(SEARCH, page=2)])
    page = look(serve())
    assert page.one("h1").words == "Câu tìm của bạn đọc"
    assert [each.words for each in page.all("h2")][:3] == [
        "Được tìm nhiều nhất",
        "Không tìm thấy bài nào",
        "Mất nhiều thời gian nhất",
    ]
    top, zero, slow = page.all("tbody")
    assert top.words == "nước sạch231 HTXMC100"
    assert zero.words == "HTXMC101/01/2020, 08:30"
    assert slow.words == "HTXMC10,002 giây0,002 giây nước sạch20,002 giây0,002 giây"
    assert page.link("nước sạch") == "/?q=n%C6%B0%E1%BB%9Bc+s%E1%BA%A1ch"
    assert "timtin synonyms add" in page.html


def test_the_period_can_be_chosen(serve: Serve, file: LogFile) -> None:
    file.put([replace(SEARCH, query=f"{days} ngày", at=NOW - timedelta(days=days)) for days in (1, 20, 80)])
    client = serve(query_log_days=90)
    for days, shown in (("7", 1), ("30", 2), ("90", 3)):
        page = look(client, f"/cau-tim?days={days}")
        assert page.all("tbody")[0].text.count("ngày") == shown
        assert page.one("a", aria_current="true").words == f"{days} ngày"
    page = look(client, "/cau-tim?days=8")
    assert page.one("a", aria_current="true").words == "30 ngày"
    assert page.notices() == ["Chỉ xem được trong 7, 30 hoặc 90 ngày qua; đây là 30 ngày."]


def test_the_page_says_how_to_begin_a_log(serve: Serve, file: LogFile) -> None:
    assert "TIMTIN_QUERY_LOG_DAYS=90" in look(serve(query_log_days=0)).one("main").words
    assert "Chưa có câu tìm nào được ghi." in look(serve()).one("main").words
    file.put([replace(SEARCH, at=NOW - timedelta(days=20))])
    assert "Chưa có câu tìm nào trong 7 ngày qua." in look(serve(), "/cau-tim?days=7").one("main").words


def test_a_log_that_cannot_be_read_is_told_without_its_path(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other_bytes(tmp_path)
    page = look(serve())
    assert page.notices()[0].startswith("Chưa đọc được nhật ký câu tìm")
    assert str(tmp_path) not in page.html
    assert str(tmp_path) in caplog.text


def test_the_page_is_for_whom_statistics_are_for(serve: Serve, tmp_path: Path) -> None:
    assert serve(statistics=Access.PUBLIC).get("/cau-tim").status_code == 200
    off = serve(statistics=Access.OFF).get("/cau-tim")
    assert off.status_code == 403
    guarded = serve(statistics=Settings.model_fields["statistics"].default)
    refused = guarded.get("/cau-tim")
    assert refused.status_code == 401
    assert Page(refused.text).one("h1").words == "Trang này cần khóa"
    made = KeyFile(tmp_path / "keys.txt").add("staff", NOW)
    assert guarded.get("/cau-tim", headers={"Authorization": f"Bearer {made}"}).status_code == 200
    assert guarded.get("/cau-tim", headers={"Authorization": f"Bearer {made}x"}).status_code == 401


def test_the_page_is_kept_by_nobody(serve: Serve) -> None:
    answer = serve().get("/cau-tim")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_text_on_the_page(serve: Serve, text: str) -> None:
    client = serve()
    client.get("/", query_string={"q": text})
    written(client.application)
    page = harmless(client.get("/cau-tim").text)
    assert [link for link in page.all("a") if link.attributes["href"].startswith("/?q=")]


def test_what_a_terminal_would_obey_is_not_kept(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    client.get("/", query_string={"q": "nước\x1b[2J\x07\u009b31m\u202e\r\n\tsạch\x00"})
    written(client.application)
    assert rows(tmp_path) == ["nước[2J31m sạch"]
