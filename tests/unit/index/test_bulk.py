"""Many changes are sent in pieces, again where the cluster can't take them now, and each refusal is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from index.errors import EngineUnavailable
from index.opensearch_engine import Place
from index.opensearch_engine.bulk import ATTEMPTS, BulkSender
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import IndexGone
from tests.cluster.answering import BROKEN, Answers


def _item(status: int) -> dict[str, Any]:
    if status < 300:
        return {"index": {"_id": "x", "status": status, "result": "created"}}
    return {"index": {"_id": "x", "status": status, "error": {"type": "some_exception", "reason": "because"}}}


@pytest.fixture
def sender(place: Place) -> Iterator[BulkSender]:
    with (
        closing(Connection(place)) as connected,
        closing(BulkSender(connected, "thu", pause=lambda _: None)) as it,
    ):
        yield it


def test_what_the_cluster_can_not_take_now_is_sent_again(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [
        (429, {"error": {"type": "rejected"}}),
        (200, {"items": [_item(201), _item(500), _item(503)]}),
        (503, {"error": {"type": "unavailable"}}),
        (200, {"items": [_item(201), _item(429)]}),
        (200, {"items": [_item(201)]}),
    ]
    for _ in range(3):
        sender.index("x", {"id": "x"})
    sender.flush()
    assert sender.done == {("index", "created"): 3}
    assert sender.refused == []


def test_each_pause_before_sending_again_is_longer(place: Place, answers: Answers) -> None:
    answers.in_turn = [
        (429, {"error": {"type": "rejected"}}),
        (200, {"items": [_item(429)]}),
        (503, {"error": {"type": "unavailable"}}),
        (200, {"items": [_item(503)]}),
        (200, {"items": [_item(201)]}),
    ]
    pauses: list[float] = []
    with closing(Connection(place)) as connected, closing(BulkSender(connected, "thu", pause=pauses.append)) as sender:
        sender.index("x", {"id": "x"})
        sender.flush()
    assert len(pauses) == 4
    assert all(0.125 * 2**number <= pause <= 0.25 * 2**number for number, pause in enumerate(pauses))


def test_what_the_cluster_refuses_for_good_is_named(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [(200, {"items": [_item(201), _item(400)]})]
    for number in range(2):
        sender.index("x", {"id": f"bài {number}"})
    sender.flush()
    assert sender.done == {("index", "created"): 1}
    [refused] = sender.refused
    assert refused.origin == "bài 1"
    assert "some_exception: because" in refused.reason
    assert "mend what it names and add the article again" in refused.reason


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
def test_what_stays_so_until_somebody_acts_ends_a_batch_at_once(
    answers: Answers, sender: BulkSender, status: int, kind: str, told: str
) -> None:
    refused = {"_id": "x", "status": status, "error": {"type": kind, "reason": "because"}}
    answers.in_turn = [(200, {"items": [{"index": refused}]})]
    sender.index("x", {"id": "x"})
    with pytest.raises(EngineUnavailable, match=told):
        sender.flush()
    assert answers.asked.count("POST /thu/_bulk") == 1


def test_a_change_that_is_no_article_must_not_be_refused(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [(200, {"items": [{"update": {"_id": "x", "status": 400, "error": {"type": "some_exception"}}}]})]
    sender.update("x", {"died": 3})
    with pytest.raises(EngineUnavailable, match=r"refused a change \(some_exception"):
        sender.flush()


def test_what_is_too_much_for_one_request_is_sent_in_several(answers: Answers, sender: BulkSender) -> None:
    too_large = (413, {"error": {"type": "content_too_long"}})
    answers.in_turn = [
        too_large,
        (200, {"items": [_item(201)]}),
        too_large,
        too_large,
        (200, {"items": [_item(201)]}),
    ]
    for number in range(3):
        sender.index("x", {"id": f"bài {number}"})
    sender.flush()
    assert sender.done == {("index", "created"): 2}
    [refused] = sender.refused
    assert refused.origin == "bài 1"
    assert "http.max_content_length" in refused.reason


def test_an_index_that_is_gone_is_not_the_articles_fault(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [(200, {"items": [_item(404)]})]
    sender.index("x", {"id": "x"})
    with pytest.raises(IndexGone, match="the index thu is no longer there"):
        sender.flush()
    assert sender.refused == []


def test_an_article_whose_answer_was_lost_is_counted_once(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [
        (BROKEN, {}),
        (200, {"items": [{"index": {"_id": "x", "status": 200, "result": "updated", "_version": 2}}]}),
        (200, {"items": [{"index": {"_id": "x", "status": 200, "result": "updated", "_version": 3}}]}),
    ]
    for _ in range(2):
        sender.index("x", {"id": "x"})
        sender.flush()
    assert sender.done == {("index", "created"): 1, ("index", "updated"): 1}


def test_an_answer_that_nobody_understands_ends_a_batch_too(answers: Answers, sender: BulkSender) -> None:
    answers.in_turn = [(200, {"nothing": "of the kind"})]
    sender.index("x", {"id": "x"})
    with pytest.raises(KeyError, match="items"):
        sender.flush()
    with pytest.raises(KeyError, match="items"):
        sender.flush()


def test_who_ends_does_not_wait_for_what_the_cluster_can_not_take(place: Place, answers: Answers) -> None:
    answers.error(429, "rejected")
    with closing(Connection(place)) as connected:
        sender = BulkSender(connected, "thu")
        for _ in range(1_000):
            sender.index("x", {"id": "x"})
        sender.close()
    assert answers.asked.count("POST /thu/_bulk") < ATTEMPTS
