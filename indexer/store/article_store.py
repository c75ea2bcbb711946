"""The article store: put, take out, get, and the changes since a number. See the package for its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.extract import Extracted
from indexer.furniture import FEWEST_PAGES
from indexer.identity import address_name
from indexer.raw_page import RawPage
from indexer.store import (
    applied_rules,
    crawl_tables,
    legacy_texts,
    name_lists,
    names,
    portal_lines,
    story_tables,
    withdrawals,
)
from indexer.store.putting import bring_back, known, put, put_back, take_out
from indexer.store.records import PutCounts, StoredArticle
from indexer.store.schema import VERSION, WAIT_SECONDS, begin_run, numbers_given_out, translated
from indexer.store.stored_articles import StoredArticles
from indexer.store.story_tables import Member, StorySize, StoryTables
from indexer.store.withdrawals import Action, Decision, Entry


class ArticleStore(StoredArticles):
    """Reads and writes the store; see `StoreConnection` for what every method raises."""

    def begin_run(self) -> None:
        """From now on `put_many(…, in_run=True)` compares with what is there at this moment."""
        with translated(self._path):
            begin_run(self._database)

    def put_many(
        self,
        batch: Iterable[tuple[RawPage, Extracted]],
        now: datetime,
        *,
        in_run: bool = False,
        as_of: Mapping[str, int] | None = None,
    ) -> PutCounts:
        """Write articles in one transaction; of one id the last wins (with `in_run` of all since `begin_run`). What is
        unchanged isn't written, unless it can't be read any more; nor is what has another number than `as_of` says,
        since somebody else has written it meanwhile."""
        counts = PutCounts()
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            if not in_run:
                begin_run(self._database)
            for page, extracted in batch:
                if as_of is not None and self._number(extracted.article.id) != as_of[extracted.article.id]:
                    continue
                counts += put(self._database, page, extracted, numbers, now)
        return counts

    def put_back(self, page: RawPage, extracted: Extracted, now: datetime) -> PutCounts:
        """Write an article though it be an earlier state of what is there."""
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            begin_run(self._database)
            return put_back(self._database, page, extracted, numbers, now)

    def remove(self, ids: Iterable[str], now: datetime) -> list[str]:
        """Take articles out in one transaction; give the ids that were there."""
        removed: list[str] = []
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            for article_id in ids:
                there = known(self._database, article_id)
                if there is not None and there.content_hash is not None:
                    take_out(self._database, article_id, there, numbers, now)
                    removed.append(article_id)
        return removed

    def forget_address(self, url: str, now: datetime) -> str | None:
        """Take note that nothing stands at an address any more: its article is taken out, unless it is known at
        another one, under which it goes on. Give the id of the article that was taken out. The address of a withdrawn
        article is remembered: what appears there again stays withdrawn."""
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            article_id = names.find(self._database, address_name(url))
            if article_id is None or withdrawals.is_withdrawn(self._database, article_id):
                return None
            names.forget_address(self._database, url)
            if names.addresses(self._database, article_id):
                return None
            there = known(self._database, article_id)
            if there is None or there.content_hash is None:
                return None
            take_out(self._database, article_id, there, numbers, now)
            return article_id

    def _number(self, article_id: str) -> int | None:
        row = self._database.execute("SELECT seq FROM articles WHERE id = ?", (article_id,)).fetchone()
        return None if row is None else int(row[0])

    def finish(self) -> None:
        """End a run: everything written is on the disk afterwards, and the log is back in the file unless somebody
        (a backup, say) still reads what was there before: nobody is waited for."""
        with translated(self._path):
            self._database.execute("PRAGMA synchronous = FULL")
            # A commit brings the log to the disk, with all that is in it, whether it can be emptied or not.
            self._database.execute(f"PRAGMA user_version = {VERSION}")
            self._database.execute("PRAGMA busy_timeout = 0")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._database.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000:.0f}")
            self._database.execute("PRAGMA synchronous = NORMAL")

    # Withdrawing

    def withdraw(self, article_id: str, decision: Decision, now: datetime) -> bool:
        """Withdraw an article that is or was in the store: it is taken out and kept out. Give False when it is
        withdrawn already."""
        return self._decide(Action.WITHDRAWN, article_id, decision, now)

    def undo_withdrawal(self, article_id: str, decision: Decision, now: datetime) -> bool:
        """Take a withdrawal back: the article is there again, in the newest state seen meanwhile. Give False when it
        isn't withdrawn."""
        return self._decide(Action.UNDONE, article_id, decision, now)

    def _decide(self, action: Action, article_id: str, decision: Decision, now: datetime) -> bool:
        with self._transaction(durably=True), numbers_given_out(self._database, now) as numbers:
            there = known(self._database, article_id)
            if there is None or withdrawals.is_withdrawn(self._database, article_id) is (action is Action.WITHDRAWN):
                return False
            if action is Action.UNDONE and withdrawals.was_there(self._database, article_id):
                bring_back(self._database, article_id, there, numbers)
            elif action is Action.WITHDRAWN and there.content_hash is not None:
                take_out(self._database, article_id, there, numbers, now)
            title, url = (there.held.article.title, there.held.article.url) if there.held else ("", None)
            entry = Entry(now, action, article_id, title, url, decision)
            withdrawals.record(self._database, entry, was_there=there.content_hash is not None)
            if action is Action.UNDONE:
                names.forget_withdrawn(self._database, article_id)
            elif there.held:
                names.note_withdrawn(self._database, there.held.article)
        return True

    # Which articles tell the same story

    @contextmanager
    def stories(self, now: datetime) -> Iterator[StoryTables]:
        """Change, in one transaction, what is known of stories."""
        with self._transaction(), numbers_given_out(self._database, now) as numbers:
            yield StoryTables(self._database, numbers)

    def story_progress(self) -> int:
        """Give the number of the last change whose stories have been found."""
        with translated(self._path):
            return story_tables.progress(self._database)

    def story_rows(self, numbers: tuple[int, int], limit: int) -> list[tuple[Any, ...]]:
        """Give the articles changed after one number and not after another (see `story_tables.rows`)."""
        with translated(self._path):
            return story_tables.rows(self._database, numbers, limit)

    def largest_stories(self, limit: int) -> list[StorySize]:
        """Give the stories that have the most articles, several at least."""
        with translated(self._path):
            return story_tables.largest(self._database, limit)

    def members_of(self, story: str) -> list[Member]:
        """Give the articles of a story in the order in which they came."""
        with translated(self._path):
            return story_tables.members_of(self._database, story)

    # Text in old encodings

    def converted(self) -> list[StoredArticle]:
        """Give the articles that were in an old encoding; `verified` tells those that can't be read."""
        with translated(self._path):
            return legacy_texts.converted(self._database)

    def kept_text(self, converted_id: str) -> str | None:
        """Give the id of the article that is to be kept as it was, by the id it gets when it is converted."""
        with translated(self._path):
            return legacy_texts.kept(self._database, converted_id)

    def wish_text(self, article_id: str, kept_as: str | None, now: datetime) -> None:
        """Remember that an article is to be kept as it was (`kept_as`: its id when converted), or converted (None)."""
        with self._transaction():
            if kept_as is None:
                legacy_texts.forget(self._database, article_id)
            else:
                legacy_texts.keep(self._database, article_id, kept_as, now)

    # What portals repeat, and the rules that their pages are read by

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

    @property
    def home(self) -> Path:
        """The folder that the store lies in, and the rules files of its portals."""
        return self._path.parent

    def applied_rules(self) -> dict[str, str]:
        """Give the rules files that the stored HTML pages have been read by, each with its digest."""
        with translated(self._path):
            return applied_rules.applied(self._database)

    def set_applied_rules(self, digests: Mapping[str, str]) -> None:
        """Remember the rules files that the stored HTML pages have been read by."""
        with self._transaction():
            applied_rules.set_applied(self._database, digests)

    def listed_facts(self, address: str) -> Mapping[str, str]:
        """Give what the list of a source says of the page at an address, nothing when it says nothing."""
        with translated(self._path):
            return crawl_tables.facts_at(self._database, address)

    # Which names stand for which

    def name_list(self) -> bytes:
        """Give the list of names that articles are written with, empty for none."""
        with translated(self._path):
            return name_lists.present(self._database)

    def earlier_name_lists(self) -> list[bytes]:
        """Give the other lists that stored articles may still be written with."""
        with translated(self._path):
            return name_lists.earlier(self._database)

    def adopt_name_list(self, names: bytes) -> None:
        """Take this list from now on; until `settle_name_lists` those before it are remembered, too."""
        with self._transaction():
            name_lists.adopt(self._database, names)

    def settle_name_lists(self) -> None:
        """Remember that every stored article is written with the present list."""
        with self._transaction():
            name_lists.settle(self._database)
