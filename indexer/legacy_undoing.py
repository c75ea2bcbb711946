"""Conversions taken back and made again, by a person's wish: the article is made anew from its stored bytes, under the
same id, and the wish holds when it is read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from index.errors import BadArticle
from indexer.extract import extract
from indexer.html.portal_rules import rules_of
from indexer.legacy_decisions import extracted_as_wished
from indexer.legacy_text.told import RULE
from indexer.names import naming_of
from indexer.relearn import as_known
from indexer.report import IndexReport, Warned
from indexer.store import ArticleStore

_NOTHING = "its text is in no old encoding: there is nothing to convert or to take back"


def decide(store: ArticleStore, wanted: Iterable[str], now: datetime, report: IndexReport, *, convert: bool) -> None:
    """Convert articles, named by id or address, or keep them as they were; note in the report what was changed."""
    book, naming = rules_of(store.home), naming_of(store.name_list())
    for each in dict.fromkeys(wanted):
        article_id = store.find(each)
        there = store.get(article_id) if article_id is not None else None
        if there is None:
            report.missing.append(each)
            continue
        try:
            converted = extract(there.page, store.applied_furniture, book)
            if RULE not in converted.rules:
                report.warnings.append(Warned(there.article.id, _NOTHING))
                continue
            store.wish_text(there.article.id, None if convert else converted.article.id, now)
            made = extracted_as_wished(there.page, store, store.applied_furniture, book)
        except BadArticle as bad:
            report.reject(bad)
            continue
        made = as_known(made, there)
        made = replace(made, article=naming.applied(made.article))
        counts = store.put_many([(there.page, made)], now)
        report.changed += counts.changed
        report.unchanged += counts.unchanged
