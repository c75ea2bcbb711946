"""The model notices what it is there to notice: an oracle that is never wrong would prove nothing."""

from __future__ import annotations

import random
import time

import pytest

from tests.soak.events import Events, slope
from tests.soak.model import Intent, Model, between
from tests.soak.readers import judged
from tests.soak.service import Answer

NAME = "bai-00003"


@pytest.fixture
def model() -> Model:
    return Model(10)


def put(model: Model, version: int | None) -> None:
    intent = Intent(versions={NAME: version})
    model.begin(intent)
    model.done(intent)


def wrong(model: Model, *shown: int, started: float | None = None) -> dict[str, int]:
    """Give what is wrong about an answer of now that shows the article in these versions."""
    now = time.monotonic()
    hits = [{"id": NAME, "title": f"Bản tin bến sông lần {version}"} for version in shown]
    answer = Answer(200, {"hits": hits, "total": len(hits)}, now if started is None else started, now)
    events = Events()
    judged(model, events, NAME, answer)
    return dict(events.wrong)


def test_what_was_acknowledged_must_be_found_in_that_version(model: Model) -> None:
    put(model, 4)
    assert wrong(model, 4) == {}
    assert wrong(model) == {"lost": 1}
    assert wrong(model, 3) == {"outdated": 1}
    assert wrong(model, 4, 4) == {"doubled": 1}


def test_what_was_taken_out_must_not_be_found(model: Model) -> None:
    assert wrong(model) == {}
    assert wrong(model, 1) == {"resurrected": 1}
    put(model, 1)
    put(model, None)
    assert wrong(model) == {}
    assert wrong(model, 1) == {"resurrected": 1}


def test_while_a_command_is_under_way_both_are_right_and_after_it_only_what_it_did(model: Model) -> None:
    put(model, 1)
    asked = time.monotonic()
    intent = Intent(versions={NAME: 2})
    before = model.begin(intent)
    assert wrong(model, 1) == wrong(model, 2) == {}
    assert wrong(model) == {"lost": 1}
    model.undone(before)
    assert wrong(model, 2) == {"outdated": 1}
    model.begin(intent)
    model.done(intent)
    assert wrong(model, 1) == {"outdated": 1}
    assert wrong(model, 1, started=asked) == {}


def test_a_killed_command_may_have_done_it_until_a_look_settles_that(model: Model) -> None:
    put(model, 1)
    model.begin(Intent(versions={NAME: None}))
    assert model.unsettled() == [NAME]
    assert wrong(model, 1) == wrong(model) == {}
    model.settle(NAME, 1)
    assert wrong(model) == {"lost": 1}


def test_a_withdrawn_article_stays_gone_whatever_is_added_until_that_is_undone(model: Model) -> None:
    put(model, 1)
    withdraw = Intent(withdrawing={NAME: True})
    model.begin(withdraw)
    assert wrong(model, 1) == {}
    model.done(withdraw)
    assert wrong(model, 1) == {"resurrected": 1}
    put(model, 2)
    assert wrong(model, 2) == {"resurrected": 1}
    with model.rolled_back():
        assert wrong(model, 1) == {"resurrected": 1}
    undo = Intent(withdrawing={NAME: False})
    model.begin(undo)
    model.done(undo)
    assert wrong(model, 2) == {}
    assert wrong(model, 3) == {"outdated": 1}


def test_an_undoing_that_the_index_follows_later_may_be_missing_until_then_only(model: Model) -> None:
    put(model, 1)
    for away in (True, False):
        intent = Intent(withdrawing={NAME: away})
        model.begin(intent)
        if not away:
            model.will_follow([NAME])
        model.done(intent)
    assert wrong(model) == wrong(model, 1) == {}
    model.has_followed()
    assert wrong(model) == {"lost": 1}


def test_while_the_index_is_rolled_back_articles_may_be_what_they_were(model: Model) -> None:
    put(model, 1)
    put(model, 2)
    with model.rolled_back():
        assert wrong(model, 1) == wrong(model) == {}
    assert wrong(model) == {"lost": 1}


def test_counts_are_bounded_by_what_must_and_what_may_be_found(model: Model) -> None:
    lot = model.fact(NAME).lot
    now = time.monotonic()
    assert model.bounds(lot, now, now) == (0, 0)
    put(model, 1)
    now = time.monotonic()
    assert model.bounds(lot, now, now) == (1, 1)
    model.begin(Intent(versions={"bai-00008": 1}))
    now = time.monotonic()
    assert model.bounds(lot, now, now) == (1, 2)


def test_an_article_is_in_one_hand_only(model: Model) -> None:
    chance = random.Random(1)
    with model.taking(6, chance) as some, model.taking(10, chance) as others:
        assert len(some) == 6
        assert not {*some} & {*others}
        assert len({*some, *others}) == 10
    assert model.names() == sorted(model.names())


def test_a_span_knows_what_was_before_it_and_what_came_within_it() -> None:
    history = [(0.0, frozenset((None,))), (1.0, frozenset((1,))), (2.0, frozenset((2,)))]
    assert between(history, 0.5, 0.6) == {None}
    assert between(history, 0.5, 1.5) == {None, 1}
    assert between(history, 1.5, 9.0) == {1, 2}
    assert between(history, 3.0, 9.0) == {2}


def test_growth_is_that_of_a_line_through_what_was_measured_after_warming_up() -> None:
    level = slope([(float(at), 100.0 if at > 2 else 10.0) for at in range(12)], warm_up=0.25)
    rising = slope([(float(at), 100.0 + at) for at in range(12)], warm_up=0.25)
    assert level is not None
    assert rising is not None
    assert level.growth == pytest.approx(0)
    assert rising.growth == pytest.approx(8)
    assert slope([(1.0, 1.0)], warm_up=0.25) is None
