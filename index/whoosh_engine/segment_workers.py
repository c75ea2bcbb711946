"""Segments written by several processes at once: analysis takes most of the time, and a process uses one core."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import EngineUnavailable
from index.whoosh_engine.array_file import write_arrays
from index.whoosh_engine.segment_builder import SegmentBuilder


def write_segment(path: Path, articles: Sequence[Article], analyzer: Analyzer) -> None:
    """Analyse articles and write their segment."""
    builder = SegmentBuilder()
    for article in articles:
        builder.add(analyzer.document(article))
    write_arrays(path, builder.arrays())


class SegmentWorkers:
    """Processes that each write a segment at a time; started with the first one to be written."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._running: set[Future[None]] = set()

    def write(self, path: Path, articles: Sequence[Article]) -> None:
        """Have a segment written; waits while every process has one at hand and one to come.

        Raises what writing an earlier one raised, EngineUnavailable when a process was ended from outside.
        """
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start
            )
        with _told_when_broken():
            self._running.add(self._pool.submit(_write, path, articles))
        if len(self._running) > self._processes + 1:
            self._collect(wait(self._running, return_when=FIRST_COMPLETED).done)

    def finish(self) -> None:
        """Wait for all that was handed over; raises what writing raised."""
        self._collect(wait(self._running).done)

    def close(self) -> None:
        """End the processes; what is not written yet is given up."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _collect(self, done: set[Future[None]]) -> None:
        self._running -= done
        with _told_when_broken():
            for future in done:
                future.result()


@contextmanager
def _told_when_broken() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise EngineUnavailable(
            "a process that writes the index was ended from outside, perhaps for want of memory: "
            "make room and run the command again"
        ) from error


_analyzer: Analyzer
"""The analyzer of a worker process."""


def _start() -> None:
    """Load the analyzer; end with the process that started this one, however that ends."""
    global _analyzer  # noqa: PLW0603 -- what a pool's initializer is for
    _analyzer = Analyzer.load()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _write(path: Path, articles: Sequence[Article]) -> None:
    write_segment(path, articles, _analyzer)
