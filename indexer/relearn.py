"""What has been learned of portals since, and their changed rules, applied to the pages that are stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from index.errors import BadArticle
from indexer.extract import Extracted
from indexer.furniture import learned
from indexer.html.portal_rules import RuleBook
from indexer.page_reader import PageReader
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, StoredArticle

_BATCH = 500


def apply_rules(store: ArticleStore, now: datetime) -> int:
    """Extract anew the pages of every portal whose rules are others than last time; give how many articles have
    changed. What is added afterwards has the new rules already."""
    reader = PageReader(store)
    applied, digests = store.applied_rules(), reader.book.digests()
    # A file with a mistake says nothing yet: what it said before stands until it is mended.
    digests |= {name: digest for name, digest in applied.items() if name in reader.book.broken}
    changed = {name for name in applied.keys() | digests.keys() if applied.get(name) != digests.get(name)}
    if not changed:
        return 0
    concerned = (held for held in store.html_articles() if _concerns(held, changed, reader.book))
    count = _read_again(store, concerned, reader, now)
    store.set_applied_rules(digests)
    return count


def apply_lines(store: ArticleStore, now: datetime) -> int:
    """Extract anew the pages of every portal whose repeated lines are others than last time; give how many articles
    have changed."""
    return sum(_apply_lines(store, portal, now) for portal in store.portals())


def _concerns(held: StoredArticle, changed: set[str], book: RuleBook) -> bool:
    """Say whether changed rules may have read an article, or may read it now."""
    if held.rules.get("rules") in changed:
        return True
    host = urlsplit(held.page.url or held.article.url or "").hostname
    rules = [rules for rules in book.portals if rules.name in changed]
    return any(each.marker is not None or host is None or each.is_for(host) for each in rules)


def _apply_lines(store: ArticleStore, portal: str, now: datetime) -> int:
    furniture = learned(*store.line_counts(portal))
    if furniture == store.applied_furniture(portal):
        return 0

    def lines(of: str) -> frozenset[str]:
        return furniture if of == portal else store.applied_furniture(of)

    count = _read_again(store, store.articles_of(portal), PageReader(store, lines), now)
    store.set_applied_furniture(portal, furniture)
    return count


def _read_again(store: ArticleStore, articles: Iterable[StoredArticle], reader: PageReader, now: datetime) -> int:
    """Extract stored pages once more; give how many articles have changed."""
    changed = 0
    batch: list[tuple[RawPage, Extracted]] = []
    for held in articles:
        try:
            batch.append((held.page, reader.read_again(held)))
        except BadArticle:
            # By these rules nothing is left: this page is better kept as it is.
            continue
        if len(batch) == _BATCH:
            changed += store.put_many(batch, now).changed
            batch = []
    return changed + store.put_many(batch, now).changed
