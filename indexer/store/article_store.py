"""The article store: put, take out, get, and the changes since a number. See the package for its reasons."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import orjson

from index.article import Article
from indexer.extract import Extracted
from indexer.furniture import FEWEST_PAGES
from indexer.raw_page import RawPage
from indexer.store import inspection, portal_lines
from indexer.store.records import (
    Change,
    PutCounts,
    StoredArticle,
    StoreStats,
    Unsound,
    content_hash,
    pack_fields,
    pack_raw,
    unpack_fields,
    unpack_raw,
)
from indexer.store.schema import open_database, translated

_READ_AHEAD = 256

_Known = tuple[bytes, str | None, str | None, bytes | None]
"""Content hash, time of removal, portal and lines of an article that is or was there."""

_STORED = "id, raw, fields, origin, media_type, rules, seq, first_seen, changed_at"
"""The columns that `_stored` makes an article of."""

_INSERT = """
INSERT INTO articles (id, seq, origin, media_type, raw, fields, rules, content_hash, portal, lines,
                      dated, publisher, with_author, first_seen, changed_at)
VALUES (:id, :seq, :origin, :media_type, :raw, :fields, :rules, :content_hash, :portal, :lines,
        :dated, :publisher, :with_author, :now, :now)
ON CONFLICT (id) DO UPDATE SET
    seq = :seq, origin = :origin, media_type = :media_type, raw = :raw, fields = :fields, rules = :rules,
    content_hash = :content_hash, portal = :portal, lines = :lines, dated = :dated, publisher = :publisher,
    with_author = :with_author, changed_at = :now, deleted_at = NULL
"""


class ArticleStore:
    """One connection to the store's file. One process writes, any number read meanwhile.

    Every method raises StoreDamaged, StoreLocked or OSError (see `schema.translated`).
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the store, making it when it is not there (unless read-only)."""
        return cls(path, open_database(path, read_only=read_only))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def put_many(self, batch: Iterable[tuple[RawPage, Extracted]], now: datetime) -> PutCounts:
        """Write articles in one transaction; of one id the last wins. What is unchanged isn't written."""
        counts = PutCounts()
        with self._transaction():
            seq = self._last_seq()
            for page, extracted in batch:
                known = self._known(extracted.article.id)
                fresh = content_hash(extracted.article)
                if known is not None and known[0] == fresh and known[1] is None:
                    counts += PutCounts(unchanged=1)
                    continue
                seq += 1
                is_new = known is None or known[1] is not None
                if known is not None and not is_new:
                    self._take_lines_back(known)
                self._write(page, extracted, fresh, seq, now)
                portal_lines.recount(self._database, extracted.portal, extracted.lines, 1)
                counts += PutCounts(new=1) if is_new else PutCounts(changed=1)
        return counts

    def remove(self, ids: Iterable[str], now: datetime) -> list[str]:
        """Take articles out in one transaction; give the ids that were there."""
        removed: list[str] = []
        with self._transaction():
            seq = self._last_seq()
            for article_id in ids:
                known = self._known(article_id)
                if known is None or known[1] is not None:
                    continue
                seq += 1
                self._database.execute(
                    "UPDATE articles SET deleted_at = ?, seq = ? WHERE id = ?", (now.isoformat(), seq, article_id)
                )
                self._take_lines_back(known)
                removed.append(article_id)
        return removed

    def get(self, article_id: str) -> StoredArticle | None:
        """Give an article with all that is known about it, None when there is none of that id."""
        with translated(self._path):
            row = self._database.execute(
                f"SELECT {_STORED} FROM articles WHERE id = ? AND deleted_at IS NULL", (article_id,)
            ).fetchone()
        return None if row is None else _stored(row)

    def changes_since(self, seq: int, upto: int | None = None) -> Iterator[Change]:
        """Give every article changed after number `seq` (and not after `upto`), in order, in its present
        state."""
        last = self.last_seq() if upto is None else upto
        while seq < last:
            with translated(self._path):
                rows = self._database.execute(
                    "SELECT seq, id, deleted_at, raw, fields, origin, media_type FROM articles"
                    " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                    (seq, last, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                yield Change(row[0], row[1], None if row[2] else self._article(row))
            seq = rows[-1][0]

    def removals_since(self, seq: int, upto: int) -> Iterator[Change]:
        """Give the articles taken out after number `seq` and not after `upto`, in order."""
        with translated(self._path):
            rows = self._database.execute(
                "SELECT seq, id FROM articles WHERE seq > ? AND seq <= ? AND deleted_at IS NOT NULL ORDER BY seq",
                (seq, upto),
            ).fetchall()
        return (Change(row[0], row[1], None) for row in rows)

    def _article(self, row: tuple[Any, ...]) -> Article:
        return unpack_fields(row[1], row[4], unpack_raw(row[5], row[6], row[3]).content)

    def articles(self) -> Iterator[Article]:
        """Give every article that is there, in order of their last change."""
        return (change.article for change in self.changes_since(0) if change.article is not None)

    def ids(self) -> Iterator[str]:
        """Give the ids of the articles that are there, in order."""
        after = ""
        while True:
            with translated(self._path):
                rows = self._database.execute(
                    "SELECT id FROM articles WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                    (after, 10_000),
                ).fetchall()
            if not rows:
                return
            yield from (row[0] for row in rows)
            after = rows[-1][0]

    def checkpoint(self, seq: int, count: int) -> int:
        """Give the number up to which `count` articles (or all there are) have changed after number `seq`."""
        with translated(self._path):
            row = self._database.execute(
                "SELECT max(seq) FROM (SELECT seq FROM articles WHERE seq > ? ORDER BY seq LIMIT ?)",
                (seq, count),
            ).fetchone()
        return int(row[0]) if row[0] is not None else seq

    def changes_between(self, seq: int, upto: int) -> int:
        """Give how many articles changed after number `seq` and not after `upto`."""
        with translated(self._path):
            row = self._database.execute(
                "SELECT count(*) FROM articles WHERE seq > ? AND seq <= ?", (seq, upto)
            ).fetchone()
        return int(row[0])

    def last_seq(self) -> int:
        """Give the number of the last change, 0 when there was none."""
        with translated(self._path):
            return self._last_seq()

    def count(self) -> int:
        """Give how many articles are there."""
        with translated(self._path):
            row = self._database.execute("SELECT count(*) FROM articles WHERE deleted_at IS NULL").fetchone()
        return int(row[0])

    def stats(self) -> StoreStats:
        """Describe what the store holds."""
        with translated(self._path):
            return inspection.stats(self._database)

    def damages(self) -> list[str]:
        """Give what is wrong with the file as a whole, nothing when it can be read."""
        with translated(self._path):
            return [f"{self._path}: {damage}" for damage in inspection.damages(self._database)]

    def verified(self) -> Iterator[Article | Unsound]:
        """Read everything that is there, in order of the ids: every article, or what is wrong with it."""
        after = ""
        while True:
            with translated(self._path):
                rows = self._database.execute(
                    f"SELECT {_STORED}, content_hash FROM articles"
                    " WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                    (after, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            yield from map(_verified, rows)
            after = rows[-1][0]

    def finish(self) -> None:
        """End a run: everything written is on the disk afterwards, and the log is back in the file."""
        with translated(self._path):
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._database.execute("PRAGMA synchronous = NORMAL")

    # What portals repeat

    def portals(self) -> list[str]:
        """Give the portals whose pages are in the store."""
        with translated(self._path):
            return portal_lines.portals(self._database)

    def line_counts(self, portal: str) -> tuple[int, dict[str, int]]:
        """Give how many pages of a portal there are, and on how many the lines stand that are on several."""
        with translated(self._path):
            return portal_lines.counts(self._database, portal, FEWEST_PAGES)

    def applied_furniture(self, portal: str) -> frozenset[str]:
        """Give the lines that the stored articles of a portal have been freed from."""
        with translated(self._path):
            return portal_lines.applied(self._database, portal)

    def set_applied_furniture(self, portal: str, learned: frozenset[str]) -> None:
        """Remember the lines that the stored articles of a portal have been freed from."""
        with self._transaction():
            portal_lines.set_applied(self._database, portal, learned)

    def pages_of(self, portal: str) -> Iterator[tuple[str, RawPage]]:
        """Give the raw pages of a portal's articles, with the articles' ids."""
        after = ""
        while True:
            with translated(self._path):
                rows = self._database.execute(
                    "SELECT id, origin, media_type, raw FROM articles"
                    " WHERE portal = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                    (portal, after, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                yield row[0], unpack_raw(row[1], row[2], row[3])
            after = rows[-1][0]

    # Inside a transaction

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with translated(self._path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _last_seq(self) -> int:
        return int(self._database.execute("SELECT coalesce(max(seq), 0) FROM articles").fetchone()[0])

    def _known(self, article_id: str) -> _Known | None:
        row: _Known | None = self._database.execute(
            "SELECT content_hash, deleted_at, portal, lines FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return row

    def _write(self, page: RawPage, extracted: Extracted, fresh: bytes, seq: int, now: datetime) -> None:
        article = extracted.article
        self._database.execute(
            _INSERT,
            {
                "id": article.id,
                "seq": seq,
                "origin": page.origin,
                "media_type": page.media_type.value,
                "raw": pack_raw(page),
                "fields": pack_fields(article, page.content),
                "rules": orjson.dumps(extracted.rules),
                "content_hash": fresh,
                "portal": extracted.portal,
                "lines": orjson.dumps(sorted(extracted.lines)) if extracted.portal is not None else None,
                "dated": article.published_at is not None,
                "publisher": article.publisher,
                "with_author": bool(article.authors),
                "now": now.isoformat(),
            },
        )

    def _take_lines_back(self, known: _Known) -> None:
        """Uncount the lines of an article that is there: it is about to be written anew or taken out."""
        portal_lines.recount(self._database, known[2], orjson.loads(known[3] or b"[]"), -1)


def _stored(row: tuple[Any, ...]) -> StoredArticle:
    page = unpack_raw(row[3], row[4], row[1])
    return StoredArticle(
        article=unpack_fields(row[0], row[2], page.content),
        page=page,
        rules=orjson.loads(row[5]),
        seq=row[6],
        first_seen=datetime.fromisoformat(row[7]),
        changed_at=datetime.fromisoformat(row[8]),
    )


def _verified(row: tuple[Any, ...]) -> Article | Unsound:
    *stored, written = row
    try:
        article = _stored(tuple(stored)).article
    except Exception as error:  # noqa: BLE001 -- whatever it is, this article can't be read: that is the finding
        return Unsound(row[0], f"article {row[0]} can't be read ({error}); add it again")
    if content_hash(article) != written:
        return Unsound(row[0], f"article {row[0]} is not what was written; add it again")
    return article
