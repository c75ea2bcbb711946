"""How a change reaches the store, and then the index: who may write, what is told when the index can't be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.engine import Writer
from index.errors import IndexLocked, SearchError
from indexer.archive import Archive, withhold
from indexer.indexing import applied_number, update_index
from indexer.lost_store import must_not_be_lost
from indexer.report import IndexReport, Progress
from indexer.store import ArticleStore


def changed(archive: Archive, work: Callable[[ArticleStore, IndexReport], None], progress: Progress) -> IndexReport:
    """Change the store while holding the index's lock, then bring the index up to date. What stands in the way of the
    index is told in the report; raises what the store raises, and IndexLocked."""
    must_not_be_lost(archive)
    report = IndexReport()
    with timed(report):
        try:
            with writer_of(archive) as writer, _opened(archive, report) as store:
                work(store, report)
                store.finish()
                update(archive, store, writer, report, progress)
        except Unwritable as unwritable:
            with _opened(archive, report) as store:
                work(store, report)
                store.finish()
            report.index_problem = str(unwritable.problem)
    return report


def _opened(archive: Archive, report: IndexReport) -> ArticleStore:
    path = archive.articles
    was_empty = path.exists() and path.stat().st_size == 0 and not path.with_name(f"{path.name}-wal").exists()
    store = ArticleStore.open(path)
    if was_empty:
        report.notices.append(f"{path} was empty (0 bytes), its articles are lost: a new store was begun in it")
    return store


def update(archive: Archive, store: ArticleStore, writer: Writer, report: IndexReport, progress: Progress) -> None:
    """Bring the index up to date; what stands in the way is told in the report."""
    try:
        withhold(archive, store)
        update_index(store, writer, applied_number(archive.engine, archive.index), report, progress)
    except SearchError as problem:
        report.index_problem = str(problem)
    except OSError as error:
        # The articles are stored: what the disk refuses now must not take the report along.
        report.index_problem = (
            f"the index in {archive.index} can't be brought up to date ({error}): make room or mend the folder's "
            "permissions and run the command again"
        )


class Unwritable(Exception):
    """The index could not be opened for writing, for another reason than its lock."""

    def __init__(self, problem: SearchError) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextmanager
def writer_of(archive: Archive) -> Iterator[Writer]:
    """Be the writer of the index. Raises IndexLocked when somebody else is, Unwritable when nobody can be."""
    try:
        writer = archive.engine.open_writer(archive.index)
    except IndexLocked:
        raise
    except SearchError as problem:
        raise Unwritable(problem) from problem
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def timed(report: IndexReport) -> Iterator[None]:
    """Write down how long it took."""
    start = time.perf_counter()
    yield
    report.seconds = time.perf_counter() - start
