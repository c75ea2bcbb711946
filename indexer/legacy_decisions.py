"""What a person wished for a text in an old encoding, held whenever its article is read."""

from __future__ import annotations

from dataclasses import replace

from indexer.extract import Extracted, Furniture, as_it_was, extract
from indexer.html.portal_rules import RuleBook
from indexer.legacy_text.told import RULE
from indexer.raw_page import RawPage
from indexer.store import ArticleStore


def extracted_as_wished(page: RawPage, store: ArticleStore, furniture: Furniture, book: RuleBook) -> Extracted:
    """Make the article of a raw page, converted unless its text is to be kept as it was. Raises BadArticle."""
    extracted = extract(page, furniture, book)
    if RULE not in extracted.rules:
        return extracted
    kept = store.kept_text(extracted.article.id)
    if kept is None:
        return extracted
    made = as_it_was(page, furniture, book, extracted)
    return replace(made, article=replace(made.article, id=kept))
