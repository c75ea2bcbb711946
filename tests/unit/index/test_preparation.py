"""Articles are made ready for a cluster by several processes: the same as by one, in order, and few at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import closing

import pytest

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import EngineUnavailable
from index.opensearch_engine import preparation
from index.opensearch_engine.preparation import Preparation

PIECE = 20
PROCESSES = 2


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "TOGETHER", PIECE)


def articles(count: int) -> list[Article]:
    # Every third id comes again: the last one of an id must be sent last.
    return [Article(f"bài-{number % 3 or number}", f"Tin {number}", "Gió nồm lên sớm") for number in range(count)]


def operations(processes: int, given: list[Article], analyzer: Analyzer) -> list[bytes]:
    with closing(Preparation(7, analyzer, processes)) as prepared:
        return [operation for _, some in prepared.of(given) for operation in some]


def test_several_processes_make_the_same_ready_as_one_in_the_same_order(analyzer: Analyzer) -> None:
    given = articles(5 * PIECE + 3)
    assert operations(PROCESSES, given, analyzer) == operations(1, given, analyzer)
    assert len(operations(1, given, analyzer)) == len(given)


def test_a_single_piece_starts_no_process(analyzer: Analyzer) -> None:
    with closing(Preparation(7, analyzer, PROCESSES)) as prepared:
        pieces = prepared.of(articles(PIECE))
        assert len(next(pieces)[1]) == PIECE
        assert not multiprocessing.active_children()


def test_no_more_is_read_than_the_processes_have_at_hand_and_one_piece_to_come(analyzer: Analyzer) -> None:
    read = 0

    def counted() -> Iterator[Article]:
        nonlocal read
        for article in articles(20 * PIECE):
            read += 1
            yield article

    with closing(Preparation(7, analyzer, PROCESSES)) as prepared:
        for number, _ in enumerate(prepared.of(counted()), 1):
            assert read <= (number + PROCESSES + 1) * PIECE


def test_a_long_article_ends_its_piece(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "CHARACTERS", 1_000)
    given = [Article(str(number), "Tin", "gió " * 200) for number in range(5)]
    with closing(Preparation(7, analyzer, 1)) as prepared:
        assert [len(piece) for piece, _ in prepared.of(given)] == [2, 2, 1]


def test_what_a_process_meets_is_raised(analyzer: Analyzer) -> None:
    broken = Article("hỏng", "Tin", "gió", captions=(7,))  # type: ignore[arg-type]
    with pytest.raises((TypeError, AttributeError)):
        operations(PROCESSES, [*articles(2 * PIECE), broken], analyzer)


def test_a_process_that_is_killed_is_told_with_the_remedy(analyzer: Analyzer) -> None:
    def killing_on_the_way() -> Iterator[Article]:
        for number, article in enumerate(articles(40 * PIECE)):
            if number % (5 * PIECE) == 0:
                for child in multiprocessing.active_children():
                    child.kill()
            yield article

    with closing(Preparation(7, analyzer, PROCESSES)) as prepared:
        pieces = prepared.of(killing_on_the_way())
        with pytest.raises(EngineUnavailable, match="run the command again"):
            list(pieces)
