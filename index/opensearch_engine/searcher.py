"""Answering requests from the generation that the cluster shows at that moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from zlib import crc32

from index.article import Article
from index.errors import EngineUnavailable
from index.opensearch_engine import state
from index.opensearch_engine.answering import answer
from index.opensearch_engine.clauses import term_filter
from index.opensearch_engine.completion import complete
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.explaining import explanation
from index.opensearch_engine.failures import IndexGone
from index.opensearch_engine.lock import is_building
from index.opensearch_engine.place import Place
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean, unpack
from index.query import Begun, SearchRequest
from index.response import Completions, Explanation, IndexStats, SearchResponse

JSON = dict[str, Any]
Answer = TypeVar("Answer")

ATTEMPTS = 5
"""An index can be removed between reading which one is searched and searching it; then that is read again."""
HIDDEN_AT_ONCE = 10_000


class OpenSearchSearcher:
    """The `index.engine.Searcher` of an OpenSearch cluster."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._connected: Connection | None = None
        self._viewed: tuple[View, str | None] | None = None
        """The view of the last search, and the version of the list of what is withheld by which it was made."""
        self._withheld: tuple[str | None, frozenset[str]] = (None, frozenset())

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        started = time.perf_counter()
        response = self._read(lambda view: answer(view, request))
        return replace(response, took_ms=(time.perf_counter() - started) * 1000)

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        """Say why the article scores what it does."""
        return self._read(lambda view: explanation(view, request, clean(article_id)))

    def complete(self, begun: Begun, limit: int) -> Completions:
        """Give the words and codes that begin as somebody has typed so far."""
        return self._read(lambda view: complete(view, begun, limit))

    def get(self, article_id: str) -> Article | None:
        """Give the article, None when the index has none of that id."""

        def read(view: View) -> Article | None:
            query = view.within(term_filter("id", clean(article_id)))
            hits = view.search({"size": 1, "query": query, "_source": ["article"]})["hits"]["hits"]
            return unpack(hits[0]) if hits else None

        return self._read(read)

    def is_withheld(self, article_id: str) -> bool:
        """Say whether the article is withheld."""
        connection = self._connection()
        now = state.read(connection)
        if now.state is not None:
            state.required(connection, now)
        return clean(article_id) in self._withheld_list(now.withheld)[1]

    def stats(self) -> IndexStats:
        """Describe the generation that is searched."""

        def read(view: View) -> IndexStats:
            generation = view.generation
            return IndexStats(
                generation=view.name,
                articles=view.articles,
                dated=generation.dated,
                with_author=generation.with_author,
                built_at=datetime.fromisoformat(generation.built_at),
                size_bytes=generation.size_bytes,
                stamp=generation.stamp,
                applied=generation.applied,
                building=is_building(state.read(view.connection).writer, time.time()),
            )

        return self._read(read)

    def verify(self) -> None:
        """Check that the cluster has every article of the generation, on all of its shards."""
        self._read(View.verify)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            connected, self._connected, self._viewed = self._connected, None, None
        if connected is not None:
            connected.close()

    def _connection(self) -> Connection:
        with self._lock:
            if self._connected is None:
                self._connected = Connection(self._place)
            return self._connected

    def _read(self, ask: Callable[[View], Answer]) -> Answer:
        connection = self._connection()
        for _ in range(ATTEMPTS):
            try:
                return ask(self._current(connection))
            except IndexGone:
                continue
        raise EngineUnavailable(f"{self._place} changes faster than it can be searched: try again")

    def _current(self, connection: Connection) -> View:
        """Give the generation of this moment; what is known of it is kept while it and what is withheld stay."""
        now = state.read(connection)
        generation = state.required(connection, now).current
        if self._viewed is not None:
            known, made_by = self._viewed
            if known.generation == generation and made_by == now.withheld:
                return known
        version, ids = self._withheld_list(now.withheld)
        hidden = state.withheld_filter(self._place.records) if ids else None
        view = View(connection, generation, (), generation.name, hidden)
        if ids:
            there = _ids_there(view, ids)
            name = f"{generation.name}-{crc32(chr(10).join(there).encode()):08x}" if there else generation.name
            view = replace(view, hidden=there, name=name)
        self._viewed = view, version
        return view

    def _withheld_list(self, version: str | None) -> tuple[str | None, frozenset[str]]:
        """Give the list of what is withheld, with its version: another one than asked for when the copy that was read
        first is ahead of this one."""
        if self._withheld[0] != version:
            self._withheld = state.withheld_list(self._connection())
        return self._withheld


def _ids_there(view: View, ids: frozenset[str]) -> tuple[str, ...]:
    """Give those of some ids that a generation holds, in order."""
    everything = replace(view, withheld=None)
    found: list[str] = []
    after: list[Any] = []
    while True:
        body: JSON = {
            "size": HIDDEN_AT_ONCE, "query": everything.within({"terms": {"id": sorted(ids)}}), "_source": False,
            "sort": [{"id": "asc"}], **({"search_after": after} if after else {}),
        }  # fmt: skip
        hits = everything.search(body)["hits"]["hits"]
        found += (hit["sort"][0] for hit in hits)
        if len(hits) < HIDDEN_AT_ONCE:
            return tuple(found)
        after = hits[-1]["sort"]
