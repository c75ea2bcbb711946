"""The articles of the store, to read: one, all, what has changed since a number, what was and what is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from index.article import Article
from indexer.identity import address_name
from indexer.raw_page import MediaType
from indexer.store import inspection, names, versions, withdrawals
from indexer.store.connection import READ_AHEAD, StoreConnection
from indexer.store.putting import known
from indexer.store.records import (
    STORED,
    Change,
    StoreDamaged,
    StoredArticle,
    StoreStats,
    Unsound,
    readable,
    stored,
    verified,
)
from indexer.store.schema import translated, was_given_out
from indexer.store.versions import Version
from indexer.store.withdrawals import Entry

_IDS_AT_ONCE = 10_000
_THERE = "deleted_at IS NULL"
_COMES_BACK = "id IN (SELECT id FROM withdrawals WHERE was_there)"
"""It was there when it was withdrawn."""


class StoredArticles(StoreConnection):
    """Reads what the store holds."""

    def get(self, article_id: str) -> StoredArticle | None:
        """Give an article with all that is known about it, None when there is none of that id; raises StoreDamaged
        when there is one that can't be read."""
        rows = self._all(f"SELECT {STORED} FROM articles WHERE id = ? AND {_THERE}", (article_id,))
        found = stored(rows[0]) if rows else None
        if isinstance(found, Unsound):
            raise StoreDamaged(f"{self._path}: {found.problem}")
        return found

    def find(self, wanted: str) -> str | None:
        """Give the id of the article, there or taken out, that has this id or address; None when none ever had."""
        with translated(self._path):
            if known(self._database, wanted) is not None:
                return wanted
            return names.find(self._database, address_name(wanted))

    def versions(self, article_id: str) -> list[Version | Unsound]:
        """Give what an article was before it changed, the newest version first."""
        with translated(self._path):
            return versions.of(self._database, article_id)

    def changes_since(self, seq: int, upto: int | None = None) -> Iterator[Change]:
        """Give every article changed after number `seq` (and not after `upto`), in order, in its present
        state."""
        last = self.last_seq() if upto is None else upto
        while rows := self._all(
            f"SELECT deleted_at, {STORED} FROM articles WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            (seq, last, READ_AHEAD),
        ):
            for removed, *columns in rows:
                yield Change(columns[6], columns[0], None if removed else readable(tuple(columns)))
            seq = rows[-1][7]

    def removals_since(self, seq: int, upto: int) -> Iterator[Change]:
        """Give the articles taken out after number `seq` and not after `upto`, in order."""
        rows = self._all(
            "SELECT seq, id FROM articles WHERE seq > ? AND seq <= ? AND deleted_at IS NOT NULL ORDER BY seq",
            (seq, upto),
        )
        return (Change(row[0], row[1], None) for row in rows)

    def articles(self) -> Iterator[Article | Unsound]:
        """Give every article that is there, or what is wrong with it, in order of their last change."""
        return (change.article for change in self.changes_since(0) if change.article is not None)

    def ids(self) -> Iterator[str]:
        """Give the ids of the articles that are there, in order."""
        return (row[0] for row in self._of_articles("id", _THERE, at_once=_IDS_AT_ONCE))

    def checkpoint(self, seq: int, count: int) -> int:
        """Give the number up to which `count` articles (or all there are) have changed after number `seq`."""
        [[number]] = self._all(
            "SELECT max(seq) FROM (SELECT seq FROM articles WHERE seq > ? ORDER BY seq LIMIT ?)", (seq, count)
        )
        return int(number) if number is not None else seq

    def changes_between(self, seq: int, upto: int) -> int:
        """Give how many articles changed after number `seq` and not after `upto`."""
        return int(self._all("SELECT count(*) FROM articles WHERE seq > ? AND seq <= ?", (seq, upto))[0][0])

    def last_seq(self) -> int:
        """Give the number of the last change, 0 when there was none."""
        return int(self._all("SELECT coalesce(max(seq), 0) FROM articles")[0][0])

    def has_given_out(self, number: int) -> bool:
        """Say whether the number is one of this store's changes, also of one that has been followed by others."""
        with translated(self._path):
            return was_given_out(self._database, number)

    def count(self) -> int:
        """Give how many articles are there."""
        return int(self._all(f"SELECT count(*) FROM articles WHERE {_THERE}")[0][0])

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
        return map(verified, self._of_articles(STORED, _THERE))

    def articles_of(self, portal: str) -> Iterator[StoredArticle]:
        """Give the articles of a portal, in order of their ids; `verified` tells those that can't be read."""
        return _sound(self._of_articles(STORED, f"portal = ? AND {_THERE}", (portal,)))

    def html_articles(self) -> Iterator[StoredArticle]:
        """Give the articles that were made of HTML pages, likewise."""
        return _sound(self._of_articles(STORED, f"media_type = ? AND {_THERE}", (MediaType.HTML.value,)))

    def stored_articles(self) -> Iterator[StoredArticle]:
        """Give everything about every article, in order of the ids, also about those that come back when a withdrawal
        is undone; `verified` tells those that can't be read."""
        return _sound(self._of_articles(STORED, f"({_THERE} OR {_COMES_BACK})"))

    # Withdrawals

    def withdrawn(self) -> list[str]:
        """Give the ids of the articles that are withdrawn now."""
        with translated(self._path):
            return withdrawals.withdrawn(self._database)

    def withdrawal(self, article_id: str) -> Entry | None:
        """Give when and why an article was withdrawn, None when it isn't now."""
        with translated(self._path):
            return withdrawals.present(self._database, article_id)

    def withdrawal_log(self, *, only_present: bool = False) -> list[Entry]:
        """Give the audit trail of withdrawals, the oldest first; or only what is withdrawn now."""
        with translated(self._path):
            return withdrawals.log(self._database, only_present=only_present)


def _sound(rows: Iterable[Any]) -> Iterator[StoredArticle]:
    return (found for row in rows if isinstance(found := stored(row), StoredArticle))
