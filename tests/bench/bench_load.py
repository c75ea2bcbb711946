"""How the service holds up under load, beside the same application over SQLite's FTS5.

    python -m tests.bench.bench_load [--articles 50000] [--seconds 20] [--rounds 3] [--requests 200000] [--rebuilt N]

gunicorn as `service/gunicorn_conf.py` sets it up, eight connections of wrk (Debian's) that ask as fast as they are
answered: known items as people type them, no cache, ten hits with snippets, authors and dates counted. The two take
turns, as often as there are rounds. Then the index is rebuilt ten times under load (`--rebuilt` says which of the kept
ones), and many requests are asked in a row while the memory of the workers is read. Uses the indexes that
`bench_engines` keeps.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.bench.engines.memory import rollup
from tests.quality.known_items import read_known_items

CONNECTIONS = 8
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%f %%f %%f %%f %%d\\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk measured; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    errors: int


@contextmanager
def served(application: str, port: int, environ: dict[str, str] | None = None) -> Iterator[int]:
    """Run gunicorn, in this process's environment unless another is given; gives its process id."""
    command = [
        f"{Path(sys.executable).parent}/gunicorn", "-c", "service/gunicorn_conf.py", "--bind", f"127.0.0.1:{port}",
        application,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        urlopen(f"http://127.0.0.1:{port}/api/v1/search?q=bao").read()
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def loaded(port: int, paths: Path, seconds: float) -> Load:
    """Ask for so long."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % paths)
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", script.name, f"http://127.0.0.1:{port}"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", told)
    assert found is not None, told
    return Load(int(found[1]), *map(float, found.groups()[1:5]), int(found[6]))


def workers_memory(master: int) -> float:
    """Give the memory of the workers, in MB: what each has of its own and its part of what it shares."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(rollup(int(child))["Pss"] for child in children)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--rebuilt", type=int, default=10_000, help="articles of the index that is rebuilt")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("there is no wrk: apt-get install wrk")
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    folder = Path(os.environ.get("TIMTIN_HOME", "var")) / "bench" / str(options.articles)
    if not (folder / "ours" / "served").is_dir():
        sys.exit(f"{folder} holds no indexes: python -m tests.bench.bench_engines --articles {options.articles}")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as paths:
        for item in read_known_items(corpus / "known-items-dev.tsv")[::7]:
            paths.write("/api/v1/search?" + urlencode({"q": item.query, "facets": "author,date"}) + "\n")
        paths.flush()
        compare(folder, Path(paths.name), options.seconds, options.rounds)
        swap(folder.with_name(str(options.rebuilt)), Path(paths.name))
        many(folder, Path(paths.name), options.requests)


def compare(folder: Path, paths: Path, seconds: float, rounds: int) -> None:
    """Ask one and the other in turn."""
    found: dict[str, list[Load]] = {"Tìm Tin": [], "FTS5": []}
    for _ in range(rounds):
        for name, factory, port in (("Tìm Tin", "ours", 8731), ("FTS5", "fts5", 8732)):
            with served(f"tests.bench.load_apps:{factory}('{folder}')", port):
                loaded(port, paths, 3)
                found[name].append(loaded(port, paths, seconds))
    print("| engine behind the API | requests/s | p50 ms | p95 ms | p99 ms | errors |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, loads in found.items():
        rate = statistics.median(load.requests / load.seconds for load in loads)
        times = [statistics.median(getattr(load, part) for load in loads) for part in ("p50", "p95", "p99")]
        shown = " | ".join(f"{each:.1f}" for each in times)
        print(f"| {name} | {rate:.0f} | {shown} | {sum(load.errors for load in loads)} |")


def swap(folder: Path, paths: Path) -> None:
    """Rebuild ten times under load."""
    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(folder / "ours" / "served", Path(home) / "ours" / "served")
        with served(f"tests.bench.load_apps:ours('{home}')", 8733):
            script = Path(__file__).with_name("load_swaps.py")
            command = [sys.executable, str(script), f"{home}/ours/served", "10"]
            swaps = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            errors = requests = 0
            worst = 0.0
            start = time.monotonic()
            while swaps.poll() is None:
                load = loaded(8733, paths, 2)
                errors, requests, worst = errors + load.errors, requests + load.requests, max(worst, load.p99)
            took = time.monotonic() - start
            assert swaps.stdout is not None
            generations = len(swaps.stdout.read().split())
    print(
        f"\n{generations} rebuilds of {folder.name} articles swapped in within {took:.0f} s: {requests:,} requests, "
        f"{errors} errors, p99 at worst {worst:.0f} ms."
    )


def many(folder: Path, paths: Path, wanted: int) -> None:
    """Ask so many times and read the workers' memory on the way."""
    print("\n| requests | memory of the workers MB |")
    print("|---:|---:|")
    with served(f"tests.bench.load_apps:ours('{folder}')", 8734) as master:
        asked = 0
        while asked < wanted:
            asked += loaded(8734, paths, 20).requests
            print(f"| {asked:,} | {workers_memory(master):.0f} |", flush=True)


if __name__ == "__main__":
    main()
