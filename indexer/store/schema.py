"""The store's file: how it is opened, its tables, what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.store.records import StoreDamaged, StoreLocked, StoreMissing

VERSION = 1
"""PRAGMA user_version of the layout below."""

_LAYOUT = """
CREATE TABLE articles (
    id           TEXT    NOT NULL PRIMARY KEY,
    seq          INTEGER NOT NULL UNIQUE,
    origin       TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    raw          BLOB    NOT NULL,
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


def open_database(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open the store's file, laying it out when it is new; read-only opening needs the file to be there.

    Raises StoreMissing when it is not, StoreDamaged when the file is no store or one of another layout,
    StoreLocked when a writer holds it.
    """
    with translated(path):
        if read_only:
            if not path.exists():
                raise StoreMissing(f"there is no article store at {path}; add articles with: timtin add PATH")
            uri = f"{path.absolute().as_uri()}?mode=ro"
            database = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            _prepare(database, path, read_only=read_only)
        except BaseException:
            database.close()
            raise
    return database


def _prepare(database: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    if not read_only:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if _version(database) == 0 and not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            database.executescript(f"BEGIN IMMEDIATE; {_LAYOUT} PRAGMA user_version = {VERSION}; COMMIT;")
    found = _version(database)
    if found != VERSION:
        raise StoreDamaged(
            f"{path} has layout {found}, this program knows layout {VERSION}; use the program that wrote it"
        )


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
        raise OSError(f"{path} can't be used: {text}; look at the disk's space and the file's permissions") from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"{path} is damaged or no article store ({error}); restore it from a copy") from error
