"""Is the store sound, and does the index hold what the store holds?"""

from __future__ import annotations

from collections.abc import Iterator

from index.engine import Searcher
from index.errors import SearchError
from indexer.pipeline import Archive
from indexer.report import Progress, no_progress
from indexer.store import ArticleStore

_MOST_NAMED = 10
_TELL_EVERY = 500


def check(archive: Archive, progress: Progress = no_progress) -> list[str]:
    """Give everything that is wrong, each with its remedy; nothing when all is well.

    Raises StoreDamaged, StoreLocked or OSError when the store can't even be opened.
    """
    if not archive.articles.exists():
        return [f"there is no article store at {archive.articles}; add articles with: timtin add PATH"]
    with ArticleStore.open(archive.articles, read_only=True) as store:
        problems = store.verify()
        searcher = archive.engine.open_searcher(archive.index)
        try:
            problems.extend(_index_problems(store, searcher, progress))
        except SearchError as error:
            problems.append(str(error))
        finally:
            searcher.close()
    return problems


def _index_problems(store: ArticleStore, searcher: Searcher, progress: Progress) -> Iterator[str]:
    stats = searcher.stats()
    last = store.last_seq()
    if stats.applied < last:
        behind = store.changes_between(stats.applied, last)
        yield f"the index is behind the store by {behind} changes; bring it up to date with any timtin add"
        return
    if stats.applied > last:
        yield "the index has changes that the store never had: it belongs to another store; run timtin rebuild"
        return
    total = store.count()
    if stats.articles != total:
        yield f"the index holds {stats.articles} articles, the store {total}; run timtin rebuild"
    yield from _differences(store, searcher, progress, total)


def _differences(store: ArticleStore, searcher: Searcher, progress: Progress, total: int) -> Iterator[str]:
    missing: list[str] = []
    stale: list[str] = []
    for done, article in enumerate(store.articles(), 1):
        indexed = searcher.get(article.id)
        if indexed is None:
            missing.append(article.id)
        elif indexed != article:
            stale.append(article.id)
        if done % _TELL_EVERY == 0 or done == total:
            progress("checked", done, total)
    if missing:
        yield f"{len(missing)} articles are not in the index ({_named(missing)}); run timtin rebuild"
    if stale:
        yield f"{len(stale)} articles differ from the store's ({_named(stale)}); run timtin rebuild"


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")
