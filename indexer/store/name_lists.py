"""Which lists of names have the stored articles been written with? The present one, and those before it until every
article has been looked at again; as bytes, whose meaning is that of `indexer.names`."""

from __future__ import annotations

import sqlite3

LAYOUT = """
CREATE TABLE name_lists (
    list    BLOB    NOT NULL PRIMARY KEY,
    present INTEGER NOT NULL
) WITHOUT ROWID;
"""

NONE = b""
"""The list of a store that never had one."""


def present(database: sqlite3.Connection) -> bytes:
    """Give the list that articles are written with now."""
    row = database.execute("SELECT list FROM name_lists WHERE present").fetchone()
    return bytes(row[0]) if row else NONE


def earlier(database: sqlite3.Connection) -> list[bytes]:
    """Give the other lists that articles may still be written with."""
    return [bytes(row[0]) for row in database.execute("SELECT list FROM name_lists WHERE NOT present ORDER BY list")]


def adopt(database: sqlite3.Connection, names: bytes) -> None:
    """Write articles with this list from now on; those that are there have been written with another."""
    before = present(database)
    if names == before:
        return
    database.execute("INSERT OR REPLACE INTO name_lists VALUES (?, 0)", (before,))
    database.execute("INSERT OR REPLACE INTO name_lists VALUES (?, 1)", (names,))


def settle(database: sqlite3.Connection) -> None:
    """Every article is written with the present list."""
    database.execute("DELETE FROM name_lists WHERE NOT present")
