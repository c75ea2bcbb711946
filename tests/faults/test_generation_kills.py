"""Writers killed at any moment: readers go on from a whole generation, and the next writer goes on writing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.article import Article
from index.errors import IndexMissing
from index.query import MatchAll, SearchRequest, Term
from index.response import SearchResponse
from index.whoosh_engine import open_searcher, open_writer

ARTICLES = 12
"""Each generation holds this many articles, and all of one generation say which it is."""

WRITER = """
import sys
from pathlib import Path
from index.article import Article
from index.whoosh_engine import open_writer

folder, bracket, start = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
writer = open_writer(folder)
print("ready", flush=True)
for number in range(start, start + 1000):
    with getattr(writer, bracket)(number) as batch:
        batch.upsert(Article(f"a{n:02}", f"Lứa {number}", f"lua{'x' * (number % 5)} khoai " * 40) for n in range(12))
    print(number, flush=True)
"""


def write(folder: Path, number: int) -> None:
    writer = open_writer(folder)
    try:
        with writer.update(number) as batch:
            batch.upsert(Article(f"a{n:02}", f"Lứa {number}", "lua khoai") for n in range(ARTICLES))
    finally:
        writer.close()


def killed_writer(folder: Path, bracket: str, start: int, delay: float) -> int:
    """Run a writer that makes generation after generation, and kill it `delay` seconds after it began; give the last
    one that it said was done."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), bracket, str(start)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        assert process.poll() is None, "the writer ended by itself"
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split()
    process.wait()
    return int(said[-1]) if said else start - 1


def whole(response: SearchResponse, applied: int) -> None:
    """Check that all articles are there and of one generation."""
    assert response.total == ARTICLES
    assert {hit.article.title for hit in response.hits} == {f"Lứa {applied}"}


@pytest.mark.parametrize("bracket", ["rebuild", "update"])
def test_a_killed_writer_leaves_a_whole_generation_and_no_lock(tmp_path: Path, bracket: str) -> None:
    folder = tmp_path / "index"
    chance = random.Random(bracket)
    write(folder, 0)
    searcher = open_searcher(folder)
    done = 0
    for _ in range(4):
        said = killed_writer(folder, bracket, done + 1, chance.uniform(0.0, 0.35))

        stats = searcher.stats()
        # The pointer may have moved before the writer could say so.
        assert stats.applied in (said, said + 1)
        whole(searcher.search(SearchRequest(MatchAll(), limit=50)), stats.applied)
        whole(searcher.search(SearchRequest(Term("khoai"), limit=50)), stats.applied)
        fresh = open_searcher(folder)
        whole(fresh.search(SearchRequest(Term("lua", 81), limit=50)), stats.applied)
        fresh.close()

        done = stats.applied + 1
        write(folder, done)
        whole(searcher.search(SearchRequest(MatchAll(), limit=50)), done)
        assert not list(folder.glob(".building-*"))
        assert len([path for path in folder.iterdir() if path.is_dir()]) <= 2
    searcher.close()


def test_a_writer_killed_while_building_the_first_generation_leaves_no_index(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    script = WRITER.replace("for n in range(12))", "for n in range(10**9))")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder), "rebuild", "1"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        while not list(folder.glob(".building-*/*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(folder.glob(".building-*"))

    with pytest.raises(IndexMissing):
        open_searcher(folder).stats()
    write(folder, 1)

    searcher = open_searcher(folder)
    whole(searcher.search(SearchRequest(MatchAll(), limit=50)), 1)
    searcher.close()
    assert not list(folder.glob(".building-*"))
