"""Keeps searches for the query log, where the installation wants one: what was searched for, never by whom.

A search only leaves a line in memory. A thread of the process, begun with the first line, writes them in batches; when
they come faster than it can write, or the file can't be written, lines are lost and counted, and searching goes on.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Condition, Lock, Thread

from index.query_log.log_file import Channel, LogFile, LoggedSearch, QueryLogUnusable
from index.response import SearchResponse
from service.arguments import SearchArguments
from service.counters import Metrics

ROOM = 1_000
"""Lines that may wait to be written."""
LINGER = 2.0
"""Seconds in which lines gather, so that a busy service writes once in a while and not for each search."""
FORGET_EVERY = timedelta(hours=1)
"""How often what is too old is deleted."""
CLOSE_SECONDS = 5.0
"""How long a process that ends waits for its last lines to be written."""

log = logging.getLogger(__name__)


class QueryLog:
    """The query log as the service writes it. Threads may share it; a forked process begins a thread of its own."""

    def __init__(
        self, file: LogFile, days: int, clock: Callable[[], datetime], metrics: Metrics, room: int = ROOM
    ) -> None:
        """Lines are kept for `days`; 0 keeps none and makes no file."""
        self.file = file
        self.days = days
        self._clock = clock
        self._dropped = metrics.query_log_dropped
        self._room = room
        self._starting = Lock()
        self._writer: _Writer | None = None
        self._told: set[str] = set()
        self._forgotten: datetime | None = None

    def note(self, arguments: SearchArguments, response: SearchResponse, channel: Channel) -> None:
        """Keep a search that was answered, if queries are logged; returns at once and never raises.

        Nothing is looked for by filters alone, and a cursor goes on with a search that was logged.
        """
        if not self.days or not arguments.q or arguments.after is not None:
            return
        search = LoggedSearch(
            at=self._clock(),
            query=arguments.q,
            filters=tuple(_filters_used(arguments)),
            page=arguments.page,
            total=response.total,
            took_ms=response.took_ms,
            generation=response.generation,
            channel=channel,
        )
        try:
            taken = self._running().take(search)
        except RuntimeError as error:
            self._dropped.labels("failed").inc()
            self._tell(f"searches are not logged: there is no thread to write them: {error}")
        else:
            if not taken:
                self._dropped.labels("full").inc()

    def close(self) -> None:
        """Write what waits and end the thread; the next search begins another."""
        writer, self._writer = self._writer, None
        if writer is not None and writer.is_running():
            writer.end()
        atexit.unregister(self.close)

    def _running(self) -> _Writer:
        """Give this process's writer. Raises RuntimeError when the system gives no thread."""
        writer = self._writer
        if writer is not None and writer.is_running():
            return writer
        with self._starting:
            if self._writer is None or not self._writer.is_running():
                self._writer = _Writer(self._write, self._room)
                atexit.register(self.close)
            return self._writer

    def _write(self, searches: list[LoggedSearch]) -> None:
        now = self._clock()
        try:
            self.file.put(searches)
        except QueryLogUnusable as error:
            self._dropped.labels("failed").inc(len(searches))
            self._tell(f"searches are not logged: {error}")
            return
        if self._forgotten is None or now - self._forgotten >= FORGET_EVERY:
            try:
                self.file.forget(now - timedelta(days=self.days))
            except QueryLogUnusable as error:
                self._tell(f"searches older than {self.days} days are not deleted: {error}")
            else:
                self._forgotten = now

    def _tell(self, message: str) -> None:
        """Log what is wrong, once in each process."""
        if message not in self._told:
            self._told.add(message)
            log.error("%s", message)


class _Writer:
    """A thread of this process with the lines that wait for it."""

    def __init__(self, write: Callable[[list[LoggedSearch]], object], room: int) -> None:
        """Begin the thread. Raises RuntimeError when there is none to be had."""
        self._write = write
        self._room = room
        self._waiting: list[LoggedSearch] = []
        self._ending = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="query-log", daemon=True)
        self._thread.start()

    def is_running(self) -> bool:
        """Say whether the thread runs; in a forked process that of its parent doesn't."""
        return self._thread.is_alive()

    def take(self, search: LoggedSearch) -> bool:
        """Take a line; False when there is no room for it."""
        with self._changed:
            if len(self._waiting) >= self._room:
                return False
            self._waiting.append(search)
            if len(self._waiting) in (1, self._room):
                self._changed.notify()
            return True

    def end(self) -> None:
        """Have what waits written, and the thread end."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        ending = False
        while not ending:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                self._changed.wait_for(lambda: self._ending or len(self._waiting) >= self._room, LINGER)
                batch, ending = self._waiting, self._ending
                self._waiting = []
            if batch:
                self._write(batch)


def _filters_used(arguments: SearchArguments) -> Iterator[str]:
    """Name the parameters that narrow the hits."""
    chosen = {
        "from": arguments.period and arguments.period.since,
        "to": arguments.period and arguments.period.until,
        "date": arguments.undated,
        "author": arguments.authors,
        "publisher": arguments.publishers,
        "section": arguments.sections,
    }
    return (name for name, value in chosen.items() if value)
