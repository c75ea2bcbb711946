"""Which rules files the stored HTML pages have been read by."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

LAYOUT = "CREATE TABLE portal_rules (name TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;"


def applied(database: sqlite3.Connection) -> dict[str, str]:
    """Give the digest of each file as it was when the stored pages were read by it."""
    return dict(database.execute("SELECT name, digest FROM portal_rules").fetchall())


def set_applied(database: sqlite3.Connection, digests: Mapping[str, str]) -> None:
    """Remember the files by which the stored pages have been read, and no others."""
    database.execute("DELETE FROM portal_rules")
    database.executemany("INSERT INTO portal_rules VALUES (?, ?)", sorted(digests.items()))
