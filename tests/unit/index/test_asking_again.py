"""What one node can't answer now another one is asked, or the same one in a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from threading import Barrier

import pytest

from index.errors import EngineUnavailable, SearchTimeout
from index.opensearch_engine import Place, nodes
from index.opensearch_engine.connection import Connection
from tests.cluster.answering import FOUND, HURRIED, VERSION, Answers, answering


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_search_that_fails_for_now_is_asked_again(place: Place, answers: Answers, status: int) -> None:
    answers.in_turn = [(status, {"error": {"type": "node_disconnected_exception"}})] * 2
    answers.body = json.dumps(FOUND).encode()
    with closing(Connection(place)) as connected:
        assert connected.search("thu", {}) == FOUND


def test_a_search_that_a_shard_did_not_answer_is_asked_again(place: Place, answers: Answers) -> None:
    answers.in_turn = [(200, {**FOUND, "_shards": {"total": 2, "successful": 1, "failed": 1}})]
    answers.body = json.dumps(FOUND).encode()
    with closing(Connection(place)) as connected:
        assert connected.search("thu", {}) == FOUND


@pytest.mark.parametrize(("status", "kind"), [(400, "parsing_exception"), (401, "security_exception")])
def test_what_would_fail_again_is_asked_once(place: Place, answers: Answers, status: int, kind: str) -> None:
    answers.error(status, kind)
    with closing(Connection(place)) as connected, pytest.raises(EngineUnavailable):
        connected.search("thu", {})
    assert len(answers.asked) == 2
    assert answers.asked[0] == "GET /"


def test_a_search_whose_time_is_up_is_not_asked_again(place: Place, answers: Answers) -> None:
    answers.body = json.dumps({**FOUND, "timed_out": True}).encode()
    with closing(Connection(place)) as connected, pytest.raises(SearchTimeout):
        connected.search("thu", {})
    assert len(answers.asked) == 2


def test_all_nodes_are_asked_at_the_same_time_who_they_are(place: Place) -> None:
    names = ["nut-1", "nut-2", "nut-3"]
    together = Barrier(len(names))
    with ExitStack() as running:
        urls = []
        for name in names:
            answers = Answers()
            answers.version, answers.together = {"name": name, "version": VERSION}, together
            urls.append(running.enter_context(answering(answers)))
        with closing(nodes.Nodes(replace(place, urls=tuple(urls)))) as asked:
            assert asked.answering() == names


@contextmanager
def beside_a_silent_one(place: Place, answers: Answers) -> Iterator[tuple[Connection, Answers]]:
    """A cluster of which one node says nothing, and the other is called nut-1."""
    answers.version = {"name": "nut-1", "version": VERSION}
    answers.body = json.dumps(FOUND).encode()
    silent = Answers()
    with answering(silent) as url:
        two = replace(place, urls=(url, *place.urls))
        with closing(Connection(two, replace(HURRIED, in_all=60.0))) as connected:
            connected.ask("GET", "/")
            silent.silence = 5.0
            yield connected, silent


def test_a_silent_node_is_searched_no_more_while_another_one_answers(
    place: Place, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "AVOIDED_SECONDS", 600)
    with beside_a_silent_one(place, answers) as (connected, silent):
        for _ in range(10):
            assert connected.search("thu", {}, "abc") == FOUND
        assert len([each for each in silent.asked if "_search" in each]) == 1
        assert "preference=_only_nodes%3Anut-1" in answers.asked[-1]


def test_a_shard_that_only_others_hold_is_searched_there(place: Place, answers: Answers) -> None:
    elsewhere = {"error": {"type": "illegal_argument_exception", "reason": "no data nodes with criteria [nut-1] found"}}
    with beside_a_silent_one(place, answers) as (connected, silent):
        for _ in range(2):
            assert connected.search("thu", {}) == FOUND
        silent.silence = 0.0
        silent.body = answers.body
        answers.in_turn = [(400, elsewhere)]
        for _ in range(3):
            assert connected.search("thu", {}) == FOUND
        assert answers.in_turn == []
        assert "preference" not in answers.asked[-1]


def test_a_node_that_failed_is_asked_who_it_is_before_anything_else(
    place: Place, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "AVOIDED_SECONDS", 0.0)
    with beside_a_silent_one(place, answers) as (connected, silent):
        for _ in range(4):
            assert connected.search("thu", {}) == FOUND
        assert len([each for each in silent.asked if "_search" in each]) == 1


def test_a_node_that_is_not_there_is_passed_over(place: Place, answers: Answers) -> None:
    answers.body = json.dumps(FOUND).encode()
    with closing(Connection(replace(place, urls=("http://127.0.0.1:9", *place.urls)))) as connected:
        for _ in range(10):
            assert connected.search("thu", {}) == FOUND
        connected.ask("PUT", "/thu/_doc/a", {})


def test_a_write_that_was_not_answered_is_not_sent_again(place: Place, answers: Answers) -> None:
    with closing(Connection(place, HURRIED)) as connected:
        connected.ask("PUT", "/thu/_doc/a", {})
        answers.silence = 5.0
        with pytest.raises(SearchTimeout):
            connected.ask("PUT", "/thu/_doc/b", {})
    assert answers.asked.count("PUT /thu/_doc/b") == 1


def test_a_forked_process_has_connections_of_its_own(place: Place, answers: Answers) -> None:
    answers.body = json.dumps(FOUND).encode()
    with closing(Connection(place)) as connected:
        connected.search("thu", {})
        child = get_context("fork").Process(target=connected.search, args=("thu", {}))
        child.start()
        child.join(30)
        connected.search("thu", {})
    mine, childs = {answers.asked_from[0], answers.asked_from[-1]}, set(answers.asked_from[2:-1])
    assert child.exitcode == 0
    assert len(mine) == 1
    assert childs
    assert not mine & childs
