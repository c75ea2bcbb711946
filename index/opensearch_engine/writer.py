"""Writing: a batch of changes becomes a new generation, or nothing."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, SearchError
from index.opensearch_engine import state
from index.opensearch_engine.bulk import BulkSender
from index.opensearch_engine.clauses import exists
from index.opensearch_engine.connection import WRITING_SECONDS, Connection
from index.opensearch_engine.failures import IndexGone
from index.opensearch_engine.lock import WriterLock
from index.opensearch_engine.mapping import index_body, stamp
from index.opensearch_engine.place import Place
from index.opensearch_engine.state import Generation, State
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean, written

JSON = dict[str, Any]
Each = TypeVar("Each")

TOGETHER = 500
"""Articles whose earlier versions are looked up at once."""


class OpenSearchWriter:
    """The `index.engine.Writer` of an OpenSearch cluster."""

    def __init__(self, place: Place) -> None:
        """Become the index's writer; raises IndexLocked when there is another."""
        self._place = place
        self._connection = Connection(place)
        # What a piece of a bulk did is counted by its answer, so a piece is never sent again unnoticed.
        self._bulks = Connection(place, retries=0)
        self._lock = WriterLock(self._connection)
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
            self._bulks.close()

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
            self._connection.ask("PUT", f"/{name}", index_body(self._place), seconds=WRITING_SECONDS)
            batch = OpenSearchBatch(self._connection, BulkSender(self._bulks, name), number, None, self._analyzer)
            try:
                yield batch
                batch.finish()
                generation = self._described(name, number, applied, batch.expected)
                self._write_state(name, State(generation, before, number))
                self._lock.renew()
                self._point_at(name)
            except BaseException:
                with suppress(SearchError):
                    self._connection.ask("DELETE", f"/{name}")
                raise
            finally:
                batch.close()

    def _searched_before(self) -> Generation | None:
        """Give the generation that is searched, if this version can read it."""
        try:
            now = state.read(self._connection).state
        except IndexOutdated:
            return None
        return now.current if now else None

    @contextmanager
    def _updating(self, now: State, applied: int) -> Iterator[OpenSearchBatch]:
        with self._building():
            current = now.current
            self._heal(now)
            number = now.given_out + 1
            batch = OpenSearchBatch(
                self._connection, BulkSender(self._bulks, current.index), number, current, self._analyzer
            )
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
        self._sweep(index, {"range": {"born": {"gt": number}}}, dead=True)
        self._sweep(index, {"range": {"died": {"gt": number}}}, dead=False)
        self._sweep(index, {"range": {"died": {"lte": kept}}}, dead=True)
        self._remove_others(now.current, now.before)

    def _sweep(self, index: str, query: JSON, *, dead: bool) -> None:
        """Delete the versions that a query finds, or let them live again."""
        while True:
            self._refresh(index)
            found = self._connection.search(index, {"size": 1000, "query": query, "_source": False})["hits"]["hits"]
            if not found:
                return
            sender = BulkSender(self._bulks, index)
            try:
                for hit in found:
                    if dead:
                        sender.delete(hit["_id"])
                    else:
                        sender.update(hit["_id"], {"died": None})
                sender.flush()
            finally:
                sender.close()

    def _refresh(self, index: str) -> None:
        self._connection.ask("POST", f"/{index}/_refresh", seconds=WRITING_SECONDS)

    def _described(self, index: str, number: int, applied: int, expected: int) -> Generation:
        """Describe a generation that is written, having counted what it holds; raises IndexDamaged when that is not
        what was written."""
        self._refresh(index)
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
            found = view.search({"size": 0, "query": view.shown, "track_total_hits": True})["hits"]["total"]["value"]
        except IndexGone as gone:
            raise IndexMissing(f"the generation before the current one is no longer in {self._place}") from gone
        if found != generation.articles:
            raise IndexDamaged(
                f"{generation.index} holds {found} articles instead of {generation.articles}: run `timtin rebuild`"
            )

    def _write_state(self, index: str, now: State) -> None:
        self._connection.ask("PUT", f"/{index}/_doc/{state.STATE}", now.document())

    def _point_at(self, index: str) -> None:
        """Have an index searched instead of any other, in one step."""
        alias = self._place.alias
        remove = {"remove": {"index": f"{self._place.prefix}-*", "alias": alias, "must_exist": False}}
        add = {"add": {"index": index, "alias": alias}}
        self._connection.ask("POST", "/_aliases", {"actions": [remove, add]}, seconds=WRITING_SECONDS)

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


class OpenSearchBatch:
    """Changes to a generation that is being made."""

    def __init__(
        self, connection: Connection, sender: BulkSender, number: int, base: Generation | None, analyzer: Analyzer
    ) -> None:
        self._number = number
        self._analyzer = analyzer
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
    def refused(self) -> list[tuple[str, str]]:
        """The documents that the cluster refused, and why."""
        return self._sender.refused

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles; of several with one id in a batch the last one wins."""
        count = 0
        for some in _pieces(articles):
            self._end([article.id for article in some])
            for article in some:
                self._sender.index(self._id(article.id), written(self._analyzer.document(article), self._number))
            count += len(some)
        return count

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        count = 0
        for some in _pieces(ids):
            count += self._end(some)
            before = self._taken_back()
            for article_id in dict.fromkeys(some):
                self._sender.delete(self._id(article_id))
            count += self._taken_back() - before
        return count

    def finish(self) -> None:
        """Send what is left."""
        self._sender.flush()

    def close(self) -> None:
        """End sending."""
        self._sender.close()

    def _taken_back(self) -> int:
        """Count the versions of this batch that it has deleted again."""
        self._sender.flush()
        return self._sender.done.get(("delete", "deleted"), 0)

    def _id(self, article_id: str) -> str:
        digest = hashlib.blake2b(article_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
        return f"{digest}-{self._number}"

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


def _pieces(each: Iterable[Each]) -> Iterator[list[Each]]:
    left = iter(each)
    while some := list(islice(left, TOGETHER)):
        yield some
