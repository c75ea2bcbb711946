"""Is the store sound, and does the index hold what the store holds?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.article import Article
from index.engine import Searcher
from index.errors import SearchError
from indexer.pipeline import Archive
from indexer.report import Progress, counted, no_progress
from indexer.store import ArticleStore, StoreMissing, Unsound

_MOST_NAMED = 10
_TELL_EVERY = 500


@dataclass(slots=True)
class _Findings:
    """What is wrong with single articles, and what keeps the index from being read on."""

    unsound: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unreadable: str | None = None


def check(archive: Archive, progress: Progress = no_progress) -> list[str]:
    """Give everything that is wrong, each with its remedy; nothing when all is well.

    Raises StoreDamaged, StoreLocked or OSError when the store can't even be opened.
    """
    try:
        store = ArticleStore.open(archive.articles, read_only=True)
    except StoreMissing as missing:
        return [str(missing)]
    with store:
        if damages := store.damages():
            return damages
        searcher = archive.engine.open_searcher(archive.index)
        try:
            return _problems(store, searcher, progress)
        finally:
            searcher.close()


def _problems(store: ArticleStore, searcher: Searcher, progress: Progress) -> list[str]:
    total = store.count()
    try:
        behind = _other_changes(store, searcher)
        indexed = searcher.stats().articles
        searcher.verify()
    except SearchError as error:
        findings = _read_all(store, None, progress, total)
        return [*findings.unsound, str(error)]
    findings = _read_all(store, None if behind else searcher, progress, total)
    problems = [*findings.unsound]
    if behind:
        problems.append(behind)
    elif indexed != total:
        problems.append(f"the index holds {counted(indexed, 'article')}, the store {total}; run timtin rebuild")
    return [*problems, *_differences(findings)]


def _other_changes(store: ArticleStore, searcher: Searcher) -> str | None:
    """Say how the index has other changes than the store; only when it has the same can they be compared."""
    applied, last = searcher.stats().applied, store.last_seq()
    if not store.has_given_out(applied):
        return (
            "the index has changes that the store never had: it belongs to another store, or the store was restored "
            "from a copy; run timtin rebuild"
        )
    if applied < last:
        behind = store.changes_between(applied, last)
        return f"the index is behind the store by {counted(behind, 'change')}; bring it up to date with any timtin add"
    return None


def _read_all(store: ArticleStore, searcher: Searcher | None, progress: Progress, total: int) -> _Findings:
    """Read the store once, comparing each article with the index's as long as that can be read."""
    findings = _Findings()
    for done, found in enumerate(store.verified(), 1):
        if isinstance(found, Unsound):
            findings.unsound.append(found.problem)
        elif searcher is not None and findings.unreadable is None:
            _compare(found, searcher, findings)
        if done % _TELL_EVERY == 0 or done == total:
            progress("checked", done, total)
    return findings


def _compare(article: Article, searcher: Searcher, findings: _Findings) -> None:
    try:
        indexed = searcher.get(article.id)
    except SearchError as error:
        findings.unreadable = str(error)
        return
    if indexed is None:
        findings.missing.append(article.id)
    elif indexed != article:
        findings.stale.append(article.id)


def _differences(findings: _Findings) -> Iterator[str]:
    missing, stale = findings.missing, findings.stale
    if missing:
        are = counted(len(missing), "article is", "articles are")
        yield f"{are} not in the index ({_named(missing)}); run timtin rebuild"
    if stale:
        differ = counted(len(stale), "article differs", "articles differ")
        yield f"{differ} from the store's ({_named(stale)}); run timtin rebuild"
    if findings.unreadable:
        yield findings.unreadable


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")
