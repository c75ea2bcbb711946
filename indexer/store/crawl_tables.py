"""How is what is known of sources and their pages laid out? The tables, and a page as their row."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from indexer.crawl.answers import Role

TABLES = """
CREATE TABLE crawl_sources (
    name     TEXT NOT NULL PRIMARY KEY,
    settings BLOB NOT NULL,
    added_at REAL NOT NULL,
    last_run REAL,
    report   BLOB
) WITHOUT ROWID;
CREATE TABLE crawl_pages (
    address       TEXT    NOT NULL PRIMARY KEY,
    source        TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    depth         INTEGER NOT NULL DEFAULT 0,
    listed_by     TEXT,
    listed_at     REAL,
    mark          TEXT,
    read_mark     TEXT,
    facts         BLOB,
    etag          TEXT,
    last_modified TEXT,
    hash          BLOB,
    status        INTEGER,
    problem       TEXT,
    fetched_at    REAL,
    rechecked_at  REAL,
    due_at        REAL,
    failures      INTEGER NOT NULL DEFAULT 0,
    steady        INTEGER NOT NULL DEFAULT 0,
    gone_since    REAL,
    departed_at   REAL,
    article_id    TEXT,
    moved_to      TEXT
) WITHOUT ROWID;
CREATE INDEX crawl_pages_due ON crawl_pages (source, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX crawl_pages_listed ON crawl_pages (listed_by, listed_at) WHERE listed_by IS NOT NULL;
CREATE INDEX crawl_pages_moved ON crawl_pages (moved_to) WHERE moved_to IS NOT NULL;
CREATE INDEX crawl_pages_article ON crawl_pages (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX crawl_pages_gone ON crawl_pages (source) WHERE gone_since IS NOT NULL;
CREATE TABLE crawl_robots (
    site       TEXT    NOT NULL PRIMARY KEY,
    status     INTEGER NOT NULL,
    body       BLOB    NOT NULL,
    fetched_at REAL    NOT NULL
) WITHOUT ROWID;
"""
"""Times are seconds since 1970."""

NO_FACTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of an address: of a list, of a page, of a file in a folder."""

    address: str
    source: str
    role: Role
    depth: int = 0
    """Of a list: how many lists lie above it."""
    listed_by: str | None = None
    listed_at: float | None = None
    mark: str | None = None
    """What its list says about its version, now."""
    read_mark: str | None = None
    """What its list said when it was last read."""
    facts: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    hash: bytes | None = None
    """Of the bytes that were read last."""
    status: int | None = None
    """Of the last answer that said something about the page."""
    problem: str | None = None
    """Why there is no article of it, or no newer one."""
    fetched_at: float | None = None
    """When all of it came, the last time."""
    rechecked_at: float | None = None
    """When it was asked for again, the last time that the portal said what became of it."""
    due_at: float | None = None
    """When it is to be asked for; None for never, unless a list says that it changed."""
    failures: int = 0
    """In a row."""
    steady: int = 0
    """How often in a row it was unchanged."""
    gone_since: float | None = None
    departed_at: float | None = None
    """When its article was taken out."""
    article_id: str | None = None
    moved_to: str | None = None


COLUMNS = tuple(PageState.__dataclass_fields__)


def as_row(page: PageState) -> tuple[Any, ...]:
    """Give a page as the values of `COLUMNS`."""
    values = {name: getattr(page, name) for name in COLUMNS}
    values["facts"] = orjson.dumps(dict(page.facts)) if page.facts else None
    values["role"] = page.role.value
    return tuple(values.values())


def from_row(row: tuple[Any, ...]) -> PageState:
    """Make a page of the values of `COLUMNS`."""
    values = dict(zip(COLUMNS, row, strict=True))
    facts = values.pop("facts")
    role = Role(values.pop("role"))
    return PageState(**values, role=role, facts=orjson.loads(facts) if facts else NO_FACTS)


def facts_at(database: sqlite3.Connection, address: str) -> Mapping[str, str]:
    """Give what a list says of the page at an address."""
    row = database.execute("SELECT facts FROM crawl_pages WHERE address = ?", (address,)).fetchone()
    facts: Mapping[str, str] = orjson.loads(row[0]) if row and row[0] else NO_FACTS
    return facts
