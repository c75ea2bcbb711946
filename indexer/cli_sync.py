"""The command that follows the sources, and what it shows meanwhile."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from indexer.cli_context import REJECTED, UTF8, WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_reading import moment_shown
from indexer.cli_sources import chosen, iso_moment, shown_moment
from indexer.lost_store import must_not_be_lost
from indexer.report import report_fields
from indexer.store.crawl_state import CrawlState

if TYPE_CHECKING:
    from rich.table import Table

    from indexer.crawl.syncing import Sync
    from indexer.crawl.work import Work

_SHOWN = ("found", "new", "changed", "unchanged", "gone", "failed", "refused", "rejected")
_LINE_EVERY = 10.0


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", type=UTF8)
@click.option("--watch", "watching", is_flag=True, help="Go on until stopped (Ctrl-C, SIGTERM).")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask for N pages of a source at most.")
@click.option("--believe-gone", is_flag=True, help="Take out what is gone, even if that is much of a portal at once.")
@json_option
@click.pass_context
def sync(ctx: click.Context, /, names: tuple[str, ...], watching: bool, as_json: bool, **options: Any) -> None:
    """Fetch what is new, changed or gone in the sources, and index it.

    Reads the lists of all sources, or of those named, and asks for the pages that are due; a page that is unchanged is
    not sent again. Interrupted, the next run goes on where this one stopped.

    \b
    Examples:
      timtin sync                     once, for cron
      timtin sync --watch             without end; what a feed names is found within a minute
      timtin sync portal.example --limit 20
    """
    # These load the parts that fetch and read, which --help must not wait for.
    from indexer.crawl.syncing import Sync  # noqa: PLC0415
    from indexer.crawl.watching import only_sync, run_once, watch  # noqa: PLC0415
    from indexer.crawl.work import Options  # noqa: PLC0415

    if watching and options["limit"] is not None:
        raise click.UsageError("--limit is for one round, not for --watch")
    settings: Settings = ctx.obj
    archive = settings.archive()
    must_not_be_lost(archive)
    with CrawlState.open(archive.articles) as state:
        sources = chosen(state.sources(), names)
    if not sources:
        raise click.UsageError("nothing is followed yet: timtin sources add URL")
    how = Options(names, once=not watching, **options)
    with only_sync(archive), _stopped_by_signals() as stop, Sync(archive, sources, now, how) as running:
        with _shown(as_json, watching) as told:
            if watching:
                watch(running, stop, told, time.monotonic)
            else:
                run_once(running, stop, told)
        _tell(running, as_json)
        if running.report.index_problem or running.report.unreadable:
            ctx.exit(WRONG_INDEX)
        # A source that could not be read at all is a failure for cron; a page that failed is tried again.
        if any(work.tally.failed and not work.tally.asked and not work.tally.found for work in running.works):
            ctx.exit(REJECTED)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Set an event on SIGTERM and SIGINT; a second one ends the process as always."""
    stop = threading.Event()

    def hear(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown(as_json: bool, watching: bool) -> Iterator[Any]:
    """Show how things stand: a table on a terminal, else a line when something has changed, and in a watch, whose end
    nobody waits for, each notice as it comes."""
    if as_json or not sys.stderr.isatty():
        yield _lines(watching) if not as_json else lambda running: None
        return
    # Only a terminal needs rich, which takes a tenth of a second to load.
    from rich.console import Console  # noqa: PLC0415
    from rich.live import Live  # noqa: PLC0415

    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:
        shown = 0.0

        def show(running: Sync) -> None:
            nonlocal shown
            if time.monotonic() - shown >= 0.25:
                shown = time.monotonic()
                live.update(_table(running), refresh=True)

        yield show


def _table(running: Sync) -> Table:
    from rich.table import Table  # noqa: PLC0415 -- as in _shown

    table = Table("source", *_SHOWN, "next run")
    for work in running.works:
        counts = (f"{getattr(work.tally, name):,}" for name in _SHOWN)
        table.add_row(work.source.name, *counts, _next(running, work))
    return table


def _next(running: Sync, work: Work) -> str:
    return "now" if not work.is_idle else shown_moment(running.next_run(work))[11:19]


def _lines(watching: bool) -> Any:
    told: dict[str, tuple[float, str]] = {}
    noted: dict[str, int] = {}
    said: set[str] = set()

    def show(running: Sync) -> None:
        for notice in running.report.notices if watching else ():
            if notice not in said:
                said.add(notice)
                say(f"{moment_shown(now())} {notice}")
        for work in running.works:
            for notice in work.tally.noted_since(noted.get(work.source.name, 0)) if watching else ():
                say(f"{moment_shown(now())} {work.source.name}: {notice}")
            noted[work.source.name] = len(work.tally.notices) + work.tally.left_out
            line = _line(work)
            last, before = told.get(work.source.name, (0.0, ""))
            moment = time.monotonic()
            if line != before and moment - last >= _LINE_EVERY and any(work.tally.as_fields().values()):
                told[work.source.name] = (moment, line)
                say(f"{moment_shown(now())} {line}")

    return show


def _line(work: Work) -> str:
    counts = ", ".join(f"{getattr(work.tally, name):,} {name}" for name in _SHOWN if getattr(work.tally, name))
    return f"{work.source.name}: {counts or 'nothing new'}"


def _tell(running: Sync, as_json: bool) -> None:
    report = running.report
    if as_json:
        told = [
            {
                "name": work.source.name,
                **work.tally.as_fields(),
                "next_run": iso_moment(running.next_run(work)),
            }
            for work in running.works
        ]
        print_json(
            {"sources": told, "indexed": report.indexed, "unindexed": report.unindexed}
            | {"notices": report.notices, "unreadable": report.unreadable, "index_problem": report.index_problem}
            | {"rejected": report_fields(report)["rejected"]}
        )
    else:
        for work in running.works:
            click.echo(f"{_line(work)}; next run {shown_moment(running.next_run(work))}")
            for notice in work.tally.notices:
                click.echo(f"    {notice}")
            if work.tally.left_out:
                click.echo(f"    … and {work.tally.left_out:,} before these")
        click.echo(f"Indexed {report.indexed:,}, took out {report.unindexed:,}.")
        for notice in (*report.notices, *report.unreadable):
            click.echo(f"Note: {notice}")
        for rejected in report.rejected:
            click.echo(f"Rejected {rejected.origin}: {rejected.reason}")
    if report.index_problem:
        say(f"Error: the articles are stored, but the index is not up to date: {report.index_problem}")
