"""Readers while generations come and go: each answer is that of one whole generation, and nothing piles up."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.article import Article
from index.query import Facet, MatchAll, SearchRequest, Term
from index.whoosh_engine import open_searcher, open_writer

GENERATIONS = 10
READERS = 8


def publish(folder: Path, number: int, count: int, bracket: str) -> None:
    """Make generation `number`: `count` articles, each of which says the number."""
    writer = open_writer(folder)
    try:
        with getattr(writer, bracket)(number) as batch:
            batch.upsert(
                Article(f"a{n:03}", f"Lứa {number}", "khoai lang", publisher=f"Báo {number}") for n in range(count)
            )
    finally:
        writer.close()


@pytest.mark.parametrize("bracket", ["rebuild", "update"])
def test_eight_readers_see_only_whole_generations_while_ten_are_published(tmp_path: Path, bracket: str) -> None:
    folder = tmp_path / "index"
    publish(folder, 0, 5, bracket)
    searcher = open_searcher(folder)
    over = threading.Event()

    def read() -> list[int]:
        seen: list[int] = []
        while not over.is_set() or not seen:
            query = MatchAll() if len(seen) % 2 else Term("khoai")
            response = searcher.search(SearchRequest(query, limit=100, facets=frozenset({Facet.PUBLISHER})))
            (publisher,) = response.facets[Facet.PUBLISHER]
            number = int(publisher.value.removeprefix("Báo "))
            assert response.total == publisher.count == len(response.hits) == 5 + number
            assert {hit.article.title for hit in response.hits} == {f"Lứa {number}"}
            article = searcher.get("a004")
            assert article is not None
            assert int(article.title.removeprefix("Lứa ")) >= number
            seen.append(number)
            over.wait(0.02)  # or the readers leave the writer no turn
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            for number in range(1, GENERATIONS + 1):
                publish(folder, number, 5 + number, bracket)
        finally:
            over.set()
        answers = [reader.result() for reader in readers]
    searcher.close()

    for seen in answers:
        assert seen == sorted(seen)
    assert len({number for seen in answers for number in seen}) > 1


def test_a_searcher_lets_go_of_the_generations_it_has_left(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    publish(folder, 0, 5, "rebuild")
    searcher = open_searcher(folder)
    searcher.stats()
    gc.collect()

    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = open_files()
    for number in range(1, 6):
        publish(folder, number, 5, "rebuild")
        searcher.search(SearchRequest(Term("khoai")))
        searcher.get("a001")
    gc.collect()
    assert open_files() <= before + 2
    searcher.close()
    gc.collect()
    assert open_files() < before


def test_a_searcher_keeps_its_generation_while_its_files_are_removed(tmp_path: Path) -> None:
    """A request that began on an old generation ends on it, though two newer ones have been published since."""
    folder = tmp_path / "index"
    publish(folder, 0, 5, "rebuild")
    searcher = open_searcher(folder)
    publisher_of: Callable[[], str | None] = lambda: getattr(searcher.get("a001"), "publisher", None)  # noqa: E731
    assert publisher_of() == "Báo 0"
    old = searcher._serving.read(lambda served: served.snapshot)
    for number in range(1, 4):
        publish(folder, number, 5, "rebuild")
    assert not (folder / old.generation).exists()

    document = old.document("a002")
    assert document is not None
    assert old.article(document).publisher == "Báo 0"
    assert old.postings.read("text", "khoai").all.count == 5
    assert publisher_of() == "Báo 3"
    searcher.close()
