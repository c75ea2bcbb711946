"""What has been learned of portals since, and their changed rules, applied to the pages that are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from index.errors import BadArticle
from indexer.extract import Extracted
from indexer.furniture import learned
from indexer.html.portal_rules import RuleBook, rules_of
from indexer.legacy_decisions import extracted_as_wished
from indexer.names import naming_of
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, StoredArticle

_BATCH = 500

FROM_LIST = "list"
"""The rule of what the page itself didn't say, but the list that named it."""


def relearn(store: ArticleStore, now: datetime) -> int:
    """Extract anew the pages of every portal whose rules or repeated lines are others than last time; give how many
    articles have changed."""
    book = rules_of(store.home)
    reread = _apply_rules(store, book, now)
    return reread + sum(_apply_lines(store, portal, book, now) for portal in store.portals())


def _apply_rules(store: ArticleStore, book: RuleBook, now: datetime) -> int:
    applied, digests = store.applied_rules(), book.digests()
    # A file with a mistake says nothing yet: what it said before stands until it is mended.
    digests |= {name: digest for name, digest in applied.items() if name in book.broken}
    changed = {name for name in applied.keys() | digests.keys() if applied.get(name) != digests.get(name)}
    if not changed:
        return 0
    concerned = (held for held in store.html_articles() if _concerns(held, changed, book))
    count = _read_anew(store, concerned, book, {}, now)
    store.set_applied_rules(digests)
    return count


def _concerns(held: StoredArticle, changed: set[str], book: RuleBook) -> bool:
    """Say whether changed rules may have read an article, or may read it now."""
    if held.rules.get("rules") in changed:
        return True
    host = urlsplit(held.page.url or held.article.url or "").hostname
    rules = [rules for rules in book.portals if rules.name in changed]
    return any(each.marker is not None or host is None or each.is_for(host) for each in rules)


def _apply_lines(store: ArticleStore, portal: str, book: RuleBook, now: datetime) -> int:
    furniture = learned(*store.line_counts(portal))
    if furniture == store.applied_furniture(portal):
        return 0
    count = _read_anew(store, store.articles_of(portal), book, {portal: furniture}, now)
    store.set_applied_furniture(portal, furniture)
    return count


def _read_anew(
    store: ArticleStore,
    articles: Iterable[StoredArticle],
    book: RuleBook,
    known: dict[str, frozenset[str]],
    now: datetime,
) -> int:
    """Extract stored pages once more; give how many articles have changed. `known` are repeated lines by portal; those
    of other portals are asked for."""

    def furniture(portal: str) -> frozenset[str]:
        if portal not in known:
            known[portal] = store.applied_furniture(portal)
        return known[portal]

    naming = naming_of(store.name_list())
    changed = 0
    batch: list[tuple[RawPage, Extracted]] = []
    for held in articles:
        try:
            extracted = extracted_as_wished(held.page, store, furniture, book)
        except BadArticle:
            # By these rules nothing is left: this page is better kept as it is.
            continue
        again = as_known(extracted, held)
        batch.append((held.page, replace(again, article=naming.applied(again.article))))
        if len(batch) == _BATCH:
            changed += store.put_many(batch, now).changed
            batch = []
    return changed + store.put_many(batch, now).changed


def as_known(extracted: Extracted, held: StoredArticle) -> Extracted:
    """Give what was extracted under the id that it has, with what only the list that named the page knew of it."""
    old, new, rules = held.article, extracted.article, dict(extracted.rules)
    new = replace(new, id=old.id, url=new.url or old.url)
    if held.rules.get("published_at") == FROM_LIST and new.published_at is None:
        new, rules["published_at"] = replace(new, published_at=old.published_at), FROM_LIST
    if held.rules.get("authors") == FROM_LIST and not new.authors and not new.byline:
        new, rules["authors"] = replace(new, authors=old.authors, byline=old.byline), FROM_LIST
    if held.rules.get("section") == FROM_LIST and new.section is None:
        new, rules["section"] = replace(new, section=old.section), FROM_LIST
    return replace(extracted, article=new, rules=rules)
