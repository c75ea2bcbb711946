"""How fast answers come beside tantivy, stock Whoosh and SQLite's FTS5, and how that grows with the archive.

    python -m tests.bench.bench_engines [--articles 10000 50000 150000] [--rounds 7] [--only ENGINE]
                                        [--naive] [--write docs/benchmarks.md]

All engines search the same terms (ours, each an indivisible token of one field) in one process and one thread; in
each round every class of queries is asked of one engine after another, beginning with another engine each time.
Before anything is timed the answers are compared: where totals, counts or newest articles differ, nothing is
measured. Indexes and analysed articles are kept in $TIMTIN_HOME/bench. `--write` puts the tables between the markers
of a document and draws the picture beside it. `--naive` indexes with pyvi and stock Whoosh too (half an
hour for 50,000 articles).
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.engines.alone import cold, worker_memory
from tests.bench.engines.articles import analysed, digest
from tests.bench.engines.asked import Contestant
from tests.bench.engines.builds import Built, ensure_built
from tests.bench.engines.growth_picture import growth_picture
from tests.bench.engines.questions import questions
from tests.bench.engines.report import COLD_TIMES, FTS5, NAIVE, WHOOSH, Measured, lines, panels
from tests.bench.engines.timing import OURS, TANTIVY, compare, prepared, timed

PACKAGE = "tests.bench.engines"
MODULES = {OURS: "ours", TANTIVY: "on_tantivy", WHOOSH: "on_whoosh", FTS5: "on_fts5"}
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


def main() -> None:
    """Build what is missing, measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 50_000, 150_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=MODULES, action="append", help="an engine; can be repeated")
    parser.add_argument("--naive", action="store_true", help="index with pyvi and stock Whoosh as well")
    parser.add_argument("--write", type=Path, help="the Markdown document whose tables are to be replaced")
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "bench"
    modules = {engine: module for engine, module in MODULES.items() if engine in (options.only or MODULES)}
    measured = []
    for articles in options.articles:
        folder = home / str(articles)
        rows = analysed(corpus, folder, articles)
        built = dict(build(modules, rows, folder, naive=options.naive))
        measured.append(measure(modules, rows, folder, built, options.rounds))
    report = "\n".join(lines(measured, options.rounds))
    print(report)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
        options.write.write_text(between.sub(lambda _: f"{BEGIN}\n{report}\n{END}", text), encoding="utf-8")
        options.write.with_suffix(".svg").write_text(growth_picture(panels(measured)), encoding="utf-8")


def build(modules: dict[str, str], rows: Path, folder: Path, *, naive: bool) -> Iterator[tuple[str, Built]]:
    """Have every engine build its indexes, unless it has; gives each by name. The naive one is taken if it is there."""
    tokens = digest(rows)
    for engine, name in modules.items():
        module = importlib.import_module(f"{PACKAGE}.{name}")
        for index in module.INDEXES:
            key = tokens + getattr(module, "KEY", "")
            yield f"{engine}, {index}", ensure_built(module.__name__, index, rows, folder / name / index, key)
    whole = folder / "on_naive" / "pipeline"
    if naive or whole.is_dir():
        yield NAIVE, ensure_built(f"{PACKAGE}.on_naive", "pipeline", rows, whole, tokens)


def measure(modules: dict[str, str], rows: Path, folder: Path, built: dict[str, Built], rounds: int) -> Measured:
    """Measure everything at one size; ends the program when engines answer differently."""
    asked = questions(rows)
    contestants: dict[str, Contestant] = {
        engine: importlib.import_module(f"{PACKAGE}.{name}").contestant(folder / name)
        for engine, name in modules.items()
    }
    agreed = compare(asked.asked, contestants)
    times = timed({engine: prepared(asked.asked, each.prepare) for engine, each in contestants.items()}, rounds)
    served = timed({engine: prepared(asked.typed, each.serve) for engine, each in contestants.items()}, rounds)
    for contestant in contestants.values():
        contestant.close()
    first, first_served = asked.asked["common term"][0], asked.typed["question of 4 to 8 words"][0]
    return Measured(
        articles=asked.articles,
        built=built,
        agreed=agreed,
        times=times,
        served=served,
        cold={
            engine: cold(f"{PACKAGE}.{name}", folder / name, first, first_served, COLD_TIMES)
            for engine, name in modules.items()
        },
        memory=worker_memory(folder / MODULES[OURS], asked.varied) if OURS in modules else {},
        searches=len(asked.varied),
    )


if __name__ == "__main__":
    main()
