"""A writer of a cluster that answers badly: no generation is lost, and none is half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from index.analysis.chain import Analyzer
from index.errors import EngineUnavailable, SearchTimeout
from index.opensearch_engine import OpenSearchWriter, Place
from index.opensearch_engine.mapping import stamp
from index.opensearch_engine.state import Generation, State
from tests.cluster.answering import FOUND, Answers

SEARCHED = "thu-20261126053233-227c1d"


@pytest.fixture
def writer(
    place: Place, answers: Answers, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenSearchWriter]:
    """The writer of a cluster with an empty index, which stays empty."""
    monkeypatch.setattr(Analyzer, "load", lambda: analyzer)
    built_at = datetime(2026, 11, 26, tzinfo=UTC).isoformat()
    searched = Generation(SEARCHED, 1, "1-abc", 1, 0, 0, 0, 0, built_at, 0, stamp())
    state = {"found": True, "_index": SEARCHED, "_source": State(searched, None, 1).document()}
    written = (200, {"_seq_no": 1, "_primary_term": 1})
    none = {"doc_count": 0}
    counted = {"dated": none, "with_author": none, "newest": {"value": None}}
    whole = {**FOUND, "hits": {"total": {"value": 0}, "hits": []}, "aggregations": counted}
    whole["_all"] = {"primaries": {"store": {"size_in_bytes": 0}}}
    answers.at = {
        "GET /thu-2*/_alias": (200, {SEARCHED: {}}),
        "PUT /thu-records/_doc/writer": written,
        "DELETE /thu-records/_doc/writer": written,
        "POST /_mget": (200, {"docs": [state, {"found": True, "_source": {"version": "0"}}, {"found": False}]}),
    }
    answers.in_turn = [(200, whole)] * 1_000
    with closing(OpenSearchWriter(place)) as it:
        yield it


def removed(answers: Answers) -> list[str]:
    return [each for each in answers.asked if each.startswith("DELETE /thu-2")]


def test_an_index_that_may_be_searched_by_now_is_not_removed(writer: OpenSearchWriter, answers: Answers) -> None:
    answers.at["POST /_aliases"] = (504, {"error": {"type": "process_cluster_event_timeout_exception"}})
    with pytest.raises(SearchTimeout), writer.rebuild(2):
        pass
    assert removed(answers) == []


def test_an_index_that_came_to_nothing_is_removed(writer: OpenSearchWriter, answers: Answers) -> None:
    with pytest.raises(ZeroDivisionError), writer.rebuild(2):
        raise ZeroDivisionError
    [gone] = removed(answers)
    assert SEARCHED not in gone


def test_what_some_copy_does_not_show_is_not_made_visible(writer: OpenSearchWriter, answers: Answers) -> None:
    answers.at[f"POST /{SEARCHED}/_refresh"] = (200, {"_shards": {"total": 2, "successful": 1, "failed": 1}})
    with pytest.raises(EngineUnavailable, match="1 copies do not show what was written"), writer.update(2):
        pass
    assert not [each for each in answers.asked if each == f"PUT /{SEARCHED}/_doc/state"]
