"""Do the store's own tables agree with each other? What is counted beside the articles follows from them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from indexer.store.schema import WAIT_SECONDS, open_database, translated

_PAGES = """
    SELECT portal, count(*) AS pages FROM articles WHERE deleted_at IS NULL AND portal IS NOT NULL GROUP BY portal
"""
_LINES = """
    SELECT portal, value AS line, count(*) AS pages FROM articles, json_each(CAST(lines AS TEXT))
    WHERE deleted_at IS NULL AND portal IS NOT NULL GROUP BY 1, 2
"""
_WRONG_PAGES = f"""
    SELECT portal FROM (SELECT portal, pages FROM portals WHERE pages > 0 EXCEPT {_PAGES})
    UNION SELECT portal FROM ({_PAGES} EXCEPT SELECT portal, pages FROM portals)
"""
_WRONG_LINES = f"""
    SELECT portal FROM (SELECT portal, line, pages FROM portal_lines WHERE pages > 0 EXCEPT {_LINES})
    UNION SELECT portal FROM ({_LINES} EXCEPT SELECT portal, line, pages FROM portal_lines)
"""
_NOWHERE = "id NOT IN (SELECT id FROM articles)"
_NOT_GIVEN_OUT = """
    SELECT count(*) FROM articles
    WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE first <= articles.seq AND last >= articles.seq)
"""


def miscounted_portals(path: Path) -> list[str]:
    """Name the portals whose counts of pages or lines are not those of their articles. Raises as opening a store."""
    with closing(open_database(path, read_only=True, create=False)) as database, translated(path):
        database.execute("BEGIN")
        return sorted({row[0] for query in (_WRONG_PAGES, _WRONG_LINES) for row in database.execute(query)})


def names_without_article(path: Path) -> int:
    """Count the names (addresses, moments, texts) that lead to an article that never was. Raises as opening a store."""
    with closing(open_database(path, read_only=True, create=False)) as database, translated(path):
        return int(database.execute(f"SELECT count(*) FROM names WHERE {_NOWHERE}").fetchone()[0])


def numbers_not_given_out(path: Path) -> int:
    """Count the articles whose change number the store never gave out: their changes would not be told from another
    store's."""
    with closing(open_database(path, read_only=True, create=False)) as database, translated(path):
        return int(database.execute(_NOT_GIVEN_OUT).fetchone()[0])


def recount(path: Path) -> None:
    """Count the pages and lines of all portals anew from their articles, and drop names that lead to none; what was
    learned of portals stays."""
    with (
        translated(path),
        closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as database,
    ):
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE portals SET pages = 0")
        database.execute(
            f"INSERT INTO portals SELECT portal, pages, CAST('[]' AS BLOB) FROM ({_PAGES}) WHERE true"
            " ON CONFLICT (portal) DO UPDATE SET pages = excluded.pages"
        )
        database.execute("DELETE FROM portal_lines")
        database.execute(f"INSERT INTO portal_lines {_LINES}")
        database.execute(f"DELETE FROM names WHERE {_NOWHERE}")
        database.execute("COMMIT")
