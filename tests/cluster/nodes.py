"""A real OpenSearch cluster on this machine: nodes of the published artifacts, on loopback, with small heaps."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLACE = HERE.parent.parent / "var" / "cluster"
"""Where artifacts, classes and data are kept; git ignores it."""
MEMORY = Path("/dev/shm")
"""Where data that need not last are kept: hundreds of indexes come and go, and each is brought to the disk."""
OLDEST_JAVA = 17
HEAP = "256m"
FRUGAL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Options of a node that is soon up, takes little memory and need not be fast."""
SERVING = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
"""Options of a node that serves, as OpenSearch has them by itself."""
PATIENCE = 180
"""Seconds that a cluster may take to come up."""

URLS = "TIMTIN_TEST_CLUSTER"
"""The environment variable that names the nodes to those who test with them."""


def cluster_urls() -> list[str]:
    """Give the nodes of the cluster that tests are run with; skips a test when there is none."""
    urls = os.environ.get(URLS, "").split()
    if not urls:
        pytest.skip("there is no cluster: `make test-cluster` runs this with one")
    return urls


class NoCluster(Exception):
    """What this machine lacks for a cluster, and the remedy."""


def lacking() -> str | None:
    """Say what this machine lacks for a cluster; None when it has all of it."""
    for program in ("java", "javac", "mvn"):
        if shutil.which(program) is None:
            return f"there is no {program} (Debian: apt-get install openjdk-{OLDEST_JAVA}-jdk-headless maven)"
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < OLDEST_JAVA:
        return f"Java {OLDEST_JAVA} or newer is needed, java is {found[1] if found else 'none of them'}"
    return None


def prepare(place: Path = PLACE) -> None:
    """Fetch the artifacts and compile the launcher, unless that is done; raises NoCluster."""
    if reason := lacking():
        raise NoCluster(reason)
    place.mkdir(parents=True, exist_ok=True)
    pom = HERE / "pom.xml"
    marker = place / "fetched.xml"
    if not marker.exists() or marker.read_bytes() != pom.read_bytes():
        shutil.rmtree(place / "lib", ignore_errors=True)
        _run(
            ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime",
             f"-DoutputDirectory={(place / 'lib').resolve()}"]
        )  # fmt: skip
        shutil.rmtree(place / "security", ignore_errors=True)
        for plugin in (place / "lib").glob("opensearch-security-*.zip"):
            shutil.unpack_archive(plugin, place / "security")
        marker.write_bytes(pom.read_bytes())
    source, compiled = HERE / "ClusterNode.java", place / "classes" / "ClusterNode.class"
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        _run(["javac", "-nowarn", "-cp", f"{place / 'lib'}/*", "-d", str(compiled.parent), str(source)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoCluster(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")


def free_ports(count: int) -> list[int]:
    """Give ports that nobody listens on at this moment."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


@dataclass
class Cluster:
    """Nodes that know one another; each is a process of its own."""

    home: Path
    count: int
    heap: str = HEAP
    options: tuple[str, ...] = ()
    """Of Java, besides those that every node has."""
    classes: tuple[str, ...] = ()
    """Where Java looks for classes besides."""
    tuning: tuple[str, ...] = FRUGAL
    http: list[int] = field(init=False)
    _transport: list[int] = field(init=False)
    _running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = free_ports(2 * self.count)
        self.http, self._transport = ports[: self.count], ports[self.count :]

    @property
    def urls(self) -> list[str]:
        """Where the nodes answer."""
        return [f"http://127.0.0.1:{port}" for port in self.http]

    def start(self, number: int) -> None:
        """Start a node that doesn't run."""
        home = self.home / f"node-{number}"
        (home / "config").mkdir(parents=True, exist_ok=True)
        command = [
            "java", f"-Xms{self.heap}", f"-Xmx{self.heap}", *self.tuning, "-XX:ActiveProcessorCount=2",
            f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
            "-Djava.awt.headless=true", "-Dlog4j2.disableJmx=true", "-Dio.netty.noUnsafe=true",
            "-Dio.netty.allocator.numDirectArenas=0", "-Dopensearch.networkaddress.cache.ttl=60",
            *self.options,
            "-cp", ":".join((f"{PLACE / 'lib'}/*", str(PLACE / "classes"), *self.classes)), "ClusterNode",
            str(home), f"node-{number}", str(self.http[number]), str(self._transport[number]),
            ",".join(map(str, self._transport)), ",".join(f"node-{each}" for each in range(self.count)),
        ]  # fmt: skip
        with (home / "out.log").open("ab") as log:
            # A group of its own: Ctrl-C reaches the one who stops them, in order.
            self._running[number] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def pid(self, number: int) -> int:
        """Give the process id of a node that runs."""
        return self._running[number].pid

    def kill(self, number: int) -> None:
        """End a node without a word of warning."""
        self._end(number, signal.SIGKILL)

    def stop(self, number: int) -> None:
        """End a node as its operator would."""
        self._end(number, signal.SIGTERM)

    def hang(self, number: int) -> None:
        """Let a node stand still: it keeps its connections and answers nothing."""
        self._running[number].send_signal(signal.SIGSTOP)

    def wake(self, number: int) -> None:
        """Let a node that stands still go on."""
        self._running[number].send_signal(signal.SIGCONT)

    def manager(self) -> int:
        """Give the node that the nodes have elected to manage the cluster."""
        for number in self._running:
            with urllib.request.urlopen(f"{self.urls[number]}/_cat/cluster_manager?format=json", timeout=10) as answer:
                [elected] = json.load(answer)
                return int(elected["node"].removeprefix("node-"))
        raise NoCluster("no node runs")

    def _end(self, number: int, how: signal.Signals) -> None:
        process = self._running.pop(number)
        process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End all nodes."""
        for process in self._running.values():
            process.kill()
        for process in self._running.values():
            process.wait()
        self._running.clear()

    def wait(self, status: str = "yellow", nodes: int | None = None) -> None:
        """Wait until so many nodes answer and the cluster is of that health; raises NoCluster."""
        asked = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={nodes or self.count}&timeout=5s"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for number, process in self._running.items():
                if process.poll() is not None:
                    raise NoCluster(f"node {number} ended:\n{self.log(number)[-3000:]}")
                try:
                    with urllib.request.urlopen(self.urls[number] + asked, timeout=10) as answer:
                        if not json.load(answer)["timed_out"]:
                            return
                except (urllib.error.URLError, TimeoutError, ConnectionError):
                    time.sleep(0.3)
        raise NoCluster(
            f"the cluster did not come up in {PATIENCE} s:\n{self.log(next(iter(self._running), 0))[-3000:]}"
        )

    def log(self, number: int) -> str:
        """Give what a node has told."""
        return (self.home / f"node-{number}" / "out.log").read_text(errors="replace")


@contextmanager
def running(count: int, home: Path | None = None, heap: str = HEAP) -> Iterator[Cluster]:
    """Run a new cluster; its data are gone afterwards."""
    prepare()
    home = home or (MEMORY if MEMORY.is_dir() else PLACE) / f"timtin-cluster-{os.getpid()}"
    shutil.rmtree(home, ignore_errors=True)
    cluster = Cluster(home, count, heap)
    try:
        for number in range(count):
            cluster.start(number)
        cluster.wait()
        yield cluster
    finally:
        cluster.close()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def kept_node(home: Path, heap: str) -> Iterator[Cluster]:
    """Run one node as it would serve; its data stay for the next time."""
    prepare()
    cluster = Cluster(home, 1, heap, tuning=SERVING)
    try:
        cluster.start(0)
        cluster.wait()
        yield cluster
        cluster.stop(0)
    finally:
        cluster.close()
