"""The store's file: how it is opened, its tables, what its errors mean; the numbers of changes that it gives out, and
the ids of a run."""

from __future__ import annotations

import fcntl
import itertools
import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer.store import applied_rules, crawl_tables, legacy_texts, name_lists, names, versions, withdrawals
from indexer.store.records import StoreDamaged, StoreLocked, StoreMissing
from indexer.store.story_tables import STORY_TABLES

VERSION = 3
"""PRAGMA user_version of the layout below. Layout 1 had no `numbers`, layout 2 nothing about fetched pages."""

_SMALLEST = 512
"""Bytes of SQLite's smallest page: a shorter file is taken for a new one, and would be written over."""

_NUMBERS = "CREATE TABLE numbers (first INTEGER NOT NULL PRIMARY KEY, last INTEGER NOT NULL);"

_FETCHED = "".join(f"ALTER TABLE articles ADD COLUMN {name} TEXT;" for name in ("url", "charset", "fetched_at"))
"""What layout 2 lacks."""

_TABLES = "".join(
    (
        applied_rules.LAYOUT,
        crawl_tables.TABLES,
        legacy_texts.LAYOUT,
        name_lists.LAYOUT,
        names.LAYOUT,
        STORY_TABLES,
        versions.LAYOUT,
        withdrawals.LAYOUT,
    )
)
"""Tables that came with layout 3; each module of the store keeps the SQL of its own, and they are joined here."""

_LAYOUT = f"""
{_NUMBERS}
CREATE TABLE articles (
    id           TEXT    NOT NULL PRIMARY KEY,
    seq          INTEGER NOT NULL UNIQUE,
    origin       TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    raw          BLOB    NOT NULL,
    url          TEXT,
    charset      TEXT,
    fetched_at   TEXT,
    fields       BLOB    NOT NULL,
    rules        BLOB    NOT NULL,
    content_hash BLOB    NOT NULL,
    portal       TEXT,
    lines        BLOB,
    dated        INTEGER NOT NULL,
    publisher    TEXT,
    with_author  INTEGER NOT NULL,
    first_seen   TEXT    NOT NULL,
    changed_at   TEXT    NOT NULL,
    deleted_at   TEXT
);
CREATE INDEX articles_by_portal ON articles (portal) WHERE portal IS NOT NULL;
CREATE TABLE portals (
    portal  TEXT    NOT NULL PRIMARY KEY,
    pages   INTEGER NOT NULL,
    learned BLOB    NOT NULL
) WITHOUT ROWID;
CREATE TABLE portal_lines (
    portal TEXT    NOT NULL,
    line   TEXT    NOT NULL,
    pages  INTEGER NOT NULL,
    PRIMARY KEY (portal, line)
) WITHOUT ROWID;
"""

WAIT_SECONDS = 10.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_database(path: Path, *, read_only: bool, create: bool) -> sqlite3.Connection:
    """Open the store's file, laying it out when it is new; read-only, or not to be created, it must be there.

    Raises StoreMissing when it is not, StoreDamaged when the file is no store or one of another layout,
    StoreLocked when a writer holds it.
    """
    with translated(path):
        if read_only:
            database = _open_for_reading(path)
        else:
            if not create:
                _must_be_there(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and 0 < path.stat().st_size < _SMALLEST:
                raise _cut_off(path)
            database = _opened_for_writing(path)
        try:
            _prepare(database, path, read_only=read_only)
        except BaseException:
            database.close()
            raise
    return database


class _Writing(sqlite3.Connection):
    """A connection under which the file is not switched for another: see `standing_still`."""

    def hold(self, folder: int) -> None:
        """Let go of the folder's lock when this is closed."""
        self._let_go = weakref.finalize(self, os.close, folder)

    def close(self) -> None:
        super().close()
        self._let_go()


def _opened_for_writing(path: Path) -> sqlite3.Connection:
    folder = _locked(path, fcntl.LOCK_SH, f"{path} is being replaced by a backup; try again when that has ended")
    try:
        database = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, factory=_Writing)
    except BaseException:
        os.close(folder)
        raise
    database.hold(folder)
    return database


@contextmanager
def standing_still(path: Path) -> Iterator[None]:
    """Have nobody open the store for writing meanwhile, not even those who need no writer's lock. Under a file that is
    renamed SQLite would write beside the wrong one. Raises StoreLocked while somebody has it open."""
    folder = _locked(path, fcntl.LOCK_EX, f"another process is writing to {path}; try again when it has ended")
    try:
        yield
    finally:
        os.close(folder)


def _locked(path: Path, how: int, problem: str) -> int:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        raise StoreLocked(problem) from None
    except BaseException:
        os.close(folder)
        raise
    return folder


def _open_for_reading(path: Path) -> sqlite3.Connection:
    _must_be_there(path)
    # Reading goes through a file beside the store, which can't be made where nothing can be written. There no writer
    # can be at work either, so the file is read as one that never changes, unless a log with changes lies beside it.
    log = path.with_name(f"{path.name}-wal")
    logged = log.exists() and log.stat().st_size > 0
    options = "mode=ro&immutable=1" if _never_changes(path) and not logged else "mode=ro"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )


def _must_be_there(path: Path) -> None:
    if not path.exists():
        raise StoreMissing(f"there is no article store at {path}; add articles with: timtin add PATH")
    if path.stat().st_size < _SMALLEST and not path.with_name(f"{path.name}-wal").exists():
        raise _cut_off(path)


def _never_changes(path: Path) -> bool:
    """Say whether the file lies on a file system that is mounted read-only."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _prepare(database: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    if not read_only:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if _version(database) == 0 and not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            database.executescript(f"BEGIN IMMEDIATE; {_LAYOUT} {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        if _version(database) == 1:
            database.executescript(
                f"BEGIN IMMEDIATE; {_NUMBERS} INSERT INTO numbers SELECT 1, max(seq) FROM articles"
                " HAVING max(seq) IS NOT NULL; PRAGMA user_version = 2; COMMIT;"
            )
        if _version(database) == 2:
            database.executescript(f"BEGIN IMMEDIATE; {_FETCHED} {_TABLES}")
            names.fill(database)
            database.execute("PRAGMA user_version = 3")
            database.execute("COMMIT")
    found = _version(database)
    if found == 0:
        raise _cut_off(path)
    if found < VERSION:
        raise StoreDamaged(f"{path} has the older layout {found}; any timtin add brings it to layout {VERSION}")
    if found > VERSION:
        raise StoreDamaged(
            f"{path} has layout {found}, this program knows layout {VERSION}; use the program that wrote it"
        )


def _cut_off(path: Path) -> StoreDamaged:
    size = path.stat().st_size
    if size == 0:
        return StoreDamaged(f"{path} is empty (0 bytes); restore it from a copy, or add the articles again")
    return StoreDamaged(f"{path} is damaged or no article store ({size} bytes, no layout); restore it from a copy")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours.

    Raises StoreLocked when another process writes, StoreDamaged for a file that can't be read, OSError when
    the disk refuses (full, read-only, no permission).
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise StoreLocked(f"another process is writing to {path}; try again when it has ended") from error
        if "malformed" in text or "no such table" in text or "no such column" in text:
            raise StoreDamaged(f"{path} is damaged ({text}); restore it from a copy") from error
        if "unable to open" in text and path.exists():
            raise OSError(
                f"{path} can't be opened: reading it makes {path.name}-shm beside it, so its folder must be writable; "
                "run the command as the user that adds articles"
            ) from error
        raise OSError(f"{path} can't be used: {text}; look at the disk's space and the file's permissions") from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"{path} is damaged or no article store ({error}); restore it from a copy") from error


# The numbers of changes: each is given out once, by one store only. See the package for the reasons.


@contextmanager
def numbers_given_out(database: sqlite3.Connection, now: datetime) -> Iterator[Iterator[int]]:
    """Give numbers within a transaction, and keep which were taken. They begin at the time in microseconds, or behind
    the last one if a clock was set back."""
    last = database.execute("SELECT coalesce(max(last), 0) FROM numbers").fetchone()[0]
    first = max(last + 1, (now - _EPOCH) // timedelta(microseconds=1))
    numbers = itertools.count(first)
    yield numbers
    end = next(numbers)
    if end > first:
        database.execute("INSERT INTO numbers VALUES (?, ?)", (first, end - 1))


def was_given_out(database: sqlite3.Connection, number: int) -> bool:
    """Say whether this store has given out the number; 0 stands for no change at all."""
    span = database.execute("SELECT 1 FROM numbers WHERE first <= ? AND last >= ?", (number, number)).fetchone()
    return number == 0 or span is not None


# The ids of a run, with what was there before it: in a temporary table, so that a long run needs no memory.


@dataclass(frozen=True, slots=True)
class Before:
    """What was there of an id before its first row in the run."""

    origin: str
    """Of the row of this run that was read last."""
    content_hash: bytes | None
    """None when there was no such article, empty when it could not be read."""
    seq: int
    told: bool = False
    """Whether its repetition has been told."""


def begin_run(database: sqlite3.Connection) -> None:
    """Forget the run before."""
    database.execute(
        "CREATE TEMP TABLE IF NOT EXISTS run_ids"
        " (id TEXT NOT NULL PRIMARY KEY, origin TEXT, content_hash BLOB, seq INTEGER, told INTEGER) WITHOUT ROWID"
    )
    database.execute("DELETE FROM run_ids")


def seen_in_run(database: sqlite3.Connection, article_id: str) -> Before | None:
    """Give what was noted of an id, None when it is new in this run."""
    row = database.execute("SELECT origin, content_hash, seq, told FROM run_ids WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else Before(row[0], row[1], row[2], bool(row[3]))


def note_in_run(database: sqlite3.Connection, article_id: str, before: Before) -> None:
    """Remember an id."""
    database.execute(
        "INSERT OR REPLACE INTO run_ids VALUES (?, ?, ?, ?, ?)",
        (article_id, before.origin, before.content_hash, before.seq, before.told),
    )
