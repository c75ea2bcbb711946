"""Whether Whoosh's own searcher finds and scores the same over the 50,000 articles, in a copy of the index of
`make quality` from which articles were taken, and others written again: several segments, with deletions.

    python -m tests.bench.bench_oracle [--queries 1000] [--seed 3]

Random trees of AND, OR and NOT over syllables of every frequency, asked of both searchers over the same segments: the
documents, their order and their scores (to a millionth) must be the same. Ends with an error where they differ.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from index.query import Term
from index.whoosh_engine import generations, open_writer
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

CHANGES = 4
EACH = 250
"""Articles that a change takes out, and as many that it writes again."""


def main() -> None:
    """Compare and print how much was compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    options = parser.parse_args()
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    home = Path(os.environ.get("TIMTIN_HOME", "var")) / "quality"
    archive_index(home, [corpus / "articles.jsonl.xz", corpus / "portal"]).close()
    with TemporaryDirectory(dir=home) as folder:
        compare(worn(home / "index", Path(folder) / "index", options.seed), options.queries, options.seed)


def worn(index: Path, copy: Path, seed: int) -> Path:
    """Copy an index, and change it there: in each change articles are taken out, and others written again."""
    shutil.copytree(index, copy)
    snapshot = Snapshot(copy, generations.current(copy))
    chosen = random.Random(seed).sample(range(snapshot.count), CHANGES * EACH * 2)
    articles = [snapshot.article(document) for document in chosen]
    with closing(open_writer(copy)) as writer:
        for start in range(0, len(articles), EACH * 2):
            with writer.update(snapshot.manifest.applied) as batch:
                batch.delete([article.id for article in articles[start : start + EACH]])
                batch.upsert(articles[start + EACH : start + EACH * 2])
    return copy


def compare(index: Path, queries: int, seed: int) -> None:
    """Ask both searchers, and print how much was compared."""
    generation = generations.current(index)
    snapshot = Snapshot(index, generation)
    deleted = snapshot.count - snapshot.articles
    print(f"{len(snapshot.segments)} segments, {snapshot.articles:,} articles, {deleted:,} deleted")
    frequencies = [len(Evaluator(Term(word), snapshot).found()) for word in SYLLABLES]
    held = f"{min(frequencies):,} to {max(frequencies):,} of {snapshot.count:,} articles"
    print(f"{len(SYLLABLES)} syllables held by {held}")
    started = time.perf_counter()
    hits = compared(snapshot, index / generation, SYLLABLES, queries, seed)
    print(f"{queries:,} queries, {hits:,} hits, seed {seed}: no difference.")
    print(f"It took {time.perf_counter() - started:.0f} seconds.")


if __name__ == "__main__":
    main()
