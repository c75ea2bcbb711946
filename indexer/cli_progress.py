"""Progress of long commands: bars on a terminal, now and then a line elsewhere; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.cli_context import say
from indexer.report import Progress, no_progress

_LINE_EVERY = 10_000


@contextmanager
def told_progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Show progress while the block runs, unless it is to be quiet."""
    if quiet:
        yield no_progress
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    # Only a terminal needs rich, which takes a tenth of a second to load.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks = {}
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:

        def show(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


def _lines() -> Progress:
    told: dict[str, int] = {}

    def show(step: str, done: int, total: int | None) -> None:
        before = told.get(step, 0)
        if done < before:
            before = told[step] = 0
        if done - before >= _LINE_EVERY:
            told[step] = done
            say(f"{step} {done:,}" + (f" of {total:,}" if total else ""))

    return show
