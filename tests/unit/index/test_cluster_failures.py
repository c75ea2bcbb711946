"""What the client of a cluster raises becomes an exception of ours; held against a server that fails in every way."""

from __future__ import annotations

import base64
import inspect
import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from opensearchpy import exceptions as theirs

from index.errors import EngineUnavailable, IndexDamaged, IndexMissing, QueryRefused, SearchError, SearchTimeout
from index.opensearch_engine import OpenSearchSearcher, OpenSearchWriter, Place, mapping, withhold
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import translated
from index.query import Begun, MatchAll, SearchRequest, Term
from tests.cluster.answering import FOUND, HURRIED, Answers

CLASSES = [
    each
    for _, each in inspect.getmembers(theirs, inspect.isclass)
    if issubclass(each, Exception) and not issubclass(each, Warning)
]


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


def test_a_cluster_that_is_silent_is_given_up(place: Place, answers: Answers) -> None:
    answers.silence = 5.0
    with closing(Connection(place, HURRIED)) as connected, pytest.raises(SearchTimeout, match="did not answer in time"):
        connected.search("thu", {})


def test_what_is_no_cluster_is_told_from_one(place: Place, answers: Answers) -> None:
    answers.version = None
    answers.body = b"<html>Welcome</html>"
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(EngineUnavailable, match="no JSON"):
        searcher.stats()


def test_a_full_cluster_says_how_to_make_it_write_again(place: Place, answers: Answers) -> None:
    answers.error(403, "cluster_block_exception", "index [thu] blocked by: flood-stage watermark")
    with pytest.raises(EngineUnavailable, match="make room"):
        withhold(place, ["a"])


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        ("illegal_argument_exception", "alias [thu] has more than one index associated with it", "leave it the one"),
        ("index_closed_exception", "closed", "open it"),
    ],
)
def test_what_others_have_done_to_an_index_is_told_at_once(
    place: Place, answers: Answers, kind: str, reason: str, expected: str
) -> None:
    answers.body = json.dumps({"docs": [{"error": {"type": kind, "reason": reason}}]}).encode()
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(EngineUnavailable, match=expected):
        searcher.search(SearchRequest(MatchAll()))
    assert answers.asked.count("POST /_mget?preference=_local") == 1


def test_an_index_that_stands_where_the_alias_belongs_is_named_with_the_remedy(place: Place, answers: Answers) -> None:
    answers.error(400, "invalid_alias_name_exception", "an index exists with the same name as the alias")
    with closing(Connection(place)) as connected, pytest.raises(EngineUnavailable, match="TIMTIN_OPENSEARCH_PREFIX"):
        connected.ask("POST", "/_aliases", {"actions": []})


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


def test_the_cluster_is_told_who_asks(place: Place, answers: Answers) -> None:
    with closing(Connection(replace(place, user="tìm", password="mật khẩu"))) as connected:
        connected.ask("GET", "/")
    assert answers.asked_by is not None
    assert base64.b64decode(answers.asked_by.removeprefix("Basic ")).decode() == "tìm:mật khẩu"


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"version": {"number": "8.15.0", "build_flavor": "default"}}, "Elasticsearch 8.15.0"),
        ({"version": {"number": "1.3.19", "distribution": "opensearch"}}, "OpenSearch 1.3.19"),
        ({"version": {"number": "3.0.0", "distribution": "opensearch"}}, "OpenSearch 3.0.0"),
        ({"version": {"number": "20.1", "distribution": "opensearch"}}, "OpenSearch 20.1"),
        ({"version": {"number": "2.1", "distribution": "other"}}, "another product 2.1"),
    ],
)
def test_a_version_that_is_not_supported_is_named(place: Place, answers: Answers, told: Any, named: str) -> None:
    answers.version = told
    with closing(OpenSearchSearcher(place)) as searcher:
        for _ in range(2):
            with pytest.raises(EngineUnavailable, match=f"is {named}, which is not supported: OpenSearch 2.x is"):
                searcher.stats()
    assert set(answers.asked) == {"GET /"}


@pytest.mark.parametrize("told", [{}, [], {"version": "2"}, {"version": {}}])
def test_what_does_not_say_what_it_is_is_not_asked(place: Place, answers: Answers, told: Any) -> None:
    answers.version = told
    with (
        closing(OpenSearchSearcher(place)) as searcher,
        pytest.raises(EngineUnavailable, match="check that the address"),
    ):
        searcher.stats()


def test_the_version_is_asked_for_once(place: Place, answers: Answers) -> None:
    answers.body = json.dumps(FOUND).encode()
    with closing(Connection(place)) as connected:
        for _ in range(3):
            connected.search("thu", {})
    assert answers.asked.count("GET /") == 1


GENERATION = {
    "index": "thu-1", "number": 1, "name": "1-a", "applied": 1, "articles": 1, "dated": 0, "with_author": 0,
    "newest": 0, "built_at": "2024-05-20T12:00:00+07:00", "size_bytes": 1, "stamp": mapping.stamp(),
}  # fmt: skip
STATE = {"current": GENERATION, "before": None, "given_out": 1}


def records(state: Any, withheld: Any) -> tuple[int, dict[str, Any]]:
    """Answer what a search asks first."""
    found = [{"found": True, "_index": "thu-1", "_source": each} for each in (state, withheld)]
    return 200, {"docs": [*found, {"found": False}]}


@pytest.mark.parametrize(
    ("state", "withheld", "named"),
    [
        ({"other": 1}, {"version": "a"}, "the document state of thu-1 is not as it was written"),
        ({"state": None}, {"version": "a"}, "the document state of thu-1 is not as it was written"),
        ({"state": {**STATE, "current": {**GENERATION, "more": 1}}}, {"version": "a"}, "not as it was written"),
        ({"state": STATE}, {"other": 1}, "the list of withdrawn articles, in thu-records, is gone"),
    ],
)
def test_records_that_others_have_written_over_are_no_records(
    place: Place, answers: Answers, state: Any, withheld: Any, named: str
) -> None:
    answers.in_turn = [records(state, withheld)]
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(IndexDamaged, match=named):
        searcher.search(SearchRequest(MatchAll()))


@pytest.mark.parametrize("source", [{}, {"article": {"other": 1}}, {"article": None}])
def test_a_document_that_others_have_written_into_the_index_is_no_article(
    place: Place, answers: Answers, source: dict[str, Any]
) -> None:
    hit = {"_index": "thu-1", "_id": "la", "_source": source}
    answers.in_turn = [
        records({"state": STATE}, {"version": "a"}),
        (200, {"docs": [{"found": True, "_source": {"version": "a", "ids": []}}]}),
        (200, FOUND | {"hits": {"total": {"value": 1}, "hits": [hit]}}),
    ]
    with (
        closing(OpenSearchSearcher(place)) as searcher,
        pytest.raises(IndexDamaged, match="the document la of thu-1 is not as it was written"),
    ):
        searcher.get("a")


def found(hits: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Answer a search."""
    return 200, FOUND | {"hits": {"total": {"value": len(hits)}, "hits": hits}}


def listed(version: str, *ids: str) -> tuple[int, dict[str, Any]]:
    """Answer with a version of the list of what is withheld."""
    return 200, {"docs": [{"found": True, "_source": {"version": version, "ids": list(ids)}}]}


def test_what_was_withdrawn_stays_so_when_the_first_search_afterwards_fails(place: Place, answers: Answers) -> None:
    before, now = (records({"state": STATE}, {"version": version}) for version in ("before", "now"))
    with closing(OpenSearchSearcher(place)) as searcher:
        answers.in_turn = [before, listed("before"), before]
        assert searcher.stats().articles == 1

        answers.in_turn = [now, listed("now", "a"), (500, {"error": {"type": "other", "reason": "broken"}})]
        answers.error(500, "other")
        with pytest.raises(EngineUnavailable):
            searcher.stats()

        answers.in_turn = [now, found([{"sort": ["a"]}]), now]
        assert searcher.stats().articles == 0


def test_a_list_of_withdrawn_articles_that_a_copy_is_late_with_is_read_again(place: Place, answers: Answers) -> None:
    now = records({"state": STATE}, {"version": "now"})
    with closing(OpenSearchSearcher(place)) as searcher:
        answers.in_turn = [now, listed("before"), now]
        assert searcher.stats().articles == 1

        answers.in_turn = [now, listed("now", "a"), found([{"sort": ["a"]}]), now]
        assert searcher.stats().articles == 0


def test_a_page_deeper_than_the_cluster_looks_is_refused_and_not_asked_for(place: Place, answers: Answers) -> None:
    answers.in_turn = [records({"state": STATE}, {"version": "a"}), listed("a")]
    with closing(OpenSearchSearcher(place)) as searcher, pytest.raises(QueryRefused, match="past hit 1,000,000"):
        searcher.search(SearchRequest(MatchAll(), offset=999_990, limit=10))
    assert not any("_search" in asked for asked in answers.asked)


def test_where_the_version_may_not_be_asked_for_nothing_is(place: Place, answers: Answers) -> None:
    reason = "no permissions for [cluster:monitor/main]"
    answers.version = {"error": {"type": "security_exception", "reason": reason}}
    answers.version_status = 403
    with (
        closing(Connection(place)) as connected,
        pytest.raises(EngineUnavailable, match=r"monitor/main.*check the role"),
    ):
        connected.search("thu", {})
    assert answers.asked == ["GET /"]


def test_an_article_that_is_withdrawn_while_it_is_explained_is_not_there(place: Place, answers: Answers) -> None:
    one = FOUND | {"hits": {"total": {"value": 1}, "hits": []}}
    answers.in_turn = [
        records({"state": STATE}, {"version": "a"}),
        listed("a"),
        (200, {"responses": [one] * 3}),
        (200, {"responses": [one]}),
    ]
    with closing(OpenSearchSearcher(place)) as searcher:
        assert searcher.explain(SearchRequest(MatchAll()), "a") is None
    assert answers.in_turn == []


@pytest.mark.parametrize("body", [b"[]", b"null", b'"OK"'])
def test_what_no_cluster_answers_is_no_answer(place: Place, answers: Answers, body: bytes) -> None:
    answers.body = body
    with closing(Connection(place)) as connected, pytest.raises(EngineUnavailable, match="check that the address"):
        connected.search("thu", {})
