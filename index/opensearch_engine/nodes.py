"""The nodes of a cluster that are asked in turn, and for how long one that failed is left alone."""

from __future__ import annotations

import gzip
import random
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import SearchError
from index.opensearch_engine.failures import Silence, Unreachable, translated
from index.opensearch_engine.place import Place

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

REACHING_SECONDS = 1.0
"""How long a node may take to accept a connection, or to say who it is."""
AVOIDED_SECONDS = 5.0
"""For how long a node that failed is not asked."""
DOUBLINGS = 3
"""How often that doubles while it goes on failing."""
FAST = 1
"""How hard bulks are compressed: to a quarter. What the client does by itself makes that a fifth, and takes eight times
as long, more than analysing the articles."""


@dataclass(slots=True, eq=False)
class Node:
    """One node, asked by a client of its own."""

    client: OpenSearch
    failures: int = 0
    avoided_until: float = 0.0

    def send(self, method: str, path: str, body: Any = None, *, seconds: float, **params: Any) -> Any:
        """Send one request, once; raises what the client raises."""
        from urllib3 import Timeout  # noqa: PLC0415 -- the client's own, and loaded with it

        within = Timeout(connect=min(REACHING_SECONDS, seconds), read=seconds)
        headers = None
        if path.endswith("/_bulk"):
            body, headers = gzip.compress(body, compresslevel=FAST, mtime=0), {"content-encoding": "gzip"}
        return self.client.transport.perform_request(
            method, path, params={**params, "request_timeout": within}, body=body, headers=headers
        )


class Nodes:
    """The nodes that a place names; safe to share between threads."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._nodes = [Node(_client(place, url)) for url in place.urls]
        # Many processes begin at once: not all of them with the same node.
        self._turn = random.randrange(len(self._nodes))
        self._lock = threading.Lock()

    def send(self, method: str, path: str, body: Any = None, *, seconds: float, **params: Any) -> Any:
        """Send one request, once, to the node whose turn it is."""
        node = self._next()
        if node.failures and self._name(node) is None:
            node = self._next()
        try:
            with translated(self._place):
                answer = node.send(method, path, body, seconds=seconds, **params)
        except Unreachable:
            self._failed(node)
            raise
        self._answered(node)
        return answer

    def answering(self) -> list[str]:
        """Ask every node who it is, all at the same time; give the names of those that say so at once, and leave the
        others alone."""
        with ThreadPoolExecutor(len(self._nodes), "opensearch-nodes") as asking:
            return [name for name in asking.map(self._name, self._nodes) if name is not None]

    def close(self) -> None:
        """Let go of the connections."""
        with translated(self._place):
            for node in self._nodes:
                node.client.close()

    def _name(self, node: Node) -> str | None:
        """Give the name of a node; None, and leave it alone for a while, when it doesn't answer at once."""
        try:
            with translated(self._place):
                told = node.send("GET", "/", seconds=REACHING_SECONDS)
        except (Unreachable, Silence):
            self._failed(node)
            return None
        except SearchError:
            # It is there, though it can't say who it is.
            told = None
        self._answered(node)
        return str(told.get("name", "")) if isinstance(told, dict) else ""

    def _next(self) -> Node:
        """Give the node whose turn it is; where all failed, the one that is to be asked again first."""
        with self._lock:
            self._turn += 1
            turned = [self._nodes[(self._turn + step) % len(self._nodes)] for step in range(len(self._nodes))]
            now = time.monotonic()
            ready = (node for node in turned if node.avoided_until <= now)
            return next(ready, None) or min(turned, key=lambda node: node.avoided_until)

    def _failed(self, node: Node) -> None:
        with self._lock:
            now = time.monotonic()
            # What was under way when it failed tells nothing more.
            if node.avoided_until <= now:
                node.avoided_until = now + AVOIDED_SECONDS * 2 ** min(node.failures, DOUBLINGS)
                node.failures += 1

    def _answered(self, node: Node) -> None:
        with self._lock:
            node.failures, node.avoided_until = 0, 0.0


def _client(place: Place, url: str) -> OpenSearch:
    # Loading the client takes time, and who searches the embedded index has no need to have it installed.
    from opensearchpy import OpenSearch  # noqa: PLC0415

    with translated(place):
        return OpenSearch(
            hosts=[url],
            headers=_headers(place),
            ca_certs=str(place.ca_file) if place.ca_file else None,
            verify_certs=True,
            max_retries=0,
            pool_maxsize=32,
        )


def _headers(place: Place) -> dict[str, str]:
    """Say who asks, and that answers may be compressed. The client itself takes no password beyond Latin-1."""
    headers = {"accept-encoding": "gzip"}
    if place.user:
        headers["Authorization"] = "Basic " + b64encode(f"{place.user}:{place.password}".encode()).decode()
    return headers
