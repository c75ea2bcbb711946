"""The benchmarks that take minutes, one after another: `make bench`. `make bench-engines` is the long one."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    *("bench_segmenter", "bench_indexing", "bench_search", "bench_oracle", "bench_faults", "bench_extraction"),
    *("bench_adding", "bench_crawl"),
)


def main() -> None:
    """Run each benchmark in a process of its own; leave with the first failure."""
    for name in BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=True)


if __name__ == "__main__":
    main()
