"""How fast the segmenter is beside pyvi on real articles, and whether the two agree: they must.

The whole analysis (of which the words are a part) is measured beside them.

    python -m tests.bench.bench_segmenter [--articles 2000] [--rounds 5]

Runs from the root of the checkout; CORPUS names the folder of articles. Processor time is measured, in rounds
that alternate between the two, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import statistics
import sys
import time
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from index.analysis.chain import Analyzer
from index.analysis.segmenter import Segmenter
from index.article import Article


def articles(count: int) -> list[str]:
    """Read the first articles of the shared corpus: title and body."""
    path = Path(os.environ.get("CORPUS", "../shared/corpus")) / "articles.jsonl.xz"
    if not path.is_file():
        sys.exit(f"{path} is not here: set CORPUS to the folder of articles.jsonl.xz")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in islice(lines, count))
        return [unicodedata.normalize("NFC", f"{row['title']}\n{row['body']}") for row in rows]


def rate(work: Callable[[str], object], texts: list[str]) -> float:
    """Count the texts worked on in a second of processor time."""
    start = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - start)


def summary(name: str, rates: list[float], reference: Iterable[float]) -> str:
    """Describe the rounds of one contestant: median, range, median ratio to the reference's rounds."""
    ratio = statistics.median(a / b for a, b in zip(rates, reference, strict=True))
    return (
        f"{name:20} {statistics.median(rates):8.0f} articles/s ({min(rates):.0f}-{max(rates):.0f}), {ratio:5.1f} x pyvi"
    )


def main() -> None:
    """Compare first, then measure; leaves with status 1 if a single article differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = articles(options.articles)
    analyzer = Analyzer.load()
    start = time.perf_counter()
    segmenter = Segmenter.load()
    print(f"{len(texts)} articles; the model was loaded in {time.perf_counter() - start:.3f} s")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer  # noqa: PLC0415 - the load time above is to be without it
    differences = sum(ViTokenizer.tokenize(text) != segmenter.tokenize(text) for text in texts)
    print(f"{differences} differences")
    contestants: dict[str, Callable[[str], object]] = {
        "pyvi": ViTokenizer.tokenize,
        "segmenter, spans": segmenter.segment,
        "segmenter, text": segmenter.tokenize,
        "whole analysis": lambda text: analyzer.document(Article("x", "", text)),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    share = max(1, len(texts) // options.rounds)
    for round_number in range(options.rounds):
        part = texts[round_number * share : (round_number + 1) * share]
        for name, work in contestants.items():
            rates[name].append(rate(work, part))
    for name, measured in rates.items():
        print(summary(name, measured, rates["pyvi"]))
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
