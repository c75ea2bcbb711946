"""The same service over the embedded engine and over one node of OpenSearch: when is it time to move?

    python -m tests.bench.bench_cluster [--articles 50000 150000] [--rounds 7] [--seconds 8] [--rebuild]
                                        [--shards 1] [--folder DIR] [--write docs/benchmarks.md]

gunicorn as `service/gunicorn_conf.py` sets it up runs the application twice, once over each engine, on one archive. One
client asks requests of several classes, one service after the other, each request once; then eight ask as fast as
they are answered (wrk, Debian's), in turns. Load, services and node share one machine. The node has one shard, unless
told otherwise, and no copy of it. Archives and indexes are kept in $TIMTIN_HOME/bench, or in `--folder`; `--rebuild`
makes the indexes anew.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tests.bench.cluster.archive import prepared_archive
from tests.bench.cluster.asking import ask_in_turn, load_in_turn
from tests.bench.cluster.contestants import Contestant, NodeFigures, contestants, service
from tests.bench.cluster.report import Measured, lines
from tests.bench.cluster.requests import known_items, requests, rounds_of
from tests.bench.cluster.sizes import Rebuilt, rebuild, taken
from tests.bench.engines.articles import analysed
from tests.cluster.nodes import NoCluster, kept_node

BEGIN, END = "<!-- cluster: begin -->", "<!-- cluster: end -->"
EACH = 10
"""Requests of a class in a round."""
WARMING = 5
"""Seconds of load, for each second that is counted once, before anything is measured: Java compiles what is asked often
again and again."""
UNCOUNTED = 3
"""Rounds that are asked before those that count."""
HEAPS = ((20_000, "1g"), (80_000, "2g"), (10**9, "4g"))
"""The heap up to so many articles."""


def main() -> None:
    """Build what is missing, measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=8, help="of load each time")
    parser.add_argument("--loads", type=int, default=3, help="times that each is put under load")
    parser.add_argument("--rebuild", action="store_true", help="make the indexes anew, and measure that")
    parser.add_argument("--build-only", action="store_true", help="leave the indexes for a later run")
    parser.add_argument("--kept", action="store_true", help="tell what earlier runs have measured, where they have")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("TIMTIN_HOME", "var")) / "bench")
    parser.add_argument("--write", type=Path, help="the Markdown document whose tables are to be replaced")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("there is no wrk: apt-get install wrk")
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    try:
        measured = [one_size(corpus, articles, options) for articles in options.articles]
    except NoCluster as problem:
        sys.exit(f"No cluster: {problem}")
    found = [each for each in measured if each]
    if not found:
        return
    report = "\n".join(lines(found, options.rounds))
    print(report)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
        options.write.write_text(between.sub(lambda _: f"{BEGIN}\n{report}\n{END}", text), encoding="utf-8")


def one_size(corpus: Path, articles: int, options: argparse.Namespace) -> Measured | None:
    """Build and measure at one size; nothing is measured with `--build-only`."""
    folder = options.folder / str(articles)
    kept = folder / f"measured with {options.shards}.pickle"
    if options.kept and kept.is_file():
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]
    rows = analysed(corpus, folder, articles)
    home = prepared_archive(rows, folder)
    heap = next(heap for most, heap in HEAPS if articles <= most)
    with kept_node(folder / f"node of {options.shards}", heap) as cluster:
        node = NodeFigures(cluster.urls[0])
        both = contestants(home, cluster, options.shards)
        left = folder / f"rebuilt with {options.shards}.json"
        if options.rebuild:
            left.unlink(missing_ok=True)
        rebuilt = rebuilt_or_kept(both, home, node, left)
        if options.build_only:
            return None
        asked = list(rounds_of(requests(rows, EACH * (UNCOUNTED + options.rounds)), EACH))
        with ExitStack() as running, tempfile.NamedTemporaryFile("w", suffix=".txt") as paths:
            paths.writelines(f"{path}\n" for path in known_items(corpus))
            paths.flush()
            served = [running.enter_context(service(contestant)) for contestant in both]
            load_in_turn(served, Path(paths.name), WARMING * options.seconds, 0)
            loads = load_in_turn(served, Path(paths.name), options.seconds, options.loads)
            ask_in_turn(served, asked[:UNCOUNTED])
            times, alike = ask_in_turn(served, asked[UNCOUNTED:])
            sizes = {each.contestant.name: taken(each, home, node) for each in served}
    store_mb = (home / "articles.db").stat().st_size / 1e6
    measured = Measured(articles, options.shards, heap, store_mb, times, alike, loads, rebuilt, sizes)
    kept.write_bytes(pickle.dumps(measured))
    return measured


def rebuilt_or_kept(both: list[Contestant], home: Path, node: NodeFigures, left: Path) -> dict[str, Rebuilt]:
    """Have both indexes made from the store, unless an earlier run has left word that they were; gives how that
    went."""
    if left.is_file():
        return {name: Rebuilt(**fields) for name, fields in json.loads(left.read_text("utf-8")).items()}
    rebuilt = {contestant.name: rebuild(contestant, home, node) for contestant in both}
    left.write_text(json.dumps({name: asdict(each) for name, each in rebuilt.items()}), "utf-8")
    return rebuilt


if __name__ == "__main__":
    main()
