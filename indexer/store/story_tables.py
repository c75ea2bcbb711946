"""What is kept of the articles for finding those of one story: signatures, groups, and the keys by which candidates for
a new article are found.

A *number* is an article's here, given in the order in which articles came; one that has changed comes anew. A story's
name is the id of the first article of it, as it was when the second one came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.store.records import STORED
from indexer.stories.likeness import Told
from indexer.stories.original import Provenance
from indexer.stories.signature import Signature

STORY_TABLES = """
ALTER TABLE articles ADD COLUMN story TEXT;
ALTER TABLE articles ADD COLUMN is_original INTEGER NOT NULL DEFAULT 0;
CREATE TABLE story_articles (
    number    INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    story     TEXT,
    signature BLOB    NOT NULL,
    size      INTEGER NOT NULL,
    numbers   BLOB    NOT NULL,
    day       INTEGER,
    house     TEXT,
    credits   BLOB    NOT NULL,
    published REAL,
    length    INTEGER NOT NULL
);
CREATE INDEX story_members ON story_articles (story, number) WHERE story IS NOT NULL;
CREATE TABLE story_keys (
    key    INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE TABLE story_progress (seq INTEGER NOT NULL, number INTEGER NOT NULL);
INSERT INTO story_progress VALUES (0, 0);
"""
"""The SQL of these tables, and the columns of the articles that say of what story they are."""

_MEMBER = "number, id, story, signature, size, numbers, day, house, credits, published, length"


@dataclass(frozen=True, slots=True)
class Member:
    """An article as it is kept here."""

    number: int
    id: str
    story: str | None
    told: Told
    provenance: Provenance

    def says_what(self, told: Told, provenance: Provenance) -> bool:
        """Say whether this is what is known of the article still."""
        return (self.told, self.provenance) == (told, provenance)


@dataclass(frozen=True, slots=True)
class StorySize:
    """A story, and how many articles it has."""

    story: str
    articles: int


class StoryTables:
    """The tables, within a transaction of the store; new articles' numbers of changes come from `numbers`."""

    def __init__(self, database: sqlite3.Connection, numbers: Iterator[int]) -> None:
        self._database = database
        self._numbers = numbers

    def set_progress(self, seq: int) -> None:
        """Remember the number of the last change that has been followed."""
        self._database.execute("UPDATE story_progress SET seq = ?", (seq,))

    def of_ids(self, ids: Iterable[str]) -> dict[str, Member]:
        """Give the articles of some ids that are kept here."""
        rows = self._database.execute(
            f"SELECT {_MEMBER} FROM story_articles WHERE id IN (SELECT value FROM json_each(?))", (_listed(ids),)
        )
        return {member.id: member for member in map(_member, rows)}

    def numbered(self, number: int) -> Member | None:
        """Give an article by its number."""
        return _one(self._database.execute(f"SELECT {_MEMBER} FROM story_articles WHERE number = ?", (number,)))

    def first_of(self, story: str) -> Member | None:
        """Give the first article of a story."""
        return _one(
            self._database.execute(
                f"SELECT {_MEMBER} FROM story_articles WHERE story = ? ORDER BY number LIMIT 1", (story,)
            )
        )

    def size_of(self, story: str) -> int:
        """Count the articles of a story."""
        return int(
            self._database.execute("SELECT count(*) FROM story_articles WHERE story = ?", (story,)).fetchone()[0]
        )

    def members_of(self, story: str) -> list[Member]:
        """Give the articles of a story in the order in which they came."""
        return members_of(self._database, story)

    def add(self, articles: Iterable[tuple[str, Told, Provenance]]) -> list[Member]:
        """Keep articles, none of which is of a story yet."""
        given = self._database.execute("SELECT number FROM story_progress").fetchone()[0]
        added = [Member(number, each[0], None, *each[1:]) for number, each in enumerate(articles, given + 1)]
        self._database.execute("UPDATE story_progress SET number = ?", (given + len(added),))
        self._database.executemany(
            f"INSERT INTO story_articles ({_MEMBER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, added)
        )
        return added

    def drop(self, member: Member, keys: Iterable[int]) -> None:
        """Forget an article, which had these keys."""
        self._database.execute("DELETE FROM story_articles WHERE number = ?", (member.number,))
        self.drop_keys((key, member.number) for key in keys)

    def put_into(self, story: str, numbers: Iterable[int]) -> None:
        """Make articles members of a story."""
        self._database.executemany(
            "UPDATE story_articles SET story = ? WHERE number = ?", [(story, number) for number in numbers]
        )

    def with_keys(self, keys: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Give the articles that have any of some keys, as (key, number), ascending."""
        asked = orjson.dumps(sorted(keys)).decode()
        yield from self._database.execute(
            "SELECT k.key, k.number FROM json_each(?) AS a CROSS JOIN story_keys AS k ON k.key = a.value", (asked,)
        )

    def add_keys(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Keep which articles have which keys."""
        self._database.executemany("INSERT OR IGNORE INTO story_keys VALUES (?, ?)", pairs)

    def drop_keys(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget that articles have keys."""
        self._database.executemany("DELETE FROM story_keys WHERE key = ? AND number = ?", pairs)

    def tell(self, article_id: str, story: str | None, is_original: bool) -> None:
        """Write to an article of what story it is; the index follows such a change as it does any other."""
        self._database.execute(
            "UPDATE articles SET story = ?, is_original = ?, seq = ?"
            " WHERE id = ? AND deleted_at IS NULL AND (story IS NOT ? OR is_original != ?)",
            (story, is_original, next(self._numbers), article_id, story, is_original),
        )


def progress(database: sqlite3.Connection) -> int:
    """Give the number of the last change that has been followed."""
    return int(database.execute("SELECT seq FROM story_progress").fetchone()[0])


def rows(database: sqlite3.Connection, numbers: tuple[int, int], limit: int) -> list[tuple[Any, ...]]:
    """Give the articles changed after one number and not after another, in order: when each was taken out, and the
    columns `STORED`."""
    return database.execute(
        f"SELECT deleted_at, {STORED} FROM articles WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (*numbers, limit),
    ).fetchall()


def members_of(database: sqlite3.Connection, story: str) -> list[Member]:
    """Give the articles of a story in the order in which they came."""
    rows = database.execute(f"SELECT {_MEMBER} FROM story_articles WHERE story = ? ORDER BY number", (story,))
    return [_member(row) for row in rows]


def largest(database: sqlite3.Connection, limit: int) -> list[StorySize]:
    """Give the stories that have the most articles, several at least."""
    rows = database.execute(
        "SELECT story, count(*) FROM story_articles WHERE story IS NOT NULL GROUP BY story HAVING count(*) > 1"
        " ORDER BY count(*) DESC, story LIMIT ?",
        (limit,),
    )
    return [StorySize(*row) for row in rows]


def _listed(ids: Iterable[str]) -> str:
    return orjson.dumps(list(ids)).decode()


def _row(member: Member) -> tuple[object, ...]:
    told, where = member.told, member.provenance
    return (
        member.number,
        member.id,
        member.story,
        told.signature.values,
        told.signature.size,
        told.signature.numbers,
        told.day,
        where.house,
        orjson.dumps(sorted(where.credits)),
        where.published,
        where.length,
    )


def _one(cursor: sqlite3.Cursor) -> Member | None:
    row = cursor.fetchone()
    return None if row is None else _member(row)


def _member(row: tuple[object, ...]) -> Member:
    number, article_id, story, values, size, numbers, day, house, credited, published, length = row
    signature = Signature(values, size, numbers)  # type: ignore[arg-type]  # as the columns are declared
    provenance = Provenance(house, frozenset(orjson.loads(credited)), published, length)  # type: ignore[arg-type]
    return Member(number, article_id, story, Told(signature, day), provenance)  # type: ignore[arg-type]
