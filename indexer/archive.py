"""What an archive is: a folder, and the engine of its index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.disk import turn
from index.engine import Engine
from indexer import name_lines
from indexer.store import ArticleStore

WITHHOLDING = "withdrawals.lock"
"""The file in the home by which processes take turns when they write down what is withheld."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where articles and their index are, and by which engine the index is made."""

    home: Path
    engine: Engine

    @property
    def articles(self) -> Path:
        """The store's file."""
        return self.home / "articles.db"

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.home / "index"

    @property
    def names(self) -> Path:
        """The list of names, which need not exist."""
        return self.home / name_lines.NAME


def withhold(archive: Archive, store: ArticleStore) -> None:
    """Have the index withhold what the store knows as withdrawn, also after a crash between the two.

    One process at a time, from reading the store to having written the list: else a list from before a withdrawal could
    be written over the one with it, for neither needs the writer's lock.
    """
    with turn(archive.home / WITHHOLDING, wait=True):
        archive.engine.withhold(archive.index, store.withdrawn())
