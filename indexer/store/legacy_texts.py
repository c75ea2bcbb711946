"""Which articles were converted from an old encoding, and which of those are kept as they were by a person's wish."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from indexer.store.records import STORED, StoredArticle, stored

_CONVERTED = "instr(rules, X'22656E636F64696E67223A') > 0"
"""The rules name an encoding: they hold `"encoding":`."""

LAYOUT = f"""
CREATE TABLE texts_kept (
    id           TEXT NOT NULL PRIMARY KEY,
    converted_id TEXT NOT NULL UNIQUE,
    at           TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_converted ON articles (id) WHERE {_CONVERTED};
"""
"""`converted_id` is the id that the article gets when it is read and converted: by it the wish is found again."""


def kept(database: sqlite3.Connection, converted_id: str) -> str | None:
    """Give the id of the article that is kept as it was, None when there is no such wish."""
    row = database.execute("SELECT id FROM texts_kept WHERE converted_id = ?", (converted_id,)).fetchone()
    return None if row is None else str(row[0])


def keep(database: sqlite3.Connection, article_id: str, converted_id: str, now: datetime) -> None:
    """Remember that an article is kept as it was."""
    row = article_id, converted_id, now.isoformat()
    database.execute("INSERT OR REPLACE INTO texts_kept VALUES (?, ?, ?)", row)


def forget(database: sqlite3.Connection, article_id: str) -> None:
    """Let an article be converted again."""
    database.execute("DELETE FROM texts_kept WHERE id = ?", (article_id,))


def converted(database: sqlite3.Connection) -> list[StoredArticle]:
    """Give the articles that were in an old encoding, converted or kept as they were, in order of their ids."""
    rows = database.execute(f"SELECT {STORED} FROM articles WHERE {_CONVERTED} AND deleted_at IS NULL ORDER BY id")
    return [found for found in map(stored, rows) if isinstance(found, StoredArticle)]
