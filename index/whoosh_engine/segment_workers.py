"""Segments written by several processes at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

from index.analysis.chain import Analyzer
from index.analysis_workers import AnalysisWorkers, result
from index.article import Article
from index.whoosh_engine.array_file import write_arrays
from index.whoosh_engine.segment_builder import SegmentBuilder


def write_segment(path: Path, articles: Sequence[Article], analyzer: Analyzer) -> None:
    """Analyse articles and write their segment."""
    builder = SegmentBuilder()
    for article in articles:
        builder.add(analyzer.document(article))
    write_arrays(path, builder.arrays())


class SegmentWorkers:
    """Processes that each write a segment at a time."""

    def __init__(self, processes: int) -> None:
        self._workers = AnalysisWorkers(processes)
        self._running: set[Future[None]] = set()

    def write(self, path: Path, articles: Sequence[Article]) -> None:
        """Have a segment written; waits while every process has one at hand and one to come.

        Raises what writing an earlier one raised, EngineUnavailable when a process was ended from outside.
        """
        self._running.add(self._workers.submit(write_segment, path, articles))
        if len(self._running) > self._workers.processes + 1:
            self._collect(wait(self._running, return_when=FIRST_COMPLETED).done)

    def finish(self) -> None:
        """Wait for all that was handed over; raises what writing raised."""
        self._collect(wait(self._running).done)

    def close(self) -> None:
        """End the processes; what is not written yet is given up."""
        self._workers.close()

    def _collect(self, done: set[Future[None]]) -> None:
        self._running -= done
        for future in done:
            result(future)
