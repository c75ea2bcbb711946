"""The store into the index, by change numbers: only what the index has not seen, or everything anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.article import Article
from index.engine import Batch, Engine, Writer
from index.errors import IndexDamaged, IndexMissing
from indexer.report import IndexReport, Progress
from indexer.store import ArticleStore, Unsound

CHECKPOINT = 20_000
"""Changes in one generation: what an interrupted run has at most to do again."""

_TELL_EVERY = 500


def applied_number(engine: Engine, index_dir: Path) -> int:
    """Give the number of the store's last change that the index holds, 0 when there is no index.

    Raises IndexOutdated or IndexDamaged when there is one that can't be read.
    """
    searcher = engine.open_searcher(index_dir)
    try:
        stats = searcher.stats()
    except IndexMissing:
        return 0
    finally:
        searcher.close()
    if stats.stale:
        raise IndexDamaged(stats.stale)
    return stats.applied


def update_index(store: ArticleStore, writer: Writer, applied: int, report: IndexReport, progress: Progress) -> None:
    """Write every change after number `applied`, a generation for each `CHECKPOINT` changes.

    An index whose number the store never gave out belongs to another store, or to this one before it was restored
    from a copy: it is rebuilt.
    """
    if not store.has_given_out(applied):
        report.notices.append(
            "the index held changes that this store never had (another store's, or later ones than its copy's): it "
            "was made anew and holds what the store holds"
        )
        rebuild_index(store, writer, report, progress)
        return
    while applied < store.last_seq():
        upto = store.checkpoint(applied, CHECKPOINT)
        with writer.update(upto) as batch:
            _apply(store, batch, (applied, upto), report, progress)
        note_refused(batch, report)
        applied = upto


def rebuild_index(store: ArticleStore, writer: Writer, report: IndexReport, progress: Progress) -> None:
    """Write everything that can be read in the store to a new index, which replaces the old one when it is whole."""
    last = store.last_seq()
    total = store.count()
    with writer.rebuild(last) as batch:
        report.indexed += batch.upsert(_told(_readable(store.articles(), report), progress, total))
    note_refused(batch, report)


def _apply(
    store: ArticleStore, batch: Batch, numbers: tuple[int, int], report: IndexReport, progress: Progress
) -> None:
    after, upto = numbers
    removed = [change.id for change in store.removals_since(after, upto)]
    articles = (c.article for c in store.changes_since(after, upto) if c.article is not None)
    total = store.changes_between(after, upto) - len(removed)
    if removed:
        report.unindexed += batch.delete(removed)
    report.indexed += batch.upsert(_told(_readable(articles, report), progress, total))


def note_refused(batch: Batch, report: IndexReport) -> None:
    """Note the stored articles that the engine does not take: they cost only themselves."""
    for bad in batch.refused:
        report.reject(bad)
        report.indexed -= 1


def _readable(found: Iterable[Article | Unsound], report: IndexReport) -> Iterator[Article]:
    for article in found:
        if isinstance(article, Unsound):
            report.unreadable.append(article.problem)
        else:
            yield article


def _told(articles: Iterator[Article], progress: Progress, total: int) -> Iterator[Article]:
    done = 0
    for done, article in enumerate(articles, 1):
        if done % _TELL_EVERY == 0:
            progress("indexed", done, total)
        yield article
    progress("indexed", done, total)
