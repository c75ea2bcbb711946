"""Every test that asks for `tried` is run over each engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.analysis.chain import Analyzer
from tests.cluster.nodes import cluster_urls
from tests.conformance.engines import TriedIndex, naive, opensearch, remove_opensearch, whoosh


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture(autouse=True)
def _cheap_generations(monkeypatch: pytest.MonkeyPatch, analyzer: Analyzer) -> None:
    """Write some hundred generations in seconds: they need not outlast a power cut, and all share one analyzer."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(Analyzer, "load", lambda: analyzer)


@pytest.fixture(params=["whoosh", "naive", pytest.param("opensearch", marks=pytest.mark.cluster)])
def tried(request: pytest.FixtureRequest, tmp_path: Path, analyzer: Analyzer) -> Iterator[TriedIndex]:
    """An index that does not exist yet."""
    path = tmp_path / "index"
    urls = cluster_urls() if request.param == "opensearch" else []
    engine = opensearch(urls) if urls else whoosh() if request.param == "whoosh" else naive(analyzer)
    index = TriedIndex(engine, path, analyzer)
    yield index
    index.searcher.close()
    if urls:
        remove_opensearch(urls, tmp_path / "index")
        remove_opensearch(urls, tmp_path / "other")
