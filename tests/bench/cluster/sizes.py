"""Indexing, memory and disk: what each contestant takes of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from index.whoosh_engine import open_searcher
from tests.bench.cluster.archive import timtin
from tests.bench.cluster.contestants import Contestant, NodeFigures, Served
from tests.bench.engines.memory import Watch, rollup


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How an index was made from the store: seconds until it is searched; processor seconds of `timtin` with all its
    processes, and of the node until it has merged; the most memory of `timtin`'s processes together, in MB (PSS)."""

    date: str
    seconds: float
    processor_seconds: float
    node_seconds: float
    peak_mb: float


def rebuild(contestant: Contestant, home: Path, node: NodeFigures) -> Rebuilt:
    """Run `timtin rebuild`; ends the program when it fails."""
    print(f"{contestant.name} rebuilds {home} ...", file=sys.stderr, flush=True)
    before = sum(map(_processor_seconds, contestant.node()))
    start = time.perf_counter()
    process = subprocess.Popen(timtin(home, "rebuild"), env=contestant.environ, stdout=subprocess.DEVNULL)
    with Watch(process.pid) as watch:
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"timtin rebuild failed for {contestant.name}: {os.waitstatus_to_exitcode(status)}")
    process.returncode = 0
    if contestant.node():
        node.settled()
    node_seconds = sum(map(_processor_seconds, contestant.node())) - before
    return Rebuilt(time.strftime("%d/%m/%Y"), seconds, usage.ru_utime + usage.ru_stime, node_seconds, watch.peak_mb)


def _processor_seconds(pid: int) -> float:
    """Give what a process has spent, also in threads that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """Memory and disk in MB. `service` is PSS of all its processes; `node` what is resident, `node_files` mapped files
    of it, `heap` what lives in the node's heap once garbage is collected."""

    service: float
    node: float | None
    node_files: float | None
    heap: float | None
    disk: float
    segments: int


def taken(served: Served, home: Path, node: NodeFigures) -> Taken:
    """Measure a contestant that has answered for a while."""
    service = sum(rollup(pid)["Pss"] for pid in served.service_processes())
    processes = served.node_processes()
    if not processes:
        searcher = open_searcher(home / "index")
        disk = searcher.stats().size_bytes / 1e6
        searcher.close()
        return Taken(service, None, None, None, disk, 1)
    [pid] = processes
    resident = rollup(pid)["Rss"]
    files = _resident_files(pid)
    if jcmd := shutil.which("jcmd"):
        subprocess.run([jcmd, str(pid), "GC.run"], check=True, stdout=subprocess.DEVNULL)
    disk, segments = node.index()
    return Taken(service, resident, files, node.heap_used_mb(), disk, segments)


def _resident_files(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("RssFile:")]
    return int(kilobytes) / 1024
