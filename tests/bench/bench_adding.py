"""How many articles a second are taken in from JSON Lines, from HTML files and from a feed, store and index included;
beside them what trafilatura alone needs to read the same HTML pages.

The pages are those of the tests' portal, on this machine, without delays or failures. Everything runs through the
command line in a process of its own, in rounds that alternate; seconds are those of the clock, so they also hold what
else the machine is doing, processor seconds don't.

    python -m tests.bench.bench_adding [--articles 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import orjson

from index.as_json import article_fields
from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage
from tests.crawl.following import Follower
from tests.crawl.misbehaving_portal import Portal, portal

TRAFILATURA = """
import sys
from pathlib import Path
from trafilatura import bare_extraction
for path in sorted(Path(sys.argv[1]).iterdir()):
    bare_extraction(path.read_bytes(), with_metadata=True, include_comments=False)
"""

Sizes = tuple[float, float]
"""Seconds of the clock, seconds of processor time."""


def main() -> None:
    """Measure in alternating rounds; print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, portal(options.articles) as shown:
        shown.feed_entries = options.articles
        pages, rows = _written(Path(folder), shown)
        ways: dict[str, Callable[[Follower], Sizes]] = {
            "JSON Lines, `timtin add`": lambda follower: _timed(follower, "add", str(rows)),
            "HTML files, `timtin add`": lambda follower: _timed(follower, "add", str(pages)),
            "a feed and its pages, `timtin sync`": lambda follower: _followed(follower, shown),
            "trafilatura alone, HTML files": lambda _: _taken(
                subprocess.Popen([sys.executable, "-c", TRAFILATURA, str(pages)])
            ),
        }
        measured: dict[str, list[Sizes]] = {way: [] for way in ways}
        for number in range(options.rounds):
            for at, (way, run) in enumerate(ways.items()):
                measured[way].append(run(Follower(Path(folder) / f"home-{number}-{at}")))
    print(
        f"| {options.articles:,} articles, medians of {options.rounds} rounds | articles/s | processor ms an article |"
    )
    print("|---|---:|---:|")
    for way, sizes in measured.items():
        seconds, processor = (statistics.median(column) for column in zip(*sizes, strict=True))
        print(f"| {way} | {options.articles / seconds:,.0f} | {1000 * processor / options.articles:.1f} |")


def _written(folder: Path, shown: Portal) -> tuple[Path, Path]:
    """Write the portal's pages into files, and their articles as rows."""
    pages, rows = folder / "pages", folder / "rows.jsonl"
    pages.mkdir()
    with rows.open("wb") as file:
        for item in shown.present():
            url = f"{shown.address}{item.path}"
            with urllib.request.urlopen(url) as answer:
                content = answer.read()
            (pages / f"{item.number:05}.html").write_bytes(content)
            article = extract(RawPage(url, MediaType.HTML, content, url)).article
            file.write(orjson.dumps(article_fields(article)) + b"\n")
    return pages, rows


def _timed(follower: Follower, *args: str) -> Sizes:
    return _taken(follower.start(*args))


def _followed(follower: Follower, shown: Portal) -> Sizes:
    follower.follow(f"{shown.address}/rss.xml", "--delay", "0s")
    return _timed(follower, "sync")


def _taken(process: subprocess.Popen[bytes]) -> Sizes:
    begun = time.perf_counter()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{process.args!r} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
