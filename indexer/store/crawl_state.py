"""What is known of sources and of their pages, so that every round goes on where the one before it stopped.

The state of a page is written after its article, never before: a crash may cost a second fetch, never an article.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from indexer.crawl.answers import Role
from indexer.crawl.entries import Entry
from indexer.crawl.source import Source
from indexer.store.connection import StoreConnection
from indexer.store.crawl_tables import COLUMNS, PageState, as_row, from_row

_PAGE = ", ".join(COLUMNS)
_PUT = f"INSERT OR REPLACE INTO crawl_pages ({_PAGE}) VALUES ({', '.join('?' * len(COLUMNS))})"

_IS_KNOWN = "SELECT 1 FROM crawl_pages WHERE address = ?"

_LIST = """
INSERT INTO crawl_pages (address, source, role, depth, listed_by, listed_at, mark, facts, due_at)
VALUES (:address, :source, :role, :depth, :by, :now, :mark, :facts, :now)
ON CONFLICT (address) DO UPDATE SET
    due_at = CASE WHEN :again OR (excluded.mark IS NOT NULL AND excluded.mark IS NOT mark)
                  THEN min(coalesce(due_at, :now), :now) ELSE due_at END,
    mark = coalesce(excluded.mark, mark), facts = coalesce(excluded.facts, facts),
    listed_by = excluded.listed_by, listed_at = excluded.listed_at
WHERE source = excluded.source AND role = excluded.role
"""


@dataclass(frozen=True, slots=True)
class Known:
    """How many pages of a source are known, by what is known of them."""

    pages: int
    articles: int
    waiting: int
    """Due now or earlier, not read yet."""
    failing: int
    rejected: int
    next_due: float | None


@dataclass(frozen=True, slots=True)
class Departures:
    """How many pages of a source were asked for again within a time, how many of them are gone, and which of these
    still have an article though they are gone for good."""

    rechecked: int
    gone: int
    leaving: tuple[PageState, ...]


class CrawlState(StoreConnection):
    """Reads and writes what is known of sources; see `StoreConnection` for what every method raises."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        super().__init__(path, database)
        self._inode = _inode(path)

    def is_current(self) -> bool:
        """Say whether the file is still the one that was opened: a restored copy is another."""
        return self._inode == _inode(self._path)

    # Sources

    def sources(self) -> list[Source]:
        """Give every source, by name."""
        rows = self._all("SELECT settings FROM crawl_sources ORDER BY name")
        return [Source.from_fields(orjson.loads(row[0])) for row in rows]

    def put_source(self, source: Source, now: float) -> None:
        """Add a source, or change its settings; its list is due at once."""
        with self._transaction():
            self._database.execute(
                "INSERT INTO crawl_sources (name, settings, added_at) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET settings = excluded.settings",
                (source.name, orjson.dumps(source.as_fields()), now),
            )
            self._database.execute(
                "INSERT INTO crawl_pages (address, source, role, due_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (address) DO UPDATE SET source = excluded.source, role = excluded.role,"
                " due_at = excluded.due_at, depth = 0",
                (source.url, source.name, Role.LIST.value, now),
            )

    def remove_source(self, name: str) -> int:
        """Forget a source and its pages; their articles stay. Gives how many pages were forgotten."""
        with self._transaction():
            self._database.execute("DELETE FROM crawl_sources WHERE name = ?", (name,))
            return self._database.execute("DELETE FROM crawl_pages WHERE source = ?", (name,)).rowcount

    def put_report(self, name: str, report: dict[str, Any], now: float) -> None:
        """Remember what the last round of a source did."""
        with self._transaction():
            self._database.execute(
                "UPDATE crawl_sources SET last_run = ?, report = ? WHERE name = ?", (now, orjson.dumps(report), name)
            )

    def reports(self) -> dict[str, tuple[float | None, dict[str, Any]]]:
        """Give when the last round of each source was, and what it did."""
        rows = self._all("SELECT name, last_run, report FROM crawl_sources")
        return {name: (last, orjson.loads(report) if report else {}) for name, last, report in rows}

    def known(self, source: str, now: float) -> Known:
        """Count the pages of a source."""
        [row] = self._all(
            "SELECT count(*), count(article_id), coalesce(sum(due_at <= ? AND fetched_at IS NULL), 0),"
            " coalesce(sum(failures > 0), 0), coalesce(sum(problem IS NOT NULL AND failures = 0), 0)"
            " FROM crawl_pages WHERE source = ? AND role = 'page'",
            (now, source),
        )
        [[due]] = self._all("SELECT min(due_at) FROM crawl_pages WHERE source = ?", (source,))
        pages, articles, waiting, failing, rejected = row
        return Known(pages, articles, waiting, failing, rejected, due)

    # Pages

    def page(self, address: str) -> PageState | None:
        """Give what is known of an address."""
        rows = self._all(f"SELECT {_PAGE} FROM crawl_pages WHERE address = ?", (address,))
        return from_row(rows[0]) if rows else None

    def put(self, *pages: PageState) -> None:
        """Write what is known of addresses now, all or nothing."""
        with self._transaction():
            self._database.executemany(_PUT, map(as_row, pages))

    def due(self, source: str, now: float, limit: int) -> list[PageState]:
        """Give what is to be asked for: lists, then new pages, then what may have changed, the longest due first."""
        rows = self._all(
            f"SELECT {_PAGE} FROM crawl_pages WHERE source = ? AND due_at <= ?"
            " ORDER BY role = 'page', fetched_at IS NOT NULL, due_at, address LIMIT ?",
            (source, now, limit),
        )
        return [from_row(row) for row in rows]

    def next_due(self, source: str) -> float | None:
        """Give when something of a source is due next."""
        return self._all("SELECT min(due_at) FROM crawl_pages WHERE source = ?", (source,))[0][0]  # type: ignore[no-any-return]

    def hurry(self, source: str, now: float, role: Role) -> None:
        """Make what is due later due now."""
        with self._transaction():
            depth = "AND depth = 0" if role is Role.LIST else ""
            self._database.execute(
                f"UPDATE crawl_pages SET due_at = ? WHERE source = ? AND role = ? AND due_at > ? {depth}",
                (now, source, role.value, now),
            )

    def movers(self, address: str, most: int) -> list[PageState]:
        """Give the pages that are said to have moved to an address, so many at most."""
        rows = self._all(
            f"SELECT {_PAGE} FROM crawl_pages WHERE moved_to = ? ORDER BY address LIMIT ?", (address, most)
        )
        return [from_row(row) for row in rows]

    def listed(
        self, by: PageState, entries: Iterable[Entry], lists: Iterable[Entry], now: float, *, again: bool
    ) -> None:
        """Write what a list names, and what is known of the list itself, all or nothing: new pages are due, and those
        of which it says something new. Lists that it names are due as well, with `again` also those that were read."""
        with self._transaction():
            self._database.executemany(_LIST, (_listed(entry, by, Role.PAGE, now, False) for entry in entries))
            self._database.executemany(_LIST, (_listed(entry, by, Role.LIST, now, again) for entry in lists))
            self._database.execute(_PUT, as_row(by))

    def unknown(self, addresses: Iterable[str]) -> int:
        """Count the addresses of which nothing is known."""
        return sum(1 for address in addresses if not self._all(_IS_KNOWN, (address,)))

    def relist(self, by: str, now: float) -> None:
        """Make the lists due of which the list that names them says nothing: it may be unchanged, and they not."""
        with self._transaction():
            self._database.execute(
                "UPDATE crawl_pages SET due_at = ? WHERE listed_by = ? AND role = 'list' AND mark IS NULL", (now, by)
            )

    def unlisted(self, by: str, now: float) -> int:
        """Make the articles due that a list no longer names; give how many there are."""
        with self._transaction():
            return self._database.execute(
                "UPDATE crawl_pages SET listed_by = NULL, due_at = min(coalesce(due_at, ?), ?)"
                " WHERE listed_by = ? AND listed_at < ? AND role = 'page' AND article_id IS NOT NULL",
                (now, now, by, now),
            ).rowcount

    # What is gone

    def departures(self, source: str, since: float, gone_after: float) -> Departures:
        """Give what is to leave, and where something is, count what was asked for again since a time."""
        leaving = self._all(
            f"SELECT {_PAGE} FROM crawl_pages WHERE source = ? AND gone_since IS NOT NULL AND article_id IS NOT NULL"
            " AND (status = 410 OR rechecked_at > gone_since AND rechecked_at - gone_since >= ?) ORDER BY address",
            (source, gone_after),
        )
        if not leaving:
            return Departures(0, 0, ())
        [row] = self._all(
            "SELECT count(*), coalesce(sum(gone_since IS NOT NULL), 0) FROM crawl_pages"
            " WHERE source = ? AND role = 'page' AND rechecked_at >= ?",
            (source, since),
        )
        return Departures(row[0], row[1], tuple(from_row(each) for each in leaving))

    def is_shared(self, page: PageState) -> bool:
        """Say whether another page that isn't gone has the same article."""
        found = self._all(
            "SELECT 1 FROM crawl_pages WHERE article_id = ? AND address <> ? AND gone_since IS NULL LIMIT 1",
            (page.article_id, page.address),
        )
        return bool(found)

    def ask_others(self, source: str, since: float, now: float, count: int) -> bool:
        """Make articles due that were not asked for again since a time; say whether any are, now or from before."""
        with self._transaction():
            self._database.execute(
                "UPDATE crawl_pages SET due_at = ? WHERE address IN (SELECT address FROM crawl_pages"
                " WHERE source = ? AND article_id IS NOT NULL AND gone_since IS NULL AND failures = 0"
                " AND due_at > ? AND coalesce(rechecked_at, 0) < ?"
                " ORDER BY coalesce(rechecked_at, fetched_at), address LIMIT ?)",
                (now, source, now, since, count),
            )
        return bool(
            self._all(
                "SELECT 1 FROM crawl_pages WHERE source = ? AND article_id IS NOT NULL AND gone_since IS NULL"
                " AND due_at <= ? LIMIT 1",
                (source, now),
            )
        )

    # What portals wish

    def robots(self, site: str) -> tuple[int, bytes, float] | None:
        """Give the robots.txt of a site: its status, its text, and when it was fetched."""
        rows = self._all("SELECT status, body, fetched_at FROM crawl_robots WHERE site = ?", (site,))
        return rows[0] if rows else None

    def put_robots(self, site: str, status: int, body: bytes, now: float) -> None:
        """Keep the robots.txt of a site."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO crawl_robots VALUES (?, ?, ?, ?)", (site, status, body, now))


def _listed(entry: Entry, by: PageState, role: Role, now: float, again: bool) -> dict[str, Any]:
    return {
        "address": entry.address,
        "source": by.source,
        "role": role.value,
        "depth": by.depth + 1 if role is Role.LIST else 0,
        "by": by.address,
        "now": now,
        "mark": entry.mark,
        "facts": orjson.dumps(dict(entry.facts)) if entry.facts else None,
        "again": again and entry.mark is None,
    }


def _inode(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = os.stat(path)
        return found.st_dev, found.st_ino
    return None
