"""The articles of a batch, as versions that begin and end with the generation that is being made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import BadArticle
from index.opensearch_engine.bulk import BulkSender
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.preparation import TOGETHER, Preparation, version_id
from index.opensearch_engine.state import Generation
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean


class OpenSearchBatch:
    """Changes to a generation that is being made."""

    def __init__(
        self, connection: Connection, sender: BulkSender, number: int, base: Generation | None, analyzer: Analyzer
    ) -> None:
        self._number = number
        self._preparation = Preparation(number, analyzer, len(os.sched_getaffinity(0)))
        self._sender = sender
        self._base = None if base is None else View(connection, base, (), "", None)
        self._gone: set[str] = set()
        """The base's versions that this batch took out."""

    @property
    def expected(self) -> int:
        """How many articles the generation should hold once all is sent."""
        done = self._sender.done
        kept = 0 if self._base is None else self._base.generation.articles - len(self._gone)
        return kept + done.get(("index", "created"), 0) - done.get(("delete", "deleted"), 0)

    @property
    def refused(self) -> Sequence[BadArticle]:
        """The articles that the cluster refused."""
        return self._sender.refused

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles; of several with one id in a batch the last one wins."""
        count = 0
        for some, operations in self._preparation.of(articles):
            self._end([article.id for article in some])
            for operation in operations:
                self._sender.add(operation)
            count += len(some)
        return count

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        count = 0
        for some in _pieces(ids):
            count += self._end(some)
            before = self._taken_back()
            for article_id in dict.fromkeys(some):
                self._sender.delete(version_id(article_id, self._number))
            count += self._taken_back() - before
        return count

    def finish(self) -> None:
        """Send what is left."""
        self._sender.flush()

    def close(self) -> None:
        """End preparing and sending."""
        self._preparation.close()
        self._sender.close()

    def _taken_back(self) -> int:
        """Count the versions of this batch that it has deleted again."""
        self._sender.flush()
        return self._sender.done.get(("delete", "deleted"), 0)

    def _end(self, ids: Iterable[str]) -> int:
        """Let the base's versions of some articles end with this generation; give how many were still there."""
        if self._base is None:
            return 0
        body = {
            "size": 2 * TOGETHER,
            "query": self._base.within({"terms": {"id": sorted({clean(each) for each in ids})}}),
            "_source": False,
        }
        ended = 0
        for hit in self._base.search(body)["hits"]["hits"]:
            if hit["_id"] not in self._gone:
                self._gone.add(hit["_id"])
                self._sender.update(hit["_id"], {"died": self._number})
                ended += 1
        return ended


def _pieces(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(ids)
    while some := list(islice(left, TOGETHER)):
        yield some
