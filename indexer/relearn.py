"""What pages of a portal have taught since, applied to the pages before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from index.errors import BadArticle
from indexer.extract import Extracted, extract
from indexer.furniture import learned
from indexer.raw_page import RawPage
from indexer.store import ArticleStore

_BATCH = 500


def relearn(store: ArticleStore, now: datetime) -> int:
    """Extract anew the pages of every portal whose repeated lines are others than last time; give how many
    articles have changed."""
    return sum(_apply(store, portal, now) for portal in store.portals())


def _apply(store: ArticleStore, portal: str, now: datetime) -> int:
    furniture = learned(*store.line_counts(portal))
    if furniture == store.applied_furniture(portal):
        return 0
    changed = 0
    batch: list[tuple[RawPage, Extracted]] = []
    for article_id, page in store.pages_of(portal):
        try:
            extracted = extract(page, lambda _: furniture)
        except BadArticle:
            # With these lines gone nothing is left: this page is better kept as it is.
            continue
        batch.append((page, replace(extracted, article=replace(extracted.article, id=article_id))))
        if len(batch) == _BATCH:
            changed += store.put_many(batch, now).changed
            batch = []
    changed += store.put_many(batch, now).changed
    store.set_applied_furniture(portal, furniture)
    return changed
