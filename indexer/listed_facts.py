"""What a list (a feed, a sitemap, a listing page) knew of an article whose own page doesn't say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.bylines import authors_of
from indexer.extract import Extracted
from indexer.published_dates import read_date
from indexer.sections import canonical_section
from indexer.store import StoredArticle

FROM_LIST = "list"
"""The rule of what the page itself didn't say, but the list that named it."""


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
