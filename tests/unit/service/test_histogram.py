"""Bars stand where their periods lie in time."""

from __future__ import annotations

import pytest
from flask import Flask

from index.response import DateBucket
from service.arguments import SearchArguments
from service.histogram import HEIGHT, MOST, bars
from service.links import Links


def buckets(**counts: int) -> list[DateBucket]:
    return [DateBucket(value.replace("_", "-").lstrip("p"), None, None, count) for value, count in counts.items()]


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        ({"p2001": 1, "p2002": 1, "p2005": 2}, [0, 10, 40]),
        ({"p2019_11": 1, "p2020_02": 2}, [0, 30]),
        ({"p2020_02_28": 1, "p2020_03_01": 2}, [0, 20]),
        ({"p2001": 1, "unknown": 3}, []),
        ({"p1800": 1, "p2020": 3}, []),
    ],
)
def test_periods_without_hits_leave_a_gap(app: Flask, counts: dict[str, int], places: list[int]) -> None:
    with app.test_request_context():
        drawn = bars(buckets(**counts), SearchArguments(), Links(10))
    assert [bar.x for bar in drawn] == places
    assert len(drawn) <= MOST


def test_the_highest_bar_fills_the_picture_and_the_lowest_can_be_seen(app: Flask) -> None:
    with app.test_request_context():
        low, high = bars(buckets(p2001=1, p2002=100_000), SearchArguments(q="bão"), Links(10))
    assert (high.y, high.height) == (0, HEIGHT)
    assert low.height > 1
    assert low.url == "/?q=b%C3%A3o&from=2001&to=2001"
    assert high.label == "2002: 100.000 bài"
