"""A query is given up for the work that it makes, not for what else the machine does."""

from __future__ import annotations

import time

import pytest

from index.errors import SearchTimeout
from index.whoosh_engine.budget import PATIENCE, Budget


def test_waiting_is_no_work() -> None:
    budget = Budget(0.1)

    time.sleep(0.15)

    assert not budget.is_used_up


def test_work_uses_it_up() -> None:
    budget = Budget(0.01)
    begun = time.thread_time()
    while time.thread_time() - begun < 0.01:
        pass

    with pytest.raises(SearchTimeout, match=r"longer than 0\.01 s: ask for fewer or rarer words"):
        budget.check()


def test_waiting_for_very_long_uses_it_up_too() -> None:
    budget = Budget(0.01)

    time.sleep(0.01 * PATIENCE)

    assert budget.is_used_up
