"""The tables of what was measured, and the lines of the picture."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.engines.alone import Cold
from tests.bench.engines.builds import Built
from tests.bench.engines.growth_picture import Panel
from tests.bench.engines.questions import FACET_CLASSES
from tests.bench.engines.timing import OURS, TANTIVY, Agreement, Times

WHOOSH = "stock Whoosh"
FTS5 = "FTS5"
NAIVE = "pyvi + stock Whoosh"
ENGINES = (OURS, TANTIVY, WHOOSH, FTS5)
COLD_TIMES = 5
EXEMPT_MS = 0.15
WORST_FACTOR = 4
SLOW_MS = 3
PICTURED = (
    "common term",
    "OR of 3",
    "AND of 3",
    "phrase of 2",
    "leading wildcard",
    "question of 4 to 8 words",
    "facets of a common term",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured at one size."""

    articles: int
    built: dict[str, Built]
    agreed: dict[str, Agreement]
    times: Times
    served: Times
    cold: dict[str, Cold]
    memory: dict[str, float]
    """Of a process that serves our index, after as many `searches`; see `memory.rollup`."""
    searches: int


def lines(measured: list[Measured], rounds: int) -> Iterator[str]:
    """Give the lines of the report, as Markdown."""
    yield f"{time.strftime('%d/%m/%Y')}, {rounds} rounds. Milliseconds are medians over rounds and queries."
    for each in measured:
        yield f"\n### {each.articles:,} articles\n"
        yield from _alone(each)
        yield from _facets(each)
        yield from _served(each)
        yield from _cold(each)
    yield "\n### Growth\n"
    yield "Tìm Tin's times in all classes; the picture has the other engines beside them.\n"
    yield from _growth(measured)
    yield "\n### Indexing\n"
    yield from _indexing(measured)


def _alone(measured: Measured) -> Iterator[str]:
    """The engines alone on one field: ours beside each of the others."""
    yield "Engines alone: one field, first ten (or the page asked for) and the exact total.\n"
    yield (
        "| class | hits | Tìm Tin | tantivy | Tìm Tin / tantivy | stock Whoosh | stock Whoosh / Tìm Tin | FTS5 "
        "| tantivy's hits shown |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    to_tantivy: dict[str, float] = {}
    for name, times in measured.times.items():
        if name in FACET_CLASSES:
            continue
        ours, tantivy, whoosh = times.get(OURS), times.get(TANTIVY), times.get(WHOOSH)
        if ours and tantivy:
            to_tantivy[name] = ours / tantivy
        exempt = " *" if ours and ours < EXEMPT_MS else ""
        yield (
            f"| {name} | {measured.agreed[name].total:,.0f} | {_ms(ours)}{exempt} | {_ms(tantivy)} "
            f"| {_factor(ours, tantivy)} | {_ms(whoosh)} | {_factor(whoosh, ours)} | {_ms(times.get(FTS5))} "
            f"| {_share(measured.agreed[name].shared)} |"
        )
    yield ""
    if to_tantivy:
        counted = {name: factor for name, factor in to_tantivy.items() if measured.times[name][OURS] >= EXEMPT_MS}
        worst = max(to_tantivy, key=to_tantivy.__getitem__)
        mean = statistics.geometric_mean(to_tantivy.values())
        yield f"- Tìm Tin / tantivy, geometric mean of {len(to_tantivy)} classes: **{mean:.2f}**"
        yield f"- the worst class: {worst}, {to_tantivy[worst]:.1f}"
        if counted:
            worst = max(counted, key=counted.__getitem__)
            yield (
                f"- the worst of those that take Tìm Tin {EXEMPT_MS} ms or more (the others have *): "
                f"{worst}, {counted[worst]:.1f}"
            )
            above = [name for name, factor in counted.items() if factor > WORST_FACTOR]
            yield f"- of those above {WORST_FACTOR}: {', '.join(above) or 'none'}"
    yield from _to_whoosh(measured)


def _to_whoosh(measured: Measured) -> Iterator[str]:
    both = {
        name: (times[OURS], times[WHOOSH])
        for name, times in measured.times.items()
        if OURS in times and WHOOSH in times
    }
    slow = {name: whoosh / ours for name, (ours, whoosh) in both.items() if whoosh > SLOW_MS}
    quick = {name: ours for name, (ours, whoosh) in both.items() if whoosh <= SLOW_MS}
    if slow:
        least = min(slow, key=slow.__getitem__)
        yield (
            f"- where stock Whoosh needs over {SLOW_MS} ms ({len(slow)} classes, facets too): it takes "
            f"{slow[least]:.0f} times ours at least ({least}), {statistics.geometric_mean(slow.values()):.0f} times on "
            "the geometric mean"
        )
    for name, ours in quick.items():
        within = "under" if ours < EXEMPT_MS else "NOT under"
        yield f"- where it needs less ({name}): ours takes {_ms(ours)} ms, {within} {EXEMPT_MS}"


def _facets(measured: Measured) -> Iterator[str]:
    yield "\nFacets, the ten most frequent authors and every month (tantivy: every 30 days), without hits.\n"
    yield "| class | hits | Tìm Tin | tantivy | Tìm Tin / tantivy | stock Whoosh | stock Whoosh / Tìm Tin | FTS5 |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name in FACET_CLASSES:
        times = measured.times[name]
        ours, tantivy, whoosh = times.get(OURS), times.get(TANTIVY), times.get(WHOOSH)
        yield (
            f"| {name} | {measured.agreed[name].total:,.0f} | {_ms(ours)} | {_ms(tantivy)} | {_factor(ours, tantivy)} "
            f"| {_ms(whoosh)} | {_factor(whoosh, ours)} | {_ms(times.get(FTS5))} |"
        )


def _served(measured: Measured) -> Iterator[str]:
    yield (
        "\nAs served: title and body with their weights, ten snippets, authors and dates counted; each engine its own "
        "way.\n"
    )
    yield "| class | Tìm Tin | tantivy | FTS5 | Tìm Tin / tantivy | FTS5 / Tìm Tin |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, times in measured.served.items():
        ours, tantivy, fts5 = times.get(OURS), times.get(TANTIVY), times.get(FTS5)
        yield (
            f"| {name} | {_ms(ours)} | {_ms(tantivy)} | {_ms(fts5)} | {_factor(ours, tantivy)} "
            f"| {_factor(fts5, ours)} |"
        )


def _cold(measured: Measured) -> Iterator[str]:
    yield f"\nIn a fresh process, files in the page cache, milliseconds on the wall; medians of {COLD_TIMES}.\n"
    yield "| engine | opening | first common term | first question as served |"
    yield "|---|---:|---:|---:|"
    for engine, each in measured.cold.items():
        yield f"| {engine} | {_ms(each.opening)} | {_ms(each.first)} | {_ms(each.first_served)} |"
    if measured.memory:
        memory = measured.memory
        yield (
            f"\nA process that serves our index, after {measured.searches} searches: "
            f"{memory['Pss_Anon']:.0f} MB of its own, {memory['Pss_File']:.0f} MB of mapped files."
        )


def _growth(measured: list[Measured]) -> Iterator[str]:
    yield f"| class | {' | '.join(f'{each.articles:,}' for each in measured)} |"
    yield f"|---|{'---:|' * len(measured)}"
    for name in measured[0].times:
        yield f"| {name} | {' | '.join(_ms(each.times[name].get(OURS)) for each in measured)} |"


def _indexing(measured: list[Measured]) -> Iterator[str]:
    yield "| articles | index | articles/s | processor s | on disk MB | peak memory MB | built |"
    yield "|---:|---|---:|---:|---:|---:|---|"
    for each in measured:
        for name, built in each.built.items():
            yield (
                f"| {each.articles:,} | {name} | {each.articles / built.seconds:,.0f} | {built.processor_seconds:.0f} "
                f"| {built.size_mb:.0f} | {built.peak_mb:.0f} | {built.date} |"
            )


def panels(measured: list[Measured]) -> list[Panel]:
    """Give the panels of the picture: classes of queries, then indexing."""
    return [
        *(
            Panel(name, "ms", {engine: _line(measured, name, engine) for engine in ENGINES})
            for name in PICTURED
            if all(name in each.times for each in measured)
        ),
        Panel("indexing", "processor s", _built_lines(measured, lambda built: built.processor_seconds)),
        Panel("index on disk", "MB", _built_lines(measured, lambda built: built.size_mb)),
    ]


def _line(measured: list[Measured], name: str, engine: str) -> dict[int, float]:
    return {each.articles: each.times[name][engine] for each in measured if engine in each.times[name]}


def _built_lines(measured: list[Measured], value: Callable[[Built], float]) -> dict[str, dict[int, float]]:
    """Give a line for each whole index; stock Whoosh has one of terms only."""
    indexes = {engine: f"{engine}, served" for engine in (OURS, TANTIVY, FTS5)}
    indexes |= {WHOOSH: f"{WHOOSH}, terms", NAIVE: NAIVE}
    return {
        engine: {each.articles: value(each.built[index]) for each in measured if index in each.built}
        for engine, index in indexes.items()
    }


def _ms(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "-"
    return f"{milliseconds:.3f}" if milliseconds < 1 else f"{milliseconds:.1f}"


def _factor(more: float | None, less: float | None) -> str:
    if not more or not less:
        return "-"
    return f"{more / less:.2f}" if more < 10 * less else f"{more / less:.0f}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
