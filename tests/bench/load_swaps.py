"""Rebuilds an index again and again from its own articles: `python load_swaps.py INDEX TIMES`; for `bench_load`."""

from __future__ import annotations

import sys
from pathlib import Path

from index.whoosh_engine import generations, open_writer
from index.whoosh_engine.snapshot import Snapshot


def main() -> None:
    """Rebuild, so often."""
    index = Path(sys.argv[1])
    snapshot = Snapshot(index, generations.current(index))
    articles = [snapshot.article(number) for number in range(snapshot.count)]
    writer = open_writer(index)
    for number in range(int(sys.argv[2])):
        with writer.rebuild(applied=number + 2) as batch:
            batch.upsert(articles)
        print(generations.current(index), flush=True)
    writer.close()


if __name__ == "__main__":
    main()
