"""The file of the query log: what a line of it is, how lines are put in and grow too old, what its errors mean.

It is opened for each batch and closed again, so that it can be deleted at any time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded

NAME = "analytics.db"
"""What the file is called in the folder of the data."""
VERSION = 1
"""PRAGMA user_version of the layout below."""
MOST_LINES = 1_000_000
"""Lines that are kept, whatever the days: some 500 MB at worst."""
LONGEST = 200
"""Characters of a query that are kept."""
WAIT_SECONDS = 5.0
"""How long another process that writes is waited for."""

_LAYOUT = f"""
BEGIN IMMEDIATE;
CREATE TABLE searches (
    id         INTEGER NOT NULL PRIMARY KEY,
    minute     TEXT    NOT NULL,
    query      TEXT    NOT NULL,
    normal     TEXT    NOT NULL,
    filters    TEXT    NOT NULL,
    page       INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    took_ms    REAL    NOT NULL,
    generation TEXT    NOT NULL,
    channel    TEXT    NOT NULL
);
CREATE INDEX searches_by_minute ON searches (minute);
PRAGMA user_version = {VERSION};
COMMIT;
"""
_INSERT = """
INSERT INTO searches (minute, query, normal, filters, page, total, took_ms, generation, channel)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class QueryLogUnusable(Exception):
    """The file can't be read or written; the message names it and the remedy."""


class Channel(StrEnum):
    """Where a search was asked for."""

    PAGE = "page"
    API = "api"


@dataclass(frozen=True, slots=True)
class LoggedSearch:
    """A search as the log keeps it. `filters` are names of parameters, never what was chosen."""

    at: datetime
    query: str
    filters: tuple[str, ...]
    page: int
    total: int
    took_ms: float
    generation: str
    channel: Channel


def shown_query(query: str) -> str:
    """Write a query on one line, as it was typed but for what can't be seen: it is shown on terminals and pages.

    >>> shown_query("nước\\u202e  sạch\\x1b[2J\\n")
    'nước sạch[2J'
    """
    return " ".join(normal_text(query).text.split())[:LONGEST]


def normal_query(query: str) -> str:
    """Give what spellings of a query have in common: its folded syllables; without any, its letters as they are.

    >>> normal_query("Nước SẠCH"), normal_query('"nuoc sach"'), normal_query("?!")
    ('nuoc sach', 'nuoc sach', '?!')
    """
    shown = shown_query(query)
    return " ".join(term for term, _ in folded(shown)) or shown


def minute(at: datetime) -> str:
    """Write a time as the log has it: UTC, to the minute, in an order that is also that of its letters.

    >>> minute(datetime.fromisoformat("2020-07-01T08:05:09+07:00"))
    '2020-07-01T01:05Z'
    """
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class LogFile:
    """The file, which need not exist. Threads may share this, and processes the file."""

    path: Path
    wait_seconds: float = WAIT_SECONDS

    def put(self, searches: Iterable[LoggedSearch]) -> None:
        """Add searches, all or none; the file is made when it is not there. Raises QueryLogUnusable."""
        rows = [
            (
                *(minute(each.at), shown_query(each.query), normal_query(each.query), " ".join(each.filters)),
                *(each.page, each.total, each.took_ms, each.generation, each.channel.value),
            )
            for each in searches
        ]
        with self._writing() as database:
            database.executemany(_INSERT, rows)

    def forget(self, before: datetime, most: int = MOST_LINES) -> None:
        """Delete what was searched before a time, and all but the last lines, so that it is gone from the disk, too.
        Raises QueryLogUnusable."""
        with self._writing(emptied=True) as database:
            database.execute("DELETE FROM searches WHERE minute < ?", (minute(before),))
            database.execute("DELETE FROM searches WHERE id <= (SELECT max(id) FROM searches) - ?", (most,))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the file, which must be there, for reading. Raises QueryLogUnusable."""
        folder_is_ours = os.access(self.path.parent, os.W_OK)
        # Where nothing can be written beside the file, SQLite can't make the `-shm` it reads through.
        options = "mode=ro" if folder_is_ours or self._has_changes_beside() else "mode=ro&immutable=1"
        address = f"{self.path.absolute().as_uri()}?{options}"
        with self._translated(), closing(sqlite3.connect(address, uri=True, timeout=self.wait_seconds)) as database:
            self._check_layout(database)
            yield database

    def _has_changes_beside(self) -> bool:
        return self.path.with_name(f"{self.path.name}-wal").exists()

    @contextmanager
    def _writing(self, *, emptied: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; `emptied`: nothing of what it held before is left beside it either."""
        with self._translated():
            # Made here, not by SQLite: nobody but its owner and the group may read what people searched for.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640))
            with closing(sqlite3.connect(self.path, timeout=self.wait_seconds)) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = NORMAL")
                database.execute("PRAGMA secure_delete = ON")
                if _version(database) == 0 and not database.execute("SELECT 1 FROM sqlite_master").fetchone():
                    self._lay_out(database)
                self._check_layout(database)
                with database:
                    yield database
                if emptied:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _lay_out(self, database: sqlite3.Connection) -> None:
        try:
            database.executescript(_LAYOUT)
        except sqlite3.OperationalError:
            if database.in_transaction:
                database.rollback()
            # Two processes may begin the same file: what counts is that it is laid out now.
            if _version(database) != VERSION:
                raise

    def _check_layout(self, database: sqlite3.Connection) -> None:
        found = _version(database)
        if found != VERSION:
            raise QueryLogUnusable(
                f"{self.path} has layout {found}, this program knows layout {VERSION}; delete the file to begin another"
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the errors of SQLite and of the system into ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            if "interrupted" in text:
                message = f"{self.path} holds more than can be counted in time; ask for fewer days"
            elif "locked" in text or "busy" in text:
                message = f"{self.path} is locked by another process; find out which, or delete the file"
            else:
                message = f"{self.path} can't be used ({text}); look at the disk's space and the file's permissions"
            raise QueryLogUnusable(message) from error
        except sqlite3.DatabaseError as error:
            raise QueryLogUnusable(f"{self.path} is damaged or no query log ({error}); delete the file") from error
        except OSError as error:
            message = f"{self.path} can't be used ({error.strerror or error}); look at the permissions of its folder"
            raise QueryLogUnusable(message) from error


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
