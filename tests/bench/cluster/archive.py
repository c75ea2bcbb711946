"""An archive of the benchmark's articles, made by `timtin add` as anybody would, and kept.

Few of the articles carry a date, an author or a newspaper: all are invented, always the same for an article.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson

from tests.bench.engines.articles import Row, read_rows

HOME = "archive"
"""The folder of the archive below that of its size."""
PUBLISHERS, SECTIONS = 40, 12


def timtin(home: Path, *arguments: str) -> list[str]:
    """Give the command line of `timtin`."""
    return [f"{Path(sys.executable).parent}/timtin", "--home", str(home), *arguments]


def prepared_archive(rows: Path, folder: Path) -> Path:
    """Give the home of an archive of these rows, made unless an earlier run has left it there whole."""
    home = folder / HOME
    whole = home / "added"
    if not whole.is_file():
        home.mkdir(parents=True, exist_ok=True)
        source = home / "articles.jsonl"
        with source.open("wb") as file:
            for row in read_rows(rows):
                file.write(orjson.dumps(_given(row), option=orjson.OPT_APPEND_NEWLINE))
        print(f"timtin adds {source} ...", file=sys.stderr, flush=True)
        subprocess.run(timtin(home, "add", str(source)), check=True, stdout=sys.stderr)
        source.unlink()
        whole.touch()
    return home


def _given(row: Row) -> dict[str, object]:
    # The second of an invented moment is as good as a throw of dice.
    return {
        "id": row.id,
        "title": row.title,
        "body": row.body,
        "authors": [row.author],
        "publisher": f"Báo Miền {row.published % PUBLISHERS + 1}",
        "section": f"Mục {row.published // PUBLISHERS % SECTIONS + 1}",
        "published_at": datetime.fromtimestamp(row.published, UTC).isoformat(),
    }
