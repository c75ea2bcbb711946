"""What the client of a cluster raises becomes an exception of ours; held against a server that fails in every way."""

from __future__ import annotations

import base64
import inspect
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opensearchpy import exceptions as theirs

from index.errors import EngineUnavailable, IndexMissing, QueryRefused, SearchError, SearchTimeout
from index.opensearch_engine import OpenSearchSearcher, OpenSearchWriter, Place, connection, withhold
from index.opensearch_engine.bulk import BulkSender
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import translated
from index.query import Begun, MatchAll, SearchRequest, Term

CLASSES = [
    each
    for _, each in inspect.getmembers(theirs, inspect.isclass)
    if issubclass(each, Exception) and not issubclass(each, Warning)
]


class Answers:
    """What the server answers: a status and a body, or silence."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"{}"
        self.silence = 0.0
        self.asked: list[str] = []
        self.asked_by: str | None = None
        self.in_turn: list[tuple[int, dict[str, Any]]] = []

    def error(self, status: int, kind: str, reason: str = "because") -> None:
        self.status = status
        self.body = json.dumps({"error": {"type": kind, "reason": reason}, "status": status}).encode()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def place(answers: Answers) -> Iterator[Place]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answers.asked.append(f"{self.command} {self.path}")
            answers.asked_by = self.headers.get("Authorization")
            time.sleep(answers.silence)
            status, body = answers.status, answers.body
            if answers.in_turn:
                status, told = answers.in_turn.pop(0)
                body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Place((f"http://127.0.0.1:{server.server_port}",), "thu")
    server.shutdown()
    server.server_close()


def raised(error_class: type[Exception]) -> Exception:
    if issubclass(error_class, theirs.TransportError):
        return error_class(500, "some_exception", {"error": {"type": "some_exception", "reason": "no reason"}})
    return error_class("no reason")


def test_the_client_has_as_many_kinds_of_exceptions_as_this_knows() -> None:
    assert len(CLASSES) > 12


@pytest.mark.parametrize("error_class", CLASSES, ids=lambda each: each.__name__)
def test_every_exception_of_the_client_is_translated(error_class: type[Exception]) -> None:
    with pytest.raises(SearchError), translated("the cluster"):
        raise raised(error_class)


def test_what_is_a_bug_of_ours_is_not_dressed_up_as_a_failure_of_the_cluster() -> None:
    with pytest.raises(ZeroDivisionError), translated("the cluster"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (401, "security_exception", EngineUnavailable),
        (403, "security_exception", EngineUnavailable),
        (403, "cluster_block_exception", EngineUnavailable),
        (400, "too_many_clauses", QueryRefused),
        (400, "parsing_exception", EngineUnavailable),
        (404, "resource_not_found_exception", EngineUnavailable),
        (429, "circuit_breaking_exception", EngineUnavailable),
        (500, "search_phase_execution_exception", EngineUnavailable),
        (502, "bad_gateway", EngineUnavailable),
        (503, "no_shard_available_action_exception", EngineUnavailable),
        (503, "cluster_manager_not_discovered_exception", EngineUnavailable),
        (504, "process_cluster_event_timeout_exception", SearchTimeout),
    ],
)
def test_every_method_says_what_is_wrong_with_the_cluster(
    place: Place, answers: Answers, status: int, kind: str, expected: type[SearchError]
) -> None:
    answers.error(status, kind)
    with closing(OpenSearchSearcher(place)) as searcher:
        asks = (
            lambda: searcher.search(SearchRequest(MatchAll())),
            lambda: searcher.explain(SearchRequest(MatchAll()), "a"),
            lambda: searcher.complete(Begun((Term("hoi"),)), 3),
            lambda: searcher.get("a"),
            lambda: searcher.is_withheld("a"),
            searcher.stats,
            searcher.verify,
            lambda: withhold(place, ["a"]),
            lambda: OpenSearchWriter(place),
        )
        for ask in asks:
            with pytest.raises(expected):
                ask()


def test_a_cluster_that_is_not_there_is_said_to_be_unreachable() -> None:
    nowhere = OpenSearchSearcher(Place(("http://127.0.0.1:9",), "thu"))
    with closing(nowhere) as searcher, pytest.raises(EngineUnavailable, match="can't be reached"):
        searcher.stats()


def test_a_cluster_that_is_silent_is_given_up(place: Place, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS", 0.2)
    answers.silence = 1.0
    with closing(Connection(place)) as connected, pytest.raises(SearchTimeout, match="did not answer in time"):
        connected.ask("GET", "/", seconds=0.2)


def test_what_is_no_cluster_is_told_from_one(place: Place, answers: Answers) -> None:
    answers.body = b"<html>Welcome</html>"
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(EngineUnavailable, match="no JSON"):
        searcher.stats()


def test_a_full_cluster_says_how_to_make_it_write_again(place: Place, answers: Answers) -> None:
    answers.error(403, "cluster_block_exception", "index [thu] blocked by: flood-stage watermark")
    with pytest.raises(EngineUnavailable, match="make room"):
        withhold(place, ["a"])


def test_without_an_index_it_is_said_to_be_missing(place: Place, answers: Answers) -> None:
    gone = {"error": {"type": "index_not_found_exception"}}
    answers.body = json.dumps({"docs": [gone, gone, gone]}).encode()
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(IndexMissing, match="timtin rebuild"):
        searcher.search(SearchRequest(MatchAll()))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"timed_out": True, "_shards": {"total": 2, "successful": 2, "failed": 0}}, SearchTimeout),
        ({"timed_out": False, "_shards": {"total": 2, "successful": 1, "failed": 1}}, EngineUnavailable),
        ({"timed_out": False, "_shards": {"total": 2, "successful": 1, "failed": 0}}, EngineUnavailable),
    ],
    ids=["timed out", "a shard failed", "a shard is not there"],
)
def test_the_answer_of_a_part_of_the_shards_is_no_answer(
    place: Place, answers: Answers, answer: dict[str, Any], expected: type[SearchError]
) -> None:
    answers.body = json.dumps(answer | {"hits": {"total": {"value": 0}, "hits": []}}).encode()
    with closing(Connection(place)) as connected, pytest.raises(expected):
        connected.search("thu", {})


def _item(status: int) -> dict[str, Any]:
    if status < 300:
        return {"index": {"_id": "x", "status": status, "result": "created"}}
    return {"index": {"_id": "x", "status": status, "error": {"type": "some_exception", "reason": "because"}}}


@pytest.fixture
def sender(place: Place) -> Iterator[BulkSender]:
    with (
        closing(Connection(place, retries=0)) as connected,
        closing(BulkSender(connected, "thu", pause=lambda _: None)) as it,
    ):
        yield it


def test_what_the_cluster_can_not_take_now_is_sent_again(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [
        (429, {"error": {"type": "rejected"}}),
        (200, {"items": [_item(201), _item(429), _item(503)]}),
        (503, {"error": {"type": "unavailable"}}),
        (200, {"items": [_item(201), _item(429)]}),
        (200, {"items": [_item(201)]}),
    ]
    for _ in range(3):
        sender.index("x", {"id": "x"})
    sender.flush()
    assert sender.done == {("index", "created"): 3}
    assert sender.refused == []


def test_what_the_cluster_refuses_for_good_is_named(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [(200, {"items": [_item(201), _item(400)]})]
    for _ in range(2):
        sender.index("x", {"id": "x"})
    sender.flush()
    assert sender.done == {("index", "created"): 1}
    assert sender.refused == [("x", "some_exception: because")]


def test_a_cluster_that_never_takes_it_is_given_up(answers: Answers, sender: BulkSender) -> None:
    answers.error(429, "rejected")
    sender.index("x", {"id": "x"})
    with pytest.raises(EngineUnavailable, match="too much to do"):
        sender.flush()
    with pytest.raises(EngineUnavailable):
        sender.flush()


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        # The status of a full disk has changed from version to version.
        (403, "cluster_block_exception", "make room"),
        (429, "cluster_block_exception", "make room"),
        (403, "security_exception", "the user may not do that .*: check the role"),
    ],
)
def test_what_stays_so_until_somebody_acts_ends_a_batch(
    answers: Answers, sender: BulkSender, status: int, kind: str, told: str
) -> None:
    refused = {"_id": "x", "status": status, "error": {"type": kind, "reason": "because"}}
    answers.in_turn = [(200, {"items": [{"index": refused}]})]
    sender.index("x", {"id": "x"})
    with pytest.raises(EngineUnavailable, match=told):
        sender.flush()


def test_the_cluster_is_told_who_asks(place: Place, answers: Answers) -> None:
    with closing(Connection(replace(place, user="tìm", password="mật khẩu"))) as connected:
        connected.ask("GET", "/")
    assert answers.asked_by is not None
    assert base64.b64decode(answers.asked_by.removeprefix("Basic ")).decode() == "tìm:mật khẩu"
