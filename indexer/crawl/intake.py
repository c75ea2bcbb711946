"""A fetched page into the store, with what its list knew where the page itself says nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from index.errors import BadArticle
from indexer.crawl.answers import Fetched
from indexer.identity import article_id
from indexer.page_reader import PageReader
from indexer.raw_page import MediaType, RawPage
from indexer.store import ArticleStore
from indexer.store.crawl_tables import PageState


class Fate(StrEnum):
    """What became of a page."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page, the id of its article, and what is to be said about it."""

    fate: Fate
    article_id: str | None = None
    reason: str | None = None


def raw_page(answer: Fetched, now: datetime) -> RawPage:
    """Give what came as the raw page that it is kept as."""
    return RawPage(answer.final, MediaType.HTML, answer.content, answer.final, answer.charset, now)


class Intake:
    """Takes pages into a store, by what is known of their portals; to be made anew when that has changed."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store
        self._reader = PageReader(store)

    def take(self, answer: Fetched, page: PageState, now: datetime) -> Taken:
        """Put the article of a page into the store. One that is there is only replaced by another article, never by a
        page that holds none."""
        raw = raw_page(answer, now)
        try:
            made = self._reader.read(raw, page.facts)
        except BadArticle as bad:
            return Taken(Fate.REJECTED, reason=bad.reason)
        except Exception as error:  # noqa: BLE001 -- a page no reader foresaw must not end the following of all others
            reason = f"it can't be read ({type(error).__name__}: {error}); please report this page"
            return Taken(Fate.REJECTED, reason=reason)
        # One address is one article, whatever the page says of itself; a page that moved keeps the id that it had.
        at = replace(made.article, id="", url=page.address)
        article = replace(at, id=page.article_id or article_id(at))
        counts = self._store.put_many([(raw, replace(made, article=article))], now)
        found = self._store.find(page.address) or article.id
        if counts.withdrawn:
            return Taken(Fate.WITHDRAWN, found, "its article is withdrawn and stays so")
        if counts.outdated:
            return Taken(Fate.UNCHANGED, found, "; ".join(refusal.reason for refusal in counts.refusals))
        fate = Fate.NEW if counts.new else Fate.CHANGED if counts.changed or counts.superseded else Fate.UNCHANGED
        return Taken(fate, found)
