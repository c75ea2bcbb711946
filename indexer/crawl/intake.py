"""A fetched page into the store, with what its list knew where the page itself says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from index.article import Article
from index.errors import BadArticle
from indexer.bylines import authors_of
from indexer.crawl.answers import Fetched
from indexer.extract import Extracted, extract
from indexer.html.portal_rules import rules_of
from indexer.identity import article_id
from indexer.names import naming_of
from indexer.published_dates import read_date
from indexer.raw_page import MediaType, RawPage
from indexer.relearn import FROM_LIST
from indexer.sections import canonical_section
from indexer.store import ArticleStore
from indexer.store.crawl_tables import PageState


class Fate(StrEnum):
    """What became of a page."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page, and the id of its article, or the reason why it has none."""

    fate: Fate
    article_id: str | None = None
    reason: str | None = None


def raw_page(answer: Fetched, now: datetime) -> RawPage:
    """Give what came as the raw page that it is kept as."""
    return RawPage(answer.final, MediaType.HTML, answer.content, answer.final, answer.charset, now)


def take(store: ArticleStore, answer: Fetched, page: PageState, now: datetime) -> Taken:
    """Put the article of a page into the store. One that is there is only replaced by another article, never by a page
    that holds none."""
    raw = raw_page(answer, now)
    try:
        extracted = with_facts(extract(raw, store.applied_furniture, rules_of(store.home)), page.facts)
    except BadArticle as bad:
        return Taken(Fate.REJECTED, page.article_id, bad.reason)
    article = naming_of(store.name_list()).applied(named(extracted.article, page))
    counts = store.put_many([(raw, replace(extracted, article=article))], now)
    fate = Fate.NEW if counts.new else Fate.CHANGED if counts.changed else Fate.UNCHANGED
    return Taken(fate, article.id)


def named(article: Article, page: PageState) -> Article:
    """Give the article the id that it had, or that of its address: whatever a page says of itself, one address is one
    article."""
    at = replace(article, url=article.url or page.address)
    return replace(at, id=page.article_id or article_id(replace(at, id="", url=page.address)))


def with_facts(extracted: Extracted, facts: Mapping[str, str]) -> Extracted:
    """Add what a list says of an article where its page says nothing."""
    article = extracted.article
    found: dict[str, str] = {}
    if article.published_at is None and (published := facts.get("published_at")):
        article = replace(article, published_at=read_date(published))
        found["published_at"] = FROM_LIST
    if not article.authors and not article.byline and (author := facts.get("author")):
        article = replace(article, authors=authors_of(author), byline=author)
        found["authors"] = FROM_LIST
    if article.section is None and (section := facts.get("section")):
        article = replace(article, section=canonical_section(section, article.publisher))
        found["section"] = FROM_LIST
    return replace(extracted, article=article, rules={**extracted.rules, **found})
