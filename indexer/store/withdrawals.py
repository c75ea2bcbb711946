"""Which articles were withdrawn, why and by whom: they stay away whatever is added or rebuilt, until that is undone."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from index.article import Article

LAYOUT = """
CREATE TABLE withdrawals (
    id        TEXT    NOT NULL PRIMARY KEY,
    at        TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    by        TEXT    NOT NULL,
    was_there INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE withdrawal_log (
    number INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    action TEXT NOT NULL,
    id     TEXT NOT NULL,
    title  TEXT NOT NULL,
    url    TEXT,
    reason TEXT NOT NULL,
    by     TEXT NOT NULL
);
"""


_ENTRY = "at, action, id, title, url, reason, by"


class Action(StrEnum):
    """What was done."""

    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something is done, and who says so."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit trail; title and url are those of that moment."""

    at: datetime
    action: Action
    id: str
    title: str
    url: str | None
    decision: Decision


def is_withdrawn(database: sqlite3.Connection, article_id: str) -> bool:
    """Say whether an article is withdrawn now."""
    return database.execute("SELECT 1 FROM withdrawals WHERE id = ?", (article_id,)).fetchone() is not None


def withdrawn(database: sqlite3.Connection) -> list[str]:
    """Give the ids of the articles that are withdrawn now, in order."""
    return [row[0] for row in database.execute("SELECT id FROM withdrawals ORDER BY id")]


def was_there(database: sqlite3.Connection, article_id: str) -> bool:
    """Say whether the article comes back when its withdrawal is undone: it was there, or has been read since."""
    row = database.execute("SELECT was_there FROM withdrawals WHERE id = ?", (article_id,)).fetchone()
    return row is not None and bool(row[0])


def note_reading(database: sqlite3.Connection, article_id: str) -> None:
    """Take note that a withdrawn article has been read from a source."""
    database.execute("UPDATE withdrawals SET was_there = 1 WHERE id = ?", (article_id,))


def record(database: sqlite3.Connection, entry: Entry, *, was_there: bool) -> None:
    """Write an action down, and what holds from now on."""
    at, decision = entry.at.isoformat(), entry.decision
    if entry.action is Action.WITHDRAWN:
        row = entry.id, at, decision.reason, decision.by, was_there
        database.execute("INSERT INTO withdrawals VALUES (?, ?, ?, ?, ?)", row)
    else:
        database.execute("DELETE FROM withdrawals WHERE id = ?", (entry.id,))
    database.execute(
        "INSERT INTO withdrawal_log (at, action, id, title, url, reason, by) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, entry.action.value, entry.id, entry.title, entry.url, decision.reason, decision.by),
    )


def hand_on(database: sqlite3.Connection, former: str, heir: Article, now: datetime) -> None:
    """Withdraw what a withdrawn article is called from now on, for the same reason."""
    reason, by = database.execute("SELECT reason, by FROM withdrawals WHERE id = ?", (former,)).fetchone()
    entry = Entry(now, Action.WITHDRAWN, heir.id, heir.title, heir.url, Decision(reason, by))
    record(database, entry, was_there=True)


def present(database: sqlite3.Connection, article_id: str) -> Entry | None:
    """Give the line of the audit trail by which an article is withdrawn now, None when it isn't."""
    if not is_withdrawn(database, article_id):
        return None
    row = database.execute(
        f"SELECT {_ENTRY} FROM withdrawal_log WHERE id = ? ORDER BY number DESC LIMIT 1", (article_id,)
    ).fetchone()
    return None if row is None else _entry(row)


def _entry(row: tuple[Any, ...]) -> Entry:
    at, action, article_id, title, url, reason, by = row
    return Entry(datetime.fromisoformat(at), Action(action), article_id, title, url, Decision(reason, by))


def log(database: sqlite3.Connection, *, only_present: bool = False) -> list[Entry]:
    """Give the audit trail, the oldest first; or only the last line of each article that is withdrawn now."""
    entries = [_entry(row) for row in database.execute(f"SELECT {_ENTRY} FROM withdrawal_log ORDER BY number")]
    if not only_present:
        return entries
    present = set(withdrawn(database))
    return list({entry.id: entry for entry in entries if entry.id in present}.values())
