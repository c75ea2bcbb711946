"""Withdrawals survive the restoring of a copy from before them: what the former store knew is taken over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from indexer.store.article_store import ArticleStore
from indexer.store.schema import WAIT_SECONDS, numbers_given_out, translated
from indexer.store.withdrawals import Action, Entry


def take_over_withdrawals(path: Path, former: Path, now: datetime) -> int:
    """Do in one store what was withdrawn, and undone, in another since; give how many articles that were about. The
    text of an article that the one lacks is taken over as well, unseen, so that it is known when it comes again.

    Raises what opening a store does, StoreDamaged also for a former store of an older layout.
    """
    with ArticleStore.open(former, read_only=True) as other:
        entries = other.withdrawal_log()
    with ArticleStore.open(path, create=False) as store:
        known = {_key(entry) for entry in store.withdrawal_log()}
        since = [entry for entry in entries if _key(entry) not in known]
        lacking = {entry.id for entry in since if store.find(entry.id) != entry.id}
        _take_articles_over(path, former, lacking, now)
        for entry in since:
            decide = store.withdraw if entry.action is Action.WITHDRAWN else store.undo_withdrawal
            decide(entry.id, entry.decision, entry.at)
    _remember_what_was_there(path, former, lacking)
    return len({entry.id for entry in since})


def _key(entry: Entry) -> tuple[str, Action, str]:
    return entry.id, entry.action, entry.at.isoformat()


def _take_articles_over(path: Path, former: Path, ids: Iterable[str], now: datetime) -> None:
    """Copy articles, as taken out, with the names they are known by."""
    with closing(_both(path, former)) as database, translated(path):
        columns = [row[1] for row in database.execute("PRAGMA main.table_info(articles)") if row[1] != "seq"]
        named = ", ".join(columns)
        taken = ", ".join("coalesce(deleted_at, changed_at)" if name == "deleted_at" else name for name in columns)
        database.execute("BEGIN IMMEDIATE")
        with numbers_given_out(database, now) as numbers:
            for article_id in ids:
                database.execute(
                    f"INSERT INTO main.articles ({named}, seq) SELECT {taken}, ? FROM former.articles WHERE id = ?",
                    (next(numbers), article_id),
                )
                database.execute(
                    "INSERT OR IGNORE INTO main.names SELECT name, id FROM former.names WHERE id = ?", (article_id,)
                )
        database.execute("COMMIT")


def _remember_what_was_there(path: Path, former: Path, ids: Iterable[str]) -> None:
    """Have an undoing bring back what it would have brought back in the former store."""
    with closing(_both(path, former)) as database, translated(path):
        for article_id in ids:
            database.execute(
                "UPDATE main.withdrawals SET was_there ="
                " coalesce((SELECT was_there FROM former.withdrawals AS there WHERE there.id = ?), was_there)"
                " WHERE id = ?",
                (article_id, article_id),
            )


def _both(path: Path, former: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    database.execute("ATTACH DATABASE ? AS former", (str(former),))
    return database
