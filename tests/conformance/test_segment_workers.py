"""Segments written by other processes: the same index, whatever is written where."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from index.article import Article
from index.errors import EngineUnavailable
from index.query import Facet, MatchAll, SearchRequest, Sort, Term
from index.whoosh_engine import open_searcher, open_writer

WORDS = ["con", "đường", "bến", "nước", "mưa", "gió", "hội", "nghị", "núi", "đá", "cây", "rễ", "xanh", "vàng"]


def articles(count: int, word: str = "") -> list[Article]:
    return [
        Article(f"bài-{n:03}", f"{WORDS[n % 14]} {word}", " ".join(WORDS[(n * k) % 14] for k in range(1, 30)))
        for n in range(count)
    ]


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand over to other processes after some twenty articles."""
    monkeypatch.setattr("index.whoosh_engine.writer.CHARACTERS", 2500)


def written(folder: Path, *batches: Iterable[Article]) -> None:
    writer = open_writer(folder)
    try:
        with writer.rebuild(1) as batch:
            for each in batches:
                batch.upsert(each)
            batch.delete(["bài-005"])
    finally:
        writer.close()


def test_several_processes_write_the_same_index_as_one(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = articles(120), articles(30, "sông"), articles(10, "hồ")
    written(tmp_path / "one", *batches)
    request.getfixturevalue("in_small_pieces")
    written(tmp_path / "several", *batches)
    one, several = open_searcher(tmp_path / "one"), open_searcher(tmp_path / "several")
    several.verify()
    assert several.stats().articles == one.stats().articles == 119
    for query in (MatchAll(), Term("duong"), Term("song"), Term("ho"), Term("nuoc")):
        asked = SearchRequest(query, sort=Sort.NEWEST, limit=200, facets=frozenset(Facet))
        expected, found = one.search(asked), several.search(asked)
        assert [hit.article for hit in found.hits] == [hit.article for hit in expected.hits]
        assert (found.total, found.facets) == (expected.total, expected.facets)
    assert several.search(SearchRequest(Term("ho"))).total == 9


@pytest.mark.usefixtures("in_small_pieces")
def test_what_a_process_meets_is_raised_and_leaves_the_last_generation(tmp_path: Path) -> None:
    written(tmp_path, articles(30))
    broken = Article("hỏng", "Tin", "x" * 3000, captions=(7,))  # type: ignore[arg-type]
    with pytest.raises((TypeError, AttributeError)):
        written(tmp_path, articles(30), [broken])
    assert open_searcher(tmp_path).stats().articles == 29


@pytest.mark.usefixtures("in_small_pieces")
def test_a_process_that_is_killed_is_told_with_the_remedy_and_leaves_the_last_generation(tmp_path: Path) -> None:
    written(tmp_path, articles(30))
    with pytest.raises(EngineUnavailable, match="run the command again"):
        written(tmp_path, articles(60), _killing_what_writes(articles(200)))
    assert open_searcher(tmp_path).stats().articles == 29


def _killing_what_writes(following: list[Article]) -> Iterator[Article]:
    for child in multiprocessing.active_children():
        child.kill()
    yield from following


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    code = (
        "import multiprocessing, sys, time\n"
        "from index.whoosh_engine import writer\n"
        "from index.article import Article\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    writer.CHARACTERS = 500\n"
        "    with writer.open_writer(Path(sys.argv[1])).rebuild(1) as batch:\n"
        "        batch.upsert(Article(str(n), 'Tin', 'khoai lang ' * 60) for n in range(8))\n"
        "        batch._workers.finish()\n"
        "        print(*(child.pid for child in multiprocessing.active_children()), flush=True)\n"
        "        time.sleep(60)\n"
    )
    program = tmp_path / "program.py"
    program.write_text(code)
    with subprocess.Popen(
        [sys.executable, str(program), str(tmp_path / "index")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as parent:
        assert parent.stdout is not None
        children = [int(number) for number in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert children
    deadline = time.monotonic() + 20
    while (alive := [child for child in children if Path(f"/proc/{child}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive
