"""The article store: put, take out, get, and the changes since a number. See the package for its reasons."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

import orjson

from index.article import Article
from indexer.extract import Extracted
from indexer.furniture import FEWEST_PAGES
from indexer.raw_page import RawPage
from indexer.store import inspection, portal_lines
from indexer.store.records import (
    PAGE,
    STORED,
    UNREADABLE,
    Change,
    PutCounts,
    Repetition,
    StoreDamaged,
    StoredArticle,
    StoreStats,
    Unsound,
    content_hash,
    pack_fields,
    pack_raw,
    readable,
    stored,
    unpack_page,
    verified,
)
from indexer.store.schema import (
    Before,
    begin_run,
    note_in_run,
    numbers_given_out,
    open_database,
    seen_in_run,
    translated,
    was_given_out,
)

_READ_AHEAD = 256

_INSERT = """
INSERT INTO articles (id, seq, origin, media_type, raw, url, charset, fetched_at, fields, rules, content_hash,
                      portal, lines, dated, publisher, with_author, first_seen, changed_at)
VALUES (:id, :seq, :origin, :media_type, :raw, :url, :charset, :fetched_at, :fields, :rules, :content_hash,
        :portal, :lines, :dated, :publisher, :with_author, :now, :now)
ON CONFLICT (id) DO UPDATE SET
    seq = :seq, origin = :origin, media_type = :media_type, raw = :raw, url = :url, charset = :charset,
    fetched_at = :fetched_at, fields = :fields, rules = :rules,
    content_hash = :content_hash, portal = :portal, lines = :lines, dated = :dated, publisher = :publisher,
    with_author = :with_author, changed_at = :now, deleted_at = NULL
"""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an id: the content hash is None for an article that was taken out, empty for one that can't be
    read."""

    content_hash: bytes | None
    seq: int
    portal: str | None
    lines: bytes | None


class ArticleStore:
    """One connection to the store's file. One process writes, any number read meanwhile.

    Every method raises StoreDamaged, StoreLocked or OSError (see `schema.translated`).
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, create: bool = True) -> Self:
        """Open the store, making it when it is not there (unless read-only or told not to create it)."""
        return cls(path, open_database(path, read_only=read_only, create=create))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def begin_run(self) -> None:
        """From now on `put_many(…, in_run=True)` compares with what is there at this moment."""
        with translated(self._path):
            begin_run(self._database)

    def put_many(self, batch: Iterable[tuple[RawPage, Extracted]], now: datetime, *, in_run: bool = False) -> PutCounts:
        """Write articles in one transaction; of one id the last wins (with `in_run` of all since `begin_run`). What is
        unchanged isn't written, unless it can't be read any more."""
        counts = PutCounts()
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            if not in_run:
                begin_run(self._database)
            for page, extracted in batch:
                counts += self._put(page, extracted, numbers, now)
        return counts

    def _put(self, page: RawPage, extracted: Extracted, numbers: Iterator[int], now: datetime) -> PutCounts:
        article_id, fresh = extracted.article.id, content_hash(extracted.article)
        known = self._known(article_id)
        is_there = known is not None and known.content_hash is not None
        stands = known.content_hash if known else None
        earlier = seen_in_run(self._database, article_id)
        before = earlier or Before(page.origin, stands, known.seq if known else 0)
        counts = _fate(before.content_hash, fresh)
        if earlier is None:
            note_in_run(self._database, article_id, before)
        elif stands == fresh:
            return PutCounts(unchanged=1)
        else:
            counts += _fate(before.content_hash, stands or b"", -1)
            counts += self._repeated(article_id, earlier, page.origin)
        if stands == fresh:
            return counts
        if known is not None and is_there:
            self._take_lines_back(known)
        seq = before.seq if before.content_hash == fresh else next(numbers)
        self._write(page, extracted, (fresh, seq), now)
        portal_lines.recount(self._database, extracted.portal, extracted.lines, 1)
        return counts

    def _repeated(self, article_id: str, earlier: Before, origin: str) -> PutCounts:
        note_in_run(self._database, article_id, replace(earlier, origin=origin, told=True))
        told = () if earlier.told else (Repetition(article_id, earlier.origin, origin),)
        return PutCounts(repeated=1, repetitions=told)

    def remove(self, ids: Iterable[str], now: datetime) -> list[str]:
        """Take articles out in one transaction; give the ids that were there."""
        removed: list[str] = []
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            for article_id in ids:
                known = self._known(article_id)
                if known is None or known.content_hash is None:
                    continue
                self._database.execute(
                    "UPDATE articles SET deleted_at = ?, seq = ? WHERE id = ?",
                    (now.isoformat(), next(numbers), article_id),
                )
                self._take_lines_back(known)
                removed.append(article_id)
        return removed

    def get(self, article_id: str) -> StoredArticle | None:
        """Give an article with all that is known about it, None when there is none of that id; raises StoreDamaged
        when there is one that can't be read."""
        with translated(self._path):
            row = self._database.execute(
                f"SELECT {STORED} FROM articles WHERE id = ? AND deleted_at IS NULL", (article_id,)
            ).fetchone()
        found = None if row is None else stored(row)
        if isinstance(found, Unsound):
            raise StoreDamaged(f"{self._path}: {found.problem}")
        return found

    def changes_since(self, seq: int, upto: int | None = None) -> Iterator[Change]:
        """Give every article changed after number `seq` (and not after `upto`), in order, in its present
        state."""
        last = self.last_seq() if upto is None else upto
        while seq < last:
            with translated(self._path):
                rows = self._database.execute(
                    f"SELECT deleted_at, {STORED} FROM articles WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                    (seq, last, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            for removed, *columns in rows:
                yield Change(columns[6], columns[0], None if removed else readable(tuple(columns)))
            seq = rows[-1][7]

    def removals_since(self, seq: int, upto: int) -> Iterator[Change]:
        """Give the articles taken out after number `seq` and not after `upto`, in order."""
        with translated(self._path):
            rows = self._database.execute(
                "SELECT seq, id FROM articles WHERE seq > ? AND seq <= ? AND deleted_at IS NOT NULL ORDER BY seq",
                (seq, upto),
            ).fetchall()
        return (Change(row[0], row[1], None) for row in rows)

    def articles(self) -> Iterator[Article | Unsound]:
        """Give every article that is there, or what is wrong with it, in order of their last change."""
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

    def has_given_out(self, number: int) -> bool:
        """Say whether the number is one of this store's changes, also of one that has been followed by others."""
        with translated(self._path):
            return was_given_out(self._database, number)

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
                    f"SELECT {STORED} FROM articles WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                    (after, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            yield from map(verified, rows)
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
        """Give the raw pages of a portal's articles, with the articles' ids; `verified` tells those that can't be
        read."""
        after = ""
        while True:
            with translated(self._path):
                rows = self._database.execute(
                    f"SELECT id, {PAGE} FROM articles"
                    " WHERE portal = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                    (portal, after, _READ_AHEAD),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                try:
                    page = unpack_page(row[1:])
                except UNREADABLE:
                    continue
                yield row[0], page
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
        row = self._database.execute(
            f"SELECT {STORED}, deleted_at, portal, lines FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return None
        *columns, removed, portal, lines = row
        sound = removed is None and isinstance(verified(tuple(columns)), Article)
        return _Known(None if removed else columns[9] if sound else b"", columns[6], portal, lines)

    def _write(self, page: RawPage, extracted: Extracted, version: tuple[bytes, int], now: datetime) -> None:
        article = extracted.article
        fresh, seq = version
        self._database.execute(
            _INSERT,
            {
                "id": article.id,
                "seq": seq,
                "origin": page.origin,
                "media_type": page.media_type.value,
                "raw": pack_raw(page),
                "url": page.url,
                "charset": page.charset,
                "fetched_at": page.fetched_at.isoformat() if page.fetched_at else None,
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
        portal_lines.recount(self._database, known.portal, orjson.loads(known.lines or b"[]"), -1)


def _fate(before: bytes | None, fresh: bytes, by: int = 1) -> PutCounts:
    """Count an article by what was there before it."""
    if before is None:
        return PutCounts(new=by)
    return PutCounts(unchanged=by) if before == fresh else PutCounts(changed=by)
