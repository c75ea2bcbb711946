"""The store as a round needs it: the articles, what is known of their pages, and the way in."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from indexer.crawl.intake import Intake
from indexer.store import ArticleStore
from indexer.store.crawl_state import CrawlState


class Stores:
    """The connections of a round to one store's file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.state = CrawlState.open(path)
        self.articles = ArticleStore.open(path)
        self.intake = Intake(self.articles)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.state.close()
        self.articles.close()

    def renewed(self) -> Self:
        """Give the connections to the file that is there now: a restored copy is another."""
        if self.state.is_current():
            return self
        self.close()
        return type(self)(self._path)

    def read_anew(self) -> None:
        """Ask anew what is known of portals: rules may have been edited, repeated lines learned."""
        self.intake = Intake(self.articles)
