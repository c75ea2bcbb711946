"""Is the store sound, and does the index hold what the store holds? Also while others write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.article import Article
from index.engine import Searcher
from index.errors import SearchError
from indexer.archive import Archive
from indexer.lost_store import lost
from indexer.report import Progress, counted, no_progress
from indexer.store import ArticleStore, StoreDamaged, StoreMissing, Unsound

_MOST_NAMED = 10
_TELL_EVERY = 500
_TRIES = 3
"""How often something is looked at that another process changes meanwhile."""


@dataclass(slots=True)
class Findings:
    """What is wrong with an archive. Where the store can't be read as a whole, nothing else was looked at."""

    store: list[str] = field(default_factory=list)
    """What is wrong with the store's file."""
    unsound: list[Unsound] = field(default_factory=list)
    """Stored articles that can't be read."""
    index: str | None = None
    """Why the index can't be read: it is missing, of another version, or damaged."""
    foreign: str | None = None
    """How the index belongs to another store."""
    behind: str | None = None
    """How the index lacks the last changes."""
    count: str | None = None
    """How the index holds another number of articles."""
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    """Ids of articles that the index lacks, or has otherwise than the store."""
    shown: list[str] = field(default_factory=list)
    """Ids of withdrawn articles that are not withheld."""

    def problems(self) -> list[str]:
        """Say it all, each with its remedy."""
        whole = (self.index, self.foreign, self.behind, self.count)
        return [
            *self.store,
            *(found.problem for found in self.unsound),
            *(problem for problem in whole if problem),
            *self._differences(),
            *(f"{each} is withdrawn but not withheld; run timtin reconcile" for each in self.shown[:_MOST_NAMED]),
        ]

    def _differences(self) -> Iterator[str]:
        if self.missing:
            are = counted(len(self.missing), "article is", "articles are")
            yield f"{are} not in the index ({_named(self.missing)}); run timtin reconcile"
        if self.stale:
            differ = counted(len(self.stale), "article differs", "articles differ")
            yield f"{differ} from the store's ({_named(self.stale)}); run timtin reconcile"


def check(archive: Archive, progress: Progress = no_progress) -> list[str]:
    """Give everything that is wrong, each with its remedy; nothing when all is well.

    Raises StoreDamaged, StoreLocked or OSError when the store can't even be opened.
    """
    return examine(archive, progress).problems()


def examine(archive: Archive, progress: Progress = no_progress) -> Findings:
    """Look at everything. Raises as `check` does."""
    findings = Findings()
    try:
        store = ArticleStore.open(archive.articles, read_only=True)
    except StoreMissing as missing:
        findings.store.append(lost(archive) or str(missing))
        return findings
    with store:
        if damages := store.damages():
            findings.store.extend(damages)
            return findings
        searcher = archive.engine.open_searcher(archive.index)
        try:
            _compare(store, searcher, findings, progress)
        finally:
            searcher.close()
    return findings


def _compare(store: ArticleStore, searcher: Searcher, findings: Findings, progress: Progress) -> None:
    total = store.count()
    try:
        _other_changes(store, searcher, findings)
        _verify(searcher)
    except SearchError as error:
        findings.index = str(error)
    if findings.index is None:
        findings.shown = _shown(store, searcher)
    is_comparable = findings.index is None and findings.foreign is None and findings.behind is None
    _read_all(store, searcher if is_comparable else None, findings, progress, total)
    if is_comparable and findings.index is None:
        findings.count = _other_count(store, searcher)


def _other_changes(store: ArticleStore, searcher: Searcher, findings: Findings) -> None:
    """Say how the index has other changes than the store; only when it has the same can they be compared."""
    last = store.last_seq()
    applied = searcher.stats().applied
    if not store.has_given_out(applied):
        findings.foreign = (
            "the index has changes that the store never had: it belongs to another store, or the store was restored "
            "from a copy; run timtin rebuild"
        )
    elif applied < last:
        behind = store.changes_between(applied, last)
        findings.behind = (
            f"the index is behind the store by {counted(behind, 'change')}; bring it up to date with any timtin add"
        )


def _shown(store: ArticleStore, searcher: Searcher) -> list[str]:
    """Name the withdrawn articles that are not withheld: what is withdrawn just now may still be for a moment."""
    shown = [each for each in store.withdrawn() if not searcher.is_withheld(each)]
    return [each for each in store.withdrawn() if each in shown and not searcher.is_withheld(each)]


def _verify(searcher: Searcher) -> None:
    """Check every byte of the index; that of another generation when the first has been followed by it meanwhile."""
    for tries in range(1, _TRIES + 1):
        generation = searcher.stats().generation
        try:
            searcher.verify()
            return
        except SearchError:
            if tries == _TRIES or searcher.stats().generation == generation:
                raise


def _other_count(store: ArticleStore, searcher: Searcher) -> str | None:
    """Say how the index holds another number of articles, at a moment at which both have the same changes."""
    for _ in range(_TRIES):
        last, total = store.last_seq(), store.count()
        found = searcher.stats()
        if found.applied == last == store.last_seq():
            if found.articles == total:
                return None
            return f"the index holds {counted(found.articles, 'article')}, the store {total:,}; run timtin rebuild"
    return None


def _read_all(
    store: ArticleStore, searcher: Searcher | None, findings: Findings, progress: Progress, total: int
) -> None:
    """Read the store once, comparing each article with the index's as long as that can be read."""
    for done, found in enumerate(store.verified(), 1):
        if isinstance(found, Unsound):
            findings.unsound.append(found)
        elif searcher is not None and findings.index is None:
            try:
                _compare_one(found, store, searcher, findings)
            except SearchError as error:
                findings.index = str(error)
        if done % _TELL_EVERY == 0 or done == total:
            progress("checked", done, total)


def _compare_one(article: Article, store: ArticleStore, searcher: Searcher, findings: Findings) -> None:
    indexed = searcher.get(article.id)
    if indexed == article:
        return
    # It may have been changed since it was read, and the index may follow in a moment.
    for _ in range(_TRIES):
        try:
            stored = store.get(article.id)
        except StoreDamaged:
            return
        applied = searcher.stats().applied
        indexed = searcher.get(article.id)
        if stored is None or stored.seq > applied or stored.article == indexed:
            return
    (findings.missing if indexed is None else findings.stale).append(article.id)


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")
