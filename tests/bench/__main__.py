"""All benchmarks, one after another: `make bench`."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("bench_segmenter", "bench_indexing", "bench_search", "bench_faults")


def main() -> None:
    """Run each benchmark in a process of its own; leave with the first failure."""
    for name in BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=True)


if __name__ == "__main__":
    main()
