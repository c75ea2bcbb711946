"""What the list of names says since it was changed, applied to the articles that were stored before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from index.abbreviation_lines import Problem
from index.errors import BadArticle
from indexer.bylines import authors_of
from indexer.extract import Extracted, nothing_learned
from indexer.listed_facts import FROM_LIST
from indexer.name_lines import Kind
from indexer.names import Names, Naming, holds_any, touched
from indexer.page_reader import PageReader
from indexer.raw_page import RawPage
from indexer.report import Progress, no_progress
from indexer.store import ArticleStore, StoredArticle

_BATCH = 500


def adopt(store: ArticleStore, path: Path) -> tuple[Problem, ...]:
    """Take the list of names as the file has it for all that is written from now on; give what was left out of it. A
    file that can't be read changes nothing."""
    try:
        names = Names.read(path)
    except OSError as error:
        reason = f"the file can't be read ({error.strerror or error}); mend it. The names are those of the last time"
        return (Problem(path, None, reason),)
    store.adopt_name_list(names.packed())
    return names.problems


def rename(store: ArticleStore, now: datetime, progress: Progress = no_progress, *, all_articles: bool = False) -> int:
    """Write the names of stored articles as the present list has them; give how many articles have changed.

    Only articles are looked at whose names may be others than with an earlier list, unless told to look at all. What
    was read is read again, so an alias that is gone leaves no trace. A run that is killed leaves whole batches, and the
    next one goes on: until the end it is remembered which lists the articles may be written with.
    """
    earlier = [Names.unpacked(packed) for packed in store.earlier_name_lists()]
    if not earlier and not all_articles:
        return 0
    present = Names.unpacked(store.name_list())
    keys: frozenset[tuple[Kind, str]] = frozenset().union(*(touched(each, present) for each in earlier))
    read_again = _Reading(store, Naming(present))
    changed = 0
    batch: list[tuple[RawPage, Extracted]] = []
    numbers: dict[str, int] = {}
    for found in _told(store, progress):
        if not all_articles and not holds_any(found.article, keys):
            continue
        if (renamed := read_again.renamed(found)) is not None:
            batch.append((found.page, renamed))
            numbers[found.article.id] = found.seq
        if len(batch) == _BATCH:
            changed += store.put_many(batch, now, as_of=numbers).changed
            batch, numbers = [], {}
    changed += store.put_many(batch, now, as_of=numbers).changed
    store.settle_name_lists()
    return changed


def _told(store: ArticleStore, progress: Progress) -> Iterator[StoredArticle]:
    total = store.count()
    for done, found in enumerate(store.stored_articles(), 1):
        yield found
        if done % _BATCH == 0 or done == total:
            progress("names looked at", done, total)


class _Reading:
    """How stored pages are read again."""

    def __init__(self, store: ArticleStore, naming: Naming) -> None:
        self._store, self._naming = store, naming
        # With a portal's lines gone nothing may be left: such a page was kept as it was.
        self._readers = PageReader(store), PageReader(store, nothing_learned)

    def renamed(self, found: StoredArticle) -> Extracted | None:
        """Give the article with its names as they are printed and as the list has them, all else as it is stored; None
        when nothing changes, or its page can't be read again."""
        fresh = self._extracted(found.page)
        if fresh is None:
            return None
        stays = _from_forgotten_list(found, fresh)
        printed = replace(
            found.article,
            authors=authors_of(found.article.byline or "") if "authors" in stays else fresh.article.authors,
            byline=found.article.byline if "authors" in stays else fresh.article.byline,
            publisher=fresh.article.publisher,
            publisher_printed=fresh.article.publisher_printed,
            section=found.article.section if "section" in stays else fresh.article.section,
        )
        article = self._naming.applied(printed)
        return None if article == found.article else replace(fresh, article=article, rules=found.rules)

    def _extracted(self, page: RawPage) -> Extracted | None:
        facts = self._store.listed_facts(page.url) if page.url else {}
        for reader in self._readers:
            with suppress(BadArticle):
                return reader.as_printed(page, facts)
        return None


def _from_forgotten_list(found: StoredArticle, fresh: Extracted) -> set[str]:
    """Give the fields that only a list told, which is no longer there to be asked."""
    return {name for name, rule in found.rules.items() if rule == FROM_LIST and fresh.rules.get(name) != FROM_LIST}
