"""The whole of a command: lock, store, index, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.disk import turn
from index.engine import Engine, Writer
from index.errors import IndexLocked, SearchError
from index.response import IndexStats
from indexer import name_lines
from indexer.indexing import applied_number, rebuild_index, update_index
from indexer.ingest import Clock, ingest
from indexer.legacy_undoing import decide
from indexer.lost_store import must_not_be_lost
from indexer.page_reader import PageReader
from indexer.relearn import apply_lines, apply_rules
from indexer.renaming import adopt, rename
from indexer.report import IndexReport, Progress, Warned, no_progress
from indexer.sources import SourceItem
from indexer.store import ArticleStore, Decision, StoreDamaged, Version
from indexer.stories.grouping import follow

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

    return _changed(archive, work, progress)


def remove(archive: Archive, ids: Iterable[str], clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Take articles out of store and index. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        wanted = list(dict.fromkeys(ids))
        gone = set(store.remove(wanted, clock()))
        report.removed = len(gone)
        report.missing = [article_id for article_id in wanted if article_id not in gone]
        follow(store, clock, progress)

    return _changed(archive, work, progress)


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
    return _changed(archive, work, progress)


def bring_up_to_date(archive: Archive, clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Bring the index up to date with what was put into the store by other means. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        _adopt_names(archive, store, report)
        report.cleaned = apply_rules(store, clock()) + apply_lines(store, clock())
        report.renamed = rename(store, clock(), progress)
        follow(store, clock, progress)

    return _changed(archive, work, progress)


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
    return _changed(archive, work, progress)


def _adopt_names(archive: Archive, store: ArticleStore, report: IndexReport) -> None:
    for problem in adopt(store, archive.names):
        place = f"{problem.path}, line {problem.line}" if problem.line else f"{problem.path}"
        report.warnings.append(Warned(place, problem.reason))


def decide_texts(archive: Archive, wanted: Iterable[str], clock: Clock, *, convert: bool) -> IndexReport:
    """Convert articles that are in an old encoding, or keep them as they were. Raises as `add` does."""

    def work(store: ArticleStore, report: IndexReport) -> None:
        decide(store, wanted, clock(), report, convert=convert)
        follow(store, clock, no_progress)

    return _changed(archive, work, no_progress)


def rebuild(archive: Archive, clock: Clock, progress: Progress = no_progress) -> IndexReport:
    """Make the index anew from the store, whose names and stories are brought up to date first.

    Raises as `add` does, StoreMissing when there is no store, and SearchError when the index can't be written.
    """
    must_not_be_lost(archive)
    report = IndexReport()
    try:
        with (
            _timed(report),
            _writer(archive) as writer,
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
    except _Unwritable as unwritable:
        raise unwritable.problem from None
    return report


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a wish to withdraw articles, or to undo that. Ids, but for `missing`: as given."""

    done: list[str]
    already: list[str]
    """Those that needed nothing."""
    missing: list[str]
    report: IndexReport


def withdraw(archive: Archive, wanted: Iterable[str], decision: Decision, clock: Clock) -> Decided:
    """Withdraw articles, named by id or address: from now on nothing gives them, whatever is added or rebuilt.

    No writer's lock is needed: while another process writes, the articles are withheld all the same and leave the
    index with its next change. Raises StoreMissing, StoreLocked, StoreDamaged, OSError, or EngineUnavailable when the
    list of what is withheld can't be written: then the command must be run again.
    """
    return _decide(archive, wanted, clock, lambda store, each: store.withdraw(each, decision, clock()))


def undo_withdrawal(archive: Archive, wanted: Iterable[str], decision: Decision, clock: Clock) -> Decided:
    """Take withdrawals back: the articles are there again. Raises as `withdraw` does."""
    return _decide(archive, wanted, clock, lambda store, each: store.undo_withdrawal(each, decision, clock()))


def _decide(
    archive: Archive, wanted: Iterable[str], clock: Clock, decide: Callable[[ArticleStore, str], bool]
) -> Decided:
    decided = Decided([], [], [], IndexReport())
    with _timed(decided.report), ArticleStore.open(archive.articles, create=False) as store:
        for each in dict.fromkeys(wanted):
            article_id = store.find(each)
            if article_id is None:
                decided.missing.append(each)
            elif decide(store, article_id):
                decided.done.append(article_id)
            else:
                decided.already.append(article_id)
        withhold(archive, store)
        try:
            with _writer(archive) as writer:
                follow(store, clock)
                _update(archive, store, writer, decided.report, no_progress)
        except IndexLocked:
            decided.report.notices.append("another process is writing; the index follows with its next change")
        except _Unwritable as unwritable:
            decided.report.index_problem = str(unwritable.problem)
    return decided


def withhold(archive: Archive, store: ArticleStore) -> None:
    """Have the index withhold what the store knows as withdrawn, also after a crash between the two.

    One process at a time, from reading the store to having written the list: else a list from before a withdrawal could
    be written over the one with it, for neither needs the writer's lock.
    """
    with turn(archive.home / WITHHOLDING, wait=True):
        archive.engine.withhold(archive.index, store.withdrawn())


def rollback(archive: Archive) -> IndexStats:
    """Search the generation before the current one again, if every byte of it is right; describe it.

    The next change of the archive brings it up to date; what the store knows as withdrawn is withheld first, for it may
    hold that. Raises IndexLocked when a writer is at work, IndexMissing when there is no whole generation before this
    one, and SearchError when the index can't be written.
    """
    try:
        with _writer(archive) as writer:
            if archive.articles.exists():
                with suppress(StoreDamaged), ArticleStore.open(archive.articles, create=False) as store:
                    withhold(archive, store)
            writer.roll_back()
    except _Unwritable as unwritable:
        raise unwritable.problem from None
    searcher = archive.engine.open_searcher(archive.index)
    try:
        return searcher.stats()
    finally:
        searcher.close()


def _changed(archive: Archive, work: Callable[[ArticleStore, IndexReport], None], progress: Progress) -> IndexReport:
    """Change the store while holding the index's lock, then bring the index up to date."""
    must_not_be_lost(archive)
    report = IndexReport()
    with _timed(report):
        try:
            with _writer(archive) as writer, _opened(archive, report) as store:
                work(store, report)
                store.finish()
                _update(archive, store, writer, report, progress)
        except _Unwritable as unwritable:
            with _opened(archive, report) as store:
                work(store, report)
                store.finish()
            report.index_problem = str(unwritable.problem)
    return report


def _opened(archive: Archive, report: IndexReport) -> ArticleStore:
    path = archive.articles
    was_empty = path.exists() and path.stat().st_size == 0 and not path.with_name(f"{path.name}-wal").exists()
    store = ArticleStore.open(path)
    if was_empty:
        report.notices.append(f"{path} was empty (0 bytes), its articles are lost: a new store was begun in it")
    return store


def _update(archive: Archive, store: ArticleStore, writer: Writer, report: IndexReport, progress: Progress) -> None:
    try:
        withhold(archive, store)
        update_index(store, writer, applied_number(archive.engine, archive.index), report, progress)
    except SearchError as problem:
        report.index_problem = str(problem)
    except OSError as error:
        # The articles are stored: what the disk refuses now must not take the report along.
        report.index_problem = (
            f"the index in {archive.index} can't be brought up to date ({error}): make room or mend the folder's "
            "permissions and run the command again"
        )


class _Unwritable(Exception):
    """The index could not be opened for writing, for another reason than its lock."""

    def __init__(self, problem: SearchError) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextmanager
def _writer(archive: Archive) -> Iterator[Writer]:
    try:
        writer = archive.engine.open_writer(archive.index)
    except IndexLocked:
        raise
    except SearchError as problem:
        raise _Unwritable(problem) from problem
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def _timed(report: IndexReport) -> Iterator[None]:
    start = time.perf_counter()
    yield
    report.seconds = time.perf_counter() - start
