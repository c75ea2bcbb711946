"""Is the article store gone while its index is there? Then nothing may begin a new one by mistake: the index would be
made anew from it, and what was withdrawn would be known to nobody."""

from __future__ import annotations

from contextlib import closing

from index.errors import EngineUnavailable, IndexMissing, SearchError
from indexer.archive import Archive
from indexer.report import counted
from indexer.store import StoreMissing


def lost(archive: Archive) -> str | None:
    """Say that the store is gone and what helps; None when it is there, or never was."""
    if archive.articles.exists():
        return None
    with closing(archive.engine.open_searcher(archive.index)) as searcher:
        try:
            held = f"an index of {counted(searcher.stats().articles, 'article')}"
        except (IndexMissing, EngineUnavailable):
            return None
        except SearchError:
            held = "an index, though it can't be read"
    anew = f"move {archive.index} away" if archive.index.exists() else "choose another TIMTIN_OPENSEARCH_PREFIX"
    return (
        f"{archive.articles} is gone, but there is {held}: restore a backup with `timtin restore --replace FOLDER`; to "
        f"begin anew all the same, {anew}"
    )


def must_not_be_lost(archive: Archive) -> None:
    """Raise StoreMissing when the store is gone and its index is there."""
    if problem := lost(archive):
        raise StoreMissing(problem)
