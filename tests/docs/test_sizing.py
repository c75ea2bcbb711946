"""The figures of the sizing page follow from what the benchmark of the two engines measured, by the arithmetic that the
page shows."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path

import pytest

from tests.docs.markdown import table

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "sizing.md").read_text("utf-8")
BENCHMARKS = (DOCS / "benchmarks.md").read_text("utf-8")
MILLIONS = (1, 10, 100)
SIZES = 3
"""How many of the archives measured have one shard; the last one has four."""


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def numbers(heading: str) -> dict[str, list[float]]:
    return {row[0].strip("`"): [number(cell) for cell in row[1:]] for row in table(PAGE, heading)}


MEASURED = numbers("## What was measured")
SIZED = numbers("## 1, 10 and 100 million articles")
INPUTS = {row[0].strip("`"): number(row[1]) for row in table(PAGE, "## What the arithmetic takes")}


def more_for_a_million(name: str) -> float:
    articles, values = MEASURED["articles"], MEASURED[name]
    return (values[2] - values[1]) / (articles[2] - articles[1]) * 1e6


def at_none(name: str) -> float:
    return MEASURED[name][2] - more_for_a_million(name) * MEASURED["articles"][2] / 1e6


def for_a_million(name: str) -> float:
    return MEASURED[name][2] / MEASURED["articles"][2] * 1e6


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("a", at_none("a search, node's processor ms")),
        ("b", more_for_a_million("a search, node's processor ms")),
        ("c", (MEASURED["a search, node's processor ms"][3] - MEASURED["a search, node's processor ms"][1]) / 3),
        ("e", at_none("a question, p50 ms")),
        ("g", more_for_a_million("a question, p50 ms")),
        ("h", more_for_a_million("a question without accents, p50 ms")),
        ("d", for_a_million("index on disk, MB") / 1000),
        ("s", for_a_million("store, MB") / 1000),
        ("k", more_for_a_million("live in the heap, MB") / 1000),
        ("t", MEASURED["an article, `timtin`'s processor ms"][2]),
        ("i", MEASURED["an article, node's processor ms"][2]),
    ],
)
def test_what_the_arithmetic_takes_was_measured(symbol: str, expected: float) -> None:
    assert INPUTS[symbol] == pytest.approx(expected, rel=0.02)


def test_what_is_said_to_be_measured_is_what_the_benchmark_says() -> None:
    grown = {row[0]: [number(cell) for cell in row[1:]] for row in table(BENCHMARKS, "### How the node's work grows")}
    assert MEASURED["a question, p50 ms"][:SIZES] == grown["question of 4 to 8 words"][:SIZES]
    assert MEASURED["a question without accents, p50 ms"][:SIZES] == grown["question without accents"][:SIZES]
    rows = re.findall(r"^\| OpenSearch \| (.*) \|$", BENCHMARKS, re.MULTILINE)
    loads, rebuilds, taken = ([row.split(" | ") for row in rows[first::3]] for first in range(3))
    columns = {
        "a search, service's processor ms": (loads, 5),
        "a search, node's processor ms": (loads, 6),
        "an article, `timtin`'s processor ms": (rebuilds, 1),
        "an article, node's processor ms": (rebuilds, 2),
        "live in the heap, MB": (taken, 3),
        "index on disk, MB": (taken, 5),
    }
    for name, (of_sizes, column) in columns.items():
        assert MEASURED[name][:SIZES] == [number(cells[column]) for cells in of_sizes], name


def sized(millions: float) -> dict[str, float]:
    """Do the arithmetic of the page."""
    v = INPUTS
    shards = ceil(millions / v["n"])
    search = v["a"] + v["b"] * millions + v["c"] * (shards - 1)
    processors = v["r"] * search / 1000 / v["u"]
    nodes = max(3, ceil(processors / v["p"]))
    on_a_node = 2 * millions / nodes
    seconds = max(v["t"] / v["q"], 2 * v["i"] / (nodes * v["p"] * v["u"])) * millions * 1000
    return {
        "shards": shards,
        "index, one copy, GB": millions * v["d"],
        "store, GB": millions * v["s"],
        "a search, processor ms of all nodes": search,
        "processors for searching": processors,
        "nodes": nodes,
        "disk of a node, GB": 2 * on_a_node * v["d"] / v["f"],
        "heap of a node, GB": min(31, max(2, 3 * v["k"] * on_a_node)),
        "memory of a node beside it, for all its files, GB": on_a_node * v["d"],
        "a question, ms": v["e"] + v["g"] * millions / shards,
        "a question without accents, ms": v["e"] + v["h"] * millions / shards,
        "a rebuild, hours": seconds / 3600,
    }


def rounded_up(value: float) -> float:
    """Round up to two figures, but to no more than one behind the point."""
    unit = 0.1 if value < 10 else 10.0 ** (len(str(int(value))) - 2)
    return ceil(round(value / unit, 6)) * unit


@pytest.mark.parametrize("name", SIZED)
def test_each_figure_is_what_the_arithmetic_gives(name: str) -> None:
    assert SIZED[name] == pytest.approx([rounded_up(sized(millions)[name]) for millions in MILLIONS])


def test_everything_that_the_arithmetic_gives_is_told() -> None:
    assert set(SIZED) == set(sized(1))
