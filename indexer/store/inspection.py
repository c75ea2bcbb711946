"""Looking at the store as a whole: what it holds, whether it is sound."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from indexer.store.records import StoreStats


def stats(database: sqlite3.Connection) -> StoreStats:
    """Count what the store holds."""
    row = database.execute(
        "SELECT count(*) FILTER (WHERE deleted_at IS NULL), count(deleted_at), coalesce(max(seq), 0),"
        " total(dated) FILTER (WHERE deleted_at IS NULL),"
        " total(with_author) FILTER (WHERE deleted_at IS NULL),"
        " count(DISTINCT publisher) FILTER (WHERE deleted_at IS NULL),"
        " max(max(changed_at), max(coalesce(deleted_at, ''))) FROM articles"
    ).fetchone()
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    page_size = database.execute("PRAGMA page_size").fetchone()[0]
    return StoreStats(
        articles=row[0],
        removed=row[1],
        last_seq=row[2],
        dated=int(row[3]),
        with_author=int(row[4]),
        publishers=row[5],
        size_bytes=pages * page_size,
        last_change=datetime.fromisoformat(row[6]) if row[6] else None,
    )


def damages(database: sqlite3.Connection) -> list[str]:
    """Give what SQLite finds wrong with the file, at most 20 things."""
    found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
    return [] if found == ["ok"] else found
