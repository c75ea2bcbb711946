"""Processes that analyse side by side: analysis takes most of the time of writing, and a process uses one core."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from index.analysis.chain import Analyzer
from index.child_process import end_with_parent
from index.errors import EngineUnavailable

Result = TypeVar("Result")


class AnalysisWorkers:
    """Processes that each do a piece of work at a time; started with the first piece."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Have `work(*arguments, analyzer)` done; how much may wait is up to the caller.

        Raises EngineUnavailable when a process was ended from outside.
        """
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start
            )
        with _told_when_broken():
            return self._pool.submit(_run, work, arguments)

    def close(self) -> None:
        """End the processes; what is not done yet is given up."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def result(future: Future[Result]) -> Result:
    """Wait for a piece of work; raises what it raised, EngineUnavailable when a process was ended from outside."""
    with _told_when_broken():
        return future.result()


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
    end_with_parent()


def _run(work: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    return work(*arguments, _analyzer)
