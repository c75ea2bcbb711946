"""Swaps new generations of an index in, one more article each: `python load_swaps.py INDEX TIMES`; for `bench_load`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from index.article import Article
from index.whoosh_engine import open_writer


def main() -> None:
    """Add an article a second."""
    writer = open_writer(Path(sys.argv[1]))
    for number in range(int(sys.argv[2])):
        with writer.update(applied=number + 2) as batch:
            batch.upsert([Article(id=f"swap-{number}", title=f"Bài thứ {number}", body="Một bài nữa.")])
        time.sleep(1)
    writer.close()


if __name__ == "__main__":
    main()
