"""What articles were before they changed: the last `MOST` versions of each, whole."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from indexer.store.records import ALONE, StoredArticle, Unsound, stored

MOST = 50
"""Versions of an article that are kept: one that changes at each reading must not fill the disk."""

LAYOUT = """
CREATE TABLE versions (
    id           TEXT    NOT NULL,
    seq          INTEGER NOT NULL,
    origin       TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    raw          BLOB    NOT NULL,
    url          TEXT,
    charset      TEXT,
    fetched_at   TEXT,
    fields       BLOB    NOT NULL,
    rules        BLOB    NOT NULL,
    content_hash BLOB    NOT NULL,
    first_seen   TEXT    NOT NULL,
    changed_at   TEXT    NOT NULL,
    replaced_at  TEXT    NOT NULL,
    PRIMARY KEY (id, seq)
);
"""

_COLUMNS = (
    "id, seq, origin, media_type, raw, url, charset, fetched_at, fields, rules, content_hash, first_seen, changed_at"
)


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it was from `stored.changed_at` until `replaced_at`."""

    stored: StoredArticle
    replaced_at: datetime


def keep(database: sqlite3.Connection, article_id: str, now: datetime) -> None:
    """Keep the article as it is, because it is about to change."""
    database.execute(
        f"INSERT OR REPLACE INTO versions ({_COLUMNS}, replaced_at) SELECT {_COLUMNS}, ? FROM articles WHERE id = ?",
        (now.isoformat(), article_id),
    )
    database.execute(
        "DELETE FROM versions WHERE id = ? AND seq NOT IN"
        " (SELECT seq FROM versions WHERE id = ? ORDER BY seq DESC LIMIT ?)",
        (article_id, article_id, MOST),
    )


def take_back(database: sqlite3.Connection, article_id: str, seq: int) -> None:
    """Drop a version because the article is again what it was then."""
    database.execute("DELETE FROM versions WHERE id = ? AND seq = ?", (article_id, seq))


def of(database: sqlite3.Connection, article_id: str) -> list[Version | Unsound]:
    """Give an article's versions before the present one, the newest first."""
    rows = database.execute(
        f"SELECT replaced_at, {ALONE}, NULL, 0 FROM versions WHERE id = ? ORDER BY seq DESC", (article_id,)
    ).fetchall()
    versions = []
    for replaced_at, *columns in rows:
        found = stored(tuple(columns))
        versions.append(found if isinstance(found, Unsound) else Version(found, datetime.fromisoformat(replaced_at)))
    return versions
