"""The contract of an engine. Whoever searches or writes knows these protocols and no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.article import Article
from index.errors import BadArticle
from index.query import Begun, SearchRequest
from index.response import Completions, Explanation, IndexStats, SearchResponse


class Searcher(Protocol):
    """Reads the current generation, and the next one as soon as there is one; safe to share between threads.

    While the current one is damaged, the one before it is read if that is whole: `IndexStats.stale` and the notes of
    every response say so. Every method but `close` raises IndexMissing, IndexOutdated or IndexDamaged when there is
    nothing to read.
    """

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        ...

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        """Say why the article scores what it does for the request, or that it doesn't match; None when the index has
        none of that id."""
        ...

    def complete(self, begun: Begun, limit: int) -> Completions:
        """Give the words and codes of the index that begin like that, at most `limit` of each; accents not typed are
        open. Nothing for less than two letters. Articles deleted since may be counted."""
        ...

    def get(self, article_id: str) -> Article | None:
        """Give the article, None when the index has none of that id."""
        ...

    def is_withheld(self, article_id: str) -> bool:
        """Say whether an article is withheld, be it in the index or not: whatever the generation holds, no method
        gives it, counts it or completes its words."""
        ...

    def stats(self) -> IndexStats:
        """Describe the generation that is searched."""
        ...

    def verify(self) -> None:
        """Check the whole of the current generation, every byte of it; raises IndexDamaged."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class Withhold(Protocol):
    """Names the articles of an index that are withheld from now on."""

    def __call__(self, index_dir: Path, ids: Iterable[str], /) -> None:
        """Withhold these articles and no others, at once and durably, whatever another process is writing. Raises
        EngineUnavailable when that can't be written down."""
        ...


class Batch(Protocol):
    """Changes that become visible together."""

    @property
    def refused(self) -> Sequence[BadArticle]:
        """The articles that the engine did not take, by their ids; all of them once the bracket has ended."""
        ...

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles, replacing those of the same id (the last one of an id wins); give how many were read."""
        ...

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        ...


class Writer(Protocol):
    """The one writer of an index. While it is open a second one gets IndexLocked.

    Both brackets make a new generation: readers see it after the bracket ends, an exception inside throws it away
    and leaves the last one in place. `applied` is the number of the article store's last change that the
    generation then holds (see `IndexStats.applied`).
    """

    def update(self, applied: int) -> AbstractContextManager[Batch]:
        """Change the current generation's articles; starts from an empty one when there is none."""
        ...

    def rebuild(self, applied: int) -> AbstractContextManager[Batch]:
        """Start from nothing."""
        ...

    def roll_back(self) -> str:
        """Make the generation before the current one current again, if every byte of it is right; give its name.

        Raises IndexMissing when there is none.
        """
        ...

    def close(self) -> None:
        """Release the lock."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """How an index is opened, and articles are withheld in it. The folder is where this installation keeps its index;
    an engine whose index is elsewhere has no use for it."""

    open_writer: Callable[[Path], Writer]
    open_searcher: Callable[[Path], Searcher]
    withhold: Withhold
