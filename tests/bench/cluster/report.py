"""What the two were measured to do, as Markdown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.bench.cluster.asking import Alike, Asked, Loaded, Times
from tests.bench.cluster.contestants import CLUSTER, EMBEDDED
from tests.bench.cluster.sizes import Rebuilt, Taken


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured at one size; by contestant where there is one of each."""

    articles: int
    shards: int
    heap: str
    store_mb: float
    times: Times
    alike: Alike
    loaded: Mapping[str, Loaded]
    rebuilt: Mapping[str, Rebuilt]
    taken: Mapping[str, Taken]


def lines(measured: list[Measured], rounds: int) -> Iterator[str]:
    """Give the lines of the report."""
    yield f"{time.strftime('%d/%m/%Y')}, {rounds} rounds. Milliseconds on the wall, as a client sees them."
    for each in measured:
        shards = "one shard" if each.shards == 1 else f"{each.shards} shards"
        yield f"\n### {each.articles:,} articles, embedded and one node with {shards}\n"
        yield from _classes(each)
        yield from _together(each)
        yield from _under_load(each)
        yield from _indexed(each)
        yield from _taken(each)
    if len(measured) > 1:
        yield "\n### How the node's work grows\n"
        yield from _growth(measured)


def _classes(measured: Measured) -> Iterator[str]:
    yield (
        "| class | embedded p50 | p95 | OpenSearch p50 | p95 | OpenSearch / embedded, p50 "
        "| processor ms: embedded | service on OpenSearch | its node |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for name, both in measured.times.items():
        ours, theirs = both[EMBEDDED], both[CLUSTER]
        shown = (f"{value:.1f}" for value in (ours.p50, ours.p95, theirs.p50, theirs.p95, theirs.p50 / ours.p50))
        processor = (f"{value:.1f}" for value in (ours.processor_ms[0], *theirs.processor_ms))
        yield f"| {name} | {' | '.join(shown)} | {' | '.join(processor)} |"


def _together(measured: Measured) -> Iterator[str]:
    of = [both[CLUSTER].p50 / both[EMBEDDED].p50 for both in measured.times.values()]
    alike = measured.alike
    yield (
        f"\nOpenSearch / embedded, geometric mean of p50: **{statistics.geometric_mean(of):.1f}**. "
        f"{alike.asked:,} searches were answered by both: {alike.other_totals} with another total; {alike.errors} "
        f"by one or none; {alike.shown_by_both / max(alike.shown, 1):.1%} of the hits shown by both.\n"
    )


def _under_load(measured: Measured) -> Iterator[str]:
    yield "| eight clients | requests/s | p50 ms | p95 ms | p99 ms | errors | processor ms a request: service | node |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, each in measured.loaded.items():
        times = " | ".join(f"{each.median(of):.1f}" for of in ("p50", "p95", "p99"))
        errors = sum(load.errors for load in each.loads)
        spent = " | ".join(f"{seconds / each.requests * 1000:.1f}" for seconds in (each.spent.service, each.spent.node))
        yield f"| {name} | {each.rate:.0f} | {times} | {errors} | {spent} |"


def _indexed(measured: Measured) -> Iterator[str]:
    yield "\n| `timtin rebuild` | articles/s | processor ms an article: timtin | node | its peak memory MB | date |"
    yield "|---|---:|---:|---:|---:|---|"
    for name, each in measured.rebuilt.items():
        spent = (seconds / measured.articles * 1000 for seconds in (each.processor_seconds, each.node_seconds))
        yield (
            f"| {name} | {measured.articles / each.seconds:,.0f} | {' | '.join(f'{ms:.2f}' for ms in spent)} "
            f"| {each.peak_mb:.0f} | {each.date} |"
        )


def _taken(measured: Measured) -> Iterator[str]:
    yield (
        "\n| memory and disk, MB | service (PSS) | node (RSS) | of it mapped files | live in its heap | heap given "
        "| index on disk | KB an article | segments |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for name, each in measured.taken.items():
        node = " | ".join(_mb(value) for value in (each.node, each.node_files, each.heap))
        yield (
            f"| {name} | {each.service:.0f} | {node} | {measured.heap if each.node else '-'} | {each.disk:.0f} "
            f"| {each.disk * 1000 / measured.articles:.2f} | {each.segments} |"
        )
    yield f"\nThe article store, which both need, has {measured.store_mb:.0f} MB."


def _mb(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _growth(measured: list[Measured]) -> Iterator[str]:
    sizes = " | ".join(f"{each.articles:,}" for each in measured)
    yield f"| class | p50 ms at {sizes} | node's processor ms at {sizes} |"
    yield f"|---|{'---:|' * 2 * len(measured)}"

    def of(name: str, value: Callable[[Asked], float]) -> str:
        return " | ".join(f"{value(each.times[name][CLUSTER]):.1f}" for each in measured)

    for name in measured[0].times:
        yield f"| {name} | {of(name, lambda asked: asked.p50)} | {of(name, lambda asked: asked.processor_ms[1])} |"
