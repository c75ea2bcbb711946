"""All three engines agree on any query over any articles: the cluster and the naive one, and so the embedded one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.analysis.chain import Analyzer
from index.article import Article
from index.query import Filters, Query
from tests.cluster.nodes import cluster_urls
from tests.conformance.engines import TriedIndex, naive, opensearch, remove_opensearch, whoosh
from tests.conformance.query_trees import articles, filters, queries
from tests.conformance.test_random_queries import Steps, agree_on_trees, agree_on_typed, steps, typed_texts

pytestmark = pytest.mark.cluster

# Making an index takes a second or so there, asking some hundredths: few articles are asked much.
few = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
much_asked = st.lists(st.tuples(queries(), st.one_of(st.just(Filters()), filters())), min_size=10, max_size=20)


@contextmanager
def _two_indexes(analyzer: Analyzer, name: str) -> Iterator[tuple[TriedIndex, TriedIndex]]:
    urls = cluster_urls()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index")
        clustered = TriedIndex(opensearch(urls), path, analyzer)
        other = TriedIndex(whoosh() if name == "whoosh" else naive(analyzer), path, analyzer)
        try:
            yield clustered, other
        finally:
            for tried in (clustered, other):
                tried.searcher.close()
            remove_opensearch(urls, path)


@few
@given(steps, much_asked, st.sampled_from(["naive", "naive", "whoosh"]))
def test_they_give_the_same_articles_totals_facets_and_notes(
    analyzer: Analyzer, steps: Steps, asked: list[tuple[Query, Filters]], other: str
) -> None:
    with _two_indexes(analyzer, other) as (clustered, oracle):
        agree_on_trees(clustered, oracle, steps, asked)


@few
@given(st.lists(articles(), min_size=1, max_size=10), st.lists(typed_texts, min_size=10, max_size=25))
def test_they_give_the_same_answer_to_whatever_is_typed(
    analyzer: Analyzer, written: list[Article], typed: list[str]
) -> None:
    with _two_indexes(analyzer, "naive") as (clustered, oracle):
        agree_on_typed(clustered, oracle, written, typed)
