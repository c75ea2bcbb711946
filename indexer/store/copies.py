"""Copies of the store's file: made of one moment while others write, and taken out of the way for another."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from indexer.store.records import StoreDamaged, StoreLocked
from indexer.store.schema import WAIT_SECONDS, open_database, translated

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open, or after a crash."""

_PAGES = 2_000
"""Pages copied in one step, some 8 MB."""


def copy_store(source: Path, target: Path, progress: Callable[[str, int, int | None], None]) -> None:
    """Copy the store as it is at this moment to a new file; writers go on meanwhile.

    The copy is one file that says all. Raises what opening a store does.
    """
    with closing(open_database(source, read_only=True, create=False)) as database, translated(source):
        # SQLite begins a copy anew when another process writes. In a transaction the source stays as it is now, and
        # whoever writes does so beside it, into the log.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM numbers").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            database.backup(
                copy,
                pages=_PAGES,
                progress=lambda _, left, total: progress("copied pages", total - left, total),
            )
            copy.execute("PRAGMA journal_mode = DELETE")


def history(path: Path) -> int:
    """Give the first number that the store has given out, 0 when there is none: a store has it in common with its
    copies, and with no other."""
    with closing(open_database(path, read_only=True, create=False)) as database, translated(path):
        return int(database.execute("SELECT coalesce(min(first), 0) FROM numbers").fetchone()[0])


def settle(path: Path) -> bool:
    """Have the store's file hold everything and stand alone, so that it can be renamed; say whether it can be read at
    all. Raises StoreLocked while another process has it open."""
    try:
        with translated(path), closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = database.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except StoreDamaged:
        return False
    if mode != "delete":
        raise StoreLocked(f"another process has {path} open; try again when it has ended")
    return True
