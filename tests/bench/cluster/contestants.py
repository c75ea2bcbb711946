"""The two that are compared: one HTTP service each, set up alike, which differ in the engine that answers."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.bench_load import served
from tests.bench.engines.memory import family
from tests.cluster.nodes import Cluster, free_ports

EMBEDDED = "embedded"
CLUSTER = "OpenSearch"
SETTLED = 600
"""Seconds that merges may take after a rebuild."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """An engine, and how programs are told to use it."""

    name: str
    environ: dict[str, str]
    node: Callable[[], list[int]]
    """Gives the processes beside the service's own: the node, or none."""


@dataclass(frozen=True, slots=True)
class Served:
    """A contestant's service while it runs."""

    contestant: Contestant
    port: int
    master: int

    def service_processes(self) -> list[int]:
        """Give gunicorn and its workers."""
        return family(self.master)

    def node_processes(self) -> list[int]:
        """Give the node, if there is one."""
        return self.contestant.node()


def contestants(home: Path, cluster: Cluster, shards: int) -> list[Contestant]:
    """Give both; they have the archive's home, and no limit of requests."""
    both = {"TIMTIN_HOME": str(home), "TIMTIN_RATE_LIMIT": "0"}
    node = {
        "TIMTIN_ENGINE": "opensearch",
        "TIMTIN_OPENSEARCH_URL": cluster.urls[0],
        "TIMTIN_OPENSEARCH_SHARDS": str(shards),
        "TIMTIN_OPENSEARCH_REPLICAS": "0",
    }
    return [
        Contestant(EMBEDDED, os.environ | both | {"TIMTIN_ENGINE": "whoosh"}, list),
        Contestant(CLUSTER, os.environ | both | node, lambda: [cluster.pid(0)]),
    ]


@contextmanager
def service(contestant: Contestant) -> Iterator[Served]:
    """Run gunicorn as `service/gunicorn_conf.py` has it, with the application that everybody runs."""
    [port] = free_ports(1)
    with served("wsgi:application", port, contestant.environ) as master:
        yield Served(contestant, port, master)


class NodeFigures:
    """What a node says of itself and of the index that is searched."""

    def __init__(self, url: str) -> None:
        self._url = url

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self._url}{path}", timeout=60) as answer:
            return json.load(answer)

    def settled(self) -> None:
        """Wait until nothing is merged any more."""
        until = time.monotonic() + SETTLED
        while time.monotonic() < until:
            merges = self._ask("/_stats/merge")["_all"]["total"]["merges"]
            if not merges["current"]:
                return
            time.sleep(0.5)

    def index(self) -> tuple[float, int]:
        """Give the megabytes and the segments of the index that is searched."""
        of_all = self._ask("/timtin/_stats/store,segments")["_all"]["primaries"]
        return of_all["store"]["size_in_bytes"] / 1e6, of_all["segments"]["count"]

    def heap_used_mb(self) -> float:
        """Give how much of its heap is taken."""
        [node] = self._ask("/_nodes/stats/jvm")["nodes"].values()
        used: int = node["jvm"]["mem"]["heap_used_in_bytes"]
        return used / 1e6
