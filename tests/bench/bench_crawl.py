"""What following portals does and costs: a misbehaving portal crawled under kills, how soon something new is found
while the service is under load, how many articles a second come from lists.

    python -m tests.bench.bench_crawl [--seed N] [--articles 1000] [--kills 20]

Everything runs on this machine: the portal of the tests, `timtin sync` in processes of its own, and the service under
gunicorn. Leaves with 1 when something is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.crawl.following import ROOT, Follower, expected
from tests.crawl.misbehaving_portal import QUICK_TRAPS, Misbehaviour, Portal, portal

CHANGED, DELETED = 0.2, 0.05
FAULTS = 0.1
UNDER_WAY = 2
NEW = 6
CLIENTS = 4
PORT = 8741
QUERIES = ("nhà văn hóa", "cầu bê tông", "trao học bổng", "đợt", "Bến Lội kênh", "trồng lúa sạch")


def main() -> None:
    """Run the three, print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    print(f"seed {options.seed}\n")
    with tempfile.TemporaryDirectory() as folder:
        well = killed_crawl(Path(folder) / "killed", options.articles, options.kills, random.Random(options.seed))
        well &= found_soon(Path(folder) / "soon", random.Random(options.seed))
        throughput(Path(folder) / "through", options.articles)
    sys.exit(0 if well else 1)


def killed_crawl(home: Path, articles: int, kills: int, chance: random.Random) -> bool:
    """Crawl a portal that misbehaves, changes and shrinks meanwhile, killed again and again."""
    follower = Follower(home)
    forbidden = articles // 50
    numbers = chance.sample(range(articles - forbidden), int(articles * (CHANGED + DELETED)))
    deleted = numbers[: int(articles * DELETED)]
    changed = numbers[len(deleted) :]
    behaviour = Misbehaviour(faults=FAULTS, slow_seconds=0.3)
    with portal(articles, seed=chance.randrange(1000), behaviour=behaviour, forbidden=forbidden) as shown:
        shown.traps = QUICK_TRAPS
        follower.follow(f"{shown.address}/sitemap.xml", "--gone-after", "1s", "--delay", "0.005s")
        begun, hit = time.perf_counter(), 0
        for turn in range(kills):
            hit += kill_one(follower, shown, articles // (kills + 2), chance)
            for number in changed[turn::kills]:
                shown.change(number)
            for number in deleted[turn::kills]:
                shown.delete(number)
        rounds = 0
        while follower.stored() != expected(shown) and rounds < 30:
            follower.run("sync")
            rounds += 1
            time.sleep(0.5)
        seconds = time.perf_counter() - begun
        right = follower.indexed() == follower.stored() == expected(shown)
        sound = follower.run("check").stdout == "All is well.\n"
        twice = sum(count - 1 for count in shown.sent.values())
        later = sent_in(follower, shown)
        asked_forbidden = sum(count for path, count in shown.asked.items() if path.startswith("/noi-bo"))
    print(f"## {articles:,} articles, {len(changed)} changed, {len(deleted)} deleted, {FAULTS:.0%} failures injected\n")
    print("| | |\n|---|---:|")
    for name, value in (
        ("`kill -9` while it crawled", hit),
        ("rounds after the last kill", rounds),
        ("articles that must be found", len(expected(shown))),
        ("lost, doubled, outdated, resurrected", "0" if right else "NOT RIGHT"),
        ("requests", sum(shown.asked.values())),
        ("failures injected", sum(shown.answered[kind] for kind in ("500", "429", "slow", "cut", "dropped"))),
        ("pages sent", sum(shown.sent.values())),
        ("unchanged pages sent twice: under way when it was killed", twice),
        ("unchanged pages sent twice by a round that nobody killed", later),
        ("requests for what robots.txt forbids", asked_forbidden),
        ("`timtin check` finds nothing", "yes" if sound else "NO"),
        ("seconds", f"{seconds:.0f}"),
    ):
        print(f"| {name} | {value} |")
    return right and sound and hit == kills and twice <= UNDER_WAY * kills and not later and not asked_forbidden


def kill_one(follower: Follower, shown: Portal, pages: int, chance: random.Random) -> bool:
    """Start a round and kill it when it has been sent so many pages, a random moment later."""
    before = sum(shown.sent.values())
    process = follower.start("sync")
    wanted = before + chance.randrange(1, 2 * pages)
    while sum(shown.sent.values()) < wanted and process.poll() is None:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.05))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def sent_in(follower: Follower, shown: Portal) -> int:
    """Give how many pages are sent in a round in which nothing changed and everything is looked at again."""
    before = sum(shown.sent.values())
    follower.run("sync")
    return sum(shown.sent.values()) - before


def found_soon(home: Path, chance: random.Random) -> bool:
    """Publish articles in a watched feed, and ask the running service for each until it is found, under load."""
    follower = Follower(home)
    with portal(300) as shown:
        follower.run("sources", "add", f"{shown.address}/rss.xml", "--allow-private", "--name", "cổng", "--delay", "0s")
        follower.sync()
        load = Load()
        with served(home), watching(follower), load.running():
            time.sleep(5)
            waits = []
            for number in range(1_000, 1_000 + NEW):
                time.sleep(chance.uniform(0, 20))
                shown.add(number)
                waits.append(wait_until_found(shown.items[number].word))
    print(f"\n## A new article in a watched feed, {CLIENTS} clients searching without a pause\n")
    print("| | |\n|---|---:|")
    times = sorted(load.times)
    for name, value in (
        ("articles published", len(waits)),
        ("seconds until found: median", f"{statistics.median(waits):.1f}"),
        ("seconds until found: longest", f"{max(waits):.1f}"),
        ("answers meanwhile", f"{len(times):,}"),
        ("errors", load.errors),
        ("p50 ms", f"{1000 * times[len(times) // 2]:.1f}"),
        ("p99 ms", f"{1000 * times[len(times) * 99 // 100]:.1f}"),
    ):
        print(f"| {name} | {value} |")
    return max(waits) < 60 and not load.errors


class Load:
    """Clients that search without a pause."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors = 0
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, number: int) -> None:
        turn = number
        while not self._stop.is_set():
            begun = time.perf_counter()
            try:
                found = answer(QUERIES[turn % len(QUERIES)])
            except (urllib.error.URLError, OSError):
                self.errors += 1
            else:
                self.errors += not found["hits"]
                self.times.append(time.perf_counter() - begun)
            turn += 1


def answer(query: str) -> dict[str, list[object]]:
    """Ask the service."""
    url = f"http://127.0.0.1:{PORT}/api/v1/search?q={quote(query)}"
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)  # type: ignore[no-any-return]


def wait_until_found(word: str) -> float:
    """Give the seconds until the service finds a word."""
    begun = time.perf_counter()
    while not answer(word)["hits"]:
        if time.perf_counter() - begun > 180:
            return float("inf")
        time.sleep(0.25)
    return time.perf_counter() - begun


@contextmanager
def served(home: Path) -> Iterator[None]:
    """Serve the archive as it is served for good."""
    command = [*(sys.executable, "-m", "gunicorn", "-c", "service/gunicorn_conf.py"), "--bind", f"127.0.0.1:{PORT}"]
    environment = {**os.environ, "TIMTIN_HOME": str(home), "TIMTIN_RATE_LIMIT": "0"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "wsgi:application"], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        for _ in range(300):
            try:
                answer("đợt")
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def watching(follower: Follower) -> Iterator[None]:
    """Follow the sources meanwhile."""
    process = follower.start("sync", "--watch")
    try:
        yield
    finally:
        process.terminate()
        process.communicate()


def throughput(home: Path, articles: int) -> None:
    """Take in everything a portal without delay has."""
    print("\n## From a portal on this machine, one request at a time, without a delay\n")
    print("| | articles | seconds | articles a second |\n|---|---:|---:|---:|")
    follower = Follower(home)
    with portal(articles) as shown:
        follower.follow(f"{shown.address}/sitemap.xml", "--delay", "0s")
        for name in ("stored and indexed", "nothing new"):
            begun = time.perf_counter()
            process = follower.start("sync")
            process.communicate()
            seconds = time.perf_counter() - begun
            print(f"| {name} | {len(follower.stored()):,} | {seconds:.1f} | {articles / seconds:.0f} |")


if __name__ == "__main__":
    main()
