"""Writing: a batch of changes becomes a new generation, or nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from index.analysis.chain import Analyzer
from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, SearchError
from index.opensearch_engine import state, withheld
from index.opensearch_engine.batch import OpenSearchBatch
from index.opensearch_engine.bulk import BulkSender
from index.opensearch_engine.clauses import any_of, exists
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import Forbidden, IndexGone
from index.opensearch_engine.lock import WriterLock
from index.opensearch_engine.mapping import index_body, stamp
from index.opensearch_engine.patience import FOR_WRITERS
from index.opensearch_engine.place import Place
from index.opensearch_engine.state import Generation, State
from index.opensearch_engine.view import View

JSON = dict[str, Any]

COPYING = "20s"
NOT_IN_TIME = 408
SWEPT = 1_000
"""Versions taken out, or back, at once."""


class OpenSearchWriter:
    """The `index.engine.Writer` of an OpenSearch cluster."""

    def __init__(self, place: Place) -> None:
        """Become the index's writer; raises IndexLocked when there is another."""
        self._place = place
        self._connection = Connection(place, FOR_WRITERS)
        # A lock that isn't renewed soon is lost.
        self._locking = Connection(place)
        self._lock = WriterLock(self._locking)
        self._open = True
        self._analyzer = Analyzer.load()

    def update(self, applied: int) -> AbstractContextManager[OpenSearchBatch]:
        """Change the current generation's articles; raises IndexOutdated when it is unusable."""
        now = state.read(self._connection).state
        return self._rebuilding(applied) if now is None else self._updating(now, applied)

    def rebuild(self, applied: int) -> AbstractContextManager[OpenSearchBatch]:
        """Start from nothing, in an index beside the one that is searched."""
        return self._rebuilding(applied)

    def roll_back(self) -> str:
        """Make the generation before the current one current again; give its name."""
        self._check_open()
        now = state.required(self._connection, state.read(self._connection))
        before = now.before
        if before is None:
            raise IndexMissing(f"there is no generation before the current one in {self._place}")
        self._verify(before)
        self._lock.renew()
        if before.index == now.current.index:
            self._write_state(before.index, replace(now, current=before, before=None))
        else:
            self._point_at(before.index)
        return before.name

    def close(self) -> None:
        """Release the lock."""
        if self._open:
            self._open = False
            self._lock.close()
            self._connection.close()
            self._locking.close()

    def _sender(self, index: str) -> BulkSender:
        return BulkSender(self._connection, index, self._lock.check)

    def _check_open(self) -> None:
        if not self._open:
            raise IndexLocked(f"this writer of {self._place} is closed: open another")

    @contextmanager
    def _building(self) -> Iterator[None]:
        self._check_open()
        self._lock.building(True)
        try:
            yield
        finally:
            # What failed inside is what is to be told.
            with suppress(SearchError):
                self._lock.building(False)

    @contextmanager
    def _rebuilding(self, applied: int) -> Iterator[OpenSearchBatch]:
        with self._building():
            before = self._searched_before()
            self._remove_others(before)
            number = 1
            name = f"{self._place.prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"
            self._connection.ask("PUT", f"/{name}", index_body(self._place))
            batch = OpenSearchBatch(self._connection, self._sender(name), number, None, self._analyzer)
            try:
                yield batch
                batch.finish()
                generation = self._described(name, number, applied, batch.expected)
                self._write_state(name, State(generation, before, number))
                self._wait_for_copies(name)
                self._lock.renew()
                if before is None:
                    withheld.require(self._connection)
            except BaseException:
                with suppress(SearchError):
                    self._connection.ask("DELETE", f"/{name}")
                raise
            finally:
                batch.close()
            # Whatever goes wrong now, the swap may have been made: an index that it was not made to goes with the next
            # writer.
            self._point_at(name)

    def _searched_before(self) -> Generation | None:
        """Give the generation that is searched, if this version can read it."""
        try:
            now = state.read(self._connection).state
        except (IndexDamaged, IndexOutdated):
            return None
        return now.current if now else None

    @contextmanager
    def _updating(self, now: State, applied: int) -> Iterator[OpenSearchBatch]:
        with self._building():
            current = now.current
            self._heal(now)
            number = now.given_out + 1
            batch = OpenSearchBatch(self._connection, self._sender(current.index), number, current, self._analyzer)
            try:
                yield batch
                batch.finish()
                generation = self._described(current.index, number, applied, batch.expected)
                self._lock.renew()
                self._write_state(current.index, State(generation, current, number))
            finally:
                batch.close()

    def _heal(self, now: State) -> None:
        """Take back what a batch left that came to nothing, and take out the versions that no generation shows which
        can still be searched. A reader may yet be at work in the generation before."""
        number = now.current.number
        kept = now.before.number if now.before and now.before.index == now.current.index else number
        index = now.current.index
        came_to_nothing: JSON = {"range": {"born": {"gt": number}}}
        ended_for_nothing: JSON = {"range": {"died": {"gt": number}}}
        shown_by_none: JSON = {"range": {"died": {"lte": kept}}}
        self._connection.refresh(index)
        if self._some(index, any_of([came_to_nothing, ended_for_nothing, shown_by_none])):
            self._sweep(index, any_of([came_to_nothing, shown_by_none]), dead=True)
            self._sweep(index, ended_for_nothing, dead=False)
        self._remove_others(now.current, now.before)

    def _some(self, index: str, query: JSON) -> list[JSON]:
        """Give some of the versions that a query finds."""
        answer = self._connection.search(index, {"size": SWEPT, "query": query, "_source": False})
        found: list[JSON] = answer["hits"]["hits"]
        return found

    def _sweep(self, index: str, query: JSON, *, dead: bool) -> None:
        """Delete the versions that a query finds, or let them live again."""
        while found := self._some(index, query):
            sender = self._sender(index)
            try:
                for hit in found:
                    if dead:
                        sender.delete(hit["_id"])
                    else:
                        sender.update(hit["_id"], {"died": None})
                sender.flush()
            finally:
                sender.close()
            self._connection.refresh(index)

    def _wait_for_copies(self, index: str) -> None:
        """Wait until the copies that are being made are there, so that a node that goes after the swap takes nothing
        along; not for those that have no node. A role may have no right to ask."""
        with suppress(Forbidden):
            self._connection.ask(
                "GET",
                f"/_cluster/health/{index}",
                wait_for_no_initializing_shards="true",
                timeout=COPYING,
                ignore=NOT_IN_TIME,
            )

    def _described(self, index: str, number: int, applied: int, expected: int) -> Generation:
        """Describe a generation that is written, having counted what it holds; raises IndexDamaged when that is not
        what was written."""
        self._connection.refresh(index)
        draft = Generation(index, number, "", applied, 0, 0, 0, 0, "", 0, stamp())
        body = {
            "size": 0,
            "query": View(self._connection, draft, (), "", None).shown,
            "track_total_hits": True,
            "aggs": {
                "dated": {"filter": exists("published")},
                "with_author": {"filter": exists("authors")},
                "newest": {"max": {"field": "published"}},
            },
        }
        answer = self._connection.search(index, body)
        articles, counted = answer["hits"]["total"]["value"], answer["aggregations"]
        if articles != expected:
            raise IndexDamaged(
                f"the new generation holds {articles} articles instead of {expected}: run `timtin rebuild`"
            )
        size = self._connection.ask("GET", f"/{index}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"]
        return replace(
            draft,
            name=f"{number}-{uuid.uuid4().hex[:8]}",
            articles=articles,
            dated=counted["dated"]["doc_count"],
            with_author=counted["with_author"]["doc_count"],
            newest=max(int(counted["newest"]["value"] or 0), 0),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            size_bytes=size,
        )

    def _verify(self, generation: Generation) -> None:
        view = View(self._connection, generation, (), "", None)
        try:
            view.verify()
        except IndexGone as gone:
            raise IndexMissing(f"the generation before the current one is no longer in {self._place}") from gone

    def _write_state(self, index: str, now: State) -> None:
        self._connection.ask("PUT", f"/{index}/_doc/{state.STATE}", now.document())

    def _point_at(self, index: str) -> None:
        """Have an index searched instead of any other, in one step."""
        alias = self._place.alias
        remove = {"remove": {"index": f"{self._place.prefix}-*", "alias": alias, "must_exist": False}}
        add = {"add": {"index": index, "alias": alias}}
        self._connection.ask("POST", "/_aliases", {"actions": [remove, add]})

    def _remove_others(self, *kept: Generation | None) -> None:
        """Remove the indexes of this place that hold none of some generations."""
        names = {generation.index for generation in kept if generation}
        if not any(kept):
            return
        ours = re.compile(rf"{re.escape(self._place.prefix)}-\d{{14}}-[0-9a-f]{{6}}")
        for name in self._connection.ask("GET", f"/{self._place.prefix}-2*/_alias", expand_wildcards="all"):
            if ours.fullmatch(name) and name not in names:
                with suppress(IndexGone):
                    self._connection.ask("DELETE", f"/{name}")
