"""Conversions taken back and made again, by a person's wish: the article is made anew from its stored bytes, under the
same id, and the wish holds when it is read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from index.errors import BadArticle
from indexer.legacy_text.told import RULE
from indexer.page_reader import PageReader
from indexer.report import IndexReport, Warned
from indexer.store import ArticleStore

_NOTHING = "its text is in no old encoding: there is nothing to convert or to take back"


def decide(store: ArticleStore, wanted: Iterable[str], now: datetime, report: IndexReport, *, convert: bool) -> None:
    """Convert articles, named by id or address, or keep them as they were; note in the report what was changed."""
    reader = PageReader(store)
    for each in dict.fromkeys(wanted):
        article_id = store.find(each)
        there = store.get(article_id) if article_id is not None else None
        if there is None:
            report.missing.append(each)
            continue
        try:
            converted = reader.converted(there.page)
            if RULE not in converted.rules:
                report.warnings.append(Warned(there.article.id, _NOTHING))
                continue
            store.wish_text(there.article.id, None if convert else converted.article.id, now)
            made = reader.read_again(there)
        except BadArticle as bad:
            report.reject(bad)
            continue
        counts = store.put_many([(there.page, made)], now)
        report.changed += counts.changed
        report.unchanged += counts.unchanged
