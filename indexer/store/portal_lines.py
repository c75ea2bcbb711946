"""On how many pages of a portal a line stands: what `indexer.furniture` learns from, over all runs.

Counts follow the pages in the store: a page that is taken out takes its lines back, one that is written
again takes the old ones back first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson


def recount(database: sqlite3.Connection, portal: str | None, lines: Iterable[str], by: int) -> None:
    """Add a page's lines to its portal's counts (`by` 1) or take them back (-1); rows have no portal."""
    if portal is None:
        return
    database.execute(
        "INSERT INTO portals VALUES (?, max(?, 0), ?) ON CONFLICT (portal) DO UPDATE SET pages = max(pages + ?, 0)",
        (portal, by, orjson.dumps([]), by),
    )
    database.executemany(
        "INSERT INTO portal_lines VALUES (?, ?, max(?, 0))"
        " ON CONFLICT (portal, line) DO UPDATE SET pages = max(pages + ?, 0)",
        [(portal, line, by, by) for line in lines],
    )


def counts(database: sqlite3.Connection, portal: str, fewest: int) -> tuple[int, dict[str, int]]:
    """Give how many pages of a portal are counted, and the lines that stand on at least `fewest` of them."""
    row = database.execute("SELECT pages FROM portals WHERE portal = ?", (portal,)).fetchone()
    lines = database.execute("SELECT line, pages FROM portal_lines WHERE portal = ? AND pages >= ?", (portal, fewest))
    return (int(row[0]) if row else 0), dict(lines.fetchall())


def applied(database: sqlite3.Connection, portal: str) -> frozenset[str]:
    """Give the lines that a portal's stored articles have been freed from."""
    row = database.execute("SELECT learned FROM portals WHERE portal = ?", (portal,)).fetchone()
    return frozenset(orjson.loads(row[0])) if row else frozenset()


def set_applied(database: sqlite3.Connection, portal: str, learned: frozenset[str]) -> None:
    """Remember the lines that a portal's stored articles have been freed from."""
    database.execute("UPDATE portals SET learned = ? WHERE portal = ?", (orjson.dumps(sorted(learned)), portal))


def portals(database: sqlite3.Connection) -> list[str]:
    """Give the portals whose pages are counted."""
    return [row[0] for row in database.execute("SELECT portal FROM portals ORDER BY portal")]
