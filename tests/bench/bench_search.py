"""How long answers take over the 50,000 articles: the index that `make quality` keeps, known items as queries.

    python -m tests.bench.bench_search [--every 13] [--rounds 3]

One thread. Without hits, with ten hits and their snippets, with all facets beside them; rounds alternate between the
three. The index is in $TIMTIN_HOME/quality, built when it is missing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from index.analysis.chain import Analyzer
from index.engine import Searcher
from index.query import Facet, Query, SearchRequest
from index.query_parser import parse_query
from tests.quality.engines import archive_index
from tests.quality.known_items import read_known_items

KINDS = {
    "no hits": (0, frozenset[Facet]()),
    "ten hits with snippets": (10, frozenset[Facet]()),
    "ten hits, all facets": (10, frozenset(Facet)),
}


def timed(searcher: Searcher, queries: list[Query], limit: int, facets: frozenset[Facet]) -> list[float]:
    """Give the milliseconds that each query takes."""
    took = []
    for query in queries:
        start = time.perf_counter()
        searcher.search(SearchRequest(query, limit=limit, facets=facets))
        took.append((time.perf_counter() - start) * 1000)
    return took


def main() -> None:
    """Measure in rounds and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=13, help="take every n-th query")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "known-items-dev.tsv").is_file():
        sys.exit(f"{corpus} holds no known-items-dev.tsv: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "quality"
    searcher = archive_index(home, [corpus / "articles.jsonl.xz", corpus / "portal"])
    analyzer = Analyzer.load()
    now = datetime.now(UTC)
    queries = [
        parse_query(item.query, analyzer, now).query
        for item in read_known_items(corpus / "known-items-dev.tsv")[:: options.every]
    ]
    print(f"{len(queries)} queries over {searcher.stats().articles:,} articles, {options.rounds} rounds\n")
    took: dict[str, list[float]] = {name: [] for name in KINDS}
    for _ in range(options.rounds):
        for name, (limit, facets) in KINDS.items():
            took[name] += timed(searcher, queries, limit, facets)
    print("| asked for | median ms | 95th percentile ms |")
    print("|---|---:|---:|")
    for name, milliseconds in took.items():
        print(
            f"| {name} | {statistics.median(milliseconds):.1f} | {statistics.quantiles(milliseconds, n=20)[-1]:.1f} |"
        )


if __name__ == "__main__":
    main()
