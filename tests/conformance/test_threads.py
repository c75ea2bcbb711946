"""One searcher, shared by many threads, gives each its own right answer."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from index.article import Article
from index.dates import DateRange
from index.query import Filters, SearchRequest, Sort
from index.query_parser import parse_query
from index.response import SearchResponse
from tests.conformance.engines import ALL_FACETS, NOW, TriedIndex
from tests.conformance.invented_articles import ARCHIVE, day, many

THREADS = 8
SEARCHES = 200
TYPED = (
    "", "hội nghị", "dòng", "chẵn năm", '"dòng chữ"', '"hội nghị"', "title:bài", "dê -duong", "đường OR nắng", "mai",
    "tác_giả:người", "05-CT/TW", "không có gì", "họa", "khoai lang", "ngày:2018", "-chẵn", '"dòng chữ chẵn năm"',
)  # fmt: skip


@pytest.fixture
def _eager_switching() -> Iterator[None]:
    """Let threads take turns a hundred times as often as usual, to meet in the middle of things."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 100)
    yield
    sys.setswitchinterval(before)


def timeless(response: SearchResponse) -> SearchResponse:
    return replace(response, took_ms=0.0)


@pytest.mark.usefixtures("_eager_switching")
def test_eight_threads_get_the_answers_that_one_gets(tried: TriedIndex) -> None:
    tried.rebuild([*ARCHIVE, *many(60)])
    tried.update(many(30, "u"), delete=["n003", "n004", "a6"])
    published = DateRange(None, day(2020, 2, 1).instant)
    requests = [
        SearchRequest(parse_query(typed, tried.analyzer, NOW).query, filters, sort, limit=5, facets=facets)
        for typed in TYPED
        for filters, sort, facets in (
            (Filters(), Sort.RELEVANCE, ALL_FACETS),
            (Filters(publishers=("Báo Một",), published=published), Sort.NEWEST, frozenset()),
        )
    ]
    ids = ["a1", "a6", "n000", "n059", "u017", "nobody"]
    reference = tried.engine.open_searcher(tried.path)
    answers = {request: timeless(reference.search(request)) for request in requests}
    articles: dict[str, Article | None] = {article_id: reference.get(article_id) for article_id in ids}
    reference.close()
    assert sum(answer.total > 0 for answer in answers.values()) > len(requests) // 2
    # Asked of a searcher that has opened nothing yet: the threads meet while opening, too.
    shared = tried.engine.open_searcher(tried.path)

    def ask(seed: int) -> list[SearchRequest | str]:
        chance = random.Random(seed)
        wrong: list[SearchRequest | str] = []
        for _ in range(SEARCHES if tried.engine.name == "whoosh" else 20):
            request, article_id = chance.choice(requests), chance.choice(ids)
            if timeless(shared.search(request)) != answers[request]:
                wrong.append(request)
            if shared.get(article_id) != articles[article_id]:
                wrong.append(article_id)
        return wrong

    with ThreadPoolExecutor(THREADS) as pool:
        assert [wrong for found in pool.map(ask, range(THREADS)) for wrong in found] == []
    shared.close()
