"""Articles made ready to be sent: analysed and written down as operations, by several processes at once where there are
many, and given back in their order, for the last one of an id wins."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, islice

from index.analysis.chain import Analyzer
from index.analysis_workers import AnalysisWorkers, result
from index.article import Article
from index.opensearch_engine.bulk import indexing
from index.opensearch_engine.written import written

TOGETHER = 500
"""Articles in a piece, whose earlier versions are looked up at once."""
CHARACTERS = 1_000_000
"""Of text in a piece, beyond which it ends: what bounds memory (some 10 MB for each piece under way)."""


def version_id(article_id: str, number: int) -> str:
    """Name the version of an article that generation `number` brings."""
    digest = hashlib.blake2b(article_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{digest}-{number}"


def prepared(articles: Iterable[Article], number: int, analyzer: Analyzer) -> list[bytes]:
    """Give the operations that write articles as generation `number` has them."""
    return [
        indexing(version_id(article.id, number), written(analyzer.document(article), number)) for article in articles
    ]


class Preparation:
    """Makes articles ready for one generation. `close` ends its processes."""

    def __init__(self, number: int, analyzer: Analyzer, processes: int) -> None:
        self._number = number
        self._analyzer = analyzer
        self._workers = AnalysisWorkers(processes)

    def of(self, articles: Iterable[Article]) -> Iterator[tuple[list[Article], list[bytes]]]:
        """Give the articles piece by piece, in order, with their operations; no more pieces are under way than every
        process has at hand and one to come.

        Raises what preparing raised, EngineUnavailable when a process was ended from outside.
        """
        pieces = _pieces(articles)
        first = list(islice(pieces, 2))
        if len(first) < 2 or self._workers.processes < 2:
            # It would be done before processes have started.
            for piece in chain(first, pieces):
                yield piece, prepared(piece, self._number, self._analyzer)
            return
        under_way: deque[tuple[list[Article], Future[list[bytes]]]] = deque()
        for piece in chain(first, pieces):
            under_way.append((piece, self._workers.submit(prepared, piece, self._number)))
            if len(under_way) > self._workers.processes + 1:
                yield _done(under_way)
        while under_way:
            yield _done(under_way)

    def close(self) -> None:
        """End the processes; what is not ready yet is given up."""
        self._workers.close()


def _done(under_way: deque[tuple[list[Article], Future[list[bytes]]]]) -> tuple[list[Article], list[bytes]]:
    piece, future = under_way.popleft()
    return piece, result(future)


def _pieces(articles: Iterable[Article]) -> Iterator[list[Article]]:
    piece: list[Article] = []
    characters = 0
    for article in articles:
        piece.append(article)
        characters += len(article.title) + len(article.body)
        if len(piece) == TOGETHER or characters >= CHARACTERS:
            yield piece
            piece, characters = [], 0
    if piece:
        yield piece
