"""What is under way for a source, and how sources are followed this time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from indexer.crawl.folders import Folder
from indexer.crawl.source import Source
from indexer.crawl.tally import Tally
from indexer.store.crawl_tables import PageState


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are followed this time."""

    names: tuple[str, ...] = ()
    """Those that are followed; none for all."""
    once: bool = False
    """Whether the round ends when nothing is due."""
    limit: int | None = None
    """Pages of each source that are asked for at most."""
    believe_gone: bool = False
    """Whether articles are taken out even if much of a portal is gone at once."""


@dataclass(slots=True)
class Work:
    """What is under way for one source."""

    source: Source
    tally: Tally = field(default_factory=Tally)
    folder: Folder | None = None
    due: deque[PageState] = field(default_factory=deque)
    under_way: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    """What was asked for in this round, if it is one that ends: nothing is asked for twice in it."""
    look_at: float = 0.0
    """When the store is asked again what is due."""
    told: dict[str, Any] = field(default_factory=dict)
    """The counts that were written down last."""
    writing: bool = False
    """Whether files are still being written into the folder."""

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is under way nor known to be due."""
        return not self.under_way and not self.due and not self.writing
