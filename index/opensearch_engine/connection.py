"""The one door to the cluster: every request goes through here, so that every failure is translated and no answer of
a part of the shards passes for a whole one."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterable
from typing import Any

import orjson

from index.errors import EngineUnavailable
from index.opensearch_engine.failures import (
    NOT_THERE,
    IndexGone,
    NotThere,
    Passing,
    Silence,
    forbidden,
    partial,
    unreadable,
)
from index.opensearch_engine.nodes import Nodes
from index.opensearch_engine.patience import FOR_READERS, Patience
from index.opensearch_engine.place import Place
from index.opensearch_engine.version import require_supported

JSON = dict[str, Any]

WARY_SECONDS = 60.0
"""For so long after a node was silent only those are searched that were not. The cluster puts a node that hangs out
after half a minute, and until then waits for it."""
_PLAIN_NAME = re.compile(r"[\w.-]+")


class Connection:
    """A client of one cluster, safe to share between threads, and to be made before a process forks."""

    def __init__(self, place: Place, patience: Patience = FOR_READERS) -> None:
        self.place = place
        self._patience = patience
        self._wary_until = 0.0
        self._among = ""
        """Which nodes may answer while we are wary, as a preference; empty: the cluster knows which are quick."""
        self._supported = False
        # Every failure is raised; the client would tell it a second time, and that a new index is not there yet.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        self._nodes, self._process = Nodes(place), os.getpid()

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Send one request and give the answer; GET reads, anything else writes."""
        asked = self._patience.reads if method == "GET" else self._patience.writes
        return asked(lambda seconds: self._send(method, path, body, seconds, **params))

    def search(self, index: str, body: JSON, preference: str = "") -> JSON:
        """Search; raises IndexGone when the index is no longer there. Scores are those of the whole index, not of
        each shard's part, and the same question goes to the same copies, whose counts of deleted documents differ."""
        body = {**self._limit(), **body}

        def once(seconds: float) -> JSON:
            params = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
            params |= self._preferred(preference)
            answer: JSON = self._send("POST", f"/{index}/_search", body, seconds, **params)
            partial(answer, self.place)
            return answer

        return self._patience.reads(once)

    def search_all(self, index: str, bodies: Iterable[JSON], preference: str = "") -> list[JSON]:
        """Search for several things at once; the answers are in order."""
        wanted = [{**self._limit(), **body} for body in bodies]
        if not wanted:
            return []

        def once(seconds: float) -> list[JSON]:
            head: JSON = {
                "index": index,
                "search_type": "dfs_query_then_fetch",
                "allow_partial_search_results": False,
                **self._preferred(preference),
            }
            lines = _lines(line for body in wanted for line in (head, body))
            found: list[JSON] = self._send("POST", "/_msearch", lines, seconds)["responses"]
            for each in found:
                self._check_one(index, each)
            return found

        return self._patience.reads(once)

    def documents(self, wanted: Iterable[JSON]) -> list[JSON | None]:
        """Get documents by index and id as they are at this moment, refreshed or not; None for one that is not there
        or whose index isn't. Each of `wanted` is what `_mget` takes."""
        body = {"docs": list(wanted)}

        def once(seconds: float) -> JSON:
            # A node that has a copy asks no other one, which may be slower, or gone.
            return self._readable(self._send("POST", "/_mget", body, seconds, **self._preferred("_local")))

        answer = self._patience.reads(once)
        return [each if each.get("found") else None for each in answer["docs"]]

    def bulk(self, index: str, lines: bytes) -> JSON:
        """Send the lines of a bulk request, once: what it did is counted by its answer."""
        answer: JSON = self._send("POST", f"/{index}/_bulk", lines, self._patience.writing)
        return answer

    def refresh(self, index: str) -> None:
        """Make what was written searchable, on every copy that is there: one that was left out would answer without
        it."""

        def once(seconds: float) -> None:
            shards = self._send("POST", f"/{index}/_refresh", None, seconds)["_shards"]
            if shards["failed"]:
                raise Passing(f"{self.place}: {shards['failed']} copies do not show what was written: try again")

        self._patience.writes(once)

    def close(self) -> None:
        """Let go of the connections."""
        self._nodes.close()

    def _send(self, method: str, path: str, body: Any, seconds: float, **params: Any) -> Any:
        if self._process != os.getpid():
            # Workers of the service are forked: over one socket each would read what was answered to another.
            self._nodes, self._process = Nodes(self.place), os.getpid()
        try:
            if not self._supported:
                told = self._nodes.send("GET", "/", seconds=self._patience.reading)
                require_supported(told, self.place)
                self._supported = True
            answer = self._nodes.send(method, path, body, seconds=seconds, **params)
        except Silence:
            self._look_round()
            raise
        except NotThere:
            self._among = ""
            raise
        if not isinstance(answer, dict):
            raise EngineUnavailable(f"{self.place} answered what no cluster does: check that the address is one's")
        return answer

    def _look_round(self) -> None:
        """Find out who was silent: the node that was asked, or one that it asked itself."""
        names = self._nodes.answering()
        known = 0 < len(names) < len(self.place.urls) and all(map(_PLAIN_NAME.fullmatch, names))
        self._among = "_only_nodes:" + ",".join(names) if known else ""
        self._wary_until = time.monotonic() + WARY_SECONDS

    def _limit(self) -> JSON:
        return {"timeout": f"{self._patience.search * 1000:.0f}ms"}

    def _preferred(self, preference: str) -> JSON:
        if time.monotonic() < self._wary_until:
            preference = self._among
        return {"preference": preference} if preference else {}

    def _check_one(self, index: str, answer: JSON) -> None:
        """Raise what is wrong with one of several answers."""
        if error := answer.get("error"):
            self._note(error)
            if error.get("type") == "index_not_found_exception":
                raise IndexGone(f"{self.place}: the index {index} is no longer there: try again")
            partial({"_shards": {"failed": 1, "total": 1, "failures": [{"reason": error}]}}, self.place)
        partial(answer, self.place)

    def _note(self, error: JSON) -> None:
        """Search everywhere again when those that may answer have no copy of some shard."""
        if NOT_THERE in str(error):
            self._among = ""

    def _readable(self, answer: JSON) -> JSON:
        for each in answer["docs"]:
            error = each.get("error", {})
            kind = error.get("type")
            self._note(error)
            if kind == "security_exception":
                raise forbidden(str(error), f"{kind}: {error.get('reason')}"[:300], self.place)
            if kind not in (None, "index_not_found_exception"):
                raise unreadable(error, self.place)
        return answer


def _lines(each: Iterable[JSON]) -> bytes:
    return b"".join(orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n" for line in each)
