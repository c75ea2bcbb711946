"""Under which names an article is known: its addresses, the second of its publication, its very text.

A name leads to the id of one article, so the same article is found again when it comes from elsewhere without an id of
its own: as a dump and as a page, at two addresses, from a feed after an export. Names of a removed article stay: it
comes back under its old id.
"""

from __future__ import annotations

import sqlite3

from index.article import Article
from indexer.identity import (
    address_name,
    are_of_one_site,
    is_made,
    moment_name,
    text_name,
    withdrawn_text_name,
)
from indexer.store.records import STORED, readable

LAYOUT = """
CREATE TABLE names (
    name TEXT NOT NULL PRIMARY KEY,
    id   TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX names_by_id ON names (id);
"""


def known_as(database: sqlite3.Connection, article: Article) -> str:
    """Give the id under which an article is known, its own when it is given or not known."""
    if not is_made(article.id):
        return article.id
    if article.url and (found := find(database, address_name(article.url))):
        return found
    moment = moment_name(article)
    # The second of publication names one article only where one of the two has no address to tell them apart.
    if moment and (found := find(database, moment)) and not (article.url and addresses(database, found)):
        return found
    return same_text(database, article) or article.id


def same_text(database: sqlite3.Connection, article: Article) -> str | None:
    """Give the id of the article that has the same text. A copy on another site is an article of its own: whoever
    copies a text, and the publisher's name, must not be able to change what is known of the original."""
    text = text_name(article)
    found = find(database, text) if text else None
    if found is None or article.url is None:
        return found
    there, mine = addresses(database, found), address_name(article.url)
    return found if not there or any(are_of_one_site(mine, other) for other in there) else None


def find(database: sqlite3.Connection, name: str) -> str | None:
    """Give the id that a name leads to."""
    row = database.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def addresses(database: sqlite3.Connection, article_id: str) -> list[str]:
    """Give the address names of an article, in order."""
    rows = database.execute(
        "SELECT name FROM names WHERE id = ? AND name LIKE 'address:%' ORDER BY name", (article_id,)
    )
    return [row[0] for row in rows]


def rename(database: sqlite3.Connection, before: Article | None, article: Article) -> None:
    """Record the names of an article's text, taking back those of its text before."""
    for name in _passing(before) if before else ():
        database.execute("DELETE FROM names WHERE name = ? AND id = ?", (name, article.id))
    for name in _passing(article):
        database.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (name, article.id))


def settle(database: sqlite3.Connection, url: str, article_id: str) -> str | None:
    """Have an address lead to an article. A given id takes it over, with all other names, from one that was made:
    that is given; from another given id nothing takes it."""
    address = address_name(url)
    had = find(database, address)
    if had is None:
        database.execute("INSERT INTO names VALUES (?, ?)", (address, article_id))
    elif had != article_id and is_made(had) and not is_made(article_id):
        database.execute("UPDATE names SET id = ? WHERE id = ?", (article_id, had))
        return had
    return None


def note_withdrawn(database: sqlite3.Connection, article: Article) -> None:
    """Have the text of a withdrawn article lead to it, whoever prints it."""
    if name := withdrawn_text_name(article):
        database.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", (name, article.id))


def forget_withdrawn(database: sqlite3.Connection, article_id: str) -> None:
    """Have the texts of an article that is withdrawn no longer lead nowhere."""
    database.execute("DELETE FROM names WHERE id = ? AND name LIKE 'withdrawn-text:%'", (article_id,))


def withdrawn_text(database: sqlite3.Connection, article: Article) -> str | None:
    """Give the id of the withdrawn article that has the same title and text."""
    name = withdrawn_text_name(article)
    return find(database, name) if name else None


def forget_address(database: sqlite3.Connection, url: str) -> None:
    """Have an address lead nowhere."""
    database.execute("DELETE FROM names WHERE name = ?", (address_name(url),))


def fill(database: sqlite3.Connection) -> None:
    """Record the names of all articles of a store that had none yet."""
    for row in database.execute(f"SELECT {STORED} FROM articles ORDER BY seq"):
        found = readable(row)
        if isinstance(found, Article):
            rename(database, None, found)
            if found.url:
                settle(database, found.url, found.id)


def _passing(article: Article) -> list[str]:
    """Give the names that an article loses when it changes; an address goes on leading to it."""
    return [name for name in (moment_name(article), text_name(article)) if name]
