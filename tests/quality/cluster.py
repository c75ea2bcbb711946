"""How well the right articles are found on an OpenSearch cluster, beside the embedded engine.

    python -m tests.quality.cluster [--nodes 3] [--every N] [--write docs/quality.md]

Both engines hold the same articles, from the same store; every known item, and every query of the judged sets,
is asked of both. Prints success@10 and MRR@10 (nDCG@10 for the judged sets), in how many queries the totals are the
same, and how many of the first ten hits are. The embedded index is kept in $TIMTIN_HOME/quality; the cluster, of the
nodes that the tests use, is made anew (Java 17 and Maven). `--every` asks only each Nth known item.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.engine import Engine, Searcher
from index.opensearch_engine import OpenSearchSearcher, OpenSearchWriter, Place, withhold
from index.query import SearchRequest
from index.query_parser import parse_query
from indexer.archive import Archive
from indexer.pipeline import bring_up_to_date
from tests.cluster.nodes import NoCluster, running
from tests.quality.engines import archive_index, clock, passages, passages_index
from tests.quality.judged_sets import JUDGED_SETS, ndcg, read_queries
from tests.quality.known_items import DEPTH, KnownItem, read_known_items

BEGIN, END = "<!-- cluster: begin -->", "<!-- cluster: end -->"
HEAP = "1g"
TWO_SHARDS = 2
ALLOWED = 0.02
"""How much less than the embedded engine a group's success@10 may be."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an engine said to a query: how many there are, and the first of them."""

    total: int
    hits: list[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A known item, and both engines' answers to it."""

    item: KnownItem
    embedded: Answered
    cluster: Answered


def main() -> int:
    """Measure, print, and write when asked to; 1 when a group falls behind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--write", type=Path, help="the Markdown document whose table is to be replaced")
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "quality"
    items = [item for item in read_known_items(corpus / "known-items-dev.tsv") if item.number % options.every == 0]
    try:
        with running(options.nodes, heap=HEAP) as nodes:
            pairs, judged = measured(home, corpus, items, tuple(nodes.urls))
    except NoCluster as problem:
        sys.exit(f"No cluster: {problem}")
    report = "\n".join(lines(pairs, judged, options.nodes))
    print(report)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
        options.write.write_text(between.sub(lambda _: f"{BEGIN}\n{report}\n{END}", text), encoding="utf-8")
    return 0 if all(behind(group) <= ALLOWED for group in grouped(pairs).values()) else 1


def measured(
    home: Path, corpus: Path, items: list[KnownItem], urls: tuple[str, ...]
) -> tuple[list[Pair], dict[str, tuple[int, float, float]]]:
    """Ask both engines everything: the known items, and for each judged set how many queries it has and nDCG@10 of
    both."""
    analyzer = Analyzer.load()
    with ExitStack() as held:
        embedded = held.enter_context(closing(archive_index(home, [corpus / "articles.jsonl.xz", corpus / "portal"])))
        place = Place(urls, "quality", shards=TWO_SHARDS)
        cluster = held.enter_context(closing(OpenSearchSearcher(place)))
        engine = Engine(lambda _: OpenSearchWriter(place), lambda _: cluster, lambda _, ids: withhold(place, ids))
        report = bring_up_to_date(Archive(home, engine), clock, _told)
        if report.index_problem:
            sys.exit(report.index_problem)
        pairs = [
            Pair(item, *(answered(searcher, analyzer, item.query) for searcher in (embedded, cluster)))
            for item in items
        ]
        judged = {}
        for name in JUDGED_SETS:
            folder = corpus / "eval" / name
            embedded_set = held.enter_context(closing(passages_index(home / name, folder / "docs.jsonl")))
            place_of_set = Place(urls, name, shards=TWO_SHARDS)
            with closing(OpenSearchWriter(place_of_set)) as writer, writer.rebuild(0) as batch:
                batch.upsert(passages(folder / "docs.jsonl"))
            cluster_set = held.enter_context(closing(OpenSearchSearcher(place_of_set)))
            queries = read_queries(folder)
            values = [
                ndcg(folder, {key: answered(searcher, analyzer, text).hits for key, text in queries.items()})
                for searcher in (embedded_set, cluster_set)
            ]
            judged[name] = (len(queries), values[0], values[1])
        return pairs, judged


def _told(what: str, done: int, total: int | None) -> None:
    print(f"{what} {done:,} of {total or 0:,}", file=sys.stderr)


def answered(searcher: Searcher, analyzer: Analyzer, query: str) -> Answered:
    """Ask a query typed as plain text."""
    parsed = parse_query(query, analyzer, clock(), Abbreviations.builtin())
    response = searcher.search(SearchRequest(parsed.query, limit=DEPTH))
    return Answered(response.total, [hit.article.id for hit in response.hits])


def grouped(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    """Put the pairs of each group together."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.item.group].append(pair)
    return groups


def rank(item: KnownItem, answer: Answered) -> int | None:
    """Give the place, from 1, of the first right answer; None when it is not among the first."""
    return next((place for place, hit in enumerate(answer.hits, 1) if hit in item.answers), None)


def success(answers: Iterable[tuple[KnownItem, Answered]]) -> tuple[float, float]:
    """Give success@10 and MRR@10."""
    ranks = [rank(item, answer) for item, answer in answers]
    return mean(place is not None for place in ranks), mean(1 / place if place else 0.0 for place in ranks)


def behind(group: list[Pair]) -> float:
    """Say by how much the cluster's success@10 is below the embedded engine's."""
    return (
        success((pair.item, pair.embedded) for pair in group)[0]
        - success((pair.item, pair.cluster) for pair in group)[0]
    )


def lines(pairs: list[Pair], judged: dict[str, tuple[int, float, float]], nodes: int) -> Iterator[str]:
    """Give the report, as Markdown."""
    yield f"Known items over the same 50,001 articles, {nodes} nodes, two shards with a replica, {clock():%d/%m/%Y}.\n"
    yield "| group | queries | embedded, success@10 / MRR@10 | cluster | same totals | same hits among ten |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, group in grouped(pairs).items():
        mine, theirs = (
            success((pair.item, answer(pair)) for pair in group)
            for answer in (lambda pair: pair.embedded, lambda pair: pair.cluster)
        )
        same = mean(pair.embedded.total == pair.cluster.total for pair in group)
        shared = mean(
            len(set(pair.embedded.hits) & set(pair.cluster.hits)) / max(len(pair.embedded.hits), 1) for pair in group
        )
        yield (
            f"| {name} | {len(group)} | {mine[0]:.3f} / {mine[1]:.3f} | {theirs[0]:.3f} / {theirs[1]:.3f} "
            f"| {same:.1%} | {shared:.0%} |"
        )
    yield "\n| judged set | queries | embedded, nDCG@10 | cluster |"
    yield "|---|---:|---:|---:|"
    for name, (queries, mine_, theirs_) in judged.items():
        yield f"| {name} | {queries} | {mine_:.4f} | {theirs_:.4f} |"


if __name__ == "__main__":
    sys.exit(main())
