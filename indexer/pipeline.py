"""The whole of a command: lock, store, index, report."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from index.response import IndexStats
from indexer.archive import Archive, withhold
from indexer.changing import Unwritable, changed, timed, writer_of
from indexer.indexing import rebuild_index, update_index
from indexer.ingest import Clock, ingest
from indexer.legacy_undoing import decide
from indexer.lost_store import must_not_be_lost
from indexer.page_reader import PageReader
from indexer.relearn import apply_lines, apply_rules
from indexer.renaming import adopt, rename
from indexer.report import IndexReport, Progress, Warned, no_progress
from indexer.sources import SourceItem
from indexer.store import ArticleStore, StoreDamaged, Version
from indexer.stories.grouping import follow


def add(archive: Archive, items: Iterable[SourceItem], clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Read articles into the store and bring the index up to date, also with what an earlier run left undone.

    Raises IndexLocked or StoreLocked when another writer is at work, StoreDamaged or OSError when the store can't be
    used, StoreMissing when it is gone while its index is there. An index that can't be used stops nothing: it is told
    in `IndexReport.index_problem`.
    """

    def work(store: ArticleStore, report: IndexReport) -> None:
        _adopt_names(archive, store, report)
        report.cleaned = apply_rules(store, clock())
        ingest(items, store, clock, report, progress)
        report.cleaned += apply_lines(store, clock())
        report.renamed = rename(store, clock(), progress)
        follow(store, clock, progress)

    return changed(archive, work, progress)


def remove(archive: Archive, ids: Iterable[str], clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Take articles out of store and index. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        wanted = list(dict.fromkeys(ids))
        gone = set(store.remove(wanted, clock()))
        report.removed = len(gone)
        report.missing = [article_id for article_id in wanted if article_id not in gone]
        follow(store, clock, progress)

    return changed(archive, work, progress)


def bring_back(
    archive: Archive, article_id: str, number: int, clock: Clock, progress: Progress = no_progress
) -> IndexReport:
    """Make an article again what it was in an earlier version, which is named by its number. What it is now is kept as
    a version. Raises as `add` does, and BadArticle when that version makes no article any more."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        earlier = (each.stored for each in store.versions(article_id) if isinstance(each, Version))
        for version in earlier:
            if version.seq == number:
                counts = store.put_back(version.page, PageReader(store).read_again(version), clock())
                report.changed, report.withdrawn, report.read = counts.changed, counts.withdrawn, 1
                report.unchanged, report.new = counts.unchanged, counts.new
                follow(store, clock, progress)
                return
        report.missing = [str(number)]

    ArticleStore.open(archive.articles, read_only=True).close()
    return changed(archive, work, progress)


def bring_up_to_date(archive: Archive, clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Bring the index up to date with what was put into the store by other means. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        _adopt_names(archive, store, report)
        report.cleaned = apply_rules(store, clock()) + apply_lines(store, clock())
        report.renamed = rename(store, clock(), progress)
        follow(store, clock, progress)

    return changed(archive, work, progress)


def apply_names(
    archive: Archive, clock: Clock, progress: Progress = no_progress, *, all_articles: bool = False
) -> IndexReport:
    """Write the names of the stored articles as the list of names has them now: where they may have changed, or of all
    articles. Raises as `add` does, StoreMissing when there is no store."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        _adopt_names(archive, store, report)
        report.renamed = rename(store, clock(), progress, all_articles=all_articles)
        follow(store, clock, progress)

    ArticleStore.open(archive.articles, read_only=True).close()
    return changed(archive, work, progress)


def _adopt_names(archive: Archive, store: ArticleStore, report: IndexReport) -> None:
    for problem in adopt(store, archive.names):
        place = f"{problem.path}, line {problem.line}" if problem.line else f"{problem.path}"
        report.warnings.append(Warned(place, problem.reason))


def decide_texts(archive: Archive, wanted: Iterable[str], clock: Clock, *, convert: bool) -> IndexReport:
    """Convert articles that are in an old encoding, or keep them as they were. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        decide(store, wanted, clock(), report, convert=convert)
        follow(store, clock, no_progress)

    return changed(archive, work, no_progress)


def rebuild(archive: Archive, clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Make the index anew from the store, whose names and stories are brought up to date first.

    Raises as `add` does, StoreMissing when there is no store, and SearchError when the index can't be written.
    """
    must_not_be_lost(archive)
    report = IndexReport()
    try:
        with (
            timed(report),
            writer_of(archive) as writer,
            ArticleStore.open(archive.articles, create=False) as store,
        ):
            withhold(archive, store)
            _adopt_names(archive, store, report)
            report.renamed = rename(store, clock(), progress)
            follow(store, clock, progress)
            store.finish()
            last = store.last_seq()
            rebuild_index(store, writer, report, progress)
            # Withdrawals need no lock: what has been withdrawn meanwhile leaves the new index, too.
            update_index(store, writer, last, report, progress)
    except Unwritable as unwritable:
        raise unwritable.problem from None
    return report


def rollback(archive: Archive) -> IndexStats:
    """Search the generation before the current one again, if every byte of it is right; describe it.

    The next change of the archive brings it up to date; what the store knows as withdrawn is withheld first, for it may
    hold that. Raises IndexLocked when a writer is at work, IndexMissing when there is no whole generation before this
    one, and SearchError when the index can't be written.
    """
    try:
        with writer_of(archive) as writer:
            if archive.articles.exists():
                with suppress(StoreDamaged), ArticleStore.open(archive.articles, create=False) as store:
                    withhold(archive, store)
            writer.roll_back()
    except Unwritable as unwritable:
        raise unwritable.problem from None
    searcher = archive.engine.open_searcher(archive.index)
    try:
        return searcher.stats()
    finally:
        searcher.close()
