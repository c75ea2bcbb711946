"""The sample pages, indexed by the product's own pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.engine import Engine, Searcher
from index.query import SearchRequest
from index.query_parser import parse_query
from index.whoosh_engine import open_searcher, open_writer, withhold
from indexer.archive import Archive
from indexer.pipeline import add
from indexer.sources import read_sources
from indexer.store import ArticleStore
from tests.quality.known_items import Ranked


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("samples"), Engine(open_writer, open_searcher, withhold))
    report = add(archive, read_sources([str(repo_root / "samples" / "pages")]), lambda: datetime.now(UTC))
    assert not report.rejected
    return archive


@pytest.fixture(scope="session")
def searcher(archive: Archive) -> Iterator[Searcher]:
    searcher = open_searcher(archive.index)
    yield searcher
    searcher.close()


@pytest.fixture(scope="session")
def ids(archive: Archive) -> dict[str, str]:
    """The article id of each sample page, by the page's file name."""
    with ArticleStore.open(archive.articles) as store:
        found = (store.get(change.id) for change in store.changes_since(0))
        return {Path(stored.page.origin).name: stored.article.id for stored in found if stored is not None}


@pytest.fixture(scope="session")
def ranked(searcher: Searcher, analyzer: Analyzer) -> Ranked:
    """The ids of a query's first ten hits."""

    def first_ten(query: str) -> list[str]:
        request = SearchRequest(parse_query(query, analyzer, datetime.now(UTC), Abbreviations.builtin()).query)
        return [hit.article.id for hit in searcher.search(request).hits]

    return first_ten
