"""What readers notice while a cluster loses nodes: `kill -9`, a hung node, restarts, rebuilds, under constant load.

    python -m tests.bench.bench_cluster_faults [--articles 4000] [--seconds 20] [--rate 10] [--seed N]

Three real nodes on this machine, every part of the index on two of them; articles put in by the real `timtin`; the
service under gunicorn, which knows all three. Clients ask it at a constant rate, and every answer must be 200 and say
exactly what was said before anything failed: total, ids in order, counts. What was said then is held against the
embedded engine. At the end the cluster must show every article of the store. Leaves with 1 when anything was amiss.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from index.whoosh_engine import open_searcher
from indexer.store import ArticleStore
from service import create_app
from service.settings import Settings
from tests.bench.cluster_load import Known, Load, Search, Stage, asked, everything, searches, write_rows
from tests.cluster.nodes import Cluster, running
from tests.soak.commands import run
from tests.soak.service import Answer, Client, Service, served

SHARDS = 3
CLIENTS = 4
SWAPS = 5
A_NODE, MANAGER = "a node", "the elected manager"
HANGING = 60.0
"""Seconds that a node stands still: the others take half a minute to put it out of the cluster."""


def timtin(home: Path, *args: str) -> None:
    """Run a command; ends the program when it fails."""
    ended = run(home, *args)
    if ended.code:
        sys.exit(f"timtin {' '.join(args)} failed: {ended.output}")


def known_answers(home: Path, service: Service, asking: list[Search]) -> dict[Search, tuple[Known, ...]]:
    """Ask everything once in quiet; ends the program when totals or counts aren't those of the embedded engine."""
    with closing(Client(service)) as client, closing(open_searcher(home / "index")) as embedded:
        test = create_app(Settings(home=home, rate_limit=0), embedded).test_client()

        def get(path: str) -> Answer:
            answer = test.get(path)
            return Answer(answer.status_code, answer.get_json(), 0.0, 0.0)

        known = {search: asked(search, client.get) for search in asking}
        for search, pages in known.items():
            other = asked(search, get)
            if [(page.total, page.facets) for page in pages] != [(page.total, page.facets) for page in other]:
                sys.exit(f"the engines differ on {search.path()}: {pages} {other}")
    return known


def chosen(cluster: Cluster, name: str, chance: random.Random) -> int:
    """Give the node that is to suffer."""
    manager = cluster.manager()
    return manager if name == MANAGER else chance.choice([n for n in range(cluster.count) if n != manager])


def faults(cluster: Cluster, load: Load, home: Path, seconds: float, chance: random.Random) -> None:
    """Do all that happens to a cluster, a stage each."""

    def stage(name: str, lasting: float = 0.0) -> None:
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
        load.begin(name)
        time.sleep(lasting)

    def back(number: int, name: str) -> None:
        stage(name)
        cluster.start(number)
        cluster.wait("green")

    stage("quiet", seconds)
    for name in (A_NODE, MANAGER):
        number = chosen(cluster, name, chance)
        cluster.kill(number)
        stage(f"{name} killed with `kill -9`", seconds)
        back(number, f"{name} restarted, until green")
    stage("rolling restart of all three, green between")
    for number in range(cluster.count):
        cluster.stop(number)
        time.sleep(seconds / 4)
        cluster.start(number)
        cluster.wait("green")
    stage(f"`timtin rebuild`, {SWAPS} times")
    for _ in range(SWAPS):
        timtin(home, "rebuild")
    cluster.wait("green")
    for name in (A_NODE, MANAGER):
        number = chosen(cluster, name, chance)
        cluster.hang(number)
        stage(f"{name} stands still (`SIGSTOP`), {HANGING:.0f} s", HANGING)
        cluster.wake(number)
        stage(f"{name} goes on, until green")
        cluster.wait("green")
    stage("quiet again", seconds)


def report(stages: list[Stage], lost: int, seed: int, articles: int) -> None:
    """Print the table, and the first of what was amiss."""
    print(f"Seed {seed}, {articles:,} articles, {SHARDS} shards with a copy each.\n")
    print("| stage | s | searches | failed | wrong | p50 ms | p95 ms | max ms |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for each in stages:
        failed, wrong = each.failed.total(), each.wrong.total()
        times = " | ".join(f"{each.time(share):,.0f}" for share in (0.5, 0.95, 1.0))
        print(f"| {each.name} | {each.seconds:.0f} | {len(each.times):,} | {failed} | {wrong} | {times} |")
    print(f"\nDocuments lost at the end: {lost}.")
    for each in stages:
        for what, count in [*each.failed.most_common(8), *each.wrong.most_common(3)]:
            print(f"{each.name}: {count} times {what}", file=sys.stderr)


def main() -> None:
    """Do it all and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=4_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long a stage of mere waiting lasts")
    parser.add_argument("--rate", type=float, default=10.0, help="searches a second")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    with tempfile.TemporaryDirectory() as folder, running(3) as cluster:
        home = Path(folder) / "home"
        os.environ |= {
            "TIMTIN_ENGINE": "opensearch",
            "TIMTIN_OPENSEARCH_URL": " ".join(cluster.urls),
            "TIMTIN_OPENSEARCH_SHARDS": str(SHARDS),
            "TIMTIN_OPENSEARCH_REPLICAS": "1",
        }
        rows = write_rows(corpus if corpus.is_dir() else None, options.articles, Path(folder) / "rows.jsonl")
        timtin(home, "add", f"{folder}/rows.jsonl")
        timtin(home, "migrate", "--to", "whoosh")
        cluster.wait("green")
        with served(home, Path(folder) / "service.log") as service:
            load = Load(service, known_answers(home, service, searches(rows, chance)), CLIENTS, options.rate)
            try:
                faults(cluster, load, home, options.seconds, chance)
            finally:
                stages = load.end()[1:]
            with ArticleStore.open(home / "articles.db", read_only=True) as store, closing(Client(service)) as client:
                lost = len(set(store.ids()) ^ everything(client.get))
            amiss = lost or any(stage.failed or stage.wrong for stage in stages)
        report(stages, lost, options.seed, len(rows))
        if amiss:
            told = (Path(folder) / "service.log").read_text("utf-8", "replace").splitlines()
            print(*[line for line in told if "ERROR" in line.upper()][-20:], sep="\n", file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
