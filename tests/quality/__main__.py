"""How well the right articles are found.

    python -m tests.quality [--write docs/quality.md]

Prints success@1, success@10 and MRR@10 for each group of the known items over the 50,000 articles (for codes, which
may have several right answers, recall@10 beside them), on all queries and on those with odd and with even numbers;
nDCG@10 for the judged sets; and the rank of the portal page for the queries that must find it. `--write` puts the
tables between the markers of a document. The indexes are kept in $TIMTIN_HOME/quality.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from index.analysis.chain import Analyzer
from tests.quality import factors
from tests.quality.engines import archive_index, clock, passages_index, ranked_by
from tests.quality.judged_sets import JUDGED_SETS, ndcg, read_queries
from tests.quality.known_items import Figures, KnownItem, Ranked, figures, judge, read_known_items

PORTAL_TITLE = "Vai trò lãnh đạo của Đảng bộ Sở Thông tin và Truyền thông"
PORTAL_QUERIES = (
    "dang bo so thong tin va truyen thong",
    "Đảng uỷ Sở Thông tin",
    '"Sở Thông tin và Truyền thông" Phú Yên 05-CT/TW',
    "362/qqđ-ttg",
    'tác_giả:"trần thanh hưng" đảng bộ',
)
BEGIN, END = "<!-- quality: begin -->", "<!-- quality: end -->"


def main() -> None:
    """Measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="the Markdown document whose tables are to be replaced")
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "quality"
    report = "\n".join(measured(corpus, home))
    print(report)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
        options.write.write_text(between.sub(lambda _: f"{BEGIN}\n{report}\n{END}", text), encoding="utf-8")


def measured(corpus: Path, home: Path) -> Iterator[str]:
    """Give the lines of the report, as Markdown."""
    analyzer = Analyzer.load()
    searcher = archive_index(home, [corpus / "articles.jsonl.xz", corpus / "portal"])
    took: list[float] = []
    ranked = _timed(ranked_by(searcher, analyzer), took)
    items = read_known_items(corpus / "known-items-dev.tsv")
    judged = list(judge(items, ranked))
    yield f"Known items over {searcher.stats().articles:,} articles, {clock():%d/%m/%Y}; "
    yield f"median {median(took) * 1000:.0f} ms a query with ten snippets.\n"
    for name, kept in (("all", judged), ("odd numbers", _half(judged, 1)), ("even numbers", _half(judged, 0))):
        yield f"| group ({name}) | queries | success@1 | success@10 | MRR@10 | recall@10 |"
        yield "|---|---:|---:|---:|---:|---:|"
        yield from map(_row, figures(kept))
        yield ""
    yield from factors.report(factors.Trial(home / "index", analyzer), items)
    yield ""
    yield f"| judged set | queries | nDCG@10 | {' | '.join(factors.BASELINES)} |"
    yield f"|---|---:|---:|{'---:|' * len(factors.BASELINES)}"
    for name in JUDGED_SETS:
        folder = corpus / "eval" / name
        passages = ranked_by(passages_index(home / name, folder / "docs.jsonl"), analyzer)
        trial = factors.Trial(home / name, analyzer)
        rankings = [passages, *(trial.ranked(weights, trial.plain) for weights in factors.BASELINES.values())]
        queries = read_queries(folder)
        values = [ndcg(folder, {key: ranked(text) for key, text in queries.items()}) for ranked in rankings]
        yield f"| {name} | {len(queries)} | {' | '.join(f'{value:.4f}' for value in values)} |"
    yield "\n| query that must find the portal page | rank |"
    yield "|---|---:|"
    portal = ranked(f'title:"{PORTAL_TITLE}"')[:1]
    for query in PORTAL_QUERIES:
        hits = ranked(query)
        yield f"| `{query}` | {hits.index(portal[0]) + 1 if portal and portal[0] in hits else 'not among ten'} |"


def _half(
    judged: list[tuple[KnownItem, int | None, float]], remainder: int
) -> list[tuple[KnownItem, int | None, float]]:
    return [result for result in judged if result[0].number % 2 == remainder]


def _row(row: Figures) -> str:
    return (
        f"| {row.group} | {row.queries} | {row.success_at_1:.3f} | {row.success_at_10:.3f} "
        f"| {row.mrr_at_10:.3f} | {row.recall_at_10:.3f} |"
    )


def _timed(ranked: Ranked, took: list[float]) -> Ranked:
    def timed(query: str) -> list[str]:
        start = time.perf_counter()
        hits = ranked(query)
        took.append(time.perf_counter() - start)
        return hits

    return timed


if __name__ == "__main__":
    main()
