"""The indexes that quality is measured on, built by the product's own pipeline and kept for the next run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.article import Article
from index.engine import Engine, Searcher
from index.errors import SearchError
from index.query import SearchRequest
from index.query_parser import parse_query
from index.whoosh_engine import open_searcher, open_writer, withhold
from indexer.archive import Archive
from indexer.pipeline import add
from indexer.sources import read_sources
from tests.quality.known_items import DEPTH, Ranked


def clock() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def archive_index(home: Path, sources: list[Path]) -> Searcher:
    """Add the sources to the archive at home, unless it holds them already, and open its index."""
    archive = Archive(home, Engine(open_writer, open_searcher, withhold))
    searcher = open_searcher(archive.index)
    if not _usable(searcher):
        print(f"indexing {', '.join(path.name for path in sources)} into {home} ...", file=sys.stderr)
        report = add(archive, read_sources([str(path) for path in sources]), clock)
        if report.index_problem:
            sys.exit(f"{report.index_problem} (or remove {home})")
    return searcher


def passages_index(index_dir: Path, documents: Path) -> Searcher:
    """Index the passages of a judged set (JSON Lines of id, title, text) and open the index."""
    searcher = open_searcher(index_dir)
    if not _usable(searcher):
        writer = open_writer(index_dir)
        try:
            with writer.rebuild(0) as batch:
                batch.upsert(passages(documents))
        finally:
            writer.close()
    return searcher


def ranked_by(searcher: Searcher, analyzer: Analyzer) -> Ranked:
    """Give the ids of the first hits for a query typed as plain text."""

    def ranked(query: str) -> list[str]:
        parsed = parse_query(query, analyzer, clock(), Abbreviations.builtin())
        request = SearchRequest(parsed.query, limit=DEPTH)
        return [hit.article.id for hit in searcher.search(request).hits]

    return ranked


def _usable(searcher: Searcher) -> bool:
    try:
        return searcher.stats().articles > 0
    except SearchError:
        return False


def passages(documents: Path) -> Iterable[Article]:
    """Read the passages of a judged set."""
    with documents.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Article(id=row["id"], title=row["title"].replace("_", " "), body=row["text"])
