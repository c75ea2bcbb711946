"""The highest of many keys are those that sorting them all would give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.whoosh_engine.top import at_least_the_highest, highest


@given(
    st.lists(st.integers(-3, 50), min_size=1, max_size=60),
    st.integers(1, 200),
    st.integers(1, 80),
)
def test_the_highest_are_those_of_sorting_all(some: list[int], times: int, wanted: int) -> None:
    keys = np.array(some * times, np.float32)
    np.random.default_rng(len(some) + times).shuffle(keys)
    wanted = min(wanted, len(keys))
    sorted_numbers = sorted(range(len(keys)), key=lambda number: (-keys[number], number))
    assert highest(keys, wanted).tolist() == sorted(sorted_numbers[:wanted])
    edge = keys[sorted_numbers[wanted - 1]]
    assert set(np.flatnonzero(keys >= edge).tolist()) <= set(at_least_the_highest(keys, wanted).tolist())


def test_few_are_left_over_when_many_are_looked_through() -> None:
    keys = np.random.default_rng(1).random(50_000)
    assert 500 <= len(at_least_the_highest(keys, 500)) < 700
