"""Lines go through their values, and break where nothing can be said."""

from __future__ import annotations

from itertools import pairwise

import pytest

from service.line_chart import CROWDED, Chart, Value, chart, levels, spread


def drawn(*series: list[float | None], top: float = 10) -> Chart:
    values = [[Value(amount, f"/{amount}", f"{amount} bài") for amount in amounts] for amounts in series]
    dates = [str(2001 + place) for place in range(len(series[0]))]
    return chart(values, dates, [(0, "0"), (top, "10")])


def test_a_line_goes_through_its_values_from_side_to_side() -> None:
    [line] = drawn([0, 10, 5]).lines
    assert line.path == "M0 100L50 0L100 50"
    assert [(mark.x, mark.y) for mark in line.marks] == [(0, 100), (50, 0), (100, 50)]


def test_a_line_breaks_where_nothing_can_be_said() -> None:
    [line] = drawn([None, 10, None, 0, 5]).lines
    assert line.path == "M25 0M75 100L100 50"
    assert [mark.label for mark in line.marks] == ["10 bài", "0 bài", "5 bài"]


def test_one_period_stands_in_the_middle() -> None:
    [first, second] = drawn([5], [10]).lines
    assert (first.number, first.path, second.path) == (1, "M50 50", "M50 0")


def test_the_outermost_dates_stay_within_the_drawing() -> None:
    assert [(date.label, date.anchor) for date in drawn([1, 2, 3]).dates] == [
        ("2001", "start"), ("2002", "middle"), ("2003", "end"),
    ]  # fmt: skip


def test_many_periods_are_crowded() -> None:
    assert not drawn([1.0] * CROWDED).crowded
    assert drawn([1.0] * (CROWDED + 1)).crowded


@pytest.mark.parametrize(
    ("highest", "least", "expected"),
    [
        (0, 1, [0, 1]),
        (1, 1, [0, 1]),
        (3, 1, [0, 1, 2, 3]),
        (9, 1, [0, 5, 10]),
        (12_345, 1, [0, 5_000, 10_000, 15_000]),
        (100, 0.01, [0, 50, 100]),
        (0.3, 0.01, [0, 0.1, 0.2, 0.3]),
        (0.004, 0.01, [0, 0.01]),
    ],
)
def test_the_grid_stands_at_round_amounts(highest: float, least: float, expected: list[float]) -> None:
    assert levels(highest, least) == expected


@pytest.mark.parametrize("count", range(1, 80))
def test_labels_are_few_and_never_close_together(count: int) -> None:
    kept = [place for place, label in enumerate(spread(["x"] * count, 5)) if label]
    assert kept[0] == 0
    assert kept[-1] == count - 1
    assert len(kept) <= 5
    gaps = [after - before for before, after in pairwise(kept)]
    assert not gaps or min(gaps) * 5 >= count - 1
