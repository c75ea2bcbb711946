"""What one would write in an afternoon: pyvi's words in Whoosh. For indexing only."""

from pathlib import Path

from tests.bench.bench_indexing import write_naively
from tests.bench.engines.articles import read_rows


def write(rows: Path, folder: Path) -> None:
    """Write title and body."""
    write_naively(((row.id, row.title, row.body) for row in read_rows(rows)), folder)


INDEXES = {"pipeline": write}
