"""Where lines, marks and labels of a chart over time stand. Places are percent of the drawing, from its left and top,
so that it is as wide as the page while marks and letters keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

STEPS = 4
"""At most so many lines of the grid above the lowest."""
CROWDED = 40
"""With more periods marks are smaller."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a line has in one period (None: nothing can be said), where its mark leads and what it says."""

    amount: float | None
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A value in its place."""

    x: float
    y: float
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """The marks of a series, and the way from each to the next (SVG path data)."""

    number: int
    path: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis; `anchor` keeps the outermost ones within the drawing."""

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    lines: tuple[Line, ...]
    levels: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    crowded: bool


def chart(series: Sequence[Sequence[Value]], dates: Sequence[str], levels: Sequence[tuple[float, str]]) -> Chart:
    """Draw series over the same periods; `dates` name these, "" where there is no room; the last level is the top."""
    top = levels[-1][0]
    last = max(len(dates) - 1, 1)
    xs = [round(100 * place / last, 2) if len(dates) > 1 else 50.0 for place in range(len(dates))]
    return Chart(
        lines=tuple(_line(number, values, xs, top) for number, values in enumerate(series, 1)),
        levels=tuple(Tick(_height(level, top), label) for level, label in levels),
        dates=tuple(Tick(x, label, _anchor(x)) for x, label in zip(xs, dates, strict=True) if label),
        crowded=len(dates) > CROWDED,
    )


def _height(amount: float, top: float) -> float:
    return round(100 - 100 * amount / top, 2)


def _anchor(x: float) -> str:
    return {0.0: "start", 100.0: "end"}.get(x, "middle")


def _line(number: int, values: Sequence[Value], xs: Sequence[float], top: float) -> Line:
    marks: list[Mark | None] = [
        None if value.amount is None else Mark(x, _height(value.amount, top), value.url, value.label)
        for value, x in zip(values, xs, strict=True)
    ]
    way = []
    for before, mark in pairwise([None, *marks]):
        if mark is not None:
            way.append(f"{'M' if before is None else 'L'}{mark.x:g} {mark.y:g}")
    return Line(number, "".join(way), tuple(mark for mark in marks if mark is not None))


def levels(highest: float, least: float) -> list[float]:
    """Choose where the grid stands: round steps of 1, 2 or 5 times a power of ten (`least` or more) from 0 up to the
    highest amount or just above.

    >>> levels(7, 1), levels(130, 1), levels(0.07, 0.01)
    ([0, 2, 4, 6, 8], [0, 50, 100, 150], [0.0, 0.02, 0.04, 0.06, 0.08])
    """
    wanted = max(highest / STEPS, least)
    power = floor(log10(wanted) + 1e-9)
    # Steps below one are made by dividing, so that they are 0.06 and not 0.06000000000000001.
    factor = next(factor for factor in (1, 2, 5, 10) if factor * 10.0**power >= wanted * (1 - 1e-9))
    count = max(1, ceil(highest / (factor * 10.0**power) - 1e-9))
    return [place * factor * 10**power if power >= 0 else place * factor / 10**-power for place in range(count + 1)]


def spread(labels: Sequence[str], most: int) -> list[str]:
    """Keep at most so many labels, evenly spread from the first; the last one takes the place of one that stands too
    near to it.

    >>> spread(["a", "b", "c", "d", "e"], 3), spread(["a", "b", "c", "d", "e", "f"], 3)
    (['a', '', 'c', '', 'e'], ['a', '', '', '', '', 'f'])
    """
    last = len(labels) - 1
    step = max(1, ceil(last / (most - 1)))
    kept = {*range(0, last - step + 1, step), last}
    return [label if place in kept else "" for place, label in enumerate(labels)]
