"""Whether Whoosh's own searcher finds and scores the same over the 50,000 articles, in the index of `make quality`.

    python -m tests.bench.bench_oracle [--queries 300] [--seed 3]

Random trees of AND, OR and NOT over syllables of every frequency, asked of both searchers over the same segments: the
documents, their order and their scores (to a millionth) must be the same. Ends with an error where they differ.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

from index.query import Term
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.snapshot import Snapshot
from tests.conformance.stock_oracle import compared
from tests.quality.engines import archive_index

SYLLABLES = [
    "va", "cua", "trong", "nguoi", "dang", "uy", "hoi", "nghi", "quyet", "dinh", "bao", "cao", "duong", "nuoc", "mua",
    "gio", "nui", "bien", "rung", "thon", "ban", "lang", "cho", "khoai", "san", "lua", "ngo", "ca", "tom", "ghe",
    "thuyen", "chay", "ngap", "lut", "sat", "lo", "han", "man", "dien", "cap", "vo", "chong", "hoa", "giai", "thi",
    "dua",
]  # fmt: skip


def main() -> None:
    """Compare and print how much was compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "quality"
    archive_index(home, [corpus / "articles.jsonl.xz", corpus / "portal"]).close()
    index = home / "index"
    generation = (index / "CURRENT").read_text(encoding="utf-8").split()[0]
    snapshot = Snapshot(index, generation)
    frequencies = [len(Evaluator(Term(word), snapshot).found()) for word in SYLLABLES]
    held = f"{min(frequencies):,} to {max(frequencies):,} of {snapshot.count:,} articles"
    print(f"{len(SYLLABLES)} syllables held by {held}")
    started = time.perf_counter()
    hits = compared(snapshot, index / generation, SYLLABLES, options.queries, options.seed)
    print(f"{options.queries:,} queries, {hits:,} hits, seed {options.seed}: no difference.")
    print(f"It took {time.perf_counter() - started:.0f} seconds.")


if __name__ == "__main__":
    main()
