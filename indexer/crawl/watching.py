"""Following sources without an end, or until nothing is left to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from index.disk import turn
from index.errors import IndexLocked
from indexer.archive import Archive
from indexer.crawl.syncing import Sync
from indexer.store import StoreLocked

Told = Callable[[Sync], None]
"""Called now and then, to show how things stand."""

LOCK = "sync.lock"

_WAIT = 0.25
_SETTLE_EVERY = 5.0


@contextmanager
def only_sync(archive: Archive) -> Iterator[None]:
    """Be the one process that follows this archive's sources; the system lets go of the lock when it dies.

    Raises StoreLocked when another one does.
    """
    with ExitStack() as held:
        try:
            held.enter_context(turn(archive.home / LOCK, wait=False))
        except BlockingIOError:
            raise StoreLocked(
                f"another timtin sync is at work in {archive.home}: end it, or leave the sources to it"
            ) from None
        yield


def run_once(sync: Sync, stop: threading.Event, told: Told) -> None:
    """Read every list, ask for every page that is due, and end when nothing is due any more or `stop` is set."""
    sync.hurry()
    idle = False
    while not stop.is_set():
        happened = sync.step(0.0 if sync.is_idle else _WAIT)
        told(sync)
        _index(sync)
        if happened or not sync.is_idle:
            idle = False
        elif idle:  # what is gone may have made others due
            break
        else:
            sync.settle()
            idle = True
    sync.finish()
    told(sync)


def watch(sync: Sync, stop: threading.Event, told: Told, clock: Callable[[], float]) -> None:
    """Follow the sources until `stop` is set. Another writer is waited for."""
    settled = clock()
    while not stop.is_set():
        try:
            happened = sync.step(_WAIT)
            if clock() - settled >= _SETTLE_EVERY:
                sync.reload()
                sync.settle()
                settled = clock()
            _index(sync)
        except StoreLocked:
            happened = False
        if not happened:
            stop.wait(0.05)
        told(sync)
    sync.finish()
    told(sync)


def _index(sync: Sync) -> None:
    try:
        sync.index(now=False)
    except IndexLocked:
        return  # tried again with the next step
