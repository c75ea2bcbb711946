"""How fast articles become searchable, beside the naive pipeline: pyvi's ViTokenizer and stock Whoosh.

    python -m tests.bench.bench_indexing [--articles 5000] [--rounds 3]

Each round runs every contestant in a process of its own, one after another, over the same articles held in memory.
The naive pipeline segments title and body with pyvi and writes them with Whoosh's default writer (positions, as
TEXT has them). Ours is measured twice: the index alone from articles in memory, and the whole command `add` from
the file (reading, the article store, the index). Wall time; memory is the process's peak.
"""

from __future__ import annotations

import argparse
import json
import lzma
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from index.article import Article
from index.engine import Engine
from index.whoosh_engine import open_searcher, open_writer, withhold
from indexer.archive import Archive
from indexer.pipeline import add
from indexer.sources import read_sources


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: articles a second, megabytes of memory at most, bytes on disk."""

    rate: float
    memory_mb: float
    size_mb: float


Contestant = Callable[[Path, Path], None]
"""Takes a JSON Lines file and an empty folder, and leaves an index there."""


def naive(source: Path, folder: Path) -> None:
    """Index a file naively."""
    write_naively(((row["id"], row["title"], row["body"]) for row in rows(source)), folder)


def write_naively(articles: Iterable[tuple[str, str, str]], folder: Path) -> None:
    """Index (id, title, body) as one would in an afternoon: pyvi's words, split at blanks by Whoosh."""
    from whoosh.analysis import LowercaseFilter, RegexTokenizer  # noqa: PLC0415 -- only in this process
    from whoosh.fields import ID, TEXT, Schema  # noqa: PLC0415
    from whoosh.index import create_in  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer  # noqa: PLC0415
    words = RegexTokenizer(r"\S+") | LowercaseFilter()
    index = create_in(folder, Schema(id=ID(stored=True), title=TEXT(words, stored=True), body=TEXT(words, stored=True)))
    writer = index.writer(limitmb=256)
    for article_id, title, body in articles:
        writer.add_document(
            id=article_id,
            title=ViTokenizer.tokenize(title),
            body=ViTokenizer.tokenize(body),
            _stored_title=title,
            _stored_body=body,
        )
    writer.commit()


def engine(source: Path, folder: Path) -> None:
    """Write our index from articles in memory."""
    writer = open_writer(folder)
    with writer.rebuild(0) as batch:
        batch.upsert(Article(row["id"], row["title"], row["body"]) for row in rows(source))
    writer.close()


def whole(source: Path, folder: Path) -> None:
    """Run what `timtin add` runs."""
    report = add(
        Archive(folder, Engine(open_writer, open_searcher, withhold)),
        read_sources([str(source)]),
        lambda: datetime.now(UTC),
    )
    if report.index_problem:
        sys.exit(report.index_problem)


def rows(source: Path) -> list[dict[str, str]]:
    """Read a JSON Lines file."""
    with source.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(contestant: Contestant, source: Path, count: int) -> Measured:
    """Run a contestant in a fresh process and folder."""
    folder = Path(tempfile.mkdtemp())
    try:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(contestant, source, folder, sender))
        process.start()
        seconds, memory = receiver.recv()
        process.join()
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return Measured(count / seconds, memory, size / 1e6)
    finally:
        shutil.rmtree(folder)


def _run(contestant: Contestant, source: Path, folder: Path, sender: multiprocessing.connection.Connection) -> None:
    start = time.perf_counter()
    contestant(source, folder)
    sender.send((time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    """Measure in rounds and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus")) / "articles.jsonl.xz"
    if not corpus.is_file():
        sys.exit(f"{corpus} is not here: set CORPUS to the folder of articles.jsonl.xz")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.jsonl"
        with lzma.open(corpus, "rt", encoding="utf-8") as lines, source.open("w", encoding="utf-8") as copy:
            copy.writelines(islice(lines, options.articles))
        contestants: dict[str, Contestant] = {
            "pyvi + stock Whoosh": naive,
            "Tìm Tin, index alone": engine,
            "Tìm Tin, `timtin add`": whole,
        }
        runs: dict[str, list[Measured]] = {name: [] for name in contestants}
        for _ in range(options.rounds):
            for name, contestant in contestants.items():
                runs[name].append(measure(contestant, source, options.articles))
    reference = [run.rate for run in runs["pyvi + stock Whoosh"]]
    print(f"{options.articles:,} articles, {options.rounds} rounds, medians\n")
    print("| pipeline | articles/s | peak memory MB | on disk MB | times the naive rate |")
    print("|---|---:|---:|---:|---:|")
    for name, measured in runs.items():
        ratio = statistics.median(run.rate / naive_rate for run, naive_rate in zip(measured, reference, strict=True))
        print(
            f"| {name} | {statistics.median(run.rate for run in measured):.0f} "
            f"| {statistics.median(run.memory_mb for run in measured):.0f} "
            f"| {statistics.median(run.size_mb for run in measured):.0f} | {ratio:.1f} |"
        )


if __name__ == "__main__":
    main()
