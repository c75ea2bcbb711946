"""The embedded engine and the naive one agree on any query over any articles, however these came to be there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import given, note, settings
from hypothesis import strategies as st

from index.analysis.chain import Analyzer
from index.article import Article
from index.query import Collapse, Facet, Filters, Query, SearchRequest, Sort
from index.response import SearchResponse
from tests.conformance.engines import ALL_FACETS, TriedIndex, naive, whoosh
from tests.conformance.query_trees import articles, filters, queries


@contextmanager
def both_indexes(analyzer: Analyzer) -> Iterator[tuple[TriedIndex, TriedIndex]]:
    folder = Path(tempfile.mkdtemp())
    pair = TriedIndex(whoosh(), folder, analyzer), TriedIndex(naive(analyzer), folder, analyzer)
    try:
        yield pair
    finally:
        for tried in pair:
            tried.searcher.close()
        shutil.rmtree(folder)


def comparable(response: SearchResponse) -> SearchResponse:
    """Take off what engines may differ in: the generation's name, the time, scores and so the order of relevance."""
    hits = tuple(replace(hit, score=0.0) for hit in response.hits)
    return replace(response, generation="", took_ms=0.0, hits=hits)


Steps = list[tuple[list[Article], list[str]]]
"""The first batch builds, each later one updates: articles written, then ids deleted."""

steps = st.lists(
    st.tuples(st.lists(articles(), max_size=8), st.lists(st.sampled_from("abcdefghij"), max_size=3)),
    min_size=1,
    max_size=4,
)
asked = st.lists(st.tuples(queries(), st.one_of(st.just(Filters()), filters())), min_size=4, max_size=8)


_PIECES = (
    "ma", "má", "hoà", "đường", "05-CT/TW", '"', "(", ")", " OR ", " HOẶC ", " -", "title:", "tác_giả:", "từ:2020",
    "ma*", "*ươ*", "m*y", "duong~", '"~3', "maas", "author:h.m", " ",
)  # fmt: skip
typed_texts = st.lists(st.sampled_from(_PIECES), max_size=8).map("".join)


@settings(max_examples=settings.default.max_examples * 6 // 10)
@given(steps, asked)
def test_both_engines_give_the_same_articles_totals_facets_and_notes(
    analyzer: Analyzer, steps: Steps, asked: list[tuple[Query, Filters]]
) -> None:
    with both_indexes(analyzer) as (embedded, oracle):
        agree_on_trees(embedded, oracle, steps, asked)


def agree_on_trees(embedded: TriedIndex, oracle: TriedIndex, steps: Steps, asked: list[tuple[Query, Filters]]) -> None:
    """Hold one engine against another: what they find, count, note and know after some batches."""
    for tried in (embedded, oracle):
        for number, (written, deleted) in enumerate(steps):
            if number == 0:
                tried.rebuild(written)
            else:
                tried.update(written, deleted)
    for query, narrowed in asked:
        note(f"{query}\n{narrowed}")
        for sort in (Sort.NEWEST, Sort.OLDEST):
            request = SearchRequest(query, narrowed, sort, limit=20, facets=ALL_FACETS)
            assert comparable(embedded.searcher.search(request)) == comparable(oracle.searcher.search(request))
        for sort in (Sort.NEWEST, Sort.OLDEST, Sort.ID):
            request = SearchRequest(query, narrowed, sort, limit=20, collapse=Collapse.STORY)
            assert comparable(embedded.searcher.search(request)) == comparable(oracle.searcher.search(request))
        by_relevance = SearchRequest(query, narrowed, limit=20)
        found = embedded.searcher.search(by_relevance)
        expected = oracle.searcher.search(by_relevance)
        assert {hit.article.id for hit in found.hits} == {hit.article.id for hit in expected.hits}
        order = [(-hit.score, hit.article.id) for hit in found.hits]
        assert order == sorted(order)
    compared = {"articles", "dated", "with_author", "applied"}
    ours, theirs = embedded.searcher.stats(), oracle.searcher.stats()
    assert {name: getattr(ours, name) for name in compared} == {name: getattr(theirs, name) for name in compared}
    for article_id in "abcdefghij":
        assert embedded.searcher.get(article_id) == oracle.searcher.get(article_id)


@settings(max_examples=settings.default.max_examples * 3 // 10)
@given(st.lists(articles(), min_size=1, max_size=10), st.lists(st.text(max_size=30), max_size=3), st.data())
def test_both_engines_give_the_same_answer_to_whatever_is_typed(
    analyzer: Analyzer, written: list[Article], typed: list[str], data: st.DataObject
) -> None:
    typed = [*typed, *(data.draw(typed_texts) for _ in range(5))]
    with both_indexes(analyzer) as (embedded, oracle):
        agree_on_typed(embedded, oracle, written, typed)


def agree_on_typed(embedded: TriedIndex, oracle: TriedIndex, written: list[Article], typed: list[str]) -> None:
    """Hold one engine against another: what they answer to texts as people type them."""
    embedded.rebuild(written)
    oracle.rebuild(written)
    for text in typed:
        note(repr(text))
        asked = {"sort": Sort.NEWEST, "limit": 20, "facets": frozenset(Facet)}
        assert comparable(embedded.ask(text, **asked)) == comparable(oracle.ask(text, **asked))
